"""API3:2023, broken object property level authorization: requests that may hold what nobody declared."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contractctl.core.findings import Severity
from contractctl.core.json import Json, is_object
from contractctl.core.locations import Location
from contractctl.core.profiles import Profile
from contractctl.lint.requests import MEMBERS
from contractctl.lint.rule import Defect, rule
from contractctl.lint.subject import Subject

_FURTHER: Final = ("additionalProperties", "unevaluatedProperties")
_NOTES: Final = frozenset(("title", "description", "example", "examples", "default", "nullable", "$comment"))


@rule("owasp-object-open", severity=Severity.WARNING, family="owasp", profile=Profile.OWASP)
def object_open(subject: Subject) -> Iterator[Defect]:
    """An object that clients send is declared to take any further member.

    Why: Code that hands a request on to what is stored hands on the members, too, that nobody thought of: `isAdmin`,
    `balance`. Only what says so is reported; an object that says nothing is open as well, and may be closed by
    `additionalProperties: false`.

    Source: OWASP API3:2023 Broken Object Property Level Authorization (mass assignment)

    Bad:

        paths:
          /pets:
            post:
              operationId: addPet
              requestBody:
                content:
                  application/json:
                    schema: {type: object, properties: {name: {type: string}}, additionalProperties: true}
              responses: {"201": {description: Added}}

    Good:

        paths:
          /pets:
            post:
              operationId: addPet
              requestBody:
                content:
                  application/json:
                    schema: {type: object, properties: {name: {type: string}}, additionalProperties: false}
              responses: {"201": {description: Added}}
    """
    for sent in subject.requests.schemas:
        for keyword in _FURTHER:
            if keyword in sent.value and _is_anything(sent.value[keyword]) and sent.lacks(MEMBERS):
                message = f"{sent.name} takes members that are not declared"
                hint = f"write `{keyword}: false`, or limit them by `maxProperties`"
                yield Defect(Location(sent.at / keyword), message, hint)


@rule("owasp-map-unlimited", severity=Severity.WARNING, family="owasp", profile=Profile.OWASP)
def map_unlimited(subject: Subject) -> Iterator[Defect]:
    """An object that clients send may have any number of members.

    Why: A request with a million members costs memory and time, and members of any name reach what is stored.

    Source: OWASP API3:2023 Broken Object Property Level Authorization, API4:2023 Unrestricted Resource Consumption
    ("maximum number of elements")

    Bad:

        paths:
          /pets:
            post:
              operationId: addPet
              requestBody:
                content:
                  application/json: {schema: {type: object, additionalProperties: {type: string}}}
              responses: {"201": {description: Added}}

    Good:

        paths:
          /pets:
            post:
              operationId: addPet
              requestBody:
                content:
                  application/json: {schema: {type: object, additionalProperties: {type: string}, maxProperties: 20}}
              responses: {"201": {description: Added}}
    """
    for sent in subject.requests.schemas:
        names = sent.value.get("propertyNames")
        are_names_known = is_object(names) and "enum" in names
        for keyword in _FURTHER:
            further = sent.value.get(keyword)
            if is_object(further) and not _is_anything(further) and sent.lacks(MEMBERS) and not are_names_known:
                message = f"{sent.name} takes any number of members"
                yield Defect(Location(sent.at / keyword), message, "add `maxProperties`")


def _is_anything(schema: Json) -> bool:
    return schema is True or (is_object(schema) and schema.keys() <= _NOTES)


RULES = (object_open, map_unlimited)
