"""Schemas by the keywords that they have: one pass over forty thousand of them serves all rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from contractctl.contract.model import Contract, SchemaValue
from contractctl.contract.references import definition_reference
from contractctl.core.json import Json
from contractctl.core.locations import Place
from contractctl.lint.examples.inventory import Subschema
from contractctl.lint.schemas.property_names import IN_PLACE, PropertyNames
from contractctl.lint.survey import Part, Survey

_BOUNDS: Final = (
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
    *("minContains", "maxContains"),
)
_MEANT: Final = frozenset(
    (
        *_BOUNDS,
        *("enum", "const", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "required", "properties"),
        *("pattern", "patternProperties", "prefixItems", "items", "contains", "discriminator"),
        *("additionalProperties", "propertyNames", "contentSchema", "multipleOf", "uniqueItems", "$ref"),
        *("unevaluatedItems", "unevaluatedProperties", "dependentRequired", "dependentSchemas"),
    )
)
_WRITTEN: Final = frozenset(
    (
        *("nullable", "readOnly", "discriminator", "xml", "example", "definitions", "dependencies", "additionalItems"),
        *("$recursiveRef", "$recursiveAnchor", "id", "pattern", "patternProperties"),
    )
)


class SchemaIndex:
    """The schemas of a description by keyword: as meant (JSON Schema 2020-12), and as written.

    It is made when somebody asks first. Some keywords are in nearly every schema, and are not indexed.
    """

    def __init__(self, schemas: Iterable[Subschema], survey: Survey, contract: Contract) -> None:
        self._schemas = schemas
        self._survey = survey
        self._contract = contract
        self._meant: dict[str, list[Subschema]] | None = None
        self._written: dict[str, list[Part]] | None = None
        self._definitions: dict[str, SchemaValue] | None = None
        self._places: dict[str, Place] | None = None
        self._property_names: PropertyNames | None = None

    def having(self, keyword: str) -> list[Subschema]:
        """Return the normalised schemas with a keyword."""
        if self._meant is None:
            self._meant = _by_keyword(self._schemas)
        return self._meant.get(keyword, [])

    def having_any(self, *keywords: str) -> Iterator[Subschema]:
        """Yield the normalised schemas with one of the keywords or more, each once."""
        seen: set[int] = set()
        for keyword in keywords:
            for schema in self.having(keyword):
                if id(schema) not in seen:
                    seen.add(id(schema))
                    yield schema

    def written(self, keyword: str) -> list[Part]:
        """Return the schemas with a keyword as they are written, in their own dialect, used or not."""
        if self._written is None:
            self._written = _as_written(self._survey)
        return self._written.get(keyword, [])

    @property
    def definitions(self) -> Mapping[str, SchemaValue]:
        """What each `$ref` of a normalised schema means."""
        if self._definitions is None:
            found = self._contract.definitions.items()
            self._definitions = {definition_reference(key): schema.value for key, schema in found}
        return self._definitions

    @property
    def places(self) -> Mapping[str, Place]:
        """Where stands what each `$ref` of a normalised schema means."""
        if self._places is None:
            found = self._contract.definitions.items()
            self._places = {definition_reference(key): schema.at for key, schema in found}
        return self._places

    @property
    def property_names(self) -> PropertyNames:
        """What is known of the properties that schemas define."""
        if self._property_names is None:
            holders = self.having_any(*IN_PLACE, "properties")
            self._property_names = PropertyNames(holders, self.having("$ref"), self.meaning)
        return self._property_names

    def meaning(self, reference: Json) -> SchemaValue:
        """Return the definition that a normalised `$ref` means; one that is none accepts everything."""
        return self.definitions.get(reference, True) if isinstance(reference, str) else True


def _by_keyword(schemas: Iterable[Subschema]) -> dict[str, list[Subschema]]:
    found: dict[str, list[Subschema]] = {}
    for schema in schemas:
        if _MEANT.isdisjoint(schema.value):
            continue
        for keyword in schema.value:
            if keyword in _MEANT:
                if keyword in found:
                    found[keyword].append(schema)
                else:
                    found[keyword] = [schema]
    return found


def _as_written(survey: Survey) -> dict[str, list[Part]]:
    found: dict[str, list[Part]] = {}
    for uri, objects in survey.objects.items():
        for tokens, value in objects.get("schema", ()):
            if not _WRITTEN.isdisjoint(value):
                part = Part(uri, tokens, value)
                for keyword in value:
                    if keyword in _WRITTEN:
                        found.setdefault(keyword, []).append(part)
    return found
