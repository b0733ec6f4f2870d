"""Rules about what responses carry."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator

from contractctl.contract.media_types import essence
from contractctl.contract.model import Response
from contractctl.core.findings import Severity
from contractctl.core.json import is_object
from contractctl.core.locations import Location, Place
from contractctl.core.profiles import Profile
from contractctl.lint.rule import Defect, rule
from contractctl.lint.subject import Subject

_PROBLEM = "application/problem+json"
_WITHOUT_CONTENT = ("204", "205", "304")


@rule("response-body-unexpected", severity=Severity.WARNING, family="responses")
def response_body_unexpected(subject: Subject) -> Iterator[Defect]:
    """A response has content, though its status code allows none.

    Why: After 1xx, 204 and 304 the message ends with its headers, and 205 has nothing to show; clients do not read
    what comes then, or take it for the next response. Most often the status code is wrong: `200` was meant.

    Source: RFC 9110 §6.4.1, §15.2, §15.3.5, §15.3.6, §15.4.5

    Bad:

        paths:
          /pets/{id}:
            delete:
              operationId: deletePet
              parameters: [{name: id, in: path, required: true, schema: {type: string}}]
              responses: {"204": {description: Gone, content: {application/json: {schema: {type: object}}}}}

    Good:

        paths:
          /pets/{id}:
            delete:
              operationId: deletePet
              parameters: [{name: id, in: path, required: true, schema: {type: string}}]
              responses: {"204": {description: Gone}}
    """
    for responses in subject.parts("responses"):
        for status in responses.value:
            if status in _WITHOUT_CONTENT or (status[:1] == "1" and len(status) == 3):
                at = _content(subject, responses.at / status)
                if at is not None:
                    message = f"a {status} response has no content, but one is documented"
                    yield Defect(Location(at), message, "remove it, or use the status code that was meant")


def _content(subject: Subject, response: Place) -> Place | None:
    """Return where a response says what it carries, None for one that carries nothing."""
    meant = subject.follow(response)
    value = subject.value_at(meant) if meant is not None else None
    if meant is None or not is_object(value):
        return None
    if subject.version_at(meant) == "2.0":
        return meant / "schema" if "schema" in value else None
    return meant / "content" if value.get("content") else None


@rule("response-problem-details", severity=Severity.INFO, family="responses", profile=Profile.STRICT)
def response_problem_details(subject: Subject) -> Iterator[Defect]:
    """A failure is described by JSON of its own making rather than by Problem Details.

    Why: Clients and libraries know `application/problem+json`: one handler for all failures, of this API and others.

    Source: RFC 9457

    Bad:

        paths:
          /pets:
            get:
              operationId: listPets
              responses:
                "200": {description: Pets}
                "404": {description: No pets, content: {application/json: {schema: {type: object}}}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              responses:
                "200": {description: Pets}
                "404": {description: No pets, content: {application/problem+json: {schema: {type: object}}}}
    """
    for operation in subject.contract.operations:
        for response in operation.responses:
            if response.status[0] in "45" and _is_homemade(response):
                message = f"the {response.status} response is JSON, but no `{_PROBLEM}`"
                yield Defect(Location(response.at), message, f"describe failures as `{_PROBLEM}`")


def _is_homemade(response: Response) -> bool:
    names = [essence(media.name) for media in response.content]
    return _PROBLEM not in names and any(name == "application/json" or name.endswith("+json") for name in names)


RULES = (
    response_body_unexpected,
    response_problem_details,
)
