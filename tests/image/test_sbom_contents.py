"""What an image holds once its layers lie upon each other: whiteouts, links and what installers have written down."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from contractctl.core.failures import DeliveryFailure
from contractctl.image.layers import pack_layer
from contractctl.image.model import OCI_LAYER_GZIP, Blob, LayerBlob
from contractctl.image.sbom.contents import read_contents
from contractctl.image.tree import Directory, Entry, File, Symlink

ONE, TWO = File(b"one"), File(b"two")

LAYERS = [
    pytest.param([{"a/b": ONE}, {"c": TWO}], {"a/b": b"one", "c": b"two"}, id="nothing in common"),
    pytest.param([{"a/b": ONE}, {"a/b": TWO}], {"a/b": b"two"}, id="a file in the place of a file"),
    pytest.param([{"a": ONE, "b": ONE}, {".wh.a": File(b"")}], {"b": b"one"}, id="a file that is gone"),
    pytest.param([{"a/b/c": ONE, "a/d": ONE}, {"a/.wh.b": File(b"")}], {"a/d": b"one"}, id="a folder that is gone"),
    pytest.param(
        [{"a/b": ONE, "a/c/d": ONE, "ab": ONE}, {"a/.wh..wh..opq": File(b""), "a/e": TWO}],
        {"ab": b"one", "a/e": b"two"},
        id="a folder that is emptied and filled anew",
    ),
    pytest.param(
        [{"a": ONE}, {".wh.a": File(b"")}, {"a": TWO}], {"a": b"two"}, id="a file that is gone and comes again"
    ),
    pytest.param([{"a": ONE}, {".wh.a": File(b""), "a": TWO}], {"a": b"two"}, id="whiteouts are for lower layers"),
    pytest.param([{"a/b": ONE}, {"a": TWO}], {"a": b"two"}, id="a file in the place of a folder"),
    pytest.param([{"a/b": ONE}, {"a": Symlink("c")}], {}, id="a link in the place of a folder"),
    pytest.param([{"a": ONE}, {"a": Symlink("c")}], {}, id="a link in the place of a file"),
    pytest.param([{"a": ONE}, {"a": Directory()}], {}, id="a folder in the place of a file"),
    pytest.param([{"a/b": ONE}, {"a": Directory(0o700)}], {"a/b": b"one"}, id="another mode of a folder"),
    pytest.param([{"a": ONE}, {".wh.ab": File(b"")}], {"a": b"one"}, id="what was never there is gone"),
]


@pytest.fixture(autouse=True)
def _cache(image_cache: Path) -> None:
    """Keep what is cached out of the home of whoever runs the tests."""


@pytest.mark.parametrize(("layers", "held"), LAYERS)
def test_later_layers_hide_what_is_below_them(layers: Sequence[dict[str, Entry]], held: dict[str, bytes]) -> None:
    contents = read_contents([pack_layer(str(index), tree) for index, tree in enumerate(layers)])
    digests = {path: facts.sha256 for path, facts in contents.files.items()}
    assert digests == {path: hashlib.sha256(data).hexdigest() for path, data in held.items()}


def test_a_hard_link_is_the_file_that_it_leads_to() -> None:
    lower = pack_layer("lower", {"a/file": ONE})
    link = tarfile.TarInfo("./b/link")
    link.type, link.linkname = tarfile.LNKTYPE, "./a/file"
    contents = read_contents([lower, layer_of(tar_of(link))])
    assert contents.files["b/link"] == contents.files["a/file"]


def test_devices_and_pipes_are_no_files() -> None:
    device, pipe = tarfile.TarInfo("dev/null"), tarfile.TarInfo("run/pipe")
    device.type, pipe.type = tarfile.CHRTYPE, tarfile.FIFOTYPE
    assert read_contents([layer_of(tar_of(device, pipe))]).files == {}


def test_records_go_with_the_files_that_they_are() -> None:
    status = "var/lib/dpkg/status"
    lower, upper = pack_layer("lower", {status: File(b"Package: a\n")}), pack_layer("upper", {status: Symlink("none")})
    assert read_contents([lower]).records == {status: "Package: a\n"}
    assert read_contents([lower, upper]).records == {}


@pytest.mark.parametrize(
    ("path", "resolved"),
    [
        pytest.param("/lib/libz.so.1", "usr/lib/libz.so.1", id="through a link at the root"),
        pytest.param("/usr/lib/libz.so.1", "usr/lib/libz.so.1", id="as it is"),
        pytest.param("/lib", "lib", id="the link itself"),
        pytest.param("/.", "", id="the root"),
    ],
)
def test_a_path_is_followed_through_the_links_of_a_merged_usr(path: str, resolved: str) -> None:
    contents = read_contents([pack_layer("base", {"lib": Symlink("usr/lib"), "usr/lib/libz.so.1": ONE})])
    assert contents.resolve(path).strip(".") == resolved


@pytest.mark.parametrize(
    "data", [b"not gzip at all", b"\x28\xb5\x2f\xfd zstd"], ids=["no archive", "a compression that is not known"]
)
def test_a_layer_that_cannot_be_read_is_named(data: bytes) -> None:
    blob = Blob.of(OCI_LAYER_GZIP, data)
    with pytest.raises(DeliveryFailure, match=f"the layer {blob.digest}") as failure:
        read_contents([LayerBlob("base", blob, "sha256:" + hashlib.sha256(data).hexdigest())])
    assert failure.value.hint


def test_a_layer_that_is_cut_is_named() -> None:
    whole = pack_layer("base", {"big": File(bytes(range(256)) * 1000)})
    cut = Blob.of(OCI_LAYER_GZIP, whole.blob.data[: whole.blob.size // 2])
    with pytest.raises(DeliveryFailure, match=cut.digest):
        read_contents([LayerBlob("base", cut, "sha256:cut")])


def tar_of(*members: tarfile.TarInfo) -> bytes:
    """Write members without content."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        for member in members:
            archive.addfile(member)
    return written.getvalue()


def layer_of(tar: bytes) -> LayerBlob:
    """Make a layer that is not compressed."""
    blob = Blob.of("application/vnd.oci.image.layer.v1.tar", tar)
    return LayerBlob("made", blob, blob.digest)
