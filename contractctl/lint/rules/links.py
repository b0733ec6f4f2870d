"""Rules about links, and the expressions in links and callbacks."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from contractctl.core.findings import Severity
from contractctl.core.json import object_at, text_at
from contractctl.core.locations import Location, Place
from contractctl.core.profiles import Profile
from contractctl.core.suggestions import did_you_mean
from contractctl.lint.link_targets import Operations, destination
from contractctl.lint.rule import Defect, rule
from contractctl.lint.subject import Subject
from contractctl.lint.survey import Part
from contractctl.lint.syntax.runtime_expressions import expressions, is_expression

_SUGGESTIONS = 50
"""To look for the word that was meant costs milliseconds among a thousand."""


@rule("link-operation-unknown", severity=Severity.ERROR, family="links", profile=Profile.SPEC)
def link_operation_unknown(subject: Subject) -> Iterator[Defect]:
    """A link leads to an operationId that no operation has.

    Why: Nobody can follow it; most often the operation was renamed.

    Source: OpenAPI 3.1.1 §4.8.20: the name of an existing, resolvable operation

    Bad:

        paths:
          /pets:
            post:
              operationId: addPet
              responses:
                "201": {description: Added, links: {all: {operationId: listPets}}}
            get: {operationId: listAllPets, responses: {"200": {description: Pets}}}

    Good:

        paths:
          /pets:
            post:
              operationId: addPet
              responses:
                "201": {description: Added, links: {all: {operationId: listPets}}}
            get: {operationId: listPets, responses: {"200": {description: Pets}}}
    """
    unknown: dict[str, list[Part]] = {}
    known = None
    for link in subject.parts("link"):
        known = known or Operations(subject).by_id
        name = link.value.get("operationId")
        if isinstance(name, str) and name not in known:
            unknown.setdefault(name, []).append(link)
    for name in _misspelt(subject) if unknown else ():
        unknown.pop(name, None)
    hints = {name: did_you_mean(name, known or ()) for name in islice(unknown, _SUGGESTIONS)}
    for name, links in unknown.items():
        hint = hints.get(name) or "name the operationId of an operation of this description"
        for link in links:
            yield Defect(Location(link.at / "operationId"), f"no operation has the operationId `{name}`", hint)


def _misspelt(subject: Subject) -> Iterator[str]:
    """Yield what stands at an `operationId` that is misspelt itself, which is told there."""
    for placed in subject.faults("field-unknown"):
        value = subject.value_at(placed.at) if placed.fault.meant == "operationId" else None
        if isinstance(value, str):
            yield value


@rule("link-operation-ref-dangling", severity=Severity.ERROR, family="links", profile=Profile.SPEC)
def link_operation_ref_dangling(subject: Subject) -> Iterator[Defect]:
    """The `operationRef` of a link does not lead to an operation.

    Why: Nobody can follow it. Slashes and braces of a path are escaped in a pointer: `#/paths/~1pets~1%7Bid%7D/get`.

    A URL of another API is not looked at.

    Source: OpenAPI 3.1.1 §4.8.20: it must point to an Operation Object; RFC 6901

    Bad:

        paths:
          /pets:
            post:
              operationId: addPet
              responses:
                "201": {description: Added, links: {all: {operationRef: "#/paths/pets/get"}}}
            get: {operationId: listPets, responses: {"200": {description: Pets}}}

    Good:

        paths:
          /pets:
            post:
              operationId: addPet
              responses:
                "201": {description: Added, links: {all: {operationRef: "#/paths/~1pets/get"}}}
            get: {operationId: listPets, responses: {"200": {description: Pets}}}
    """
    for link in subject.parts("link"):
        reference = link.value.get("operationRef")
        if isinstance(reference, str):
            at = link.at / "operationRef"
            match destination(subject, reference, at):
                case "nowhere":
                    hint = "name an operation, such as `#/paths/~1pets/get`, or use its `operationId`"
                    yield Defect(Location(at), f"`{reference}` leads nowhere", hint)
                case "something else":
                    hint = "end the pointer with the method of the operation, such as `/get`"
                    yield Defect(Location(at), f"`{reference}` does not lead to an operation", hint)


@rule("link-parameter-unknown", severity=Severity.WARNING, family="links")
def link_parameter_unknown(subject: Subject) -> Iterator[Defect]:
    """A link gives a parameter that the linked operation does not have.

    Why: The value goes nowhere, and the parameter that was meant is not given.

    Source: OpenAPI 3.1.1 §4.8.20.1: `parameters`, by name or qualified (`path.id`)

    Bad:

        paths:
          /pets/{id}:
            get:
              operationId: getPet
              parameters: [{name: id, in: path, required: true, schema: {type: string}}]
              responses:
                "200":
                  description: Pet
                  links: {self: {operationId: getPet, parameters: {petId: $response.body#/id}}}

    Good:

        paths:
          /pets/{id}:
            get:
              operationId: getPet
              parameters: [{name: id, in: path, required: true, schema: {type: string}}]
              responses:
                "200":
                  description: Pet
                  links: {self: {operationId: getPet, parameters: {id: $response.body#/id}}}
    """
    operations = None
    for link in subject.parts("link"):
        parameters = object_at(link.value, "parameters")
        if not parameters:
            continue
        operations = operations or Operations(subject)
        target = _target(subject, operations, link)
        signature = operations.signature(target) if target is not None else None
        for name in parameters if signature else ():
            if signature and not signature.has(name):
                message = f"the linked operation has no parameter `{name}`"
                hint = did_you_mean(name.rpartition(".")[2], signature.names)
                at = Location(link.at / "parameters" / name, of_key=True)
                yield Defect(at, message, hint or "name a parameter of that operation")


def _target(subject: Subject, operations: Operations, link: Part) -> Place | None:
    name, reference = text_at(link.value, "operationId"), text_at(link.value, "operationRef")
    if name:
        return operations.by_id.get(name)
    found = destination(subject, reference, link.at / "operationRef") if reference else None
    return found if isinstance(found, Place) else None


@rule("runtime-expression-invalid", severity=Severity.ERROR, family="links")
def runtime_expression_invalid(subject: Subject) -> Iterator[Defect]:
    """What looks like a runtime expression is none.

    Why: Nothing can be put in its place; it is sent as it is, dollar sign and all.

    Source: OpenAPI 3.1.1 §4.8.20.4 (the grammar), §4.8.18.1

    Bad:

        paths:
          /pets/{id}:
            get:
              operationId: getPet
              parameters: [{name: id, in: path, required: true, schema: {type: string}}]
              responses:
                "200":
                  description: Pet
                  links: {self: {operationId: getPet, parameters: {id: $response.body.id}}}

    Good:

        paths:
          /pets/{id}:
            get:
              operationId: getPet
              parameters: [{name: id, in: path, required: true, schema: {type: string}}]
              responses:
                "200":
                  description: Pet
                  links: {self: {operationId: getPet, parameters: {id: $response.body#/id}}}
    """
    for text, at in _texts(subject):
        for expression in expressions(text):
            if not is_expression(expression):
                yield Defect(
                    Location(at), f"`{expression}` is not a runtime expression", _repair(expression), expression
                )


def _texts(subject: Subject) -> Iterator[tuple[str, Place]]:
    """Yield every text that may hold expressions, with its place: keys of callbacks, values of links."""
    for callback in subject.parts("callback"):
        yield from ((key, callback.at / key) for key in callback.value if not key.startswith("x-"))
    for link in subject.parts("link"):
        body = link.value.get("requestBody")
        if isinstance(body, str):
            yield body, link.at / "requestBody"
        for name, value in object_at(link.value, "parameters").items():
            if isinstance(value, str):
                yield value, link.at / "parameters" / name


def _repair(expression: str) -> str:
    if expression.startswith("{"):
        return "close the brace"
    into_body = re.fullmatch(r"(\$(?:request|response)\.body)[./#]+(.+)", expression)
    if into_body:
        pointer = into_body[2] if "/" in into_body[2] else into_body[2].replace(".", "/")
        return f"write `{into_body[1]}#/{pointer}`"
    return "such are `$url`, `$statusCode`, `$request.query.name`, `$request.header.name`, `$response.body#/name`"


RULES = (
    link_operation_unknown,
    link_operation_ref_dangling,
    link_parameter_unknown,
    runtime_expression_invalid,
)
