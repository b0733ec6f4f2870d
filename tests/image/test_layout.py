from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from contractctl.core.failures import DeliveryFailure, Failure, UsageFailure
from contractctl.image.archive import write_oci_folder
from contractctl.image.bases.host import host_interpreter, host_platform
from contractctl.image.bases.interpreter import Interpreter, find_interpreter
from contractctl.image.bases.layout import read_layout
from contractctl.image.build import build_image
from contractctl.image.model import OCI_INDEX, Blob, ImageSet, LayerBlob, Platform
from contractctl.image.reference import parse_reference
from tests.image.built import CONTRACTS, METADATA
from tests.image.small_images import small_image, small_layer

AMD64 = Platform("linux", "amd64")


def name_first_image(folder: Path, name: str) -> None:
    """Name an image as containerd does; `org.opencontainers.image.ref.name` alone is mostly a bare tag."""
    index = json.loads((folder / "index.json").read_text())
    index["manifests"][0]["annotations"]["io.containerd.image.name"] = name
    (folder / "index.json").write_text(json.dumps(index))


def test_the_layers_of_the_base_stay_as_they_are_below_ours(host_image: ImageSet, tmp_path: Path) -> None:
    write_oci_folder(host_image, tmp_path / "base", (parse_reference("ghcr.io/acme/base:1"),))
    name_first_image(tmp_path / "base", "ghcr.io/acme/base:1")
    image = build_image(CONTRACTS, base=f"oci:{tmp_path / 'base'}", metadata=METADATA)
    count = len(host_image.images[0].layers)
    ours, theirs = image.images[0].layers, host_image.images[0].layers
    assert [layer.blob for layer in ours[:count]] == [layer.blob for layer in theirs]
    assert [layer.name for layer in ours[count:]] == ["wheels", "server", "bundle"]
    manifest, config = json.loads(image.manifest.data), json.loads(image.images[0].config.data)
    assert manifest["annotations"]["org.opencontainers.image.base.digest"] == host_image.digest
    assert manifest["annotations"]["org.opencontainers.image.base.name"] == "ghcr.io/acme/base:1"
    assert config["config"]["Entrypoint"][0] == host_interpreter()
    assert "PATH=/usr/local/bin:/usr/bin:/bin" in config["config"]["Env"]
    assert len(config["history"]) == len(config["rootfs"]["diff_ids"]) == len(image.images[0].layers)


def test_no_bytecode_ties_the_layers_to_the_python_that_runs_here(host_image: ImageSet, tmp_path: Path) -> None:
    write_oci_folder(host_image, tmp_path / "base")
    image = build_image(CONTRACTS, base=f"oci:{tmp_path / 'base'}", metadata=METADATA)
    names = [name for layer in image.images[0].layers[-3:] for name in names_in(layer)]
    assert any(name.endswith("/httptools/__init__.py") for name in names)
    assert any(name.endswith("/mockserver/server.py") for name in names)
    assert not [name for name in names if name.endswith(".pyc")]


def names_in(layer: LayerBlob) -> list[str]:
    with tarfile.open(fileobj=io.BytesIO(layer.blob.data)) as archive:
        return archive.getnames()


def test_the_folder_of_the_base_leaves_no_trace(host_image: ImageSet, tmp_path: Path) -> None:
    write_oci_folder(host_image, tmp_path / "one")
    write_oci_folder(host_image, tmp_path / "another")
    one, another = (
        build_image(CONTRACTS, base=f"oci:{tmp_path / name}", metadata=METADATA) for name in ("one", "another")
    )
    assert one == another


def put(folder: Path, value: object, media_type: str, platform: Platform | None = None) -> dict[str, object]:
    """Store a JSON blob in a layout and return its descriptor."""
    blob = Blob.of(media_type, json.dumps(value).encode())
    path = folder / "blobs" / "sha256" / blob.digest.removeprefix("sha256:")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(blob.data)
    named = {"platform": {"os": platform.os, "architecture": platform.architecture}} if platform else {}
    return {"mediaType": media_type, "digest": blob.digest, "size": blob.size, **named}


def write_multi_platform_layout(folder: Path) -> None:
    """Write an index of two platforms and of what BuildKit attests, as registries hold them."""
    entries = [put(folder, {"schemaVersion": 2, "layers": []}, "any", Platform("unknown", "unknown"))]
    for architecture in ("amd64", "arm64"):
        config = {"os": "linux", "architecture": architecture, "rootfs": {"diff_ids": []}}
        manifest = {"config": put(folder, config, "config"), "layers": []}
        entries.append(put(folder, manifest, "manifest", Platform("linux", architecture)))
    index = put(folder, {"manifests": entries}, OCI_INDEX)
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [index]}))


@pytest.mark.parametrize("architecture", ["amd64", "arm64"])
def test_an_index_is_searched_for_the_platform(architecture: str, tmp_path: Path) -> None:
    write_multi_platform_layout(tmp_path)
    wanted = Platform("linux", architecture)
    (stored,) = read_layout(tmp_path, [wanted])
    assert stored.platform == wanted
    assert stored.digest == json.loads((tmp_path / "index.json").read_text())["manifests"][0]["digest"]


def missing(folder: Path) -> None:
    pass


def a_file(folder: Path) -> None:
    folder.write_bytes(b"")


def another_folder(folder: Path) -> None:
    folder.mkdir()


def broken_index(folder: Path) -> None:
    write_oci_folder(small_image(), folder)
    (folder / "index.json").write_text("{")


def other_platforms(folder: Path) -> None:
    folder.mkdir()
    write_multi_platform_layout(folder)
    index = json.loads((folder / "index.json").read_text())
    nested = folder / "blobs" / "sha256" / index["manifests"][0]["digest"].removeprefix("sha256:")
    held = json.loads(nested.read_text())["manifests"]
    (folder / "index.json").write_text(json.dumps({"manifests": held[2:]}))


def two_images(folder: Path) -> None:
    write_oci_folder(small_image("rex"), folder)
    entries = json.loads((folder / "index.json").read_text())["manifests"]
    other = small_image("stego")
    for blob in other.blobs().values():
        (folder / "blobs" / "sha256" / blob.digest.removeprefix("sha256:")).write_bytes(blob.data)
    entries.append({"mediaType": other.manifest.media_type, "digest": other.digest, "size": other.manifest.size})
    (folder / "index.json").write_text(json.dumps({"manifests": entries}))


def no_python(folder: Path) -> None:
    write_oci_folder(small_image(), folder)


REFUSED: dict[str, tuple[Callable[[Path], None], str]] = {
    "no such folder": (missing, "cannot read the base image: there is no folder DIR"),
    "a file": (a_file, "cannot read the base image: there is no folder DIR"),
    "another kind of folder": (
        another_folder,
        "cannot read the base image: DIR is not an OCI layout (it needs oci-layout and index.json)",
    ),
    "an index that is no JSON": (
        broken_index,
        "cannot read the base image: DIR is not an OCI layout (it needs oci-layout and index.json)",
    ),
    "no image for the platform": (
        other_platforms,
        "the OCI layout DIR has no image for linux/amd64: it holds linux/arm64",
    ),
    "several images for the platform": (two_images, "the OCI layout DIR holds 2 images for linux/amd64"),
    "no Python in it": (no_python, "the base image oci:DIR has no Python 3 in it"),
}


@pytest.mark.parametrize(("write", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_a_layout_that_cannot_be_the_base_is_refused(
    write: Callable[[Path], None], message: str, tmp_path: Path, image_cache: Path
) -> None:
    folder = tmp_path / "base"
    write(folder)
    with pytest.raises(UsageFailure) as failure:
        build_image(CONTRACTS, base=f"oci:{folder}", metadata=METADATA, platforms=[AMD64])
    assert failure.value.message == message.replace("DIR", str(folder))


def change_a_layer(folder: Path, image: ImageSet) -> str:
    blob = image.images[0].layers[0].blob
    (folder / "blobs/sha256" / blob.digest.removeprefix("sha256:")).write_bytes(blob.data[:-1])
    return f"the blob {blob.digest} does not have that digest"


def lose_the_configuration(folder: Path, image: ImageSet) -> str:
    (folder / "blobs/sha256" / image.images[0].config.digest.removeprefix("sha256:")).unlink()
    return f"the blob {image.images[0].config.digest} cannot be read"


def point_out_of_the_layout(folder: Path, image: ImageSet) -> str:
    (folder / "index.json").write_text(json.dumps({"manifests": [{"digest": "sha256:../../etc/passwd"}]}))
    return "'sha256:../../etc/passwd' is not a sha256 digest"


@pytest.mark.parametrize("damage", [change_a_layer, lose_the_configuration, point_out_of_the_layout])
def test_damage_is_told_with_the_blob(damage: Callable[[Path, ImageSet], str], tmp_path: Path) -> None:
    image = small_image()
    write_oci_folder(image, tmp_path / "base")
    said = damage(tmp_path / "base", image)
    with pytest.raises(DeliveryFailure) as failure:
        read_layout(tmp_path / "base", [AMD64])
    assert failure.value.message == f"the OCI layout {tmp_path / 'base'} is damaged: {said}"


LIBC = b"\x7fELF...GNU C Library (Debian GLIBC 2.36-9+deb12u10) stable release version 2.36.\n"
PATH = {"PATH": "/usr/local/bin:/usr/bin"}
FOUND: dict[str, tuple[dict[str, bytes], dict[str, str], Interpreter]] = {
    "Debian's": (
        {"./usr/bin/python3.11": b"", "./usr/lib/x86_64-linux-gnu/libc.so.6": LIBC},
        {},
        Interpreter("/usr/bin/python3.11", "3.11", "glibc", (2, 36)),
    ),
    "the first on the PATH": (
        {"usr/bin/python3.13": b"", "usr/local/bin/python3.12": b"", "opt/x/bin/python3.14": b""},
        PATH,
        Interpreter("/usr/local/bin/python3.12", "3.12", "glibc", (2, 17)),
    ),
    "the newest of one folder": (
        {"usr/bin/python3.9": b"", "usr/bin/python3.12": b"", "usr/bin/python3.11": b""},
        PATH,
        Interpreter("/usr/bin/python3.12", "3.12", "glibc", (2, 17)),
    ),
    "the one that PYTHON_VERSION names": (
        {"usr/local/bin/python3.12": b"", "usr/bin/python3.13": b""},
        {**PATH, "PYTHON_VERSION": "3.13.2"},
        Interpreter("/usr/bin/python3.13", "3.13", "glibc", (2, 17)),
    ),
    "Alpine's": (
        {"usr/local/bin/python3.13": b"", "lib/ld-musl-x86_64.so.1": b""},
        PATH,
        Interpreter("/usr/local/bin/python3.13", "3.13", "musl", (1, 2)),
    ),
    "an older Debian's, whose libc names its version": (
        {"usr/local/bin/python3.11": b"", "lib/x86_64-linux-gnu/libc-2.31.so": b""},
        PATH,
        Interpreter("/usr/local/bin/python3.11", "3.11", "glibc", (2, 31)),
    ),
}


@pytest.mark.parametrize(("files", "environment", "expected"), FOUND.values(), ids=FOUND.keys())
def test_the_python_of_a_base_is_found(
    files: dict[str, bytes], environment: dict[str, str], expected: Interpreter, image_cache: Path
) -> None:
    assert find_interpreter([small_layer("base", files)], environment, "oci:base") == expected


UPPER: dict[str, tuple[dict[str, bytes], str]] = {
    "takes the file away": ({"usr/local/bin/.wh.python3.13": b""}, "/usr/bin/python3.11"),
    "takes the folder away": ({"usr/.wh.local": b""}, "/usr/bin/python3.11"),
    "empties the folder": ({"usr/local/bin/.wh..wh..opq": b""}, "/usr/bin/python3.11"),
    "empties the folder and fills it": (
        {"usr/local/bin/python3.12": b"", "usr/local/bin/.wh..wh..opq": b""},
        "/usr/local/bin/python3.12",
    ),
    "takes another file away": ({"usr/local/bin/.wh.python3.1": b""}, "/usr/local/bin/python3.13"),
    "empties a folder that begins alike": ({"usr/lo/.wh..wh..opq": b""}, "/usr/local/bin/python3.13"),
}


@pytest.mark.parametrize(("upper", "expected"), UPPER.values(), ids=UPPER.keys())
def test_an_upper_layer_may_hide_a_python(upper: dict[str, bytes], expected: str, image_cache: Path) -> None:
    lower = small_layer("base", {"usr/local/bin/python3.13": b"", "usr/bin/python3.11": b""})
    assert find_interpreter([lower, small_layer("base", upper)], PATH, "base").path == expected


def test_a_python_that_is_too_old_for_the_server_is_refused(image_cache: Path) -> None:
    with pytest.raises(UsageFailure) as failure:
        find_interpreter([small_layer("base", {"usr/bin/python3.10": b""})], PATH, "debian:11")
    assert failure.value.message == "the base image debian:11 has Python 3.10; the mock server needs 3.11 or newer"


@pytest.mark.parametrize(
    ("name", "environment"),
    [
        ("usr/bin/python3", {}),
        ("usr/bin/python2.7", {}),
        ("usr/share/python3.11", {}),
        ("usr/bin/python3.11-config", {}),
        ("usr/bin/python3.11", {"PYTHON_VERSION": "3.13.0"}),
    ],
)
def test_what_only_looks_like_python_is_not_taken(name: str, environment: dict[str, str], image_cache: Path) -> None:
    with pytest.raises(UsageFailure, match="the base image oci:base has no Python 3"):
        find_interpreter([small_layer("base", {name: b""})], environment, "oci:base")


@pytest.mark.parametrize("data", [b"\x28\xb5\x2f\xfd zstd", gzip.compress(b"no tar"), b""], ids=["zstd", "no tar", ""])
def test_a_layer_that_cannot_be_read_is_named(data: bytes, image_cache: Path) -> None:
    blob = Blob.of("application/vnd.oci.image.layer.v1.tar+zstd", data)
    with pytest.raises(Failure) as failure:
        find_interpreter([LayerBlob("base", blob, blob.digest)], {}, "oci:base")
    assert blob.digest in failure.value.message
    assert failure.value.exit_code == 3


def test_a_layout_of_the_hosts_own_platform_needs_no_option(host_image: ImageSet) -> None:
    assert host_image.images[0].platform == host_platform()
