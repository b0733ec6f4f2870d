"""The hook for pre-commit: what it is given, and what it says, in a repository that uses it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.e2e.running import clean_environment

_MANIFEST = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"
_PRE_COMMIT = Path(sys.executable).with_name("pre-commit")
_GOOD = """\
openapi: 3.1.0
info: {title: Toys, version: "1"}
paths: {}
"""
_BAD = _GOOD + "pats: {}\n"
_IDENTITY = ("-c", "user.name=t", "-c", "user.email=t@example.com")


class Repository:
    """A repository whose hook is ours, run with the contractctl of this environment."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        self._environment = clean_environment(home)
        (hook,) = yaml.safe_load(_MANIFEST.read_text())
        hook |= {"language": "system", "entry": f"{sys.executable} -m {hook['entry']}"}
        self.write(".pre-commit-config.yaml", yaml.safe_dump({"repos": [{"repo": "local", "hooks": [hook]}]}))
        self.git("init", "-q")

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def git(self, *arguments: str) -> None:
        command = ["git", *_IDENTITY, *arguments]
        subprocess.run(command, cwd=self.folder, env=self._environment, check=True, capture_output=True)

    def run(self) -> tuple[int, str]:
        """Run the hook on all files that git knows; return the exit status and what it says."""
        self.git("add", "--all")
        command = [str(_PRE_COMMIT), "run", "--all-files", "--color", "never"]
        done = subprocess.run(
            command, cwd=self.folder, env=self._environment, check=False, capture_output=True, text=True, timeout=120
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def repository(folder: Path, tmp_path: Path) -> Repository:
    """An empty repository with the hook."""
    home = tmp_path / "home"
    home.mkdir()
    return Repository(folder, home)


def test_pre_commit_takes_the_manifest() -> None:
    done = subprocess.run(
        [str(_PRE_COMMIT), "validate-manifest", str(_MANIFEST)], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_a_fault_in_a_description_stops_a_commit(repository: Repository) -> None:
    repository.write("api/openapi.yaml", _BAD)
    repository.write("good.openapi.json", '{"openapi": "3.1.0", "info": {"title": "a", "version": "1"}, "paths": {}}')
    status, said = repository.run()
    assert status == 1
    assert "api/openapi.yaml:4:1: error: `pats` is not a field of a description [field-unknown]" in said
    assert "in 2 files" in said


def test_descriptions_without_a_fault_pass(repository: Repository) -> None:
    repository.write("swagger.json", '{"swagger": "2.0", "info": {"title": "a", "version": "1"}, "paths": {}}')
    status, said = repository.run()
    assert (status, re.findall(r"\.+(\w+)", said)) == (0, ["Passed"])


def test_other_files_are_no_business_of_the_hook(repository: Repository) -> None:
    for name in ("openapitools.json", "openapi-generator.yaml", "compose.yaml", "openapi.md", "myopenapi.yaml"):
        repository.write(name, "a: [\n")
    status, said = repository.run()
    assert (status, "no files to check" in said) == (0, True)


@pytest.mark.parametrize(
    "name",
    [
        "openapi.yaml",
        "openapi.yml",
        "swagger.json",
        "v1/openapi.json",
        "pets.openapi.yaml",
        "pets-openapi.yaml",
        "openapi-v2.yaml",
        "openapi.v3.json",
        "openapi_public.yml",
        "api/swagger-internal.yaml",
    ],
)
def test_descriptions_are_known_by_their_names(name: str) -> None:
    (hook,) = yaml.safe_load(_MANIFEST.read_text())
    assert re.search(hook["files"], name)
    assert not re.search(hook["exclude"], name)
