"""A scratch repository with a pull request in it, and the environment that a runner gives to a step."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
DINOSAURS = ROOT / "examples" / "dinosaurs"
_IDENTITY = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"]
_RUNNER = ("GITHUB_", "RUNNER_", "CONTRACTCTL_", "MOCK_", "INPUT_")


@dataclass(frozen=True, slots=True)
class Result:
    """What a run left behind. `outputs` are those of the step, `annotations` the workflow commands that it obeys."""

    code: int
    log: str
    errors: str
    summary: str
    outputs: dict[str, str]

    @property
    def annotations(self) -> list[str]:
        lines = self.log.splitlines()
        start = next(index for index, line in enumerate(lines) if line.startswith("::stop-commands::"))
        resume = "::" + lines[start].removeprefix("::stop-commands::") + "::"
        return lines[lines.index(resume) + 1 :]


class Scratch:
    """A repository on the branch `change`, whose base is `main`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "repository"
        self._runner = folder / "runner"
        self.folder.mkdir()
        self._runner.mkdir()
        self.git("init")

    def git(self, *arguments: str) -> str:
        command = ["git", *_IDENTITY, *arguments]
        return subprocess.run(command, cwd=self.folder, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, branch: str, files: dict[str, str | None]) -> str:
        """Commit files (None: gone) on a branch, made here if it is new; return the hash."""
        known = self.git("branch", "--list", branch)
        if self.git("branch", "--show-current") != branch:
            self.git("checkout", *([] if known else ["-b"]), branch)
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            if text is not None:
                path.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--allow-empty", "-m", branch)
        return self.git("rev-parse", "HEAD")

    def environment(self, *, fork: bool = False, **more: str) -> dict[str, str]:
        """Return a runner's environment for a pull request of `change` into `main`."""
        head = self.git("rev-parse", "change")
        event = {
            "number": 7,
            "pull_request": {
                "number": 7,
                "base": {"sha": self.git("rev-parse", "main"), "ref": "main", "repo": {"full_name": "acme/dinos"}},
                "head": {"sha": head, "ref": "change", "repo": {"full_name": "eve/dinos" if fork else "acme/dinos"}},
            },
        }
        (self._runner / "event.json").write_text(json.dumps(event))
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_RUNNER)}
        return kept | {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_EVENT_PATH": str(self._runner / "event.json"),
            "GITHUB_REPOSITORY": "acme/dinos",
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_SHA": head,
            "GITHUB_WORKSPACE": str(self.folder),
            "GITHUB_OUTPUT": str(self._runner / "output"),
            "GITHUB_STEP_SUMMARY": str(self._runner / "summary"),
            "RUNNER_TEMP": str(self._runner),
            "DOCKER_CONFIG": str(self._runner / "docker"),
            "DOCKER_HOST": "unix:///nonexistent/docker.sock",
            **more,
        }

    def ci(self, *arguments: str, fork: bool = False, **more: str) -> Result:
        """Run `contractctl ci` as a step of the pull request."""
        command = [sys.executable, "-m", "contractctl", "ci", *arguments]
        return self.run(command, self.environment(fork=fork, **more))

    def run(self, command: list[str], environment: dict[str, str]) -> Result:
        """Run a step and read what it left."""
        for name in ("output", "summary"):
            (self._runner / name).write_text("")
        done = subprocess.run(
            command, cwd=self.folder, env=environment, check=False, capture_output=True, text=True, timeout=120
        )
        summary = (self._runner / "summary").read_text()
        return Result(done.returncode, done.stdout, done.stderr, summary, self._outputs())

    def _outputs(self) -> dict[str, str]:
        lines = iter((self._runner / "output").read_text().splitlines())
        outputs = {}
        for line in lines:
            name, _, delimiter = line.partition("<<")
            value = []
            while (following := next(lines)) != delimiter:
                value.append(following)
            outputs[name] = "\n".join(value)
        return outputs
