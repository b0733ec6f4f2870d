from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest

from contractctl.core.failures import DeliveryFailure
from contractctl.image.bases.host import host_platform, host_python
from contractctl.image.model import Platform
from contractctl.image.tree import File
from contractctl.image.wheels import (
    WheelTarget,
    fetched_wheels,
    fits_installed,
    installed_version,
    installed_wheels,
    runtime_distributions,
)
from contractctl.mock.settings import Need

ARM64 = Platform("linux", "arm64")
OTHER = WheelTarget("3.14", ARM64, "glibc", (2, 36))


def test_the_installed_wheels_are_whole_and_bring_their_licences() -> None:
    names = installed_wheels()
    tops = {name.partition("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"httptools", "jsonschema_rs", "orjson", "uvloop"}
    assert all(entry.path.is_file() for entry in names.values())
    assert any("licenses/" in name for name in names)
    assert not [name for name in names if name.endswith((".pyc", ".pyx", "/RECORD", "/INSTALLER", "/direct_url.json"))]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (
            WheelTarget("3.13", Platform("linux", "amd64"), "glibc", (2, 19)),
            ["manylinux_2_19", "manylinux_2_18", "manylinux_2_17", "manylinux_2_16", "manylinux_2_15"],
        ),
        (WheelTarget("3.13", ARM64, "musl", (1, 2)), ["musllinux_1_2", "musllinux_1_1"]),
    ],
    ids=["glibc", "musl"],
)
def test_tags_go_from_the_newest_that_fits_to_the_oldest(target: WheelTarget, expected: list[str]) -> None:
    assert [tag.removesuffix(f"_{target.machine}") for tag in target.tags][:5] == expected


@pytest.mark.parametrize(
    ("minor", "expected"),
    [(17, ["manylinux2014", "manylinux2010", "manylinux1"]), (12, ["manylinux2010", "manylinux1"]), (4, [])],
)
def test_the_older_names_stand_for_their_version(minor: int, expected: list[str]) -> None:
    tags = WheelTarget("3.11", Platform("linux", "amd64"), "glibc", (2, minor)).tags
    assert [tag.removesuffix("_x86_64") for tag in tags if not tag.startswith("manylinux_")] == expected


@pytest.mark.skipif(sys.platform != "linux", reason="the installed wheels are another system's")
@pytest.mark.parametrize(
    ("python", "platform", "libc", "version", "expected"),
    [
        (None, None, "glibc", (2, 99), True),
        ("3.10", None, "glibc", (2, 99), False),
        (None, Platform("linux", "s390x"), "glibc", (2, 99), False),
        (None, None, "musl", (1, 2), False),
        (None, None, "glibc", (2, 4), False),
    ],
    ids=["the same", "another Python", "another processor", "another C library", "too old a C library"],
)
def test_installed_wheels_are_taken_only_where_they_run(
    python: str | None, platform: Platform | None, libc: str, version: tuple[int, int], *, expected: bool
) -> None:
    target = WheelTarget(python or host_python(), platform or host_platform(), libc, version)
    assert fits_installed(target) is expected


def write_wheel(folder: Path, distribution: str) -> str:
    """Write a wheel for Python 3.14 on arm64 as its makers would, with one module, and return the module's path."""
    name, version = distribution.replace("-", "_"), installed_version(distribution)
    module = "_cffi_backend.so" if name == "cffi" else f"{name}/__init__.py"
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{name}-{version}-cp314-cp314-manylinux_2_28_aarch64.whl", "w") as wheel:
        wheel.writestr(module, f"# {distribution}\n")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: cp314-cp314-manylinux_2_28_aarch64\n")
        wheel.writestr(f"{info}/RECORD", "")
    return module


@pytest.mark.parametrize("needs", [(), ("redis", "tokens")], ids=["every server", "one that can do everything"])
def test_pip_fetches_what_another_python_and_platform_need(
    needs: tuple[Need, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distributions = runtime_distributions(needs)
    modules = {write_wheel(tmp_path, name): File(f"# {name}\n".encode()) for name in distributions}
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    fetched = fetched_wheels(OTHER, distributions)
    assert {name: entry for name, entry in fetched.items() if ".dist-info/" not in name} == modules
    assert {name.rpartition("/")[2] for name in fetched if ".dist-info/" in name} == {"METADATA", "WHEEL"}


def test_what_pip_says_is_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(DeliveryFailure) as failure:
        fetched_wheels(OTHER)
    version = installed_version("httptools")
    assert failure.value.message == (
        "pip could not fetch the wheels of the mock server for Python 3.14 on linux/arm64: "
        f"No matching distribution found for httptools=={version}"
    )
    assert failure.value.hint
