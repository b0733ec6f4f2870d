"""Rules about the names of keywords, which JSON Schema leaves free."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from contractctl.core.findings import Severity
from contractctl.core.locations import Location, Place, Pointer
from contractctl.core.suggestions import nearest
from contractctl.lint.rule import Defect, rule
from contractctl.lint.subject import Subject

_SINCE_3_1: Final = frozenset(("3.1", "3.2"))
_FARTHEST: Final = 2
_SHORTEST: Final = 3


@rule("keyword-misspelt", severity=Severity.WARNING, family="schemas")
def keyword_misspelt(subject: Subject) -> Iterator[Defect]:
    """A schema has a keyword that nobody knows and that looks like one.

    Why: Since OpenAPI 3.1 a schema may have fields of any name, so that a misspelt keyword is no error and says
    nothing: the schema accepts what it should refuse.

    Source: JSON Schema 2020-12 core §4.3.1; OpenAPI 3.1.1 §4.8.24

    Bad:

        paths: {}
        components:
          schemas:
            Pet: {type: object, proprties: {name: {type: string}}}

    Good:

        paths: {}
        components:
          schemas:
            Pet: {type: object, properties: {name: {type: string}}}
    """
    for uri, objects in subject.survey.objects.items():
        if subject.references.version_at(uri) not in _SINCE_3_1:
            continue
        for tokens, schema in objects.get("schema", ()):
            if _KNOWN.issuperset(schema):
                continue
            for keyword in schema:
                meant = _meant(keyword) if keyword not in _KNOWN else ""
                if meant and meant not in schema:
                    at = Location(Place(uri, Pointer((*tokens, keyword))), of_key=True)
                    message = f"`{keyword}` is no keyword of schemas, and has no effect"
                    yield Defect(at, message, f"did you mean `{meant}`?")


_WORDS: Final = (
    *("type", "enum", "const", "format", "title", "description", "default", "examples", "example", "deprecated"),
    *("properties", "patternProperties", "additionalProperties", "propertyNames", "required", "discriminator"),
    *("minProperties", "maxProperties", "dependentRequired", "dependentSchemas", "unevaluatedProperties", "xml"),
    *("items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems", "minContains", "maxContains"),
    *("unevaluatedItems", "pattern", "minLength", "maxLength", "contentEncoding", "contentMediaType", "contentSchema"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "readOnly", "writeOnly"),
    *("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "externalDocs"),
)
_OTHERS: Final = (
    *("$ref", "$id", "$schema", "$defs", "$anchor", "$dynamicRef", "$dynamicAnchor", "$vocabulary", "$comment"),
    *("nullable", "definitions", "dependencies", "additionalItems", "id", "$recursiveRef", "$recursiveAnchor"),
)
"""What is known besides, but nobody misspells without its sign, or other rules speak of."""
_KNOWN: Final = frozenset((*_WORDS, *_OTHERS))


@lru_cache(maxsize=1024)
def _meant(keyword: str) -> str:
    """Return the keyword that another name is but for a letter or two, empty where it is none."""
    if keyword == "ref":
        return "$ref"
    found = nearest(keyword, _WORDS) if len(keyword) > _SHORTEST else None
    if found is None or keyword.startswith("x-"):
        return ""
    is_near = (
        abs(len(found) - len(keyword)) <= _FARTHEST and len(set(keyword.lower()) ^ set(found.lower())) <= _FARTHEST
    )
    return found if is_near and not keyword.startswith(found) else ""


RULES = (keyword_misspelt,)
