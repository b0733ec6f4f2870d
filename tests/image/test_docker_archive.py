from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from contractctl.core.failures import DeliveryFailure, Failure, UsageFailure
from contractctl.image.archive import write_docker_archive
from contractctl.image.bases.docker_archive import read_docker_archive
from contractctl.image.bases.layout import read_layout_archive
from contractctl.image.bases.stored import StoredImage
from contractctl.image.blobs import BlobStore
from contractctl.image.compression import Compression
from contractctl.image.model import OCI_LAYER_GZIP, Platform
from contractctl.image.reference import parse_reference
from tests.components.skopeo import Skopeo
from tests.image.small_images import small_image

AMD64 = Platform("linux", "amd64")
IMAGE = small_image("saved")
DIFF_IDS = [layer.diff_id for layer in IMAGE.images[0].layers]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def read(path: Path, platform: Platform = AMD64, compression: Compression = "gzip") -> StoredImage:
    return read_docker_archive(path, platform, described="FILE", compression=compression, store=BlobStore())


@pytest.fixture
def saved(tmp_path: Path, skopeo: Skopeo) -> Path:
    """What skopeo and `docker save` write: plain layers."""
    write_docker_archive(IMAGE, tmp_path / "ours.tar")
    reference = "ghcr.io/acme/base:1"
    skopeo.run("copy", f"docker-archive:{tmp_path}/ours.tar", f"docker-archive:{tmp_path}/saved.tar:{reference}")
    return tmp_path / "saved.tar"


def test_packed_layers_stay_as_they_are(tmp_path: Path) -> None:
    write_docker_archive(IMAGE, tmp_path / "base.tar", (parse_reference("acme/base"),))
    stored = read(tmp_path / "base.tar")
    assert [layer.blob for layer in stored.layers] == [layer.blob for layer in IMAGE.images[0].layers]
    assert (stored.name, stored.digest, stored.platform) == ("docker.io/acme/base:latest", "", AMD64)


@pytest.mark.parametrize("compression", ["gzip", "stored"])
def test_plain_layers_are_packed_alike_each_time(compression: Compression, saved: Path) -> None:
    first, second = read(saved, compression=compression), read(saved, compression=compression)
    assert first == second
    assert [layer.diff_id for layer in first.layers] == DIFF_IDS
    assert {layer.blob.media_type for layer in first.layers} == {OCI_LAYER_GZIP}
    assert first.name == "ghcr.io/acme/base:1"
    for layer in first.layers:
        with tarfile.open(fileobj=io.BytesIO(layer.blob.data), mode="r:gz") as archive:
            assert archive.getnames()


def test_layers_that_went_from_the_cache_are_packed_anew(saved: Path, tmp_path: Path) -> None:
    first = read(saved)
    for blob in (tmp_path / "cache/contractctl/blobs").iterdir():
        blob.unlink()
    assert read(saved) == first


def test_an_oci_archive_is_read_like_its_folder(saved: Path, skopeo: Skopeo, tmp_path: Path) -> None:
    skopeo.run("copy", f"docker-archive:{saved}", f"oci-archive:{tmp_path}/base.tar")
    (stored,) = read_layout_archive(tmp_path / "base.tar", [AMD64], BlobStore())
    assert stored.digest == skopeo.digest(f"oci-archive:{tmp_path}/base.tar")
    assert [layer.diff_id for layer in stored.layers] == DIFF_IDS
    assert all(layer.blob.data for layer in stored.layers)


def write(path: Path, files: Mapping[str, bytes]) -> None:
    with tarfile.open(path, "w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))


def files(**changed: object) -> dict[str, bytes]:
    config = {"os": "linux", "architecture": "amd64", "rootfs": {"diff_ids": ["sha256:" + "0" * 64]}}
    entry = {"Config": "config.json", "RepoTags": None, "Layers": ["layer.tar"]} | changed
    return {
        "manifest.json": json.dumps([entry]).encode(),
        "config.json": json.dumps(config).encode(),
        "layer.tar": b"no tar",
    }


def no_archive(path: Path) -> None:
    path.write_bytes(b"text" * 1000)


def another_archive(path: Path) -> None:
    write(path, {"etc/passwd": b""})


def two_images(path: Path) -> None:
    entries = json.loads(files()["manifest.json"]) * 2
    write(path, {**files(), "manifest.json": json.dumps(entries).encode()})


def no_image(path: Path) -> None:
    write(path, {"manifest.json": b"[]"})


def no_json(path: Path) -> None:
    write(path, {"manifest.json": b"["})


def another_layer(path: Path) -> None:
    write(path, files())


def a_layer_more(path: Path) -> None:
    write(path, files(Layers=["layer.tar", "layer.tar"]))


def a_layer_missing(path: Path) -> None:
    write(path, {name: data for name, data in files().items() if name != "layer.tar"})


def zstd(path: Path) -> None:
    write(path, {**files(), "layer.tar": b"\x28\xb5\x2f\xfd..."})


def a_part(path: Path) -> None:
    write(path, {**files(), "layer.tar": b"x" * 100_000})
    path.write_bytes(path.read_bytes()[:50_000])


DAMAGED = "0" * 64
REFUSED: dict[str, tuple[Callable[[Path], None], type[Failure], str]] = {
    "no archive": (no_archive, UsageFailure, "FILE is no docker archive, or only a part of one"),
    "another archive": (another_archive, UsageFailure, "FILE is no docker archive, or only a part of one"),
    "a part of one": (a_part, UsageFailure, "FILE is no docker archive, or only a part of one"),
    "a missing layer": (a_layer_missing, UsageFailure, "FILE is no docker archive, or only a part of one"),
    "two images": (two_images, UsageFailure, "FILE holds 2 images"),
    "no image": (no_image, DeliveryFailure, "FILE is damaged: manifest.json names no image"),
    "no JSON": (no_json, DeliveryFailure, "FILE is damaged: manifest.json is not JSON"),
    "a layer too many": (
        a_layer_more,
        DeliveryFailure,
        "FILE is damaged: its configuration and its layers do not agree",
    ),
    "another layer": (
        another_layer,
        DeliveryFailure,
        f"FILE is damaged: the layer layer.tar does not have the digest sha256:{DAMAGED}",
    ),
    "zstd": (zstd, UsageFailure, "FILE has a layer that cannot be read here (zstd)"),
}


@pytest.mark.parametrize(("make", "kind", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_the_base_is_refused(
    make: Callable[[Path], None], kind: type[Failure], message: str, tmp_path: Path
) -> None:
    make(tmp_path / "base.tar")
    with pytest.raises(kind) as failure:
        read(tmp_path / "base.tar")
    assert failure.value.message == message
    assert failure.value.hint


def test_an_archive_of_another_platform_is_refused(tmp_path: Path) -> None:
    write_docker_archive(IMAGE, tmp_path / "base.tar")
    with pytest.raises(UsageFailure) as failure:
        read(tmp_path / "base.tar", Platform("linux", "arm64"))
    assert failure.value.message == "FILE has no image for linux/arm64: it holds linux/amd64"
