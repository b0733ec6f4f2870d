"""Strings: by format, by pattern, by the member's name, with their length in bounds."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final

from contractctl.synth.chance import Chance
from contractctl.synth.expand import Form
from contractctl.synth.failures import GaveUp, Unsatisfiable
from contractctl.synth.languages import shortest_text
from contractctl.synth.matching import matches
from contractctl.synth.names import implied_format, moment, named_text
from contractctl.synth.patterns import parse_pattern
from contractctl.synth.spelling import spell
from contractctl.synth.values import Keywords, elements, text, whole

_TRIES: Final = 4
_SPELLINGS: Final = 24
_LONGEST: Final = 100_000
_LONGEST_MUTATED: Final = 40
_ODD: Final = ("", "a", "b", "A", "0", "1", " ", "-", "_", ".", "/", "\n", "é", "😀", "zz", "00", "x y", "(")


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a text has to be. Patterns and formats are all to be met, what is denied is not."""

    least: int
    most: int | None
    patterns: tuple[str, ...]
    formats: tuple[str, ...]
    values: frozenset[str] = frozenset()
    denied_patterns: tuple[str, ...] = ()
    denied_formats: tuple[str, ...] = ()

    @staticmethod
    def of(form: Form) -> _Rule:
        sources = (form.keywords, *form.parts)
        return _Rule(
            whole(form.keywords, "minLength") or 0,
            whole(form.keywords, "maxLength"),
            _distinct(sources, "pattern"),
            _distinct(sources, "format"),
            frozenset(one for schema in form.denied for one in elements(schema, "enum") if isinstance(one, str)),
            _distinct(form.denied, "pattern"),
            _distinct(form.denied, "format"),
        )

    def admits(self, value: str) -> bool:
        """Tell whether the text is one."""
        if value in self.values or len(value) < self.least or (self.most is not None and len(value) > self.most):
            return False
        return (
            all(matches(value, pattern=pattern) for pattern in self.patterns)
            and all(matches(value, format_name=name) for name in self.formats)
            and not any(matches(value, pattern=pattern) for pattern in self.denied_patterns)
            and not any(matches(value, format_name=name) for name in self.denied_formats)
        )

    @property
    def denies(self) -> bool:
        """Whether something is denied, so that a usual text may not do."""
        return bool(self.values or self.denied_patterns or self.denied_formats or len(self.patterns) > 1)

    def refuse(self) -> None:
        """Raise where it is plain that there is no text, or none that can be made."""
        least, most = self.least, self.most
        if most is not None and (most < least or most < 0):
            raise Unsatisfiable(f"no text has at least {least} and at most {most} characters")
        if most == 0 and not self.admits(""):
            raise Unsatisfiable("the empty text is excluded")
        if least > _LONGEST:
            raise GaveUp(f"a text of {least} characters is too long to make")


def texts(form: Form, *, name: str, ordinal: int, chance: Chance) -> Iterator[str]:
    """Yield texts that the form admits, the likeliest first.

    Raise Unsatisfiable when it is proved to admit none, GaveUp for a pattern that cannot be read.
    """
    rule = _Rule.of(form)
    rule.refuse()
    admitted = 0
    for candidate in filter(rule.admits, _candidates(rule, name, ordinal, chance)):
        admitted += 1
        yield candidate
    if rule.patterns or rule.denies:
        walked = _walked(rule)
        if walked is None and not admitted:
            raise Unsatisfiable("no text matches what is asked for and nothing that is excluded")
        yield from (*(walked or ()), *_searched(rule))
    for pattern in rule.patterns:
        parse_pattern(pattern)


@lru_cache(maxsize=1024)
def _walked(rule: _Rule) -> tuple[str, ...] | None:
    """Return a text that the rule admits, if the patterns allow one to be found; None when they exclude every text."""
    try:
        found = shortest_text(
            rule.patterns, rule.denied_patterns, sorted(rule.values), least=rule.least, most=rule.most
        )
    except GaveUp:
        return ()
    return None if found is None else tuple(filter(rule.admits, (found,)))


def _distinct(sources: Sequence[Keywords], keyword: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for source in sources if (value := text(source, keyword))))


def _candidates(rule: _Rule, name: str, ordinal: int, chance: Chance) -> Iterator[str]:
    least, most = rule.least, rule.most
    if rule.patterns:
        for pattern in rule.patterns:
            yield from _matching(pattern, rule, ordinal=ordinal, chance=chance, name=name)
        return
    format_name = rule.formats[0] if rule.formats else ""
    written = _FORMATS.get(format_name or implied_format(name))
    for extra in range(_TRIES):
        if written:
            yield _stretch(written(name, ordinal + extra), format_name, least)
        if not format_name:
            yield _fit(named_text(name, ordinal - 1 + extra), least, most)
    yield _fit(named_text(name, ordinal - 1), least, most)


def _matching(pattern: str, rule: _Rule, *, ordinal: int, chance: Chance, name: str) -> Iterator[str]:
    """Yield texts that match a pattern and the format; what fits the format by itself is tried first."""
    format_name, least, most = rule.formats[0] if rule.formats else "", rule.least, rule.most
    written, tries = _FORMATS.get(format_name), (ordinal, ordinal + 1, ordinal + 2, ordinal + 3)
    usual = [_stretch(written(name, number), format_name, least) for number in tries] if written else []
    for candidate in (*usual, *map(str.upper, usual)):
        if matches(candidate, pattern=pattern, format_name=format_name):
            yield candidate
    sample = _spelled(pattern, format_name, least, most)
    for _ in range(_SPELLINGS if sample is not None else 0):
        candidate = spell(parse_pattern(pattern).node, chance, least=least, most=most)
        if matches(candidate, pattern=pattern, format_name=format_name):
            yield candidate
    if sample is not None:
        yield sample


@lru_cache(maxsize=1024)
def _searched(rule: _Rule) -> tuple[str, ...]:
    """Return texts of a search: odd ones, and those that its patterns spell, with a character more, less or other."""
    found = dict.fromkeys(candidate for candidate in _odd_texts(rule) if rule.admits(candidate))
    return tuple(islice(found, _SPELLINGS))


def _odd_texts(rule: _Rule) -> Iterator[str]:
    yield from (_fit(odd, rule.least, rule.most) for odd in _ODD)
    yield from _ODD
    for pattern in (*rule.patterns, *rule.denied_patterns):
        try:
            spelled = [
                spell(parse_pattern(pattern).node, Chance(pattern, n), least=rule.least, most=rule.most)
                for n in range(12)
            ]
        except GaveUp:
            continue
        for one in dict.fromkeys(spelled):
            yield one
            yield from _mutated(one[:_LONGEST_MUTATED])
    yield from ("a" * rule.least + odd for odd in _ODD)


def _mutated(value: str) -> Iterator[str]:
    for odd in _ODD:
        yield value + odd
        yield odd + value
    for at in range(len(value)):
        yield value[:at] + value[at + 1 :]
        for odd in ("a", "A", "0", " ", "-", "é"):
            yield value[:at] + odd + value[at + 1 :]
    yield from (value.upper(), value.lower(), value[:-1], value[1:])


@lru_cache(maxsize=4096)
def _spelled(pattern: str, format_name: str, least: int, most: int | None) -> str | None:
    """Return one text for a pattern, None where none is found: asked once, however often the pattern is used."""
    chance = Chance(pattern)
    for _ in range(_SPELLINGS):
        candidate = spell(parse_pattern(pattern).node, chance, least=least, most=most)
        fits = least <= len(candidate) and (most is None or len(candidate) <= most)
        if fits and matches(candidate, pattern=pattern, format_name=format_name):
            return candidate
    return None


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
