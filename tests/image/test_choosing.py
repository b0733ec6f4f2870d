from __future__ import annotations

import sys
from pathlib import Path

import pytest

from contractctl.core.failures import UsageFailure
from contractctl.core.progress import SILENCE
from contractctl.image.bases.choosing import base_login, default_base, read_base
from contractctl.image.bases.host import host_platform
from contractctl.image.model import Platform

AMD64 = Platform("linux", "amd64")
ARM64 = Platform("linux", "arm64")
REFUSED: dict[str, tuple[str, str, str]] = {
    "a layout without a folder": ("oci:", "the base image `oci:` names nothing", "write oci:DIR"),
    "a kind alone": ("docker-archive", "the base image `docker-archive` names nothing", "write docker-archive:FILE"),
    "the engine's nothing": ("engine:", "the base image `engine:` names nothing", "write engine:NAME"),
    "nothing": (
        "",
        "`` is not an image reference: `library/` is not a repository name (a-z 0-9 parted by . _ - and /)",
        "write it as [HOST[:PORT]/]NAME[:TAG], for example ghcr.io/acme/dino-mock:1.4.0",
    ),
    "a folder that is not there": (
        "oci:nowhere",
        "cannot read the base image: there is no folder nowhere",
        "make one with: skopeo copy docker://python:3.13-slim oci:DIR",
    ),
    "a layout's archive that is not there": (
        "oci-archive:nowhere",
        "cannot read the base image nowhere: No such file or directory",
        "make one with: skopeo copy docker://python:3.13-slim oci-archive:FILE",
    ),
    "an archive that is not there": (
        "docker-archive:nowhere",
        "cannot read the base image docker-archive:nowhere: No such file or directory",
        "make one with: docker save --output FILE IMAGE",
    ),
}


@pytest.mark.parametrize(("base", "message", "hint"), REFUSED.values(), ids=REFUSED.keys())
def test_a_base_that_is_none_is_refused(
    base: str, message: str, hint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageFailure) as failure:
        read_base(base, [AMD64], compression="gzip", credentials=lambda _host: None, progress=SILENCE)
    assert (failure.value.message, failure.value.hint) == (message, hint)


@pytest.mark.parametrize("base", ["docker-archive:x.tar", "engine:python:3.13"])
def test_what_holds_one_platform_is_no_base_for_two(base: str) -> None:
    with pytest.raises(UsageFailure) as failure:
        read_base(base, [AMD64, ARM64], compression="gzip", credentials=lambda _host: None, progress=SILENCE)
    assert failure.value.message == f"the base image {base} has one platform, not 2"


@pytest.mark.skipif(sys.platform != "linux", reason="the host is a base on Linux only")
def test_the_host_is_the_default_for_its_own_platform_alone() -> None:
    here, other = host_platform(), Platform("linux", "mips64le")
    assert [default_base(wanted) for wanted in ([here], [other], [here, other])] == [
        "host",
        "python:3.13-slim",
        "python:3.13-slim",
    ]


def test_a_password_for_the_registry_that_is_pushed_to_does_not_go_to_the_bases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.setenv("GITHUB_TOKEN", "of GitHub")
    monkeypatch.setenv("CONTRACTCTL_REGISTRY_USERNAME", "ada")
    monkeypatch.setenv("CONTRACTCTL_REGISTRY_PASSWORD", "hunter2")
    assert base_login("docker.io") is None
    known = base_login("ghcr.io")
    assert known is not None
    assert known.password == "of GitHub"
