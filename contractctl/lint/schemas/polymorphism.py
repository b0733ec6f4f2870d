"""Alternatives and the discriminators that choose between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from contractctl.contract.model import SchemaValue
from contractctl.contract.references import Unresolved
from contractctl.core.json import Json, is_array, is_object, object_at
from contractctl.core.locations import Place
from contractctl.core.records import dataclass
from contractctl.lint.examples.inventory import Subschema
from contractctl.lint.schemas.conjunction import Meaning, conjuncts
from contractctl.lint.schemas.types import EVERY, OBJECT, allowed
from contractctl.lint.subject import Subject

BRANCHES: Final = ("oneOf", "anyOf")


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a discriminator's mapping, or its `defaultMapping`.

    `value` is the name or URI of a schema as written at `at`, `target` that schema where it is one of the contract's.
    `components` are the schemas that could have been meant.
    """

    schema: Subschema
    at: Place
    key: str
    value: str
    components: Mapping[str, Json]
    target: SchemaValue | None
    is_dangling: bool


def branches_of(schema: Mapping[str, Json]) -> Iterator[Json]:
    """Yield the alternatives of a schema, in order."""
    for keyword in BRANCHES:
        members = schema.get(keyword)
        yield from members if is_array(members) else ()


def may_be_object(schema: Json, meaning: Meaning) -> bool:
    """Tell whether the types of a schema let a value be an object."""
    types = EVERY
    for member in conjuncts((schema,), meaning)[0]:
        types &= allowed(member.get("type"))
    return bool(types & OBJECT)


def alternatives(schema: Mapping[str, Json], meaning: Meaning) -> frozenset[int]:
    """Return the identities of the schemas that are alternatives of this one, and of their own alternatives."""
    found: set[int] = set()
    waiting = list(branches_of(schema))
    while waiting:
        one = waiting.pop()
        if not is_object(one) or id(one) in found:
            continue
        found.add(id(one))
        waiting.extend(branches_of(one))
        if "$ref" in one:
            waiting.append(meaning(one["$ref"]))
    return frozenset(found)


def mappings(subject: Subject) -> Iterator[Choice]:
    """Yield every mapping of every discriminator."""
    targets = {schema.at: schema.value for schema in subject.contract.definitions.values()}
    for schema in subject.index.having("discriminator"):
        for at, key, value in _written(subject, schema):
            place, is_dangling = _mapped(subject, at, value)
            target = targets.get(place) if place else None
            yield Choice(schema, at, key, value, _components(subject, at), target, is_dangling)


def _written(subject: Subject, schema: Subschema) -> Iterator[tuple[Place, str, str]]:
    found = object_at(schema.value, "discriminator")
    at = schema.at / "discriminator"
    for key, value in object_at(found, "mapping").items():
        if isinstance(value, str):
            yield at / "mapping" / key, key, value
    default = found.get("defaultMapping")
    if isinstance(default, str) and subject.version_at(at) == "3.2":
        yield at / "defaultMapping", "defaultMapping", default


def _components(subject: Subject, at: Place) -> Mapping[str, Json]:
    root = subject.documents[at.uri].root
    return object_at(object_at(root, "components"), "schemas") if is_object(root) else {}


def _mapped(subject: Subject, at: Place, value: str) -> tuple[Place | None, bool]:
    """Return what a mapping leads to, a schema by its name or else by URI, and whether it surely leads nowhere."""
    for near in (at, subject.root):
        if value in _components(subject, near):
            return Place(near.uri) / "components" / "schemas" / value, False
    if value.isidentifier():  # a file would have a dot or a slash in its name
        return None, True
    try:
        return subject.references.target(value, at).at, False
    except Unresolved as unresolved:
        return None, any(finding.rule == "reference-dangling" for finding in unresolved.findings)
