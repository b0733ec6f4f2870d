"""Bytes to text: which Unicode encoding it is, and where a byte is in none of them."""

from __future__ import annotations

import codecs
import re

from contractctl.core.records import dataclass

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Without a mark the zeros beside the first two ASCII characters tell (YAML 1.2.2 §5.2, RFC 4627 §3). One character
# would not do: a stray NUL in UTF-8 is to be called a control character.
_ZEROS = (
    (re.compile(rb"\0\0\0[^\0]\0\0\0[^\0]", re.DOTALL), "utf-32-be"),
    (re.compile(rb"[^\0]\0\0\0[^\0]\0\0\0", re.DOTALL), "utf-32-le"),
    (re.compile(rb"\0[^\0]\0[^\0]", re.DOTALL), "utf-16-be"),
    (re.compile(rb"[^\0]\0[^\0]\0", re.DOTALL), "utf-16-le"),
)


@dataclass(frozen=True, slots=True)
class Undecodable(ValueError):
    """Bytes that are no text: a message with the first bad byte, and the text before it."""

    message: str
    before: str


def decode(data: bytes) -> str:
    """Return the text of UTF-8, UTF-16 or UTF-32, without its byte order mark. Raise Undecodable."""
    mark, encoding = _encoding(data)
    try:
        return data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        before = data[len(mark) : len(mark) + error.start].decode(encoding)
        offset = len(mark) + error.start
        raise Undecodable(f"byte {offset} (0x{data[offset]:02x}) is not {encoding.upper()}", before) from None


def _encoding(data: bytes) -> tuple[bytes, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return mark, encoding
    return b"", next((encoding for zeros, encoding in _ZEROS if zeros.match(data)), "utf-8")
