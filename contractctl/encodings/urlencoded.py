"""`application/x-www-form-urlencoded`, both ways: names and values in one line. forms.py says what they mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote_to_bytes

from contractctl.encodings.choices import Reader, StyleError, text_choices
from contractctl.encodings.forms import Field, Fields, Form
from contractctl.encodings.multipart import Malformed, parse_parameters
from contractctl.encodings.values import Value

MOST_FIELDS = 10_000

_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_ESCAPE = re.compile(rb"%[0-9A-Fa-f]{2}")
# Those that leave ASCII as it is, without which names and delimiters would not be found.
_CHARSET = re.compile(r"utf-?8|us-ascii|iso-8859-\d{1,2}|windows-125\d|koi8-[ru]|shift_jis|euc-(jp|kr)|gbk|gb2312|big5")
_ESCAPED = {",": ("%2C", "%2c"), "|": ("%7C", "%7c"), " ": ("+", "%20"), "\t": ("%09",)}


def read_urlencoded(data: bytes, form: Form, content_type: str = "") -> Fields:
    """Read a form that is one line of names and values; raise Malformed.

    Its Content-Type may name a charset, and so may a field `_charset_` that the form does not have.
    """
    pairs = _Pairs(data, form, parse_parameters(content_type)[1].get("charset", ""))

    def value(text: str, field: Field) -> Sequence[Value]:
        return text_choices(pairs.decoded(text), field)

    reader = Reader(pairs.by_name, value=value, text=pairs.decoded, split=_split_escaped)
    try:
        return Fields(reader.values(form))
    except StyleError as error:
        return Fields(faults=(error.fault(form),))


class _Pairs:
    """Names and values of a form, names decoded. Everything is checked first, so that decoding never fails."""

    def __init__(self, data: bytes, form: Form, charset: str) -> None:
        if found := _BAD_ESCAPE.search(data):
            raise Malformed(f"the form has a bad escape `{_shown(data[found.start() :][:3])}`", found.start())
        if data.count(b"&") > MOST_FIELDS:
            raise Malformed(f"the form has more than {MOST_FIELDS} fields", len(data))
        declared = re.search(rb"(?:^|&)_charset_=([^&]*)", data) if "_charset_" not in form.fields else None
        self._charset = known_charset(declared[1].decode("latin-1") if declared else charset)
        self._check(data)
        # Latin-1 keeps each byte; what is escaped and what is not are decoded together.
        text = data.decode("latin-1").rstrip("\r\n")
        self.by_name: dict[str, list[str]] = {}
        for piece in text.split("&"):
            if piece:
                name, _, value = piece.partition("=")
                self.by_name.setdefault(self.decoded(name), []).append(value)
        if declared:
            del self.by_name["_charset_"]

    def decoded(self, text: str) -> str:
        """Undo `+`, escapes and charset."""
        plain = text.replace("+", " ") if "+" in text else text
        if plain.isascii() and "%" not in plain:
            return plain
        return unquote_to_bytes(plain.encode("latin-1")).decode(self._charset)

    def _check(self, data: bytes) -> None:
        if data.isascii() and b"%" not in data:
            return
        try:
            # Names and values are bounded by ASCII, so that all of them can be decoded where the whole can.
            unquote_to_bytes(data).decode(self._charset)
        except UnicodeDecodeError as error:
            raise Malformed(f"the form is not {self._charset}", _before_unquoting(data, error.start)) from None


def known_charset(name: str) -> str:
    """Return a charset's name where it is one that can be read, else UTF-8."""
    plain = name.strip().lower()
    return plain if _CHARSET.fullmatch(plain) else "utf-8"


def _before_unquoting(data: bytes, place: int) -> int:
    """Return where the byte lies in `data` that is at `place` when escapes are undone."""
    for found in _ESCAPE.finditer(data):
        if found.start() >= place:
            break
        place += 2
    return place


def _split_escaped(text: str, delimiter: str) -> Iterator[Sequence[str]]:
    """Yield the pieces between delimiters and, where there are none, between those that are escaped.

    An escaped delimiter belongs to its value (RFC 6570 §3.2.1); but what writes forms escapes every one.
    """
    if not text:
        yield ()
        return
    escaped = _ESCAPED[delimiter]
    always = escaped if delimiter != "," else ()
    for other in always:
        text = text.replace(other, delimiter)
    yield text.split(delimiter)
    if not always and delimiter not in text and any(other in text for other in escaped):
        yield re.split("|".join(escaped), text)


def _shown(data: bytes) -> str:
    return data.decode("ascii", "backslashreplace")
