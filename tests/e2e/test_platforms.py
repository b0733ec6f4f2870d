"""One image for two platforms, on a base of a registry, on a machine that can run but one of them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import docker
import pytest

from contractctl.image.bases.host import default_platform
from contractctl.image.reference import Reference
from contractctl.image.registry.pushing import push
from tests.components.bases import debian_base, elf_machines
from tests.components.registry import Registry
from tests.components.skopeo import Skopeo
from tests.e2e.running import CommandLine, example, running

MACHINES = {"amd64": 62, "arm64": 183}
"""By architecture, e_machine of its ELF files."""

PLATFORMS = [word for architecture in MACHINES for word in ("--platform", f"linux/{architecture}")]
_OF_THE_USER = ("PIP_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_", "REQUESTS_CA_BUNDLE")


@dataclass(frozen=True, slots=True)
class Published:
    """A base in a registry, by tag and by digest."""

    tag: str
    digest: str


@pytest.fixture(scope="module")
def base(registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> Published:
    """Debian's Python for two platforms."""
    shared = tmp_path_factory.getbasetemp()
    images = debian_base((shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared) / "debian-base")
    reference = Reference(registry.host, "bases/python", "3-slim")
    digest = push(images, reference)
    return Published(str(reference), str(reference.at(digest)))


@pytest.fixture(scope="module")
def pip() -> dict[str, str]:
    """How the user reaches packages: the command line of the tests has an environment of its own."""
    return {name: value for name, value in os.environ.items() if name.upper().startswith(_OF_THE_USER)}


@pytest.fixture
def built(
    base: Published, pip: dict[str, str], registry: Registry, command_line: CommandLine, tmp_path: Path, namespace: str
) -> str:
    """The dinosaurs on the base by its tag, pushed: `NAME@sha256:…`."""
    return build(command_line, base.tag, f"{registry.host}/{namespace}/platforms", tmp_path, pip)


def build(command_line: CommandLine, base: str, name: str, folder: Path, environment: dict[str, str]) -> str:
    where = example("dinosaurs", folder)
    options = ("--push", "--tag", f"{name}:1", "--base-image", base, *PLATFORMS)
    return command_line.build("openapi.yaml", *options, folder=where, environment=environment)


def copied(skopeo: Skopeo, reference: str, folder: Path) -> dict[str, Path]:
    """Copy the image of each platform to a layout of its own."""
    folder.mkdir()
    for architecture in MACHINES:
        skopeo.run(
            *("--override-arch", architecture, "--override-os", "linux", "copy", "--src-tls-verify=false"),
            *(f"docker://{reference}", f"oci:{folder}/{architecture}"),
        )
    return {architecture: folder / architecture for architecture in MACHINES}


def layers_of(layout: Path) -> Iterator[Path]:
    (entry,) = json.loads((layout / "index.json").read_text())["manifests"]
    manifest = json.loads(blob(layout, entry["digest"]).read_text())
    for layer in manifest["layers"]:
        yield blob(layout, layer["digest"])


def blob(layout: Path, digest: str) -> Path:
    return layout / "blobs" / digest.replace(":", "/")


def test_one_index_leads_to_an_image_of_each_platform(
    built: str, base: Published, skopeo: Skopeo, tmp_path: Path
) -> None:
    index = skopeo.manifest(f"docker://{built}")
    manifests, annotations = index["manifests"], index["annotations"]
    assert isinstance(manifests, list)
    assert isinstance(annotations, dict)
    assert [one["platform"] for one in manifests] == [{"os": "linux", "architecture": one} for one in MACHINES]
    assert annotations["org.opencontainers.image.base.name"] == base.tag
    assert annotations["org.opencontainers.image.base.digest"] == base.digest.partition("@")[2]
    for architecture, layout in copied(skopeo, built, tmp_path / "copied").items():
        config = skopeo.config(f"oci:{layout}") if architecture == default_platform().architecture else None
        assert config is None or config["architecture"] == architecture
        found = elf_machines(layers_of(layout))
        assert len(found) > 100
        assert set(found.values()) == {MACHINES[architecture]}
        assert any("uvloop/loop" in name for name in found)
        assert any("jsonschema_rs" in name for name in found)


def test_a_base_by_tag_and_by_digest_gives_the_same_files(
    built: str,
    base: Published,
    pip: dict[str, str],
    registry: Registry,
    command_line: CommandLine,
    skopeo: Skopeo,
    namespace: str,
    tmp_path: Path,
) -> None:
    name = f"{registry.host}/{namespace}/by-digest"
    other = build(command_line, base.digest, name, tmp_path / "other", pip)
    ours, theirs = copied(skopeo, built, tmp_path / "by tag"), copied(skopeo, other, tmp_path / "by digest")
    for architecture in MACHINES:
        layers = [[layer.name for layer in layers_of(one[architecture])] for one in (ours, theirs)]
        assert layers[0] == layers[1]


def test_the_image_of_this_machines_platform_runs_in_the_engine(client: docker.DockerClient, built: str) -> None:
    client.images.pull(built)
    try:
        with running(client, built) as mock:
            assert mock.ask("GET", "/api/dinosaurs/1/").json()["common_name"] == "T-Rex"
            assert mock.stop() == 0
    finally:
        client.images.remove(built)
