"""A hostile description has nobody asked and no foreign file opened, whatever it names and wherever."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.drift.web import Answer, Web, serve_web
from tests.e2e.hostile import hostile_description

CANARY = "canary-5f1d"
SPECIAL = frozenset({"/etc/hostname", "/proc/self/environ", "/dev/zero", "/dev/stdin"})
FORBIDDEN = b"is another host, which is not asked"
COMMANDS = [
    pytest.param("lint", ["lint", "openapi.json"], id="lint"),
    pytest.param("lint", ["lint", "--cross-check", "openapi.json"], id="lint with a second opinion"),
    pytest.param("diff", ["diff", "openapi.json", "openapi.json"], id="diff"),
    pytest.param("diff", ["diff", "HEAD:openapi.json", "openapi.json"], id="diff with git"),
    pytest.param("build-mock", ["build-mock", "openapi.json", "--bundle", "out.bundle"], id="build-mock"),
]


@dataclass(frozen=True, slots=True)
class Traced:
    """What a run left: its status, all that it wrote, and the events that Python told of."""

    status: int
    written: bytes
    events: list[list[str]]

    def told(self, *names: str) -> list[list[str]]:
        return [event for event in self.events if event[0] in names]


@dataclass(frozen=True, slots=True)
class Scene:
    """A repository with a stranger's description in it, and a folder outside that holds a canary."""

    repository: Path
    outside: Path

    def run(self, *arguments: str) -> Traced:
        log = self.repository.parent / "events"
        command = [sys.executable, str(Path(__file__).parent / "auditing.py"), str(log), *arguments]
        environment = {**os.environ, "SECRET": CANARY, "HOME": str(self.repository.parent)}
        done = subprocess.run(
            command, cwd=self.repository, env=environment, input=b"", capture_output=True, check=False, timeout=60
        )
        bundle = self.repository / "out.bundle"
        written = done.stdout + done.stderr + (bundle.read_bytes() if bundle.exists() else b"")
        return Traced(done.returncode, written, [json.loads(line) for line in log.read_text().splitlines()])

    def is_foreign(self, path: str) -> bool:
        """Tell whether a path, as it was opened, is one of those that nobody may look at."""
        whole = os.path.realpath(self.repository / path)
        return path in SPECIAL or whole in SPECIAL or whole.startswith(f"{self.outside}{os.sep}")


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    repository, outside = tmp_path / "repository", tmp_path / "outside"
    repository.mkdir()
    outside.mkdir()
    (outside / "canary.yaml").write_text(f"x: {{type: string, description: {CANARY}}}\npath: {{summary: {CANARY}}}\n")
    (repository / "link.yaml").symlink_to("../outside/canary.yaml")
    (repository / "folder").symlink_to(outside)
    (repository / "environment.yaml").symlink_to("/proc/self/environ")
    (repository / "zero.yaml").symlink_to("/dev/zero")
    return Scene(repository, outside)


@pytest.fixture
def web() -> Iterator[Web]:
    with serve_web() as server:
        server.answers["/remote.yaml"] = Answer(f"x: {CANARY}\n".encode())
        yield server


def places(scene: Scene, web: Web) -> list[str]:
    """Return all that the description names; the web server comes first, and so stands in the most places."""
    return [
        f"{web.url}/remote.yaml",
        f"{web.url.removeprefix('http:')}/remote.yaml",
        f"{web.url.replace('http', 'HTTP')}/remote.yaml",
        "https://nowhere.invalid/remote.yaml",
        *(
            "../outside/canary.yaml",
            "%2e%2e/outside/canary.yaml",
            "../outside/nothing.yaml",
            "..\\outside\\canary.yaml",
        ),
        *(f"{scene.outside}/canary.yaml", f"file://{scene.outside}/canary.yaml"),
        *("link.yaml", "folder/canary.yaml", "environment.yaml", "zero.yaml", "pipe.yaml", ".git/config", "."),
        *sorted(SPECIAL),
    ]


def commit(repository: Path) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    for arguments in (["init"], ["config", "user.note", CANARY], ["add", "."], ["commit", "-m", "one"]):
        subprocess.run(["git", *identity, *arguments], cwd=repository, check=True, capture_output=True)


@pytest.mark.parametrize(("command", "arguments"), COMMANDS)
def test_nobody_is_asked_and_nothing_foreign_is_opened(
    scene: Scene, web: Web, command: str, arguments: list[str]
) -> None:
    description = hostile_description(places(scene, web))
    (scene.repository / "openapi.json").write_text(json.dumps(description, indent=1))
    commit(scene.repository)
    os.mkfifo(scene.repository / "pipe.yaml")
    traced = scene.run(*arguments)
    assert traced.status in {0, 1}, traced.written.decode()
    assert web.seen == []
    assert traced.told("socket.connect", "socket.getaddrinfo") == []
    opened = traced.told("open", "os.listdir", "os.scandir")
    assert [event for event in opened if scene.is_foreign(event[1])] == []
    assert CANARY.encode() not in traced.written
    told = FORBIDDEN if command == "diff" else b"error: "
    assert told in traced.written


def test_the_log_would_tell(scene: Scene, web: Web) -> None:
    """Who asks for a foreign file and a private host himself gets both, and the log has them."""
    entry = b"openapi: 3.1.0\ninfo: {title: x, version: '1'}\npaths: {}\n"
    web.answers["/openapi.yaml"] = Answer(entry)
    (scene.outside / "openapi.yaml").write_bytes(entry)
    host = web.url.removeprefix("http://")
    traced = scene.run("lint", f"{web.url}/openapi.yaml", "../outside/openapi.yaml", "--allow-remote", host)
    assert traced.status == 0, traced.written.decode()
    assert [seen.path for seen in web.seen] == ["/openapi.yaml"]
    assert len(traced.told("socket.connect")) == 1
    assert any(scene.is_foreign(event[1]) for event in traced.told("open"))
