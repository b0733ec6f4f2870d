"""Checks claims with one validator a direction, which compiles every schema of the contract once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from contractctl.contract.model import Schema
from contractctl.core.json import Json, is_array, is_object
from contractctl.lint.examples.claims import Claim, Direction
from contractctl.lint.examples.direction import Directed
from contractctl.lint.examples.wording import Complaint, complaints

if TYPE_CHECKING:
    from jsonschema_rs import Validator

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
    for keys, validator in _validators(schemas, shared):
        for key in keys:
            claim = claims[int(key)]
            for complaint in _complaints(validator, key, claim.value):
                yield claim, complaint


def _complaints(validator: Validator, key: str, value: Json) -> Iterator[Complaint]:
    try:
        if not validator.is_valid({key: value}):
            for error in validator.iter_errors({key: value}):
                yield from complaints(error)
    except ValueError as error:
        yield Complaint((), f"it cannot be checked: {str(error).partition(chr(10))[0]}", "unchecked")


def _validators(schemas: Mapping[str, Json], definitions: Mapping[str, Json]) -> Iterator[tuple[list[str], Validator]]:
    """Yield validators and the keys that each answers for: one for all, or one a key when something in it is bad.

    A schema that cannot be compiled even alone is left out: what is wrong with it is not the example's fault.
    """
    whole = _compiled(schemas, definitions)
    if whole is None:
        schemas, definitions = _compilable(schemas), _compilable(definitions)
        whole = _compiled(schemas, definitions)
    if whole is not None:
        yield list(schemas), whole
        return
    for key, schema in schemas.items():
        single = _compiled({key: schema}, definitions)
        if single is not None:
            yield [key], single


def _compiled(schemas: Mapping[str, Json], definitions: Mapping[str, Json]) -> Validator | None:
    from jsonschema_rs import Draft202012Validator

    try:
        return Draft202012Validator({"properties": dict(schemas), "$defs": dict(definitions)}, validate_formats=False)
    except ValueError:
        return None


def _compilable(schemas: Mapping[str, Json]) -> dict[str, Json]:
    vetted: dict[str, bool] = {}
    return {key: _without_bad_patterns(schema, vetted) for key, schema in schemas.items()}


def _without_bad_patterns(value: Json, vetted: dict[str, bool]) -> Json:
    """Leave out what the validator cannot compile: regular expressions of other dialects, dynamic references."""
    if is_array(value):
        return [_without_bad_patterns(item, vetted) for item in value]
    if not is_object(value):
        return value
    kept: dict[str, Json] = {}
    for key, member in value.items():
        if key == "$dynamicRef" or (key == "pattern" and isinstance(member, str) and not _compiles(member, vetted)):
            continue
        if key == "patternProperties" and is_object(member):
            usable = {name: item for name, item in member.items() if _compiles(name, vetted)}
            kept[key] = _without_bad_patterns(usable, vetted)
        else:
            kept[key] = _without_bad_patterns(member, vetted)
    return kept


def _compiles(pattern: str, vetted: dict[str, bool]) -> bool:
    if pattern not in vetted:
        vetted[pattern] = _compiled({"value": {"pattern": pattern}}, {}) is not None
    return vetted[pattern]
