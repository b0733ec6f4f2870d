from __future__ import annotations

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from contractctl.core.failures import DeliveryFailure
from contractctl.image.blobs import BlobStore, Damaged, Incoming
from contractctl.image.model import Blob


def digest_of(data: bytes) -> str:
    return Blob.of("", data).digest


@pytest.mark.parametrize("data", [b"", b"a", bytes(range(256)) * 10_000], ids=["nothing", "little", "much"])
def test_what_was_kept_is_found_by_any_store_of_the_folder(data: bytes, tmp_path: Path) -> None:
    kept = BlobStore(tmp_path).keep("layer", data)
    found = BlobStore(tmp_path).find("layer", digest_of(data))
    assert found == kept == Blob.of("layer", data)
    assert found.data == data
    assert isinstance(found.content, Path)


def test_what_was_never_kept_is_not_found(tmp_path: Path) -> None:
    assert BlobStore(tmp_path).find("layer", digest_of(b"x")) is None


def shorten(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def change(path: Path) -> None:
    path.write_bytes(b"X" + path.read_bytes()[1:])


def become_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [shorten, change, become_a_folder])
def test_what_is_damaged_is_not_given_out(damage: Callable[[Path], None], tmp_path: Path) -> None:
    kept = BlobStore(tmp_path).keep("layer", b"whole")
    assert isinstance(kept.content, Path)
    damage(kept.content)
    assert BlobStore(tmp_path).find("layer", kept.digest) is None


@pytest.mark.parametrize("damage", [shorten, change])
def test_what_is_damaged_is_kept_anew(damage: Callable[[Path], None], tmp_path: Path) -> None:
    kept = BlobStore(tmp_path).keep("layer", b"whole")
    assert isinstance(kept.content, Path)
    damage(kept.content)
    assert BlobStore(tmp_path).keep("layer", b"whole").data == b"whole"


def test_what_is_not_what_its_digest_says_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(Damaged):
        BlobStore(tmp_path).receive("layer", digest_of(b"one"), lambda sink: sink.write(b"another"))
    assert list(tmp_path.iterdir()) == []


def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def fill(_sink: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        BlobStore(tmp_path).receive("layer", digest_of(b"one"), fill)
    assert list(tmp_path.iterdir()) == []


def test_a_second_start_forgets_the_first(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)

    def kept(data: bytes) -> Blob:
        def fill(sink: Incoming) -> None:
            sink.write(b"half of something longer")
            sink.restart()
            sink.write(data)

        return store.receive("layer", digest_of(data), fill)

    assert kept(b"one") == Blob.of("layer", b"one")
    assert kept(b"one").data == b"one"


def test_without_a_folder_that_can_be_written_blobs_stay_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    store = BlobStore(tmp_path / "file" / "blobs")
    kept = store.keep("layer", b"data")
    assert kept.content == b"data"
    assert store.find("layer", kept.digest) == kept


def test_a_blob_for_which_there_is_no_room_stays_in_memory(tmp_path: Path) -> None:
    pieces = [bytes([number]) * 1000 for number in range(5)]

    def fill(sink: Incoming) -> None:
        for piece in pieces:
            sink.write(piece)

    store = BlobStore(tmp_path)
    with no_file_larger_than(2500):
        kept = store.receive("layer", digest_of(b"".join(pieces)), fill)
    assert kept.content == b"".join(pieces)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("room", [0, 2500], ids=["no file at all", "a disk that is full"])
def test_a_blob_that_is_too_large_for_memory_is_refused(room: int, tmp_path: Path) -> None:
    def fill(sink: Incoming) -> None:
        for _ in range(5):
            sink.write(bytes(1000))

    store = BlobStore(tmp_path, in_memory=2000)
    with no_file_larger_than(room), pytest.raises(DeliveryFailure, match="cannot keep a layer of more than 2000 bytes"):
        store.receive("layer", digest_of(bytes(5000)), fill)
    assert list(tmp_path.iterdir()) == []


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """Have the system refuse what goes beyond, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def used_at(blob: Blob, seconds: int) -> None:
    assert isinstance(blob.content, Path)
    os.utime(blob.content, (seconds, seconds))


def test_the_longest_unused_go_when_there_is_too_much(tmp_path: Path) -> None:
    for number, name in enumerate([b"oldest", b"middle", b"newest"]):
        used_at(BlobStore(tmp_path).keep("layer", name * 100), number + 1)
    assert BlobStore(tmp_path).find("layer", digest_of(b"oldest" * 100)) is not None
    BlobStore(tmp_path, largest=1500).keep("layer", b"another")
    kept = {path.name.removeprefix("sha256-") for path in tmp_path.iterdir()}
    expected = {digest_of(data).removeprefix("sha256:") for data in (b"another", b"oldest" * 100, b"newest" * 100)}
    assert kept == expected


def test_what_a_store_gave_out_stays_however_much_there_is(tmp_path: Path) -> None:
    store = BlobStore(tmp_path, largest=10)
    kept = [store.keep("layer", bytes([number]) * 100) for number in range(5)]
    assert [blob.data for blob in kept] == [bytes([number]) * 100 for number in range(5)]


def test_what_others_are_receiving_stays_until_it_is_abandoned(tmp_path: Path) -> None:
    fresh, abandoned = tmp_path / "receiving-1", tmp_path / "receiving-2"
    fresh.write_bytes(bytes(100))
    abandoned.write_bytes(bytes(100))
    os.utime(abandoned, (1, 1))
    BlobStore(tmp_path, largest=10).keep("layer", b"x" * 100)
    assert (fresh.exists(), abandoned.exists()) == (True, False)
