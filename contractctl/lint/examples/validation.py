"""Checks claims with one validator a direction, which compiles every schema of the contract once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from contractctl.contract.keywords import SCHEMA_KEYWORDS, SCHEMA_LIST_KEYWORDS, SCHEMA_MAP_KEYWORDS
from contractctl.contract.model import Schema
from contractctl.core.json import Json, is_array, is_object
from contractctl.lint.examples.claims import Claim, Direction
from contractctl.lint.examples.direction import Directed
from contractctl.lint.examples.wording import Complaint, complaints

if TYPE_CHECKING:
    from jsonschema_rs import Validator

_UNCHECKED = (Complaint((), "it cannot be checked, for the schema does not compile", "unchecked"),)
_SKIPPED = frozenset(("example", "examples", "default", "$dynamicRef"))
DIRECTIONS: tuple[Direction, ...] = ("request", "response", "either")


def broken(
    claims: Iterable[Claim], definitions: Mapping[str, Schema], *, is_directed: bool
) -> Iterator[tuple[Claim, Complaint]]:
    """Yield every claim that does not hold, with each reason.

    `is_directed` tells whether any schema has `readOnly` or `writeOnly`; without them directions make no difference.
    """
    groups: dict[Direction, list[Claim]] = {}
    for claim in claims:
        groups.setdefault(claim.direction if is_directed else "either", []).append(claim)
    for direction in DIRECTIONS:
        if group := groups.get(direction):
            directed = Directed(definitions, direction) if is_directed else None
            yield from _check(group, definitions, directed)


def _check(
    claims: Sequence[Claim], definitions: Mapping[str, Schema], directed: Directed | None
) -> Iterator[tuple[Claim, Complaint]]:
    def ready(schema: Json) -> Json:
        return directed.rewrite(schema) if directed else schema

    shared = {key: ready(schema.value) for key, schema in definitions.items()}
    schemas = {str(index): ready(claim.schema) for index, claim in enumerate(claims)}
    for key, validator in _validators(schemas, shared):
        claim = claims[int(key)]
        for complaint in _complaints(validator, key, claim.value) if validator else _UNCHECKED:
            yield claim, complaint


def _complaints(validator: Validator, key: str, value: Json) -> Iterator[Complaint]:
    if validator.is_valid({key: value}):
        return
    try:
        for error in validator.iter_errors({key: value}):
            yield from complaints(error)
    except ValueError:  # an error holds its instance, and the validator copies none over 255 levels deep
        yield Complaint((), "it is nested too deep to say where", "depth")


def _validators(schemas: Mapping[str, Json], definitions: Mapping[str, Json]) -> Iterator[tuple[str, Validator | None]]:
    """Yield each key with its validator: one for all, or one a key when something in it is bad.

    A schema that cannot be compiled even alone has None.
    """
    whole = _compiled(schemas, definitions)
    if whole is None:
        vetted: dict[str, bool] = {}
        schemas = {key: _compilable(schema, vetted) for key, schema in schemas.items()}
        definitions = {key: _compilable(schema, vetted) for key, schema in definitions.items()}
        whole = _compiled(schemas, definitions)
    for key, schema in schemas.items():
        yield key, whole or _compiled({key: schema}, definitions)


def _compiled(schemas: Mapping[str, Json], definitions: Mapping[str, Json]) -> Validator | None:
    from jsonschema_rs import Draft202012Validator

    try:
        return Draft202012Validator({"properties": dict(schemas), "$defs": dict(definitions)}, validate_formats=False)
    except ValueError:
        return None


def _compilable(schema: Json, vetted: dict[str, bool]) -> Json:
    """Leave out what stops the validator: regular expressions of other dialects, dynamic references, deep data."""
    if not is_object(schema):
        return schema
    kept: dict[str, Json] = {}
    for keyword, member in schema.items():
        if keyword in _SKIPPED or (keyword == "pattern" and not _compiles(str(member), vetted)):
            continue
        if keyword in SCHEMA_KEYWORDS:
            kept[keyword] = _compilable(member, vetted)
        elif keyword in SCHEMA_LIST_KEYWORDS and is_array(member):
            kept[keyword] = [_compilable(item, vetted) for item in member]
        elif keyword in SCHEMA_MAP_KEYWORDS and is_object(member):
            usable = {name: _compilable(item, vetted) for name, item in member.items()}
            is_patterns = keyword == "patternProperties"
            kept[keyword] = {name: item for name, item in usable.items() if not is_patterns or _compiles(name, vetted)}
        elif not keyword.startswith("x-"):
            kept[keyword] = member
    return kept


def _compiles(pattern: str, vetted: dict[str, bool]) -> bool:
    if pattern not in vetted:
        vetted[pattern] = _compiled({"value": {"pattern": pattern}}, {}) is not None
    return vetted[pattern]
