"""Rules about how the values of parameters are written."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contractctl.core.findings import Severity
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Location, Place
from contractctl.core.profiles import Profile
from contractctl.lint.rule import Defect, rule
from contractctl.lint.subject import Subject
from contractctl.lint.survey import Part

_TYPES: Final = {
    "spaceDelimited": frozenset(("array", "object")),
    "pipeDelimited": frozenset(("array", "object")),
    "deepObject": frozenset(("object",)),
}
"""The types that styles are defined for; those which are not listed are for all."""


@rule("parameter-style-undefined", severity=Severity.WARNING, family="parameters", profile=Profile.RECOMMENDED)
def parameter_style_undefined(subject: Subject) -> Iterator[Defect]:
    """A parameter has a style that is not defined for its type, or for `explode` as it is.

    Why: Nothing says what the value looks like in the URL, so each client and server has its own way.

    Source: OpenAPI 3.0.4 §4.7.12, 3.1.1 §4.8.12.6 (the cells of the table of styles that say n/a)

    Bad:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters: [{name: tags, in: query, style: deepObject, schema: {type: array, items: {type: string}}}]
              responses: {"200": {description: Pets}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters: [{name: tags, in: query, style: form, schema: {type: array, items: {type: string}}}]
              responses: {"200": {description: Pets}}
    """
    for parameter in subject.parts("parameter"):
        style = parameter.value.get("style")
        if parameter.value.get("in") == "query" and isinstance(style, str) and style in _TYPES:
            yield from _defects(subject, parameter, style)


def _defects(subject: Subject, parameter: Part, style: str) -> Iterator[Defect]:
    """Yield at most one defect of a parameter."""
    name, explode = parameter.value.get("name"), parameter.value.get("explode")
    types = _types(subject, parameter.at / "schema")
    if types and types.isdisjoint(_TYPES[style]):
        what = " or ".join(sorted(types))
        message = f"style `{style}` of query parameter `{name}` is not defined for {what} values"
        hint = f"use `style: form`, or make the value {_fitting(style)}"
        yield Defect(Location(parameter.at / "style"), message, hint)
    elif isinstance(explode, bool) and explode is not (style == "deepObject"):
        message = f"style `{style}` of query parameter `{name}` is not defined with `explode: {str(explode).lower()}`"
        hint = "write `explode: true`" if style == "deepObject" else "write `explode: false`, or use `form`"
        yield Defect(Location(parameter.at / "explode"), message, hint)


def _fitting(style: str) -> str:
    return "an object" if style == "deepObject" else "an array"


def _types(subject: Subject, at: Place) -> frozenset[str]:
    """Return the types that a schema names beside null, empty when it names none."""
    meant = subject.follow(at)
    schema = subject.value_at(meant) if meant is not None else None
    named: Json = schema.get("type") if is_object(schema) else None
    listed = named if is_array(named) else (named,)
    return frozenset(name for name in listed if isinstance(name, str) and name != "null")


RULES = (parameter_style_undefined,)
