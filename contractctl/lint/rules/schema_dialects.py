"""Rules about keywords of another version of OpenAPI or of JSON Schema."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from contractctl.contract.dialects import DRAFT_2020_12
from contractctl.core.findings import Severity
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Location, Place, Pointer
from contractctl.core.profiles import Profile
from contractctl.lint.rule import Defect, rule
from contractctl.lint.schemas.emptiness import contradiction
from contractctl.lint.schemas.types import FRACTION, NULL, NUMERIC, STRING, allowed, named
from contractctl.lint.structure.kinds import Tokens
from contractctl.lint.subject import Subject
from contractctl.lint.survey import Part

_SINCE_3_1: Final = frozenset(("3.1", "3.2"))


@rule("nullable-ignored", severity=Severity.WARNING, family="schemas")
def nullable_ignored(subject: Subject) -> Iterator[Defect]:
    """A schema of OpenAPI 3.1 or later has `nullable`, which is no keyword there.

    Why: The schema refuses null, whatever its author believes.

    Source: OpenAPI 3.1.1 §4.8.24; JSON Schema 2020-12 validation §6.1.1

    Bad:

        paths: {}
        components:
          schemas:
            Name: {type: string, nullable: true}

    Good:

        paths: {}
        components:
          schemas:
            Name: {type: [string, "null"]}
    """
    for part in subject.index.written("nullable"):
        if part.value["nullable"] is True and subject.version_at(part.at) in _SINCE_3_1:
            is_refused = not allowed(part.value.get("type")) & NULL
            message = "`nullable` has no effect since OpenAPI 3.1" + (": null is not accepted" if is_refused else "")
            yield Defect(Location(part.at / "nullable"), message, _null_hint(part.value))


def _null_hint(schema: Mapping[str, Json]) -> str:
    declared = schema.get("type")
    if isinstance(declared, str):
        return f'write `type: [{declared}, "null"]`'
    if is_array(declared):
        is_there = "null" in declared
        return "take it out: the type says so already" if is_there else 'add "null" to the list of types'
    if _REFUSE_NULL.isdisjoint(schema):
        return "take it out: without a type, null is accepted anyway"
    return 'write it as `anyOf` of this schema and `type: "null"`'


_REFUSE_NULL: Final = frozenset(("$ref", "allOf", "anyOf", "oneOf", "enum", "const"))


@rule("nullable-without-type", severity=Severity.WARNING, family="schemas")
def nullable_without_type(subject: Subject) -> Iterator[Defect]:
    """A schema of OpenAPI 3.0 is `nullable` without a `type` beside it, and refuses null.

    Why: `nullable` adds null to the `type` that stands beside it. Without one it does nothing, and beside `$ref`
    nothing counts: what is inside or where the reference leads decides.

    Source: OpenAPI 3.0.3 §4.7.24.1, §4.7.23

    Bad:

        openapi: 3.0.3
        info: {title: Example, version: "1"}
        paths: {}
        components:
          schemas:
            Pet: {type: object}
            Owner: {type: object, properties: {pet: {nullable: true, allOf: [{$ref: "#/components/schemas/Pet"}]}}}

    Good:

        openapi: 3.0.3
        info: {title: Example, version: "1"}
        paths: {}
        components:
          schemas:
            Pet: {type: object, nullable: true}
            Owner: {type: object, properties: {pet: {$ref: "#/components/schemas/Pet"}}}
    """
    written = (*subject.index.written("nullable"), *_nullable_references(subject))
    untyped = [part for part in written if part.value["nullable"] is True and "type" not in part.value]
    meant = _meant(subject, {(part.uri, part.tokens) for part in untyped})
    for part in untyped:
        schema = meant.get((part.uri, part.tokens))
        if schema is None or subject.references.version_at(part.uri) != "3.0":
            continue
        if contradiction((schema, _NULL), subject.index.meaning) is not None:
            yield Defect(Location(part.at / "nullable"), *_nullable_words(part.value))


def _meant(subject: Subject, wanted: set[tuple[str, Tokens]]) -> Mapping[tuple[str, Tokens], Mapping[str, Json]]:
    """Return those of the schemas at these places that may refuse null, as they are meant."""
    keywords = ("$ref", "allOf", "oneOf", "anyOf", "enum") if wanted else ()
    schemas = (schema for keyword in keywords for schema in subject.index.having(keyword))
    return {key: schema.value for schema in schemas if (key := (schema.uri, schema.tokens)) in wanted}


_NULL: Final[Mapping[str, Json]] = {"const": None}


def _nullable_words(schema: Mapping[str, Json]) -> tuple[str, str]:
    if "$ref" in schema:
        message = "`nullable` stands beside `$ref`, where it is ignored: null is not accepted"
        return message, "write `nullable: true` where the reference leads, beside the `type`"
    if {"allOf", "oneOf", "anyOf"}.isdisjoint(schema):
        return "`nullable` has no effect without `type`: null is not accepted", "add the `type`, and null to `enum`"
    message = "`nullable` has no effect without `type`: null is not accepted, for the schemas inside refuse it"
    which = "those" if "allOf" in schema else "one of those"
    return message, f"write `nullable: true` in {which}, beside the `type`"


def _nullable_references(subject: Subject) -> Iterator[Part]:
    """Yield the references with `nullable` beside them; they are no schemas, and so no parts."""
    for uri, objects in subject.survey.objects.items():
        if subject.references.version_at(uri) != "3.0" or "nullable" not in subject.documents[uri].text:
            continue
        for tokens, schema in objects.get("schema", ()):
            properties = schema.get("properties")
            if properties and is_object(properties):
                for name, value in properties.items():
                    if value.__class__ is dict and "nullable" in value and is_object(value) and "$ref" in value:
                        yield Part(uri, (*tokens, "properties", name), value)
            if "items" in schema and is_object(items := schema["items"]) and "$ref" in items and "nullable" in items:
                yield Part(uri, (*tokens, "items"), items)


@rule("keyword-outdated", severity=Severity.WARNING, family="schemas")
def keyword_outdated(subject: Subject) -> Iterator[Defect]:
    """A schema has a keyword of an older draft of JSON Schema.

    Why: Since OpenAPI 3.1 schemas are JSON Schema 2020-12, which has other words for it and passes over this one.

    Source: JSON Schema 2019-09 core, appendix G; 2020-12 core, appendix G

    Bad:

        paths: {}
        components:
          schemas:
            Card: {type: object, dependencies: {number: [expiry]}}

    Good:

        paths: {}
        components:
          schemas:
            Card: {type: object, dependentRequired: {number: [expiry]}}
    """
    for keyword, hint in _OUTDATED.items():
        for part in subject.index.written(keyword):
            is_meant = keyword != "id" or isinstance(part.value["id"], str)
            if is_meant and subject.version_at(part.at) in _SINCE_3_1 and _is_current(subject, part.at):
                message = f"`{keyword}` is no keyword of JSON Schema 2020-12, and has no effect"
                yield Defect(Location(part.at / keyword), message, hint)


_OUTDATED: Final[Mapping[str, str]] = {
    "dependencies": "write `dependentRequired` for names, and `dependentSchemas` for schemas",
    "additionalItems": "write `prefixItems` for the list, and `items` for what comes after it",
    "$recursiveRef": "write `$dynamicRef`",
    "$recursiveAnchor": "write `$dynamicAnchor`",
    "id": "write `$id`",
}


def _is_current(subject: Subject, at: Place) -> bool:
    """Tell whether a schema is written in JSON Schema 2020-12: `$schema` may say otherwise."""
    return subject.references.resource_at(at).dialect.name == DRAFT_2020_12.name


@rule("keyword-deprecated", severity=Severity.INFO, family="schemas", profile=Profile.STRICT)
def keyword_deprecated(subject: Subject) -> Iterator[Defect]:
    """A keyword is deprecated that another one took the place of.

    Why: It may be gone in the next version.

    Source: OpenAPI 3.1.1 §4.8.24.1; OpenAPI 3.2.0, XML Object; JSON Schema 2019-09 core, appendix G

    Bad:

        paths: {}
        components:
          schemas:
            Name: {type: string, example: Tom}

    Good:

        paths: {}
        components:
          schemas:
            Name: {type: string, examples: [Tom]}
    """
    for keyword, successor in (("example", "examples"), ("definitions", "$defs")):
        for part in subject.index.written(keyword):
            if subject.version_at(part.at) in _SINCE_3_1 and _is_current(subject, part.at):
                yield _deprecated(part.at / keyword, f"write `{successor}`")
    for part in subject.parts("xml"):
        for keyword in ("attribute", "wrapped"):
            if part.value.get(keyword) is True and subject.version_at(part.at) == "3.2":
                node = "attribute" if keyword == "attribute" else "element"
                yield _deprecated(part.at / keyword, f"write `nodeType: {node}`")


def _deprecated(at: Place, hint: str) -> Defect:
    return Defect(Location(at), f"`{at.pointer.tokens[-1]}` is deprecated", hint)


_FORMATS: Final[Mapping[str, int]] = {
    "int32": NUMERIC,
    "int64": NUMERIC | STRING,
    "float": FRACTION,
    "double": FRACTION | STRING,
    **dict.fromkeys(("date", "date-time", "time", "duration", "password", "byte", "binary", "email"), STRING),
    **dict.fromkeys(("idn-email", "hostname", "idn-hostname", "ipv4", "ipv6", "uri", "uri-reference"), STRING),
    **dict.fromkeys(("iri", "iri-reference", "uri-template", "uuid", "regex", "json-pointer"), STRING),
}
"""Formats of the specification and of JSON Schema, and the types they are for; long numbers are often sent as text."""


@rule("format-type-mismatch", severity=Severity.WARNING, family="schemas", profile=Profile.STRICT)
def format_type_mismatch(subject: Subject) -> Iterator[Defect]:
    """A format is for values of another type.

    Why: It says nothing about values of the type that is declared; generators choose one of the two.

    Source: OpenAPI 3.1.1 §4.4.2; JSON Schema 2020-12 validation §7.1

    Bad:

        paths: {}
        components:
          schemas:
            Price: {type: integer, format: float}

    Good:

        paths: {}
        components:
          schemas:
            Price: {type: number, format: float}
    """
    for schema in subject.schemas:
        value = schema.value
        if "format" not in value or "type" not in value:
            continue
        form, declared = value["format"], value["type"]
        types = _FORMATS.get(form) if isinstance(form, str) else None
        if types is not None and not types & allowed(declared) and not is_array(declared):
            at = Place(schema.uri, Pointer((*schema.tokens, "format")))
            message = f"format `{form}` says nothing about {named(declared)}"
            yield Defect(Location(at), message, "mend the type or the format")


RULES = (
    nullable_ignored,
    nullable_without_type,
    keyword_outdated,
    keyword_deprecated,
    format_type_mismatch,
)
