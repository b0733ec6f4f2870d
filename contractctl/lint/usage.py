"""Which operations use what stands at a place: "used by 14 operations" instead of fourteen findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from contractctl.core.locations import Place
from contractctl.lint.reaching import united
from contractctl.lint.structure.kinds import Tokens
from contractctl.lint.subject import Subject

# How many tokens name a part of a whole description: a component, a path item.
_UNITS: Mapping[str, int] = {
    "components": 3,
    "paths": 2,
    "webhooks": 2,
    **dict.fromkeys(("definitions", "parameters", "responses", "securityDefinitions"), 2),
}
_Unit: TypeAlias = tuple[str, Tokens]


class Usage:
    """The references of a description, turned round. Made once, and only when there is something to report."""

    def __init__(self, subject: Subject) -> None:
        self._operations = (*subject.contract.operations, *subject.contract.webhooks)
        self._whole = set(filter(subject.references.is_description, subject.documents))
        self._depths: dict[str, set[int]] = {}
        self._members: dict[_Unit, set[_Unit]] = {}
        for operation in self._operations:
            uri, tokens = _spot(operation.at)
            self._depths.setdefault(uri, set()).add(len(tokens))
            self._members.setdefault((uri, _path_item(tokens)), set()).add((uri, tokens))
        self._units = frozenset(unit for units in self._members.values() for unit in units)
        self._targets = {_spot(lead.target) for lead in subject.survey.leads if lead.target is not None}
        self._users: dict[_Unit, set[_Unit]] = {}
        for lead in subject.survey.leads:
            if lead.target is not None:
                self._users.setdefault(self._unit(lead.target), set()).add(self._unit(lead.at))
        self._reaching = self._reach()
        self._titles: dict[int, tuple[str, ...]] = {0: ()}

    def operations(self, place: Place) -> tuple[str, ...]:
        """Return the titles of the operations that what stands at a place belongs to, as the paths are ordered."""
        found = self._reaching.get(self._unit(place), 0)
        if found not in self._titles:
            self._titles[found] = tuple(self._operations[number].title for number in _bits(found))
        return self._titles[found]

    def _reach(self) -> Mapping[_Unit, int]:
        """Return for each unit the operations that lead to it, by number, as bits."""
        own: dict[_Unit, int] = {}
        for number, operation in enumerate(self._operations):
            own[_spot(operation.at)] = own.get(_spot(operation.at), 0) | 1 << number
        users = {
            unit: set() if unit in self._units else self._users.get(unit, set()) | self._members.get(unit, set())
            for unit in (*self._users, *self._members, *self._units)
        }
        return united(users, own)

    def _unit(self, place: Place) -> _Unit:
        """Return the operation, path item or component that a place lies in; of a fragment, what is referred to."""
        uri, tokens = _spot(place)
        for depth in self._depths.get(uri, ()):
            if (uri, tokens[:depth]) in self._units:
                return uri, tokens[:depth]
        if uri in self._whole and tokens and tokens[0] in _UNITS:
            return uri, tokens[: _length(tokens)]
        parts = ((uri, tokens[:depth]) for depth in range(len(tokens) + 1))
        return next((part for part in parts if part in self._targets), (uri, ()))


def _bits(number: int) -> Iterator[int]:
    """Yield which bits of a number are set, the lowest first; each may have been made for one of them only."""
    text = f"{number:b}"[::-1]
    at = text.find("1")
    while at >= 0:
        yield at
        at = text.find("1", at + 1)


def _spot(place: Place) -> _Unit:
    return place.uri, place.pointer.tokens


def _length(tokens: Tokens) -> int:
    """Return how many tokens name the unit; an additional operation that is none by its method is nobody's."""
    length = _UNITS[tokens[0]]
    is_item = tokens[0] in ("paths", "webhooks") or tokens[:2] == ("components", "pathItems")
    is_additional = is_item and tokens[length : length + 1] == ("additionalOperations",)
    return length + 2 if is_additional and len(tokens) > length + 1 else length


def _path_item(operation: Tokens) -> Tokens:
    return operation[:-2] if operation[-2:-1] == ("additionalOperations",) else operation[:-1]
