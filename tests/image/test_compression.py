from __future__ import annotations

import gzip
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contractctl.image.compression import Compression, GzipSink

COMPRESSIONS: tuple[Compression, ...] = ("gzip", "stored")


def packed(pieces: list[bytes], compression: Compression) -> tuple[bytes, str]:
    sink = GzipSink(compression)
    for piece in pieces:
        sink.write(piece)
    return sink.finish()


@pytest.mark.parametrize("compression", COMPRESSIONS)
@settings(deadline=None)
@given(pieces=st.lists(st.binary(max_size=200)), copies=st.integers(0, 2000))
def test_reading_back_gives_what_was_written(compression: Compression, pieces: list[bytes], copies: int) -> None:
    written = [*pieces, *pieces * copies]
    data, digest = packed(written, compression)
    assert gzip.decompress(data) == b"".join(written)
    assert digest == f"sha256:{hashlib.sha256(b''.join(written)).hexdigest()}"


@pytest.mark.parametrize("size", [0, 1, 0xFFFE, 0xFFFF, 0x10000, 2 * 0xFFFF, 2 * 0xFFFF + 1])
@pytest.mark.parametrize("piece", [1000, 0xFFFF, 1 << 20])
def test_stored_blocks_do_not_show_in_which_pieces_they_were_written(size: int, piece: int) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    data = data[:size]
    pieces = [data[at : at + piece] for at in range(0, size, piece)]
    whole, cut = packed([data], "stored"), packed(pieces, "stored")
    assert whole == cut
    assert gzip.decompress(cut[0]) == data
    assert len(cut[0]) == 10 + size + 5 * max(1, -(-size // 0xFFFF)) + 8
