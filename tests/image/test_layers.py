from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from pathlib import Path
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from contractctl.image.compression import Compression
from contractctl.image.layers import pack_layer
from contractctl.image.runtime import server_layer
from contractctl.image.tree import Directory, Entry, File, Symlink

NAMES = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="/."), min_size=1, max_size=120)
ENTRIES: st.SearchStrategy[Entry] = st.one_of(
    st.builds(File, st.binary(max_size=200), st.booleans()),
    st.builds(Symlink, NAMES),
    st.builds(Directory, st.sampled_from([0o755, 0o1777])),
)
TREES = st.dictionaries(st.lists(NAMES, min_size=2, max_size=2).map("/".join), ENTRIES, max_size=6)


def read_back(tar: bytes) -> dict[str, Entry]:
    """Read a layer with the standard library, its folders of mode 0755 left out."""
    found: dict[str, Entry] = {}
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        for member in archive:
            if member.isdir():
                found[member.name] = Directory(member.mode)
            elif member.issym():
                found[member.name] = Symlink(member.linkname)
            else:
                content = archive.extractfile(member)
                assert content is not None
                found[member.name] = File(content.read(), executable=member.mode == 0o755)
    return found


@given(TREES)
def test_reading_back_gives_what_was_packed(tree: dict[str, Entry]) -> None:
    layer = pack_layer("test", tree)
    found = read_back(layer.blob.data)
    folders = {path.split("/")[0]: Directory() for path in tree}
    assert found == folders | tree


@given(TREES, st.randoms())
def test_the_order_in_which_a_tree_was_made_does_not_matter(tree: dict[str, Entry], random: Random) -> None:
    paths = list(tree)
    random.shuffle(paths)
    assert pack_layer("test", {path: tree[path] for path in paths}) == pack_layer("test", tree)


@given(TREES)
def test_the_digests_are_those_of_the_bytes(tree: dict[str, Entry]) -> None:
    layer = pack_layer("test", tree)
    plain = gzip.decompress(layer.blob.data)
    assert layer.diff_id == f"sha256:{hashlib.sha256(plain).hexdigest()}"
    assert layer.blob.digest == f"sha256:{hashlib.sha256(layer.blob.data).hexdigest()}"


def test_nobody_owns_a_file_and_no_clock_is_in_it() -> None:
    layer = pack_layer("test", {"opt/mock/a": File(b"1"), "tmp": Directory(0o1777)}, time=1_700_000_000)
    with tarfile.open(fileobj=io.BytesIO(layer.blob.data)) as archive:
        members = [(m.name, m.mode, m.uid, m.gid, m.uname, m.gname, m.mtime) for m in archive]
    assert members == [
        ("opt", 0o755, 0, 0, "", "", 1_700_000_000),
        ("opt/mock", 0o755, 0, 0, "", "", 1_700_000_000),
        ("opt/mock/a", 0o644, 0, 0, "", "", 1_700_000_000),
        ("tmp", 0o1777, 0, 0, "", "", 1_700_000_000),
    ]
    assert layer.blob.data[:10] == b"\x1f\x8b\x08\0\0\0\0\0\0\xff"


def test_a_layer_larger_than_one_buffer_is_whole() -> None:
    data = bytes(range(256)) * 20_000
    assert read_back(pack_layer("test", {"big/file": File(data)}).blob.data)["big/file"] == File(data)


@given(TREES)
def test_how_a_layer_is_compressed_shows_in_its_blob_alone(tree: dict[str, Entry]) -> None:
    gzipped, stored = pack_layer("test", tree), pack_layer("test", tree, compression="stored")
    assert gzip.decompress(gzipped.blob.data) == gzip.decompress(stored.blob.data)
    assert gzipped.diff_id == stored.diff_id
    assert gzipped.blob.digest != stored.blob.digest
    assert read_back(stored.blob.data) == read_back(gzipped.blob.data)


def test_the_cache_tells_ways_of_compressing_apart(image_cache: Path) -> None:
    ways: tuple[Compression, ...] = ("stored", "gzip", "stored")
    stored, gzipped, again = (server_layer(way, lambda _step: None, compiled=False) for way in ways)
    assert stored == again
    assert stored.diff_id == gzipped.diff_id
    assert stored.blob.size > gzipped.blob.size
