"""What one side accepts in one direction: its schemas behind validators that are built when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final, Literal

from contractctl.contract.burdens import entangled
from contractctl.contract.directions import Directed, Mentions
from contractctl.contract.model import Schema, SchemaValue
from contractctl.contract.subschemas import references, subschemas
from contractctl.contract.vetting import (
    assertions,
    build_validator,
    is_deeper,
    is_usable,
    unreadable_patterns,
    without_unreadable,
)
from contractctl.contract.widths import with_bounds
from contractctl.core.changes import Direction
from contractctl.core.json import Json, is_object
from contractctl.diff.schemas.normalise import SchemaDirection

if TYPE_CHECKING:
    import jsonschema_rs


_DEEPEST: Final = 200
"""Levels of nesting that a schema may have, which is as many as are read; the validator refuses 255 of all."""
_NAMES: Mapping[SchemaDirection, Literal["request", "response"]] = {
    Direction.REQUEST: "request",
    Direction.RESPONSE: "response",
}


class Acceptance:
    """The schemas of one side as one direction sees them: a member that is hidden in it need not be there.

    Note every schema first, then ask: all that were noted since the last question share one validator, for one each
    costs a gigabyte on large contracts. What cannot be compiled, or would keep a validator busy for hours, accepts
    everything.
    """

    def __init__(self, definitions: Mapping[str, Schema], direction: SchemaDirection, known: Mentions) -> None:
        self._directed = Directed(definitions, _NAMES[direction], known=known)
        self._written: dict[str, SchemaValue] = {key: schema.value for key, schema in definitions.items()}
        self._written.update(self._directed.definitions())
        self._vetted: dict[str, SchemaValue] = {}
        self._lossy: set[str] = set()
        self._keys: dict[object, str] = {}
        self._roots: dict[str, SchemaValue] = {}
        self._waiting: dict[str, SchemaValue] = {}
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}

    def note(self, schema: Schema) -> str:
        """Return the key of a schema of the contract; the same for a place that was noted before."""
        is_reference = is_object(schema.value) and schema.value.keys() == {"$ref"}
        identity = str(schema.value) if is_reference else (schema.at, isinstance(schema.value, bool))
        if identity not in self._keys:
            self._keys[identity] = root = str(len(self._keys))
            self._roots[root] = self._waiting[root] = self._noted(f"root {root}", self._directed.adapt(schema.value))
        return self._keys[identity]

    def schema(self, root: str) -> SchemaValue:
        """Return what was noted under a key, as it is read here."""
        return self._roots[root]

    def read(self, value: SchemaValue) -> SchemaValue:
        """Return a schema with references into the contract's definitions as this direction sees it.

        Only what asserts something is left, and no pattern that the validator cannot compile; widths are bounds.
        """
        return _vetted(self._directed.adapt(value))

    def definition(self, key: str) -> SchemaValue:
        """Return the definition that a reference in what was read names."""
        if key not in self._vetted:
            self._vetted[key] = self._noted(key, self._written[key])
        return self._vetted[key]

    def is_exact(self, root: str) -> bool:
        """Tell whether nothing that bears on the schema under `root` was left out of what is asked."""
        reached = self._reached({root: self._roots[root]})
        return self._lossy.isdisjoint((f"root {root}", *reached))

    def accepts(self, root: str, value: Json) -> bool:
        """Tell whether the schema under `root` accepts a value."""
        return self._validator(root).is_valid({root: value})

    def errors(self, root: str, value: Json) -> Iterator[jsonschema_rs.ValidationError]:
        """Yield what is wrong with a value; the first step of each instance path is the root."""
        return self._validator(root).iter_errors({root: value})

    def _noted(self, key: str, value: SchemaValue) -> SchemaValue:
        """Vet a schema, and note whether that took something out of it."""
        if is_deeper(value, _DEEPEST) or any(map(unreadable_patterns, subschemas(value))):
            self._lossy.add(key)
        return _vetted(value)

    def _validator(self, root: str) -> jsonschema_rs.Draft202012Validator:
        if root not in self._validators:
            validator = self._compiled(self._waiting)
            self._validators.update(dict.fromkeys(self._waiting, validator))
            self._waiting = {}
        return self._validators[root]

    def _compiled(self, roots: Mapping[str, SchemaValue]) -> jsonschema_rs.Draft202012Validator:
        definitions = self._reached(roots)
        busy = entangled(definitions)
        self._vetted.update(dict.fromkeys(busy, True))
        self._lossy.update(busy)
        definitions.update(dict.fromkeys(busy, True))
        validator = build_validator({"properties": dict(roots), "$defs": definitions})
        if validator is None:
            usable = {key: value if is_usable(value) else True for key, value in roots.items()}
            kept = {key: value if is_usable(value) else True for key, value in definitions.items()}
            self._vetted.update(kept)
            self._roots.update(usable)
            self._lossy.update(key for key, value in definitions.items() if kept[key] is not value)
            self._lossy.update(f"root {key}" for key, value in roots.items() if usable[key] is not value)
            validator = build_validator({"properties": usable, "$defs": kept})
        assert validator is not None
        return validator

    def _reached(self, roots: Mapping[str, SchemaValue]) -> dict[str, SchemaValue]:
        """Return the definitions that schemas refer to, at any number of steps."""
        reached: dict[str, SchemaValue] = {}
        waiting = [key for value in roots.values() for key in references(value)]
        while waiting:
            key = waiting.pop()
            if key not in reached:
                reached[key] = self.definition(key)
                waiting.extend(references(reached[key]))
        return reached


def _vetted(value: SchemaValue) -> SchemaValue:
    if is_deeper(value, _DEEPEST):
        return True
    readable = without_unreadable(assertions(value))
    assert isinstance(readable, bool) or is_object(readable)
    return with_bounds(readable)
