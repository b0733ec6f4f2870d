"""Any bytes at all: a document or a refusal with its place, never anything else.

`make corpus` goes on for a minute, `tools/fuzz 900` for as long as it is told, guided by coverage.
"""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.source.fuzzing import SEEDS, check

WORDS = rb"&a |*a|<<: |!x |!!int |- |: |? |{|}|[|]|,|\"|'|#|\ud83d|\ude00|\U00100000|1e999|NaN|,}|~|=|`|@|// c"
BYTES = (b"\n", b"\r", b"\t", b"---\n", b"...\n", b"%YAML 1.1\n", b"|\n", b"\0", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe")
BREAKS = ("\x85", "\u2028", "\ufeff", "\U00100000")
LONG = (b"9" * 5_000, b"[" * 300, b"k" * 1_100)
PIECES = st.sampled_from((*WORDS.split(b"|"), *BYTES, *(one.encode() for one in BREAKS), *LONG))


@st.composite
def mutated(draw):
    data = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from([0, 0, 1, 2, 8])))
        data = data[:start] + draw(PIECES | st.binary(max_size=4)) + data[end:]
    return data


@pytest.mark.parametrize("seed", range(len(SEEDS)))
def test_the_seeds_hold(seed):
    check(SEEDS[seed])


@settings(max_examples=150, deadline=None)
@example(b"")
@example(b"NaN&a {")
@given(mutated() | st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_in_words(data):
    check(data)
