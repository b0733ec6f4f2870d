"""Values at the ends of what a schema admits: the longest and the empty text, odd characters, the last numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle, islice
from typing import Final, TypeVar
from zlib import crc32

from contractctl.synth.chance import Chance
from contractctl.synth.expand import Form
from contractctl.synth.failures import GaveUp
from contractctl.synth.formats import format_writer, short_writer, stretched
from contractctl.synth.numbers import Excluded, range_of
from contractctl.synth.patterns import parse_pattern
from contractctl.synth.shallow import admits
from contractctl.synth.spelling import spell
from contractctl.synth.texts import Rule
from contractctl.synth.values import Keywords, exact, text

_T = TypeVar("_T")

_LONG: Final = 256
_LONGEST: Final = 4_096
_EXACT_INTEGER: Final = 2**53 - 1
_LARGEST: Final = 1.7976931348623157e308
_LARGEST_FLOAT: Final = 3.4028234663852886e38
_WIDE: Final = "😀🎉𝒳🦊"
_RIGHT_TO_LEFT: Final = "مرحبا بالعالم שלום "
_LATIN: Final = "Ünïcödé \"quoted\" & <tagged> 'text' \\ / "
_FORMATS: Final[Mapping[str, tuple[str, ...]]] = {
    "date-time": ("9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z", "2024-02-29T12:00:00+14:00"),
    "date": ("9999-12-31", "0001-01-01", "2024-02-29"),
    "time": ("23:59:59.999999Z", "00:00:00Z", "12:00:00+14:00"),
    "duration": ("P9999Y11M30DT23H59M59S", "P0D", "PT0.5S"),
    "uuid": ("ffffffff-ffff-ffff-ffff-ffffffffffff", "00000000-0000-0000-0000-000000000000"),
    "ipv4": ("255.255.255.255", "0.0.0.1"),
    "ipv6": ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::", "::ffff:192.0.2.1"),
    "json-pointer": ("/a~1b~0c/😀/0", ""),
    "uri-reference": ("?a=%F0%9F%98%80#b", ""),
    "iri": ("https://例え.テスト/😀", "urn:a:b"),
    "iri-reference": ("/😀?a=b#c", ""),
    "idn-email": ("用户@例子.广告",),
    "idn-hostname": ("例え.テスト",),
}


def turned(found: Sequence[_T], pick: int, name: str) -> tuple[_T, ...]:
    """Return them all, beginning with the one whose turn it is in a member of this name."""
    start = (pick + crc32(name.encode("utf-8", "replace"))) % len(found) if found else 0
    return (*found[start:], *found[:start])


def extreme_texts(form: Form, name: str) -> tuple[str, ...]:
    """Return the texts at the ends of what a form admits; none where it admits none of those that are known."""
    rule = Rule.of(form)
    return tuple(dict.fromkeys(filter(rule.admits, _texts(rule, name))))


def extreme_numbers(keywords: Keywords, denied: Sequence[Keywords], *, integral: bool) -> tuple[int | float, ...]:
    """Return the numbers at the ends of what the keywords admit, the largest first."""
    excluded = Excluded.of(denied)
    found = [one for one in _numbers(keywords, integral=integral) if admits(keywords, one) and excluded.leaves(one)]
    return tuple(dict.fromkeys(found))


def _texts(rule: Rule, name: str) -> Iterator[str]:
    longest = min(rule.most if rule.most is not None else max(rule.least, _LONG), max(_LONGEST, rule.least))
    if rule.patterns:
        yield from _spelled(rule, longest)
    elif rule.formats:
        yield from _of_format(rule.formats[0], name, longest, rule.least)
    elif not rule.encoding and not rule.media_type:
        for source, size in ((_LATIN, longest), ("", 0), (_WIDE, rule.least + 4), (_RIGHT_TO_LEFT, rule.least + 16)):
            yield "".join(islice(cycle(source), max(min(size, longest), 0)))


def _of_format(format_name: str, name: str, longest: int, least: int) -> Iterator[str]:
    yield from _FORMATS.get(format_name, ())
    writer, short = format_writer(format_name, name), short_writer(format_name)
    if writer:
        yield stretched(writer(0), format_name, min(longest, _LONG))
        yield stretched(writer(0), format_name, least)
    if short:
        yield stretched(short(0), format_name, least)


def _spelled(rule: Rule, longest: int) -> Iterator[str]:
    for pattern in rule.patterns:
        for size in (longest, rule.least):
            try:
                yield spell(parse_pattern(pattern).node, Chance(pattern), least=size, most=max(size, 1))
            except GaveUp:
                continue


def _numbers(keywords: Keywords, *, integral: bool) -> Iterator[int | float]:
    step, first, last = range_of(keywords, integral=integral)
    if integral or exact(keywords, "multipleOf"):
        most = int(_EXACT_INTEGER / step)
        low, high = (-most if first is None else first), (most if last is None else last)
        for position in (high, low, min(max(0, low), high)):
            number = position * step
            yield int(number) if number.denominator == 1 else float(number)
        return
    largest = _LARGEST_FLOAT if text(keywords, "format") == "float" else _LARGEST
    above, below = exact(keywords, "maximum"), exact(keywords, "minimum")
    yield largest if above is None else float(above)
    yield -largest if below is None else float(below)
    if first is not None:
        yield float(first * step)
    if last is not None:
        yield float(last * step)
    yield 0
    yield 0.000001
