"""Deprecation, sunset and stability: what planners follow, and what sanctions a removal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from contractctl.contract.model import Header, Operation, Parameter, SecurityScheme
from contractctl.core.changes import Category, Direction
from contractctl.core.json import Json, is_object
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.diff.exchanges.exchange import Exchange, Places
from contractctl.diff.facts import Fact, Law
from contractctl.diff.relation import EQUAL, UNKNOWN, Inclusion, Relation

_SUNSET: Final = "x-sunset"
_STABILITY: Final = "x-stability-level"
_LEVELS: Final = ("draft", "alpha", "beta", "stable")
_UNSTABLE: Final = frozenset(("draft", "alpha"))
_DAY = pattern(r"(\d{4}-\d\d-\d\d)([Tt ].*)?")


@dataclass(frozen=True, slots=True)
class Term:
    """How long a part of a contract is promised: whether it is deprecated, and its `x-sunset` as written, if any."""

    deprecated: bool
    sunset: Json

    @property
    def day(self) -> date | None:
        """The day of the sunset, None where none can be read (RFC 3339 §5.6: a date, or a time with one)."""
        match = _DAY.fullmatch(self.sunset.strip()) if isinstance(self.sunset, str) else None
        try:
            return date.fromisoformat(match.group(1)) if match else None
        except ValueError:
            return None

    @property
    def is_readable(self) -> bool:
        """Tell whether the sunset, if any, is a day."""
        return self.sunset is None or self.day is not None

    @property
    def shown(self) -> str:
        """The sunset as readers write it."""
        return f"`{self.sunset}`" + ("" if self.is_readable else ", which is no date")


@dataclass(frozen=True, slots=True)
class Removal:
    """What is to be said of a part that is gone, on account of its term. It `is_open` where nobody said until when."""

    remark: str = ""
    sanction: str | None = None
    is_open: bool = False

    def softened(self, relation: Relation) -> Relation:
        """Return how the sides relate, given how they would if nothing had been announced."""
        return relation | UNKNOWN if self.is_open else relation


def term_of(part: Operation | Parameter | Header | SecurityScheme) -> Term:
    """Return the term of a part."""
    return Term(part.deprecated, part.extensions.get(_SUNSET))


def removal(term: Term, today: date) -> Removal:
    """Say what removing a part with this term is: sanctioned once the sunset of a deprecated part has passed."""
    if not term.deprecated:
        return Removal()
    day = term.day
    if term.sunset is None:
        return Removal("; it was deprecated, and no `x-sunset` says until when it would be there", None, is_open=True)
    if day is None:
        return Removal(f"; it was deprecated, with the `x-sunset` {term.shown}")
    if day > today:
        return Removal(f" before its sunset on {day}")
    return Removal(f" after its sunset on {day}", f"it was deprecated, and its sunset on {day} has passed")


def property_removal(fact: Fact, today: date) -> Removal:
    """Say what the removal of a property is, from what base says of it at its place; of another fact, nothing."""
    if not fact.kind.endswith("property-removed") or not fact.claims or not isinstance(fact.before, str):
        return Removal()
    said = fact.claims[0].says[0]
    members = said.get("properties") if not isinstance(said, bool) else None
    schema = members.get(fact.before) if is_object(members) else None
    if not is_object(schema):
        return Removal()
    return removal(Term(schema.get("deprecated") is True, schema.get(_SUNSET)), today)


def compare_deprecation(
    exchange: Exchange,
    thing: str,
    terms: tuple[Term, Term],
    *,
    subject: str,
    places: Places,
    direction: Direction = Direction.NEITHER,
) -> Iterator[Fact]:
    """Yield what planners have to know: a part that is deprecated now or no longer, or goes at another time."""
    base, revision = terms
    if base.deprecated != revision.deprecated:
        what = "deprecated" if revision.deprecated else "undeprecated"
        said = revision if revision.deprecated else base
        until = f" (`x-sunset`: {said.shown})" if said.sunset is not None else ""
        text = f"it is deprecated now{until}" if revision.deprecated else f"it is no longer deprecated{until}"
        relation = EQUAL if said.is_readable else UNKNOWN
    elif base.sunset != revision.sunset:
        what = "sunset-changed"
        shown = (side.shown if side.sunset is not None else "none" for side in terms)
        text = "its sunset changed from {} to {}".format(*shown)
        relation = _of_sunsets(base, revision)
    else:
        return
    yield exchange.fact(
        f"{thing}-{what}",
        relation,
        subject=subject,
        text=text,
        places=places,
        values=(base.sunset, revision.sunset),
        direction=direction,
        law=Law.NOTICE,
        category=Category.LIFECYCLE,
    )


def _of_sunsets(base: Term, revision: Term) -> Relation:
    """Relate two sunsets: a later one leaves all plans standing, an earlier one does not."""
    return Relation(_keeps(base, revision), _keeps(revision, base))


def _keeps(base: Term, revision: Term) -> Inclusion:
    """Tell whether plans that were made with the one still stand with the other; without a sunset there were none."""
    if base.sunset is None:
        return Inclusion.PROVEN if revision.is_readable else Inclusion.OPEN
    earlier = base.day is not None and revision.day is not None and revision.day >= base.day
    return Inclusion.PROVEN if earlier else Inclusion.OPEN


def compare_operation_lifecycle(exchange: Exchange) -> Iterator[Fact]:
    """Yield what planners have to know of an operation."""
    base, revision = exchange.base, exchange.revision
    places = base.at, revision.at
    yield from compare_deprecation(exchange, "operation", (term_of(base), term_of(revision)), subject="", places=places)
    before, after = _level(base), _level(revision)
    if before != after:
        yield exchange.fact(
            "operation-stability-changed",
            Relation(_at_least(before, after), _at_least(after, before)),
            subject="",
            text=f"its stability level changed from `{before}` to `{after}`",
            places=places,
            values=(base.extensions.get(_STABILITY), revision.extensions.get(_STABILITY)),
            direction=Direction.NEITHER,
            law=Law.NOTICE,
            category=Category.LIFECYCLE,
        )


def _level(operation: Operation) -> str:
    """Return the stability level; what says none is stable."""
    level = _text(operation.extensions, _STABILITY)
    return level or _LEVELS[-1]


def _at_least(before: str, after: str) -> Inclusion:
    known = before in _LEVELS and after in _LEVELS
    return Inclusion.PROVEN if known and _LEVELS.index(after) >= _LEVELS.index(before) else Inclusion.OPEN


def unstable(operation: Operation) -> str | None:
    """Say why nothing is promised of an operation; None where something is."""
    level = _level(operation)
    return f"base has `{_STABILITY}: {level}` here, which promises nothing" if level in _UNSTABLE else None


def _text(extensions: Mapping[str, Json], name: str) -> str:
    value = extensions.get(name)
    return value if isinstance(value, str) else ""
