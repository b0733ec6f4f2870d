"""The gate: the tables speak first, and the published schema has the last word on what is not OpenAPI."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from contractctl.contract.versions import Version
from contractctl.core.json import Json
from contractctl.core.records import dataclass
from contractctl.lint.structure.kinds import Fault, Table, Tokens
from contractctl.lint.structure.mending import mended
from contractctl.lint.structure.schema_faults import Rejection, is_too_severe
from contractctl.lint.structure.walk import Objects, Reference, Walk

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError, Validator

_LONGEST_MESSAGE = 200

# The schema of 2.0 refers to the metaschema of draft 4 for `enum`. The copy of jsonschema-rs, which no registry can
# replace, allows one that is empty or repeats itself.
_ENUM_OF_DRAFT_4 = "http://json-schema.org/draft-04/schema#/properties/enum"
_ENUM = "urn:contractctl:draft-4-enum"
_ENUM_SCHEMA: dict[str, Json] = {"type": "array", "minItems": 1, "uniqueItems": True}


@dataclass(frozen=True, slots=True)
class Structure:
    """What the gate found out about a description: its faults, and every reference and object outside of data."""

    version: Version
    table: Table
    faults: tuple[Fault, ...]
    references: tuple[Reference, ...]
    objects: Objects


def table_of(version: Version) -> Table:
    """Return the object types of a version. Most descriptions have one, so that the others need not be imported."""
    match version:
        case "2.0":
            from contractctl.lint.structure.v20 import TABLE
        case "3.0":
            from contractctl.lint.structure.v30 import TABLE
        case "3.1":
            from contractctl.lint.structure.v31 import TABLE
        case "3.2":
            from contractctl.lint.structure.v32 import TABLE
        case _:
            assert_never(version)
    return TABLE


def inspect(root: Mapping[str, Json], version: Version) -> Structure:
    """Walk the description and ask the published schema.

    What the schema rejects has at least one fault, unless the schema is known to be wrong about it.
    """
    table = table_of(version)
    walk = Walk(table, version)
    walk.run(root)
    silent = _silent(root, version, table, walk.faults)
    surely = [error for error in silent if not is_too_severe(version, table, error)]
    faults = (*walk.faults, *(_fault(error, version) for error in surely))
    return Structure(version, table, faults, tuple(walk.references), walk.objects)


def _silent(root: Mapping[str, Json], version: Version, table: Table, faults: Sequence[Fault]) -> Iterator[Rejection]:
    """Yield what the published schema has against the description and no fault says.

    One that is valid once its faults are mended is not asked about error by error.
    """
    if not faults or not published_validator(version).is_valid(mended(root, faults, table)):
        yield from unexplained(rejections(root, version), faults)


def rejections(root: Mapping[str, Json], version: Version) -> Iterator[Rejection]:
    """Yield what the published schema has against the description, each at the deepest place that it knows."""
    validator = published_validator(version)
    if not validator.is_valid(root):
        try:
            for error in validator.iter_errors(root):
                yield _rejection(error)
        except ValueError:  # an error holds its instance, and the validator copies none over 255 levels deep
            yield Rejection("depth", (), "it is nested too deep to say where", places=((),))


@cache
def published_validator(version: Version) -> Validator:
    """Return the validator for the OpenAPI JSON Schema of this version.

    The schemas are files of openapi-spec-validator, which is not imported: that costs half a second. Formats are left
    out, they are no matter of structure.
    """
    from jsonschema_rs import Draft4, Registry, validator_for

    spec = importlib.util.find_spec("openapi_spec_validator")
    folders = spec.submodule_search_locations if spec else None
    if not folders:
        raise FileNotFoundError("openapi-spec-validator is missing from the installation of contractctl")
    path = Path(folders[0], "resources", "schemas", f"v{version}", "schema.json")
    text = path.read_text(encoding="utf-8").replace(_ENUM_OF_DRAFT_4, _ENUM)
    return validator_for(text, validate_formats=False, registry=Registry([(_ENUM, _ENUM_SCHEMA)], draft=Draft4))


def _rejection(error: ValidationError) -> Rejection:
    """Speak of an error by the one that got furthest into the description; the first of equals."""
    ends = list(_ends(error))
    telling = [end for end in ends if not _asks_for_reference(end)] or ends
    deepest = max(telling, key=lambda end: len(end.instance_path))
    unexpected = getattr(deepest.kind, "unexpected", ())
    places = tuple(tuple(map(str, end.instance_path)) for end in telling)
    tokens = tuple(map(str, deepest.instance_path))
    return Rejection(deepest.kind.name, tokens, deepest.message, tuple(map(str, unexpected)), places)


def _ends(error: ValidationError) -> Iterator[ValidationError]:
    """Yield what is wrong under each alternative, all the way down; an error without alternatives is itself."""
    branches: list[list[ValidationError]] = getattr(error.kind, "context", [])
    nested = [inner for branch in branches for inner in branch]
    for inner in nested:
        yield from _ends(inner)
    if not nested:
        yield error


def _asks_for_reference(error: ValidationError) -> bool:
    """Tell whether this is the alternative of a Reference Object, which anything that is none fails."""
    return getattr(error.kind, "property", None) == "$ref"


def unexplained(errors: Iterable[Rejection], faults: Iterable[Fault]) -> Iterator[Rejection]:
    """Yield the errors that have no fault at, above or below one of their places."""
    ends = {fault.tokens for fault in faults}
    passed = {tokens[:depth] for tokens in ends for depth in range(len(tokens))}
    for error in errors:
        if not any(_is_near(place, ends, passed) for place in error.places):
            yield error


def _is_near(tokens: Tokens, ends: set[Tokens], passed: set[Tokens]) -> bool:
    return tokens in passed or any(tokens[:depth] in ends for depth in range(len(tokens) + 1))


def _fault(error: Rejection, version: str) -> Fault:
    text = error.message
    short = text if len(text) <= _LONGEST_MESSAGE else text[: _LONGEST_MESSAGE - 1] + "…"
    message = f"the OpenAPI {version} schema rejects this: {short}"
    return Fault("structure-invalid", error.tokens, message, subject=error.keyword)
