"""Bytes to text: every encoding that YAML 1.2.2 §5.2 and RFC 8259 have had, and the place of a byte in none of them."""

from __future__ import annotations

import pytest

from contractctl.core.failures import UnloadableDescription
from contractctl.core.locations import Span
from contractctl.source.parse import parse_document

UNMARKED = ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["without a mark", "with a mark"])
@pytest.mark.parametrize("encoding", UNMARKED)
@pytest.mark.parametrize(("name", "text"), [("a.json", '{"a": "é😀"}'), ("a.yaml", "a: é😀\n")])
def test_every_encoding_gives_the_same_value(name, text, encoding, mark):
    assert parse_document(name, (mark + text).encode(encoding)).root == {"a": "é😀"}


@pytest.mark.parametrize(
    ("data", "message", "span"),
    [
        pytest.param(
            "a: 1\r\nbé: ".encode() + b"caf\xe9\n", "byte 14 (0xe9) is not UTF-8", Span(2, 8, 2, 8), id="latin-1"
        ),
        pytest.param(b"\xef\xbb\xbfa: \xff", "byte 6 (0xff) is not UTF-8", Span(1, 4, 1, 4), id="after a mark"),
        pytest.param(b"a: \xed\xa0\x80", "byte 3 (0xed) is not UTF-8", Span(1, 4, 1, 4), id="a lone surrogate"),
        pytest.param(
            "\ufeffa:\n b".encode("utf-16-le") + b"x",
            "byte 12 (0x78) is not UTF-16-LE",
            Span(2, 3, 2, 3),
            id="UTF-16 that is cut off",
        ),
        pytest.param(
            "\ufeffa: ".encode("utf-16-be") + b"\xd8\x3d\0b",
            "byte 8 (0xd8) is not UTF-16-BE",
            Span(1, 4, 1, 4),
            id="a lone surrogate in UTF-16",
        ),
    ],
)
def test_a_byte_that_is_no_text_is_placed(data, message, span):
    with pytest.raises(UnloadableDescription) as refusal:
        parse_document("a.yaml", data)
    (finding,) = refusal.value.findings
    assert (finding.rule, finding.message, finding.hint) == ("document-encoding", message, "save the file as UTF-8")
    assert finding.location.span == span
