"""Checks claims with one validator a direction, which compiles every schema of the contract once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from contractctl.contract.directions import Directed, Direction
from contractctl.contract.model import Schema
from contractctl.contract.subschemas import rewritten
from contractctl.core.json import Json, is_object
from contractctl.lint.examples.claims import Claim
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
    shared: dict[str, Json] = {key: schema.value for key, schema in definitions.items()}
    schemas: dict[str, Json] = {str(index): claim.schema for index, claim in enumerate(claims)}
    if directed:
        shared.update(directed.definitions())
        schemas = {str(index): directed.adapt(claim.schema) for index, claim in enumerate(claims)}
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
        if keyword in _SKIPPED or keyword.startswith("x-") or (keyword == "pattern" and not _compiles(member, vetted)):
            continue
        usable = member
        if keyword == "patternProperties" and is_object(member):
            usable = {name: item for name, item in member.items() if _compiles(name, vetted)}
        kept[keyword] = rewritten(keyword, usable, lambda inner: _compilable(inner, vetted))
    return kept


def _compiles(pattern: Json, vetted: dict[str, bool]) -> bool:
    if (text := str(pattern)) not in vetted:
        vetted[text] = _compiled({"value": {"pattern": pattern}}, {}) is not None
    return vetted[text]
