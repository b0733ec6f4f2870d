"""The wheel carries what the tool needs, and the locks pin what the wheel asks for."""

from __future__ import annotations

import configparser
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import contractctl

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-build.txt")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built with the locked build tools of this environment."""
    folder = tmp_path_factory.mktemp("wheel")
    result = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_carries_the_package_its_files_and_the_license(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
    information = f"contractctl-{contractctl.__version__}.dist-info"
    modules = {file.relative_to(ROOT).as_posix() for file in (ROOT / "contractctl").rglob("*.py")}
    templates = {f"contractctl/{file.relative_to(ROOT).as_posix()}" for file in _files(ROOT / "templates")}
    others = {"contractctl/py.typed", "contractctl/Dockerfile.mock", f"{information}/licenses/LICENSE"}
    tables = {file.relative_to(ROOT).as_posix() for file in (ROOT / "contractctl").rglob("*.toml")}
    assert (modules | templates | others | tables) - names == set()


def test_the_wheel_carries_nothing_of_tests_tools_or_caches(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
        caches = [name for name in archive.namelist() if "__pycache__" in name]
    assert (tops, caches) == ({"contractctl", f"contractctl-{contractctl.__version__}.dist-info"}, [])


def test_the_wheel_names_the_console_script(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        text = archive.read(f"contractctl-{contractctl.__version__}.dist-info/entry_points.txt").decode()
    parser = configparser.ConfigParser()
    parser.read_string(text)
    assert dict(parser["console_scripts"]) == {"contractctl": "contractctl.__main__:main"}


def test_the_unpacked_wheel_tells_its_version(wheel: Path, tmp_path: Path) -> None:
    with ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    result = subprocess.run(
        [sys.executable, "-P", "-m", "contractctl", "--version"],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert (result.returncode, result.stdout.strip(), result.stderr) == (
        0,
        f"contractctl {contractctl.__version__}",
        "",
    )


def _files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and file.name != ".gitkeep"]


def _pins(lock: str) -> dict[str, str]:
    """Return name to version of everything a lock pins."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^ ]+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


@pytest.mark.parametrize(
    ("lock", "asked"),
    [
        pytest.param("requirements.txt", PYPROJECT["project"]["dependencies"], id="to run"),
        pytest.param(
            "requirements-dev.txt",
            PYPROJECT["project"]["dependencies"] + PYPROJECT["project"]["optional-dependencies"]["dev"],
            id="to test",
        ),
        pytest.param("requirements-build.txt", PYPROJECT["build-system"]["requires"], id="to build"),
    ],
)
def test_a_lock_pins_all_that_pyproject_asks_for(lock: str, asked: list[str]) -> None:
    pins = _pins(lock)
    requirements = [Requirement(text) for text in asked]
    unmet = [str(one) for one in requirements if pins.get(canonicalize_name(one.name)) not in _fitting(one, pins)]
    assert unmet == [], "run `make lock`"


def _fitting(requirement: Requirement, pins: dict[str, str]) -> set[str]:
    version = pins.get(canonicalize_name(requirement.name), "")
    return {version} if version and requirement.specifier.contains(version, prereleases=True) else set()


def test_the_locks_agree() -> None:
    merged: dict[str, set[str]] = {}
    for lock in LOCKS:
        for name, version in _pins(lock).items():
            merged.setdefault(name, set()).add(version)
    assert {name: versions for name, versions in merged.items() if len(versions) > 1} == {}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_hashes_every_pin_and_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert [block.split("==")[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert (
        re.findall(r"^.*(?:--index-url|--find-links|--trusted-host|://|file:/|/home/|/tmp/).*$", text, re.MULTILINE)
        == []
    )
