"""Texts of a format: those of JSON Schema 2020-12 §7.3, of OpenAPI, and of the OpenAPI format registry."""

from __future__ import annotations

import base64
import binascii
import quopri
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, TypeAlias

from contractctl.synth.names import FIRST_DAY, day_writer, first_name, last_name
from contractctl.synth.vocabulary import FIRST

Writer: TypeAlias = Callable[[int], str]
"""Writes a text by a number from 0; another number gives another text, as far as there are several."""

_HOSTS: Final = 254
# English, whatever the locale (RFC 9110 §5.6.7).
_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MILLION: Final = 1_000_000
_LONGEST_LABEL: Final = 63
# A picture of one transparent pixel.
_PIXEL: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def format_writer(format_name: str, name: str) -> Writer | None:
    """Return what writes texts of a format for a member of a name; None for a format that is not known."""
    if format_name in _DATED:
        return _DATED[format_name](day_writer(name))
    return _FORMATS.get(format_name)


def short_writer(format_name: str) -> Writer | None:
    """Return what writes the shortest texts of a format, for where the usual ones are too long; None if it has none."""
    return _SHORT.get(format_name)


def stretched(value: str, format_name: str, least: int) -> str:
    """Return a text of the format with `least` characters, made from one that has fewer, as far as the format goes."""
    missing = least - len(value)
    if missing <= 0:
        return value
    match format_name:
        case "email" | "idn-email":
            room = min(missing, 64 - value.index("@"))
            return _labelled("a" * room + value, missing - room)
        case "hostname" | "idn-hostname":
            return _labelled(value, missing)
        case "date-time" | "time" if missing > 1:
            return f"{value[:-1]}.{'0' * (missing - 1)}Z"
        case "duration":
            return f"P{value[1:].rjust(least - 1, '0')}"
        case "ipv6":
            return f"2001:0db8:0000:0000:0000:0000:0000:{value.rpartition(':')[2]:0>4}"
        case "byte" | "base64":
            return f"{value[:-4]}{'Y29u' * ((missing + 3) // 4)}{value[-4:]}"
        case name if name in _OPEN:
            return value + "a" * missing
        case _:
            return value


def _labelled(value: str, missing: int) -> str:
    """Lengthen a name of a host, or an address at one, by labels of at most 63 letters before its last one."""
    name, dot, last = value.rpartition(".")
    if not dot:
        return "a" * missing + value
    while missing > 1:
        size = min(missing - 1, _LONGEST_LABEL)
        # One letter that is left over would have no place of its own beside its dot.
        size -= missing - 1 - size == 1
        name, missing = f"{name}.{'a' * size}", missing - size - 1
    return f"{name}{'a' * missing}.{last}"


def content_writer(encoding: str, media_type: str) -> Writer | None:
    """Return what writes content in an encoding (`contentEncoding`, `contentMediaType`); None where both are unknown.

    Without an encoding only content that is text is written.
    """
    encode = _ENCODINGS.get(encoding.lower())
    written = _MEDIA.get(media_type.partition(";")[0].strip().lower())
    if encode is None:
        return written if not encoding else None
    if media_type.lower().startswith("image/"):
        return lambda _: encode(_PIXEL)
    content = written or _content
    return lambda pick: encode(content(pick).encode())


def _email(pick: int) -> str:
    first = first_name(pick).lower()
    return f"{first}@example.com" if pick < len(FIRST) else f"{first}.{last_name(pick).lower()}@example.com"


def _address(pick: int) -> str:
    return f"192.0.2.{(pick + 1) % _HOSTS + 1}"


def _content(pick: int) -> str:
    return f"content {pick + 1}"


def _base64(pick: int) -> str:
    return base64.b64encode(_content(pick).encode()).decode()


def _http_date(pick: int) -> str:
    day = date.fromordinal(FIRST_DAY + pick % 10_000)
    weekday = _WEEKDAYS[day.weekday()]
    month = _MONTHS[day.month - 1]
    return f"{weekday}, {day.day:02} {month} {day.year} 09:30:00 GMT"


def _uuid(pick: int) -> str:
    return f"3fa85f64-5717-4562-b3fc-{0x2C963F66AFA6 + pick:012x}"


def _letter(pick: int) -> str:
    return "abcdefghijklmnopqrstuvwxyz"[pick % 26]


def _counted(pick: int) -> str:
    return str(pick + 1)


def _uri(pick: int) -> str:
    return f"https://example.com/{pick + 1}"


def _host(pick: int) -> str:
    return f"host{pick + 1}.example.com"


_DATED: Final[Mapping[str, Callable[[Writer], Writer]]] = {
    "date": lambda day: day,
    "date-time": lambda day: lambda pick: f"{day(pick)}T09:30:00Z",
    "date-time-local": lambda day: lambda pick: f"{day(pick)}T09:30:00",
}
_FORMATS: Final[Mapping[str, Writer]] = {
    "time": lambda pick: f"{(9 + pick // 60) % 24:02}:{(30 + pick) % 60:02}:00Z",
    "time-local": lambda pick: f"{(9 + pick // 60) % 24:02}:{(30 + pick) % 60:02}:00",
    "duration": lambda pick: f"P{pick + 1}D",
    "email": _email,
    "idn-email": _email,
    "hostname": _host,
    "idn-hostname": _host,
    "ipv4": _address,
    "ip": _address,
    "ipv6": lambda pick: f"2001:db8::{(pick + 1) % 0xFFFF:x}",
    **dict.fromkeys(("uri", "url", "iri"), _uri),
    **dict.fromkeys(("uri-reference", "iri-reference"), lambda pick: f"/items/{pick + 1}"),
    "uri-template": lambda pick: f"/items/{pick + 1}/{{id}}" if pick else "/items/{id}",
    **dict.fromkeys(("uuid", "guid"), _uuid),
    "json-pointer": lambda pick: f"/items/{pick}",
    "relative-json-pointer": str,
    "regex": lambda pick: f"^[a-z]{{{pick % 100 + 1}}}$",
    **dict.fromkeys(("byte", "base64"), _base64),
    "base64url": lambda pick: _base64(pick).translate({43: "-", 47: "_", 61: None}),
    "binary": _content,
    "password": lambda pick: f"correct-horse-{pick + 1}",
    "char": lambda pick: "abcdefghijklmnopqrstuvwxyz"[pick % 26],
    **dict.fromkeys(("decimal", "decimal128"), lambda pick: f"{pick + 9}.99"),
    **dict.fromkeys(("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"), _counted),
    **dict.fromkeys(("double", "float", "double-int"), _counted),
    "etag": lambda pick: f'"{pick + 1:x}"',
    "http-date": _http_date,
    "media-range": lambda pick: ("application/json", "text/*", "*/*")[pick % 3],
    "commonmark": lambda pick: f"A *short* text {pick + 1}",
    "html": lambda pick: f"<p>A short text {pick + 1}</p>",
    "sf-string": lambda pick: f'"text {pick + 1}"',
    "sf-token": lambda pick: f"token{pick + 1}",
    "sf-binary": lambda pick: f":{_base64(pick)}:",
    "sf-boolean": lambda pick: f"?{(pick + 1) % 2}",
    "sf-integer": _counted,
    "sf-decimal": lambda pick: f"{pick + 1}.5",
    "language-tag": lambda pick: ("en", "de-DE", "pt-PT")[pick % 3],
    "country-code": lambda pick: ("DE", "PT", "NO")[pick % 3],
    "currency": lambda pick: ("EUR", "USD", "GBP")[pick % 3],
    "phone": lambda pick: f"+49 30 {901820 + pick % _MILLION}",
    "color": lambda pick: f"#{pick * 4099 % 0x1000000:06x}",
}
_SHORT: Final[Mapping[str, Writer]] = {
    **dict.fromkeys(("email", "idn-email"), lambda pick: f"{_letter(pick)}@b.co"),
    **dict.fromkeys(("hostname", "idn-hostname"), _letter),
    **dict.fromkeys(("uri", "url", "iri"), lambda pick: f"{_letter(pick)}:b"),
    **dict.fromkeys(("uri-reference", "iri-reference", "uri-template", "regex"), _letter),
    "ipv6": lambda pick: f"::{pick % 0xF + 1:x}",
    "ipv4": lambda pick: f"{pick % 9 + 1}.1.1.1",
    "json-pointer": lambda pick: f"/{_letter(pick)}",
    **dict.fromkeys(("byte", "base64"), lambda _: ""),
}
_OPEN: Final = frozenset(
    (
        *("uri", "url", "iri", "uri-reference", "iri-reference", "uri-template", "json-pointer", "binary", "password"),
        *("commonmark", "sf-token", "base64url"),
    )
)
"""Formats whose texts may be followed by letters."""
FORMATS: Final = (*_DATED, *_FORMATS)
"""The names of those that are known."""

_MEDIA: Final[Mapping[str, Writer]] = {
    "application/json": lambda pick: f'{{"id":{pick + 1}}}',
    "text/plain": _content,
    "text/html": lambda pick: f"<p>content {pick + 1}</p>",
    "text/csv": lambda pick: f"id\r\n{pick + 1}\r\n",
    "application/xml": lambda pick: f"<item>{pick + 1}</item>",
    "text/xml": lambda pick: f"<item>{pick + 1}</item>",
}
_ENCODINGS: Final[Mapping[str, Callable[[bytes], str]]] = {
    "base64": lambda data: base64.b64encode(data).decode(),
    "base64url": lambda data: base64.urlsafe_b64encode(data).decode().rstrip("="),
    "base32": lambda data: base64.b32encode(data).decode(),
    "base32hex": lambda data: base64.b32hexencode(data).decode(),
    "base16": lambda data: binascii.hexlify(data).decode().upper(),
    "quoted-printable": lambda data: quopri.encodestring(data).decode(),
    "7bit": lambda data: data.decode("ascii", "replace"),
    "8bit": lambda data: data.decode("utf-8", "replace"),
}
