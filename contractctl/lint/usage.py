"""Which operations use what stands at a place: "used by 14 operations" instead of fourteen findings."""

from __future__ import annotations

from collections.abc import Mapping

from contractctl.contract.references import local_pointer
from contractctl.lint.structure.kinds import Tokens
from contractctl.lint.subject import Subject

# How many tokens name a part: a component, a path item.
_UNITS: Mapping[str, int] = {
    "components": 3,
    "paths": 2,
    "webhooks": 2,
    **dict.fromkeys(("definitions", "parameters", "responses", "securityDefinitions"), 2),
}


class Usage:
    """The references of a description, turned round. Made once, and only when there is something to report."""

    def __init__(self, subject: Subject) -> None:
        self._operations = _operations(subject)
        self._members: dict[Tokens, set[Tokens]] = {}
        for operation in self._operations:
            self._members.setdefault(_path_item(operation), set()).add(operation)
        self._users: dict[Tokens, set[Tokens]] = {}
        self._known: dict[Tokens, tuple[str, ...]] = {}
        for reference in subject.structure.references:
            try:
                target = local_pointer(reference.target)
            except ValueError:
                continue
            if target is not None:
                self._users.setdefault(self._unit(target.tokens), set()).add(self._unit(reference.tokens))

    def operations(self, tokens: Tokens) -> tuple[str, ...]:
        """Return the titles of the operations that what stands at the pointer belongs to, as the paths are ordered."""
        unit = self._unit(tokens)
        if unit not in self._known:
            self._known[unit] = self._reaching(unit)
        return self._known[unit]

    def _reaching(self, start: Tokens) -> tuple[str, ...]:
        seen, waiting = {start}, [start]
        found: set[Tokens] = set()
        while waiting:
            unit = waiting.pop()
            if unit in self._operations:
                found.add(unit)
                continue
            users = self._users.get(unit, set()) | self._members.get(unit, set())
            waiting.extend(users - seen)
            seen |= users
        return tuple(title for unit, title in self._operations.items() if unit in found)

    def _unit(self, tokens: Tokens) -> Tokens:
        """Return the pointer of the operation, path item or component that a pointer lies in."""
        for depth in (3, 4, 5):
            if tokens[:depth] in self._operations:
                return tokens[:depth]
        return tokens[: _UNITS.get(tokens[0], 0)] if tokens else ()


def _path_item(operation: Tokens) -> Tokens:
    return operation[:-2] if operation[-2] == "additionalOperations" else operation[:-1]


def _operations(subject: Subject) -> Mapping[Tokens, str]:
    operations = (*subject.contract.operations, *subject.contract.webhooks)
    return {operation.at.pointer.tokens: operation.title for operation in operations}
