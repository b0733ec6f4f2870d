"""Rules about parameters."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from contractctl.core.findings import Related, Severity
from contractctl.core.json import object_at, text_at
from contractctl.core.locations import Location, Place
from contractctl.core.profiles import Profile
from contractctl.lint.parameters import Use, uses
from contractctl.lint.rule import Defect, rule
from contractctl.lint.rules.structure import faults
from contractctl.lint.subject import Subject
from contractctl.lint.survey import Part
from contractctl.lint.syntax.http import is_token

_INSTEAD: Final[Mapping[str, str]] = {
    "accept": "remove it; the media types of the responses say what may be accepted",
    "content-type": "remove it; the media types of the request body say it",
    "authorization": "use a security scheme: `type: http`, `oauth2` or `openIdConnect`",
}
"""The headers that follow from something else, and from what."""


@rule("parameter-duplicate", severity=Severity.ERROR, family="parameters", profile=Profile.SPEC)
def parameter_duplicate(subject: Subject) -> Iterator[Defect]:
    """An operation or path has two parameters of one name and location.

    Why: Only one of the two can be sent; which one counts differs from tool to tool.

    Source: OpenAPI 3.1.1 §4.8.9, §4.8.10

    Bad:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters:
                - {name: tag, in: query, schema: {type: string}}
                - {name: tag, in: query, schema: {type: integer}}
              responses: {"200": {description: Pets}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters:
                - {name: tag, in: query, schema: {type: string}}
                - {name: tag, in: header, schema: {type: integer}}
              responses: {"200": {description: Pets}}
    """
    reported: set[Place] = set()
    for owner in _owners(subject):
        first: dict[tuple[str, str], Use] = {}
        for use in filter(lambda use: use.is_known, uses(subject, owner)):
            key = (use.location, use.name.lower() if use.location == "header" else use.name)
            if key in first:
                reported.add(use.at)
                related = Related("the first one stands here", Location(first[key].at))
                message = f"{use.location} parameter `{use.name}` is declared twice"
                hint = "remove or rename one of them"
                yield Defect(Location(use.at), message, hint, "/".join(key), (related,))
            first.setdefault(key, use)
    for defect in faults(subject, "parameter-duplicate"):
        if defect.at.place not in reported:
            yield defect


def _owners(subject: Subject) -> Iterator[Place]:
    yield from dict.fromkeys(at for operation in subject.operations for at in (operation.template, operation.at))


@rule("parameter-description-missing", severity=Severity.INFO, family="parameters", profile=Profile.STRICT)
def parameter_description_missing(subject: Subject) -> Iterator[Defect]:
    """A parameter has no description.

    Why: Its name and its type are all that anybody learns of it.

    Source: OpenAPI 3.1.1 §4.8.12.2

    Bad:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters: [{name: tag, in: query, schema: {type: string}}]
              responses: {"200": {description: Pets}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters: [{name: tag, in: query, description: Only pets of this tag, schema: {type: string}}]
              responses: {"200": {description: Pets}}
    """
    for parameter in subject.parts("parameter"):
        description = parameter.value.get("description", "")
        if isinstance(description, str) and not description.strip():
            message = f"{_title(parameter)} has no description"
            yield Defect(Location(parameter.heading), message, "say what it does, and what is taken without it")


def _title(parameter: Part) -> str:
    location, name = text_at(parameter.value, "in"), text_at(parameter.value, "name")
    return f"{location} parameter `{name}`".lstrip()


@rule("parameter-header-ignored", severity=Severity.WARNING, family="parameters")
def parameter_header_ignored(subject: Subject) -> Iterator[Defect]:
    """A header parameter is called `Accept`, `Content-Type` or `Authorization`, which OpenAPI 3 ignores.

    Why: Its author believes that it counts. Clients, mocks and documentation leave it out: these headers follow from
    media types and security schemes.

    Source: OpenAPI 3.0.4 §4.7.12, 3.1.1 §4.8.12.2: the parameter definition shall be ignored

    Bad:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters: [{name: Authorization, in: header, schema: {type: string}}]
              responses: {"200": {description: Pets}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              security: [{token: []}]
              responses: {"200": {description: Pets}}
        components:
          securitySchemes:
            token: {type: http, scheme: bearer}
    """
    for parameter in _since_3_0(subject):
        name = text_at(parameter.value, "name")
        if parameter.value.get("in") == "header" and name.lower() in _INSTEAD:
            message = f"header parameter `{name}` is ignored by OpenAPI"
            yield Defect(Location(parameter.at / "name"), message, _INSTEAD[name.lower()])


def _since_3_0(subject: Subject) -> Iterator[Part]:
    """Yield the parameters of documents that are not of 2.0."""
    return (part for part in subject.parts("parameter") if subject.references.version_at(part.uri) != "2.0")


@rule("parameter-name-invalid", severity=Severity.ERROR, family="parameters")
def parameter_name_invalid(subject: Subject) -> Iterator[Defect]:
    """The name of a header or cookie parameter is none that HTTP allows.

    Why: No client can send it: libraries refuse the name, servers refuse the request.

    Source: RFC 9110 §5.1 (field names are tokens); RFC 6265 §4.1.1 (so are names of cookies)

    Bad:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters: [{name: "Request ID", in: header, schema: {type: string}}]
              responses: {"200": {description: Pets}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters: [{name: Request-ID, in: header, schema: {type: string}}]
              responses: {"200": {description: Pets}}
    """
    for parameter in subject.parts("parameter"):
        location, name = parameter.value.get("in"), text_at(parameter.value, "name")
        if location in ("header", "cookie") and name and not is_token(name):
            message = f"`{name}` cannot be the name of a {location}"
            yield Defect(Location(parameter.at / "name"), message, "use letters, digits and `-`, without blanks")


@rule("parameter-required-default", severity=Severity.INFO, family="parameters", profile=Profile.STRICT)
def parameter_required_default(subject: Subject) -> Iterator[Defect]:
    """A required parameter has a default.

    Why: The default is what the server takes for a parameter that is absent; this one never is.

    Source: OpenAPI 3.1.1 §4.8.24; OpenAPI 2.0 §Parameter Object: it has no meaning for required parameters

    Bad:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters: [{name: limit, in: query, required: true, schema: {type: integer, default: 10}}]
              responses: {"200": {description: Pets}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters: [{name: limit, in: query, schema: {type: integer, default: 10}}]
              responses: {"200": {description: Pets}}
    """
    for parameter in subject.parts("parameter"):
        if parameter.value.get("required") is True and parameter.value.get("in") != "body":
            schema = object_at(parameter.value, "schema")
            at = parameter.at if "default" in parameter.value else parameter.at / "schema"
            if "default" in parameter.value or ("default" in schema and "$ref" not in schema):
                message = f"{_title(parameter)} is required, so its default is never taken"
                hint = "remove the default, or let clients leave the parameter out"
                yield Defect(Location(at / "default"), message, hint)


@rule("allow-empty-value", severity=Severity.INFO, family="parameters", profile=Profile.STRICT)
def allow_empty_value(subject: Subject) -> Iterator[Defect]:
    """A parameter has `allowEmptyValue`, which is to go.

    Why: OpenAPI 3 recommends against it: a later version will not have it, and few tools heed it.

    Source: OpenAPI 3.0.4 §4.7.12, 3.1.1 §4.8.12.2.1

    Bad:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters: [{name: sold, in: query, allowEmptyValue: true, schema: {type: boolean}}]
              responses: {"200": {description: Pets}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters: [{name: sold, in: query, schema: {type: boolean}}]
              responses: {"200": {description: Pets}}
    """
    for parameter in _since_3_0(subject):
        if parameter.value.get("allowEmptyValue") is True and parameter.value.get("in") == "query":
            message = f"{_title(parameter)} has `allowEmptyValue`, which OpenAPI is to drop"
            hint = "remove it, and let the schema allow the empty string"
            yield Defect(Location(parameter.at / "allowEmptyValue"), message, hint)


RULES = (
    parameter_duplicate,
    parameter_header_ignored,
    parameter_name_invalid,
    parameter_description_missing,
    parameter_required_default,
    allow_empty_value,
)
