from __future__ import annotations

import sys

import pytest

from contractctl.image.bases.host import host_platform, host_python
from contractctl.image.model import Platform
from contractctl.image.wheels import (
    WheelTarget,
    fits_installed,
    installed_wheels,
    runtime_distributions,
)

ARM64 = Platform("linux", "arm64")


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


@pytest.mark.parametrize(("python", "expected"), [("3.11", True), ("3.12", False), ("3.13", False)])
def test_what_early_pythons_lack_goes_into_images_of_theirs(python: str, *, expected: bool) -> None:
    target = WheelTarget(python, ARM64, "glibc", (2, 36))
    assert ("async-timeout" in runtime_distributions(("redis",), target)) is expected
    assert "async-timeout" not in runtime_distributions(("tokens",), target)
