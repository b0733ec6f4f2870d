"""The dialects that schemas are written in, and how each says what JSON Schema 2020-12 says.

A keyword that a dialect does not have is read as what it means in 2020-12, except where the dialect's text has another
word for it. Strictly it is none (`oneOf` in Swagger 2.0, `const` in OpenAPI 3.0), and validators may pass over it; but
whoever writes it means it, and most tools take it so. `nullable` is no keyword anywhere but in OpenAPI 3.0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Final, TypeAlias

from contractctl.contract.keywords import KEYWORDS, Keyword, is_number, is_schema, is_schema_list
from contractctl.contract.versions import Version
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.records import dataclass

Members: TypeAlias = dict[str, Json]
Translation: TypeAlias = Callable[[Members], None]
"""Changes the keywords of one schema object to those of 2020-12; the schemas inside of it are changed already."""

_EXCLUSIVE: Final = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How schemas are written. `concerns` are the keywords that `translations` look at.

    With `ref_is_alone`, what stands beside a `$ref` means nothing. `id` is the keyword that names a resource, empty
    in dialects that have none.
    """

    name: str
    id: str = "$id"
    ref_is_alone: bool = False
    has_booleans: bool = True
    keywords: Mapping[str, Keyword] = field(default_factory=lambda: KEYWORDS)
    concerns: frozenset[str] = frozenset()
    translations: tuple[Translation, ...] = ()


def _exclusive_bounds(members: Members) -> None:
    """OpenAPI 3.0.4 §4.7.24, draft 4 validation §5.1.2: an exclusive bound says of the other one what it is."""
    for exclusive, bound in _EXCLUSIVE.items():
        is_exclusive = members.get(exclusive)
        if isinstance(is_exclusive, bool):
            del members[exclusive]
            if is_exclusive and bound in members:
                members[exclusive] = members.pop(bound)


def _nullable(members: Members) -> None:
    """OpenAPI 3.0.4 §4.7.24.1: null is one more type, where a type is given beside; an `enum` without it refuses it."""
    if members.pop("nullable", None) is True and isinstance(members.get("type"), str):
        members["type"] = [members["type"], "null"]


def _vendor_nullable(members: Members) -> None:
    """Many write `x-nullable` in Swagger 2.0 for what `nullable` was to become."""
    if members.get("x-nullable") is True and isinstance(members.get("type"), str):
        members["type"] = [members["type"], "null"]
    members.pop("x-nullable", None)


def _discriminator_name(members: Members) -> None:
    """OpenAPI 3 has an object where Swagger 2.0 has the name of the property alone."""
    if isinstance(name := members.get("discriminator"), str):
        members["discriminator"] = {"propertyName": name}


def _tuples(members: Members) -> None:
    """2020-12 core, appendix G: lists of `items` are `prefixItems` now, and `additionalItems` are `items`."""
    has_more = "additionalItems" in members
    more = members.pop("additionalItems", None)
    items = members.get("items")
    if is_array(items):
        del members["items"]
        if items:
            members["prefixItems"] = items
        if has_more:
            members["items"] = more


def _dependencies(members: Members) -> None:
    """2019-09 core, appendix: `dependencies` are `dependentRequired` where they are names, else `dependentSchemas`."""
    dependencies = members.pop("dependencies", None)
    if not is_object(dependencies):
        return
    names = {name: list(dict.fromkeys(map(str, one))) for name, one in dependencies.items() if is_array(one)}
    schemas = {name: one for name, one in dependencies.items() if not is_array(one)}
    for keyword, found in (("dependentRequired", names), ("dependentSchemas", schemas)):
        own = members.get(keyword)
        if found:
            members[keyword] = {**found, **(own if is_object(own) else {})}


def _is_items(value: Json) -> bool:
    return is_schema(value) or value == [] or is_schema_list(value)


def _are_dependencies(value: Json) -> bool:
    return is_object(value) and all(
        is_schema(one) or (is_array(one) and all(isinstance(name, str) for name in one)) for one in value.values()
    )


def _is_bound(value: Json) -> bool:
    return isinstance(value, bool) or is_number(value)


_BOUNDS: Final[Mapping[str, Keyword]] = dict.fromkeys(_EXCLUSIVE, Keyword("true or false", _is_bound))
_LISTS: Final[Mapping[str, Keyword]] = {
    "items": Keyword("a schema or a list of schemas", _is_items, "items"),
    "additionalItems": KEYWORDS["items"],
}
_DEPENDENCIES: Final[Mapping[str, Keyword]] = {
    "dependencies": Keyword("an object of schemas and lists of strings", _are_dependencies, "dependencies"),
}
_OLD: Final = frozenset(("items", "additionalItems", "dependencies"))

SWAGGER_2_0 = Dialect(
    "2.0",
    id="",
    ref_is_alone=True,
    has_booleans=False,
    keywords={**KEYWORDS, **_BOUNDS},
    concerns=frozenset(("x-nullable", "discriminator", *_EXCLUSIVE)),
    translations=(_vendor_nullable, _discriminator_name, _exclusive_bounds),
)
OPENAPI_3_0 = Dialect(
    "3.0",
    id="",
    ref_is_alone=True,
    has_booleans=False,
    keywords={**KEYWORDS, **_BOUNDS},
    concerns=frozenset(("nullable", *_EXCLUSIVE)),
    translations=(_nullable, _exclusive_bounds),
)
DRAFT_4 = Dialect(
    "draft-04",
    id="id",
    ref_is_alone=True,
    keywords={**KEYWORDS, **_BOUNDS, **_LISTS, **_DEPENDENCIES, "id": KEYWORDS["$id"]},
    concerns=_OLD | frozenset(_EXCLUSIVE),
    translations=(_exclusive_bounds, _tuples, _dependencies),
)
DRAFT_7 = Dialect(
    "draft-07",
    ref_is_alone=True,
    keywords={**KEYWORDS, **_LISTS, **_DEPENDENCIES},
    concerns=_OLD,
    translations=(_tuples, _dependencies),
)
DRAFT_2019_09 = Dialect(
    "2019-09",
    keywords={**KEYWORDS, **_LISTS},
    concerns=_OLD,
    translations=(_tuples,),
)
DRAFT_2020_12 = Dialect("2020-12")

_OF_VERSIONS: Final[Mapping[Version, Dialect]] = {
    "2.0": SWAGGER_2_0,
    "3.0": OPENAPI_3_0,
    "3.1": DRAFT_2020_12,
    "3.2": DRAFT_2020_12,
}
_NAMED: Final[Mapping[str, Dialect]] = {
    "json-schema.org/draft-04/schema": DRAFT_4,
    "json-schema.org/draft-06/schema": DRAFT_7,
    "json-schema.org/draft-07/schema": DRAFT_7,
    "json-schema.org/draft/2019-09/schema": DRAFT_2019_09,
    "json-schema.org/draft/2020-12/schema": DRAFT_2020_12,
}
_OF_OPENAPI: Final = ("spec.openapis.org/oas/3.1/dialect/", "spec.openapis.org/oas/3.2/dialect/")


def dialect_of(version: Version) -> Dialect:
    """Return the dialect that the schemas of a version are written in unless they say otherwise."""
    return _OF_VERSIONS[version]


def dialect_named(uri: str) -> Dialect | None:
    """Return the dialect that `$schema` or `jsonSchemaDialect` names; None for one that is not known here."""
    name = uri.removesuffix("#").removeprefix("https://").removeprefix("http://")
    return DRAFT_2020_12 if name.startswith(_OF_OPENAPI) else _NAMED.get(name)
