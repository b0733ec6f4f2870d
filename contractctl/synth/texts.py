"""Strings: by format, by pattern, by the member's name, with their length in bounds."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from contractctl.synth.chance import Chance
from contractctl.synth.failures import GaveUp, Unsatisfiable
from contractctl.synth.matching import matches
from contractctl.synth.names import implied_format, moment, named_text
from contractctl.synth.patterns import Node, parse_pattern
from contractctl.synth.spelling import spell
from contractctl.synth.values import Keywords, text, whole

_TRIES: Final = 4
_SPELLINGS: Final = 24
_LONGEST: Final = 100_000


def texts(keywords: Keywords, *, name: str, ordinal: int, chance: Chance) -> Iterator[str]:
    """Yield candidates, the likeliest first.

    They have the right length and match a pattern; a format alone is the validator's to judge. Raise Unsatisfiable
    when the lengths exclude each other.
    """
    least, most = whole(keywords, "minLength") or 0, whole(keywords, "maxLength")
    if most is not None and (most < least or most < 0):
        raise Unsatisfiable(f"no text has at least {least} and at most {most} characters")
    if least > _LONGEST:
        raise GaveUp(f"a text of {least} characters is too long to make")
    for candidate in _candidates(keywords, name, ordinal, chance, (least, most)):
        if least <= len(candidate) and (most is None or len(candidate) <= most):
            yield candidate


def _candidates(
    keywords: Keywords, name: str, ordinal: int, chance: Chance, length: tuple[int, int | None]
) -> Iterator[str]:
    least, most = length
    pattern, format_name = text(keywords, "pattern"), text(keywords, "format")
    if pattern:
        yield from _matching(pattern, format_name, ordinal=ordinal, chance=chance, length=length, name=name)
        return
    written = _FORMATS.get(format_name or implied_format(name))
    for extra in range(_TRIES):
        if written:
            yield _stretch(written(name, ordinal + extra), format_name, least)
        if not format_name:
            yield _fit(named_text(name, ordinal - 1 + extra), least, most)
    yield _fit(named_text(name, ordinal - 1), least, most)


def _matching(
    pattern: str, format_name: str, *, ordinal: int, chance: Chance, length: tuple[int, int | None], name: str
) -> Iterator[str]:
    """Yield texts that match the pattern and the format; what fits the format by itself is tried first."""
    least, most = length
    written, tries = _FORMATS.get(format_name), (ordinal, ordinal + 1, ordinal + 2, ordinal + 3)
    usual = [_stretch(written(name, number), format_name, least) for number in tries] if written else []
    for candidate in (*usual, *map(str.upper, usual)):
        if matches(candidate, pattern=pattern, format_name=format_name):
            yield candidate
    sample = _spelled(pattern, format_name, least, most)
    for _ in range(_SPELLINGS if sample is not None else 0):
        candidate = spell(_tree(pattern), chance, least=least, most=most)
        if matches(candidate, pattern=pattern, format_name=format_name):
            yield candidate
    if sample is not None:
        yield sample


@lru_cache(maxsize=4096)
def _spelled(pattern: str, format_name: str, least: int, most: int | None) -> str | None:
    """Return one text for a pattern, None where none is found: asked once, however often the pattern is used."""
    chance = Chance(pattern)
    for _ in range(_SPELLINGS):
        candidate = spell(_tree(pattern), chance, least=least, most=most)
        fits = least <= len(candidate) and (most is None or len(candidate) <= most)
        if fits and matches(candidate, pattern=pattern, format_name=format_name):
            return candidate
    return None


@lru_cache(maxsize=1024)
def _tree(pattern: str) -> Node:
    return parse_pattern(pattern)


def _fit(value: str, least: int, most: int | None) -> str:
    """Cut at a word where one ends, repeat words up to the length."""
    while len(value) < least:
        value = f"{value} {value}" if value else "text"
        if len(value) > least:
            value = value[: max(least, 1)].rstrip().ljust(least, "x")
    return value if most is None else value[:most].rstrip() if len(value[:most].rstrip()) >= least else value[:most]


def _stretch(value: str, format_name: str, least: int) -> str:
    missing = least - len(value)
    if missing <= 0:
        return value
    match format_name:
        case "email" | "idn-email":
            return "a" * min(missing, 64 - value.index("@")) + value
        case "date-time" | "time" if missing > 1:
            return f"{value[:-1]}.{'0' * (missing - 1)}Z"
        case "uri" | "url" | "iri" | "uri-reference" | "iri-reference" | "byte" | "binary" | "password":
            return value + "a" * missing
        case _:
            return value


def _date_time(name: str, ordinal: int) -> str:
    return moment(name, ordinal).strftime("%Y-%m-%dT%H:%M:%SZ")


def _uuid(_: str, ordinal: int) -> str:
    return f"3fa85f64-5717-4562-b3fc-{0x2C963F66AFA6 + ordinal - 1:012x}"


def _email(_: str, ordinal: int) -> str:
    return f"{('ada', 'grace', 'alan', 'radia')[(ordinal - 1) % 4]}@example.com"


_FORMATS: Final[Mapping[str, Callable[[str, int], str]]] = {
    "date-time": _date_time,
    "date": lambda name, ordinal: moment(name, ordinal).strftime("%Y-%m-%d"),
    "time": lambda name, ordinal: moment(name, ordinal).strftime("%H:%M:%SZ"),
    "duration": lambda _, ordinal: f"P{ordinal}D",
    "email": _email,
    "idn-email": _email,
    "hostname": lambda _, ordinal: f"host{ordinal}.example.com",
    "idn-hostname": lambda _, ordinal: f"host{ordinal}.example.com",
    "ipv4": lambda _, ordinal: f"192.0.2.{ordinal % 254 + 1}",
    "ipv6": lambda _, ordinal: f"2001:db8::{ordinal % 0xFFFF:x}",
    "ip": lambda _, ordinal: f"192.0.2.{ordinal % 254 + 1}",
    "uri": lambda _, ordinal: f"https://example.com/{ordinal}",
    "url": lambda _, ordinal: f"https://example.com/{ordinal}",
    "iri": lambda _, ordinal: f"https://example.com/{ordinal}",
    "uri-reference": lambda _, ordinal: f"/items/{ordinal}",
    "iri-reference": lambda _, ordinal: f"/items/{ordinal}",
    "uri-template": lambda _, ordinal: "/items/{id}" if ordinal == 1 else f"/items/{ordinal}/{{id}}",
    "uuid": _uuid,
    "guid": _uuid,
    "json-pointer": lambda _, ordinal: f"/items/{ordinal - 1}",
    "relative-json-pointer": lambda _, ordinal: str(ordinal - 1),
    "regex": lambda _, ordinal: f"^[a-z]{{{ordinal}}}$",
    "byte": lambda _, ordinal: base64.b64encode(f"content {ordinal}".encode()).decode(),
    "base64": lambda _, ordinal: base64.b64encode(f"content {ordinal}".encode()).decode(),
    "binary": lambda _, ordinal: f"content {ordinal}",
    "password": lambda _, ordinal: f"correct-horse-{ordinal}",
}
