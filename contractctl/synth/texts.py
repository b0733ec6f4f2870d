"""Strings: by format, by pattern, by the member's name, with their length in bounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final

from contractctl.synth.chance import Chance
from contractctl.synth.expand import Form
from contractctl.synth.failures import GaveUp, Unsatisfiable
from contractctl.synth.format_patterns import around, within
from contractctl.synth.formats import Writer, content_writer, format_writer, short_writer, stretched
from contractctl.synth.languages import shortest_text
from contractctl.synth.matching import matches
from contractctl.synth.names import implied_format, named_text
from contractctl.synth.patterns import parse_pattern
from contractctl.synth.spelling import spell
from contractctl.synth.values import Keywords, elements, text, whole

_TRIES: Final = 4
_SPELLINGS: Final = 24
_LONGEST: Final = 100_000
_LONGEST_MUTATED: Final = 40
_ODD: Final = ("", "a", "b", "A", "0", "1", " ", "-", "_", ".", "/", "\n", "é", "😀", "zz", "00", "x y", "(")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a text has to be. Patterns and formats are all to be met, what is denied is not."""

    least: int
    most: int | None
    patterns: tuple[str, ...]
    formats: tuple[str, ...]
    values: frozenset[str] = frozenset()
    denied_patterns: tuple[str, ...] = ()
    denied_formats: tuple[str, ...] = ()
    encoding: str = ""
    media_type: str = ""

    @staticmethod
    def of(form: Form) -> Rule:
        """Return the rule of a form."""
        sources = (form.keywords, *form.parts)
        return Rule(
            whole(form.keywords, "minLength") or 0,
            whole(form.keywords, "maxLength"),
            _distinct(sources, "pattern"),
            _distinct(sources, "format"),
            frozenset(one for schema in form.denied for one in elements(schema, "enum") if isinstance(one, str)),
            _distinct(form.denied, "pattern"),
            _distinct(form.denied, "format"),
            text(form.keywords, "contentEncoding"),
            text(form.keywords, "contentMediaType"),
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
    rule = Rule.of(form)
    rule.refuse()
    admitted = 0
    for candidate in filter(rule.admits, _candidates(rule, name, ordinal, chance)):
        admitted += 1
        yield candidate
    if rule.patterns or rule.denies or around(rule.formats):
        walked = _walked(rule)
        if walked is None and not admitted:
            raise Unsatisfiable("no text matches what is asked for and nothing that is excluded")
        yield from (*(walked or ()), *_searched(rule))
    for pattern in rule.patterns:
        parse_pattern(pattern)


@lru_cache(maxsize=1024)
def _walked(rule: Rule) -> tuple[str, ...] | None:
    """Return a text that the rule admits, if the patterns allow one to be found; None when they exclude every text."""
    found: str | None = ""
    for formats in (within(rule.formats), around(rule.formats)):
        patterns, values = (*rule.patterns, *formats), sorted(rule.values)
        try:
            found = shortest_text(patterns, rule.denied_patterns, values, least=rule.least, most=rule.most)
        except GaveUp:
            return ()
        if found is not None and rule.admits(found):
            return (found,)
    return None if found is None else ()


def _distinct(sources: Sequence[Keywords], keyword: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for source in sources if (value := text(source, keyword))))


def _candidates(rule: Rule, name: str, ordinal: int, chance: Chance) -> Iterator[str]:
    least, most = rule.least, rule.most
    if rule.patterns:
        for pattern in rule.patterns:
            yield from _matching(pattern, rule, ordinal=ordinal, chance=chance, name=name)
        return
    format_name = rule.formats[0] if rule.formats else ""
    written = usual_writers(rule, name)
    for extra in range(_TRIES):
        for write in written:
            yield stretched(write(ordinal - 1 + extra), format_name, least)
        if not format_name:
            yield _fit(named_text(name, ordinal - 1 + extra), least, most)
    yield _fit(named_text(name, ordinal - 1), least, most)


def usual_writers(rule: Rule, name: str) -> tuple[Writer, ...]:
    """Return what writes usual texts, the likeliest first: by format, by what is in them, by what the name implies."""
    format_name = rule.formats[0] if rule.formats else ""
    content = content_writer(rule.encoding, rule.media_type) if rule.encoding or rule.media_type else None
    usual = format_writer(format_name or implied_format(name), name)
    return tuple(filter(None, (content, usual, short_writer(format_name))))


def _matching(pattern: str, rule: Rule, *, ordinal: int, chance: Chance, name: str) -> Iterator[str]:
    """Yield texts that match a pattern and the format; what fits the format by itself is tried first."""
    format_name, least, most = rule.formats[0] if rule.formats else "", rule.least, rule.most
    written = format_writer(format_name, name)
    usual = [stretched(written(ordinal - 1 + n), format_name, least) for n in range(_TRIES)] if written else []
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
def _searched(rule: Rule) -> tuple[str, ...]:
    """Return texts of a search: odd ones, and those that its patterns spell, with a character more, less or other."""
    found = dict.fromkeys(candidate for candidate in _odd_texts(rule) if rule.admits(candidate))
    return tuple(islice(found, _SPELLINGS))


def _odd_texts(rule: Rule) -> Iterator[str]:
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
