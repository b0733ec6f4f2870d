from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import pytest

from contractctl.core.failures import DeliveryFailure
from contractctl.image.locked import LOCK, locked_wheels, read_lock, run_process
from contractctl.image.model import Platform
from contractctl.image.tree import File
from contractctl.image.wheels import WheelTarget, runtime_distributions
from contractctl.mock.settings import Need

CHECKOUT = Path(__file__).parents[2]
ARM64 = Platform("linux", "arm64")
OTHER = WheelTarget("3.14", ARM64, "glibc", (2, 36))
EARLY = WheelTarget("3.11", ARM64, "glibc", (2, 36))
WHERE = "Python 3.14 on linux/arm64 (glibc 2.36)"


def test_the_lock_has_every_wheel_of_every_server_and_no_other() -> None:
    assert tuple(read_lock()) == runtime_distributions(get_args(Need), EARLY)


@pytest.mark.parametrize("name", [name for name in read_lock() if name != "async-timeout"])
def test_the_lock_pins_what_contractctl_is_installed_with(name: str) -> None:
    assert read_lock()[name] == read_lock(CHECKOUT / "requirements.txt")[name]


def test_the_lock_names_no_place_to_fetch_from() -> None:
    assert "://" not in LOCK.read_text()


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


class Index:
    """A folder of wheels for Python 3.14 on arm64 as their makers write them, which is all that pip looks at."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder / "index"
        self.folder.mkdir()
        self.lock = folder / "wheels.lock"
        self.modules: dict[str, File] = {}
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", str(self.folder))

    def add(self, distribution: str) -> Path:
        """Write a wheel and lock it."""
        name = distribution.replace("-", "_")
        module = "_cffi_backend.so" if name == "cffi" else f"{name}/__init__.py"
        info, path = f"{name}-1.0.dist-info", self.folder / f"{name}-1.0-cp314-cp314-manylinux_2_28_aarch64.whl"
        with zipfile.ZipFile(path, "w") as wheel:
            wheel.writestr(module, f"# {distribution}\n")
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: cp314-cp314-manylinux_2_28_aarch64\n")
            wheel.writestr(f"{info}/RECORD", "")
        self.modules[module] = File(f"# {distribution}\n".encode())
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        with self.lock.open("a") as lock:
            lock.write(f"{distribution}==1.0 \\\n    --hash=sha256:{digest}\n")
        return path


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    read_lock.cache_clear()
    return Index(tmp_path, monkeypatch)


@pytest.mark.parametrize("needs", [(), ("redis", "tokens")], ids=["every server", "one that can do everything"])
def test_pip_fetches_what_another_python_and_platform_need(needs: tuple[Need, ...], index: Index) -> None:
    distributions = runtime_distributions(needs, OTHER)
    for name in distributions:
        index.add(name)
    fetched = locked_wheels(OTHER, distributions, print, lock=index.lock)
    assert {name: entry for name, entry in fetched.items() if ".dist-info/" not in name} == index.modules
    assert {name.rpartition("/")[2] for name in fetched if ".dist-info/" in name} == {"METADATA", "WHEEL"}


def test_what_was_fetched_once_needs_neither_pip_nor_network(index: Index) -> None:
    def refuse(_command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        raise AssertionError("pip was started")

    wheel, steps = index.add("orjson"), list[str]()
    first = locked_wheels(OTHER, ["orjson"], steps.append, lock=index.lock)
    wheel.unlink()
    assert locked_wheels(OTHER, ["orjson"], steps.append, lock=index.lock, run=refuse) == first
    assert steps == ["fetching wheels for Python 3.14 on linux/arm64"]


def test_a_module_called_pip_in_the_folder_of_the_contract_is_not_run(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.add("orjson")
    (tmp_path / "pip.py").write_text("raise SystemExit('run')")
    monkeypatch.chdir(tmp_path)
    assert locked_wheels(OTHER, ["orjson"], print, lock=index.lock)


def test_a_wheel_that_is_not_the_locked_one_is_not_taken(index: Index) -> None:
    wheel = index.add("orjson")
    with zipfile.ZipFile(wheel, "a") as changed:
        changed.writestr("orjson/more.py", "")
    with pytest.raises(DeliveryFailure) as failure:
        locked_wheels(OTHER, ["orjson"], print, lock=index.lock)
    assert failure.value.message.startswith(f"pip could not fetch the wheels of the mock server for {WHERE}: ")
    assert "HASH" in failure.value.message.upper()


def test_a_wheel_that_there_is_not_is_named_with_what_it_would_be_for(index: Index) -> None:
    index.add("orjson")
    other = WheelTarget("3.12", Platform("linux", "s390x"), "glibc", (2, 36))
    with pytest.raises(DeliveryFailure) as failure:
        locked_wheels(other, ["orjson"], print, lock=index.lock)
    assert failure.value.message == (
        "there is no wheel of orjson==1.0 for Python 3.12 on linux/s390x (glibc 2.36) in pip's index"
    )


def test_an_index_that_cannot_be_reached_is_not_taken_for_one_without_wheels(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.add("orjson").unlink()
    monkeypatch.delenv("PIP_NO_INDEX")
    # Nobody listens on port 1.
    for name, value in {"INDEX_URL": "http://127.0.0.1:1/simple", "EXTRA_INDEX_URL": "", "RETRIES": "1"}.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    with pytest.raises(DeliveryFailure) as failure:
        locked_wheels(OTHER, ["orjson"], print, lock=index.lock)
    assert failure.value.message == (
        f"pip could not fetch the wheels of the mock server for {WHERE}: No matching distribution found for orjson==1.0"
    )
    assert failure.value.hint.startswith("check the network")


def test_without_pip_it_is_told_how_to_get_it(index: Index, tmp_path: Path) -> None:
    """An environment without pip, such as `uv tool install` makes."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "bare")], check=True)
    index.add("orjson")

    def run_there(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        return run_process([str(tmp_path / "bare/bin/python"), *command[1:]])

    with pytest.raises(DeliveryFailure) as failure:
        locked_wheels(OTHER, ["orjson"], print, lock=index.lock, run=run_there)
    assert failure.value.message == (
        f"cannot fetch the wheels of the mock server for {WHERE}: pip is missing beside contractctl"
    )
    assert "ensurepip" in failure.value.hint
