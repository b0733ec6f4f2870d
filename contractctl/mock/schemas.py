"""Every schema of a contract behind one validator, and the values that are made from them.

One validator a schema costs a gigabyte on large contracts; one for all, `{"properties": {key: schema}, "$defs": …}`
asked with `{key: value}`, costs 70 MB (measured on 32 000 responses).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from contractctl.contract.directions import Directed, mentions
from contractctl.contract.model import Contract, Schema, SchemaValue
from contractctl.contract.subschemas import references, subschemas
from contractctl.contract.vetting import (
    DEEPEST,
    assertions,
    build_validator,
    is_deeper,
    is_usable,
    unreadable_patterns,
    without_unreadable,
)
from contractctl.contract.widths import with_bounds
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Place
from contractctl.mock.lines import PlacedSchemas
from contractctl.mock.telling import Told, warning
from contractctl.synth import GaveUp, Plans, Unsatisfiable

if TYPE_CHECKING:
    import jsonschema_rs

Direction: TypeAlias = Literal["request", "response", "strict"]
"""`strict` is a request that must not hold what is read-only; in any other it may be."""
Values: TypeAlias = "dict[str, SchemaValue]"

_DIRECTIONS: Final[tuple[Direction, ...]] = ("request", "response", "strict")
_REQUESTS: Final[tuple[Direction, ...]] = ("request", "strict")


class SchemaTable:
    """Schemas under keys: first each is registered, then `compile` is called once, then values are asked for."""

    __slots__ = (
        "_checked",
        "_checked_definitions",
        "_definitions",
        "_directed",
        "_full_definitions",
        "_keys",
        "_made",
        "_origins",
        "_plans",
        "_roots",
        "_seed",
        "_told",
        "_validator",
        "_without_read_only",
    )

    def __init__(self, contract: Contract, told: Told, *, seed: int) -> None:
        self._told = told
        self._seed = seed
        self._definitions = {key: self._vetted(schema) for key, schema in contract.definitions.items()}
        known = mentions((key, node) for key, one in self._definitions.items() for node in subschemas(one.value))
        self._directed: dict[Direction, Directed] = {
            "request": Directed(self._definitions, "request", known=known),
            # What is write-only never leaves the server.
            "response": Directed(self._definitions, "response", forbid=True, known=known),
            "strict": Directed(self._definitions, "request", forbid=True, label="strict request", known=known),
        }
        self._origins = {name: key for directed in self._directed.values() for name, key in directed.names()}
        self._keys: dict[Direction, dict[object, str]] = {direction: {} for direction in _DIRECTIONS}
        self._without_read_only: set[object] = set()
        self._roots: dict[str, Schema] = {}
        self._checked: Values = {}
        self._checked_definitions: Values = {}
        self._full_definitions: Values = {}
        self._made: dict[str, Json | Exception] = {}
        self._plans: Plans | None = None
        self._validator: jsonschema_rs.Draft202012Validator | None = None

    def key(self, schema: Schema, direction: Direction) -> str:
        """Return the key of a schema; the same for a place asked for again, and for equal references."""
        identity, keys = _identity(schema), self._keys[direction]
        if identity not in keys:
            keys[identity] = key = f"{direction}-{len(keys) + 1}"
            self._roots[key] = Schema(schema.at, self._directed[direction].adapt(self._vetted(schema).value))
        return keys[identity]

    def strict_key(self, schema: Schema) -> str:
        """Return the key of the same schema with read-only members forbidden; empty where it has none."""
        identity = _identity(schema)
        if identity not in self._without_read_only:
            if self._directed["strict"].adapt(schema.value) is not schema.value:
                return self.key(schema, "strict")
            self._without_read_only.add(identity)
        return ""

    def compile(self) -> None:
        """Build the validator of everything registered. A schema that it cannot take is told and accepts everything."""
        roots = {key: assertions(schema.value) for key, schema in self._roots.items()}
        definitions = {key: assertions(value) for key, value in self._all_definitions()}
        self._validator = build_validator({"properties": roots, "$defs": definitions})
        if self._validator is None:
            roots, definitions = self._usable(roots, definitions)
            self._validator = build_validator({"properties": roots, "$defs": definitions})
        self._checked, self._checked_definitions = roots, definitions
        self._full_definitions = dict(self._all_definitions())
        full = {key: schema.value for key, schema in self._roots.items()}
        root: dict[str, Json] = {"properties": full, "$defs": {**self._full_definitions}}
        self._plans = Plans(root)

    def is_valid(self, key: str, value: Json) -> bool:
        """Tell whether a value satisfies the schema under `key`."""
        assert self._validator is not None
        return self._validator.is_valid({key: value})

    def errors(self, key: str, value: Json) -> Iterator[jsonschema_rs.ValidationError]:
        """Yield what is wrong with a value; the first step of each instance path is the key."""
        assert self._validator is not None
        return self._validator.iter_errors({key: value})

    def make(self, key: str) -> Json:
        """Return a value for the schema under `key`, the same every time; raise Unsatisfiable or GaveUp."""
        if key not in self._made:
            self._made[key] = self._make(key)
        made = self._made[key]
        if isinstance(made, Exception):
            raise made
        return made

    def place(self, key: str) -> Place:
        """Return where the schema under `key` is written; a reference is its target's place."""
        schema = self._roots[key]
        target = self.definition(schema.value)
        return target.at if target else schema.at

    def definition(self, value: Json) -> Schema | None:
        """Return the contract's definition that a schema refers to, or None when it is no reference."""
        for key in references({"$ref": value["$ref"]}) if is_object(value) and "$ref" in value else ():
            return self._definitions.get(self._origin(key))
        return None

    def record(self) -> dict[str, Json]:
        """Return what validates requests: their schemas, and the definitions that these reach.

        A server refuses numbers over 32 or 64 bits, of which validators know nothing.
        """
        roots = {key: with_bounds(self._checked[key]) for one in _REQUESTS for key in self._keys[one].values()}
        reached: dict[str, Json] = {}
        waiting = [key for value in roots.values() for key in references(value)]
        while waiting:
            key = waiting.pop()
            if key not in reached:
                reached[key] = with_bounds(self._checked_definitions[key])
                waiting.extend(references(reached[key]))
        return {"properties": roots, "$defs": reached}

    def described(self, key: str) -> SchemaValue:
        """Return the schema under `key` with its annotations; one that cannot be compiled accepts everything."""
        return self._roots[key].value if self._checked[key] is not True else True

    def described_definition(self, name: str) -> SchemaValue:
        """Return a definition, as a reference in this table's schemas names it, as `described` does a schema."""
        return self._full_definitions[name] if self._checked_definitions[name] is not True else True

    def placed(self, record: Mapping[str, Json]) -> PlacedSchemas:
        """Return the schemas of a record with their places."""
        roots, definitions = record["properties"], record["$defs"]
        assert is_object(roots)
        assert is_object(definitions)
        return {
            "properties": ((key, value, self._roots[key].at) for key, value in roots.items()),
            "$defs": ((key, value, self._definitions[self._origin(key)].at) for key, value in definitions.items()),
        }

    def _make(self, key: str) -> Json | Exception:
        assert self._plans is not None
        plan = self._plans.plan(self._roots[key].value)
        try:
            return plan.value(partial(self.is_valid, key), partial(self.errors, key), seed=self._seed, below=1)
        except (Unsatisfiable, GaveUp) as reason:
            return reason

    def _all_definitions(self) -> Iterator[tuple[str, SchemaValue]]:
        for key, schema in self._definitions.items():
            yield key, schema.value
        for directed in self._directed.values():
            yield from directed.definitions()

    def _origin(self, key: str) -> str:
        """Return the contract's key of a definition that may be one direction's."""
        return self._origins.get(key, key)

    def _vetted(self, schema: Schema) -> Schema:
        """Take out what the validator cannot compile, and tell it."""
        if is_deeper(schema.value, DEEPEST):
            return Schema(schema.at, self._unusable(schema.at))
        unreadable = [pattern for node in subschemas(schema.value) for pattern in unreadable_patterns(node)]
        if not unreadable:
            return schema
        for pattern in dict.fromkeys(unreadable):
            message = f"the pattern {pattern!r} is not a regular expression that can be checked; the mock leaves it out"
            self._told.tell(warning("pattern-unreadable", schema.at, message))
        value = without_unreadable(schema.value)
        assert is_object(value)
        return Schema(schema.at, value)

    def _usable(self, roots: Values, definitions: Values) -> tuple[Values, Values]:
        """Replace each schema that cannot be compiled alone by one that accepts everything."""
        kept: Values = {}
        for key, value in definitions.items():
            kept[key] = value if is_usable(value) else self._unusable(self._definitions[self._origin(key)].at)
        checked: Values = {}
        for key, value in roots.items():
            checked[key] = value if is_usable(value) else self._unusable(self._roots[key].at)
        return checked, kept

    def _unusable(self, at: Place) -> bool:
        message = "the schema cannot be compiled (malformed, or too deeply nested); the mock accepts everything instead"
        self._told.tell(warning("schema-unusable", at, message))
        return True


def _identity(schema: Schema) -> object:
    """Return what equal references have in common, and one place with itself."""
    is_reference = isinstance(schema.value, Mapping) and schema.value.keys() == {"$ref"}
    return str(schema.value) if is_reference else schema.at


def schema_examples(table: SchemaTable, schema: Schema) -> Iterator[tuple[Place, Json]]:
    """Yield the examples that a schema itself documents, in order, with their places; references are followed."""
    seen: set[Place] = set()
    at: Schema | None = schema
    while at is not None and at.at not in seen and is_object(at.value):
        seen.add(at.at)
        if "example" in at.value:
            yield at.at / "example", at.value["example"]
        several = at.value.get("examples")
        for index, value in enumerate(several if is_array(several) else ()):
            yield at.at / "examples" / index, value
        at = table.definition(at.value)
