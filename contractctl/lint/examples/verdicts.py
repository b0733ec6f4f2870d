"""Verdicts on claims: all are checked together, the first time that somebody asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Literal, TypeAlias

from contractctl.contract.directions import Directed, Direction
from contractctl.contract.model import Schema, SchemaValue
from contractctl.contract.references import References, definition_reference
from contractctl.contract.subschemas import subschemas
from contractctl.core.json import Json
from contractctl.core.locations import Place
from contractctl.core.records import dataclass
from contractctl.lint.examples.carriers import Carrier
from contractctl.lint.examples.claims import (
    Claim,
    Documented,
    claims_within,
    documented,
    examples,
    is_json_carrier,
)
from contractctl.lint.examples.compiled import Compiled, reached
from contractctl.lint.examples.inventory import Inventory
from contractctl.lint.examples.json_text import is_equal, json_value
from contractctl.lint.examples.serialized import readings
from contractctl.lint.examples.wording import Complaint, shown

Fault: TypeAlias = Literal["value", "format", "serialized"]
"""What is wrong: the value, its format alone, or nothing but that it is written as it travels."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing that is wrong with the value of a claim."""

    claim: Claim
    fault: Fault
    complaint: Complaint


@dataclass(slots=True, eq=False)
class Verdicts:
    """What is wrong with the examples, defaults and enums of a description."""

    references: References
    definitions: Mapping[str, Schema]
    inventory: Inventory
    carriers: Sequence[Carrier]
    _found: tuple[Verdict, ...] | None = field(default=None, init=False)

    def all(self) -> tuple[Verdict, ...]:
        """Return the verdicts, claim by claim."""
        if self._found is None:
            claims = [claim for carrier in self.carriers for claim in examples(carrier, self.references)]
            claims.extend(claims_within(self.inventory.schemas))
            self._found = tuple(self._judged(claims)) if claims else ()
        return self._found

    def disagreeing(self) -> Iterator[Documented]:
        """Yield the examples (OpenAPI 3.2) with a `serializedValue` that is no JSON, but should be, or not the value.

        One that several media types share is yielded once.
        """
        seen: set[Place] = set()
        if all(self.references.version_at(one.uri) != "3.2" for one in self.references.documents()):
            return
        for carrier in filter(is_json_carrier, self.carriers):
            for example in documented(carrier, self.references):
                if example.text_at is not None and example.text_at not in seen and _disagrees(example):
                    seen.add(example.text_at)
                    yield example

    def _judged(self, claims: Sequence[Claim]) -> Iterator[Verdict]:
        bench = _Bench(self.definitions, self.inventory)
        keys = [bench.key(claim.schema, claim.direction) for claim in claims]
        compiled = bench.compiled()
        for claim, key in zip(claims, keys, strict=True):
            if not compiled.is_valid(key, claim.value, formats=True):
                for fault, complaint in _faults(claim, key, compiled):
                    yield Verdict(claim, fault, complaint)


def _faults(claim: Claim, key: str, compiled: Compiled) -> Iterator[tuple[Fault, Complaint]]:
    """Yield what is wrong with a value that is refused when formats count.

    Formats are remarks (JSON Schema 2020-12 validation §7.2.1): what is wrong without them is an error.
    """
    if compiled.is_valid(key, claim.value, formats=False):
        yield from (("format", one) for one in compiled.complaints(key, claim.value, formats=True))
        return
    if claim.carrier is not None and claim.carrier.is_parameter and isinstance(claim.value, str):
        for value in readings(claim.value, claim.carrier.part.value):
            if compiled.is_valid(key, value, formats=False):
                yield "serialized", Complaint((), "", "", hint=f"write the value itself: `{shown(value)}`")
                return
    yield from (("value", one) for one in compiled.complaints(key, claim.value, formats=False))
    if not compiled.has_met_formats():
        found = compiled.complaints(key, claim.value, formats=True)
        yield from (("format", one) for one in found if one.keyword == "format")


class _Bench:
    """Gathers the schemas of claims, each once, to compile them together."""

    def __init__(self, definitions: Mapping[str, Schema], inventory: Inventory) -> None:
        self._definitions = definitions
        self._inventory = inventory
        self._directed: dict[Direction, Directed] = {}
        self._keys: dict[tuple[int, Direction], str] = {}
        self._adapted: dict[int, str] = {}
        self._schemas: dict[str, Json] = {}
        self._named = {id(one.value): definition_reference(key) for key, one in definitions.items()}

    def key(self, schema: SchemaValue, direction: Direction) -> str:
        """Return the key of a schema as a direction sees it."""
        identity = (id(schema), direction)
        if identity not in self._keys:
            adapted = self._as_seen(schema, direction)
            reference = self._named.get(id(adapted))
            key = self._adapted.setdefault(id(adapted), f"s{len(self._adapted)}")
            self._schemas[key] = {"$ref": reference} if reference else adapted
            self._keys[identity] = key
        return self._keys[identity]

    def compiled(self) -> Compiled:
        """Compile the schemas with the definitions that they reach."""
        definitions = {definition_reference(key): (key, one.value) for key, one in self._definitions.items()}
        mentioned = {definition_reference(key): found for key, found in self._inventory.mentioned.references.items()}
        for directed in self._directed.values():
            for key, value in directed.definitions():
                reference = definition_reference(key)
                definitions[reference] = (key, value)
                mentioned[reference] = frozenset(_references(value))
        roots = {reference for schema in self._schemas.values() for reference in _references(schema)}
        found = reached(roots, mentioned)
        return Compiled(self._schemas, dict(definitions[one] for one in definitions if one in found))

    def _as_seen(self, schema: SchemaValue, direction: Direction) -> SchemaValue:
        if not self._inventory.has_flags:
            return schema
        if direction not in self._directed:
            known = self._inventory.mentioned
            self._directed[direction] = Directed(self._definitions, direction, known=known)
        return self._directed[direction].adapt(schema)


def _references(value: Json) -> Iterator[str]:
    """Yield the references in a schema as they are written."""
    return (reference for node in subschemas(value) if isinstance(reference := node.get("$ref"), str))


def _disagrees(example: Documented) -> bool:
    try:
        value = json_value(example.text)
    except ValueError:
        return True
    return example.value_at is not None and not is_equal(value, example.value)


def of_faults(verdicts: Iterable[Verdict], fault: Fault) -> Iterator[Verdict]:
    """Yield the verdicts with this fault."""
    return (verdict for verdict in verdicts if verdict.fault == fault)
