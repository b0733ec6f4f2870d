from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from contractctl.image.cache import cache_folder, cached


class Maker:
    """Makes the same bytes each time, and counts."""

    def __init__(self, made: bytes = b"made") -> None:
        self.count = 0
        self.made = made

    def __call__(self) -> bytes:
        self.count += 1
        return self.made


def test_an_equal_key_is_made_once(tmp_path: Path) -> None:
    maker = Maker()
    assert [cached("layer", ["a", "b"], maker, tmp_path) for _ in range(3)] == [b"made"] * 3
    assert maker.count == 1


@pytest.mark.parametrize(
    ("kind", "key"),
    [("layer", ["a", "c"]), ("layer", ["ab"]), ("layer", ["a"]), ("facts", ["a", "b"])],
    ids=["another part", "joined parts", "fewer parts", "another kind"],
)
def test_another_key_is_made_anew(kind: str, key: list[str], tmp_path: Path) -> None:
    cached("layer", ["a", "b"], Maker(b"old"), tmp_path)
    assert cached(kind, key, Maker(b"new"), tmp_path) == b"new"


def truncate(data: bytes) -> bytes:
    return data[:-1]


def flip_content(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def flip_digest(data: bytes) -> bytes:
    return bytes([data[0] ^ 1]) + data[1:]


def empty(data: bytes) -> bytes:
    return b""


@pytest.mark.parametrize("damage", [truncate, flip_content, flip_digest, empty])
def test_a_damaged_entry_is_made_again_and_mended(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    cached("layer", ["a"], Maker(), tmp_path)
    (entry,) = tmp_path.iterdir()
    entry.write_bytes(damage(entry.read_bytes()))
    maker = Maker()
    assert cached("layer", ["a"], maker, tmp_path) == b"made"
    assert cached("layer", ["a"], maker, tmp_path) == b"made"
    assert maker.count == 1


def test_without_a_place_to_write_everything_is_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    maker = Maker()
    assert [cached("layer", ["a"], maker, tmp_path / "file" / "cache") for _ in range(2)] == [b"made"] * 2
    assert maker.count == 2


def test_few_entries_of_a_kind_stay_and_nothing_else_is_left(tmp_path: Path) -> None:
    for number in range(15):
        cached("layer", [str(number)], Maker(), tmp_path)
        newest = max(tmp_path.iterdir(), key=lambda entry: entry.stat().st_mtime_ns)
        os.utime(newest, (number, number))
    cached("facts", ["a"], Maker(), tmp_path)
    assert sorted(entry.name.split("-")[0] for entry in tmp_path.iterdir()) == ["facts", *["layer"] * 12]


@pytest.mark.parametrize(
    ("configured", "expected"),
    [
        ("/var/cache/ci", "/var/cache/ci/contractctl"),
        ("relative", "HOME/.cache/contractctl"),
        ("", "HOME/.cache/contractctl"),
    ],
    ids=["as configured", "a relative folder is not one", "below the home folder"],
)
def test_the_folder_is_the_users(
    configured: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", configured)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == Path(expected.replace("HOME", str(tmp_path)))
