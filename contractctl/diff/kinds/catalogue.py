"""The catalogue of the kinds of changes, read from the tables beside this module: a file a family, a row a kind.

A row is named as the kind without its direction. `request`, `response` and `contract` (of what has no direction) say
what the example of the row is judged, a colon, and why. `law = "offer"` stands where not the sets of values count but
what clients choose from, `law = "notice"` where nothing on the wire tells the sides apart; so it is of all that is in
the family `lifecycle`. Bounds are alike, so their rows are made in `bounds.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from contractctl.core.changes import Direction, Impact
from contractctl.core.json import Json, is_object
from contractctl.core.records import dataclass
from contractctl.diff.kinds.bounds import bound_rows

FAMILIES = (
    *("operations", "parameters", "messages", "security", "servers", "callbacks", "lifecycle"),
    *("values", "bounds", "members", "items", "alternatives", "conditions"),
)
"""The families in the order of the handbook."""

Part: TypeAlias = Literal["schema", "operation", "description"]
"""What the two sides of an example are: a schema in the body of request and response, or more around it."""
_SIDES = {"request": Direction.REQUEST, "response": Direction.RESPONSE, "contract": Direction.NEITHER}
_PARTS: tuple[Part, ...] = get_args(Part)
LawName: TypeAlias = Literal["sets", "offer", "notice"]
"""By what a kind is judged: sets of values, what clients choose from, or what nothing on the wire shows."""
_LAWS: tuple[LawName, ...] = get_args(LawName)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the example of a kind is judged where it travels in one direction, and why: who is hurt, or why nobody."""

    impact: Impact
    text: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of change. `meanings` has the directions that the example shows, `hint` says what to do instead.

    `base` and `revision` are the sides of the example in YAML; `part` is what they are. `law` is `offer` where clients
    choose from what is there, so that it may only grow whichever way it travels.
    """

    name: str
    family: str
    title: str
    meanings: Mapping[Direction, Meaning]
    hint: str
    part: Part
    base: str
    revision: str
    law: LawName

    @property
    def codes(self) -> tuple[str, ...]:
        """The kind as reports write it, in each direction that the example shows."""
        return tuple(code_of(self.name, direction) for direction in self.meanings)


def code_of(name: str, direction: Direction) -> str:
    """Return a kind as reports write it: with its direction in front, where it has one."""
    return name if direction is Direction.NEITHER else f"{direction}-{name}"


@cache
def kinds() -> Mapping[str, Kind]:
    """Return all kinds by their names without a direction, family by family."""
    return {kind.name: kind for family in FAMILIES for kind in _read(family)}


def kind_named(code: str) -> tuple[Kind, Direction | None] | None:
    """Return the kind that a code names, with or without its direction; None where there is none.

    A webhook's parameter and a callback's body go the other way, so every kind is known in both directions.
    """
    way, _, name = code.partition("-")
    if code in kinds():
        return kinds()[code], Direction.NEITHER if Direction.NEITHER in kinds()[code].meanings else None
    if way not in ("request", "response") or name not in kinds() or Direction.NEITHER in kinds()[name].meanings:
        return None
    return kinds()[name], Direction(way)


def _read(family: str) -> Iterator[Kind]:
    for name, row in _rows(family).items():
        assert is_object(row), name
        yield _kind(name, family, {key: str(value) for key, value in row.items()})


def _rows(family: str) -> Mapping[str, Json]:
    if family == "bounds":
        return bound_rows()
    import tomllib  # 5 ms, for who looks something up

    return tomllib.loads(Path(__file__).with_name(f"{family}.toml").read_text("utf-8"))


def _kind(name: str, family: str, row: Mapping[str, str]) -> Kind:
    """Read a row. A row that lacks something is a mistake of ours, and raises KeyError or ValueError."""
    meanings = {direction: _meaning(row[side]) for side, direction in _SIDES.items() if side in row}
    part = _PARTS[_PARTS.index(row["in"])] if "in" in row else "schema"
    return Kind(
        name=name,
        family=family,
        title=row["title"],
        meanings=meanings,
        hint=row.get("hint", ""),
        part=part,
        base=row["base"].strip("\n"),
        revision=row["revision"].strip("\n"),
        law=_LAWS[_LAWS.index(row["law"])] if "law" in row else "notice" if family == "lifecycle" else "sets",
    )


def _meaning(text: str) -> Meaning:
    impact, _, why = text.partition(": ")
    return Meaning(Impact(impact), why)
