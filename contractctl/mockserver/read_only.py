"""Read-only members that a request sends: a strict server refuses them, any other one tells of them in its journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote

from contractctl.mockserver.bundle import Bundle
from contractctl.mockserver.model import BodyContent, Json
from contractctl.mockserver.validation import STRICT
from contractctl.mockserver.violations import Violation, pointer_to

_DEFINITIONS: Final = "#/$defs/"
_MOST_FOUND: Final = 20
_MOST_LOOKED_AT: Final = 10_000
"""Values of one body."""

Steps = tuple[str | int, ...]


@dataclass(slots=True, eq=False)
class _Plan:
    """Where in a value read-only members may be: it `is_read_only` itself, or they are in what it holds.

    `along` are plans of the same value.
    """

    is_read_only: bool = False
    members: dict[str, _Plan] = field(default_factory=dict)
    items: _Plan | None = None
    along: list[_Plan] = field(default_factory=list)

    def is_far_from(self, value: Json) -> bool:
        """Tell at a glance that a value has nothing that is read-only; most have not."""
        is_flat = not (self.is_read_only or self.items or self.along)
        return is_flat and isinstance(value, dict) and self.members.keys().isdisjoint(value)

    def children(self) -> Iterator[_Plan]:
        yield from (*self.members.values(), *([self.items] if self.items else ()), *self.along)


class ReadOnly:
    """Finds the read-only members in the bodies of one contract."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._plans: dict[str, _Plan] | None = None

    def remarks(self, content: BodyContent, value: Json) -> list[Violation]:
        """Return what a valid body has that is read-only, in no order that means something."""
        if self._plans is None:
            self._plans = _plans(self._bundle.schemas() or {})
        plan = self._plans.get(content.strict_key)
        if plan is None or plan.is_far_from(value):
            return []
        return [
            Violation("body", pointer_to(steps), "no read-only member", f"`{steps[-1]}` is read-only", content.at)
            for steps in _found(plan, value)
        ]


def _found(plan: _Plan, value: Json) -> list[Steps]:
    """Return the ways to the read-only members of a value."""
    found: dict[Steps, None] = {}
    waiting: list[tuple[_Plan, Json, Steps]] = [(plan, value, ())]
    looked_at = 0
    while waiting and len(found) < _MOST_FOUND and looked_at < _MOST_LOOKED_AT:
        plan, value, steps = waiting.pop()
        looked_at += 1
        if plan.is_read_only and steps:
            found[steps] = None
            continue
        waiting.extend((other, value, steps) for other in plan.along)
        if isinstance(value, dict):
            names = plan.members.keys() & value.keys()
            waiting.extend((plan.members[name], value[name], (*steps, name)) for name in sorted(names, reverse=True))
        elif isinstance(value, list) and plan.items:
            items = [*enumerate(value)][:_MOST_LOOKED_AT]
            waiting.extend((plan.items, item, (*steps, place)) for place, item in reversed(items))
    return [*found]


def _plans(schemas: Mapping[str, Any]) -> dict[str, _Plan]:
    """Return the plans of the bodies that may hold read-only members, by the key of their strict schema."""
    planner = _Planner(schemas.get("$defs") or {})
    properties = schemas.get("properties") or {}
    plans = {key: planner.plan(schema) for key, schema in properties.items() if key.startswith(STRICT)}
    planner.finish()
    leading = planner.leading()
    for plan in planner.known.values():
        plan.members = {name: one for name, one in plan.members.items() if one in leading}
        plan.items = plan.items if plan.items in leading else None
        plan.along = [one for one in plan.along if one in leading]
    return {key: plan for key, plan in plans.items() if plan in leading}


class _Planner:
    """Makes plans of schemas, each once: they may refer to themselves."""

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self._definitions = definitions
        self.known: dict[int, _Plan] = {}
        self._waiting: list[tuple[_Plan, Mapping[str, Any]]] = []

    def plan(self, schema: Any) -> _Plan:
        """Return the plan of a schema; `finish` fills it."""
        if id(schema) not in self.known:
            plan = self.known[id(schema)] = _Plan()
            if isinstance(schema, dict):
                plan.is_read_only = schema.get("not") == {}
                self._waiting.append((plan, schema))
        return self.known[id(schema)]

    def finish(self) -> None:
        """Fill all plans."""
        while self._waiting:
            plan, schema = self._waiting.pop()
            plan.members = {name: self.plan(one) for name, one in (schema.get("properties") or {}).items()}
            items = schema.get("items")
            plan.items = self.plan(items) if isinstance(items, dict) else None
            plan.along = [self.plan(one) for one in self._along(schema)]

    def _along(self, schema: Mapping[str, Any]) -> Iterator[Any]:
        """Yield the schemas that hold for the same value. Of alternatives nobody knows which one does."""
        reference = schema.get("$ref")
        if isinstance(reference, str) and reference.startswith(_DEFINITIONS):
            name = unquote(reference[len(_DEFINITIONS) :]).replace("~1", "/").replace("~0", "~")
            if name in self._definitions:
                yield self._definitions[name]
        yield from schema.get("allOf") or ()
        for keyword in ("anyOf", "oneOf"):
            others = [one for one in schema.get(keyword) or () if one != {"type": "null"}]
            if len(others) == 1:
                yield others[0]

    def leading(self) -> set[_Plan]:
        """Return the plans that lead to something read-only."""
        users: dict[_Plan, list[_Plan]] = {}
        for plan in self.known.values():
            for child in plan.children():
                users.setdefault(child, []).append(plan)
        waiting = [plan for plan in self.known.values() if plan.is_read_only]
        found = set(waiting)
        while waiting:
            for user in users.get(waiting.pop(), ()):
                if user not in found:
                    found.add(user)
                    waiting.append(user)
        return found
