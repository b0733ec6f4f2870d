"""Rules about responses."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator

from contractctl.core.findings import Severity
from contractctl.core.json import is_object, object_at
from contractctl.core.locations import Location, Place, Pointer
from contractctl.core.profiles import Profile
from contractctl.lint.rule import Defect, rule
from contractctl.lint.subject import Subject
from contractctl.lint.syntax.http import is_token

_NOT_A_FAILURE = ("1", "2", "3", "default")


@rule("response-success-missing", severity=Severity.WARNING, family="responses")
def response_success_missing(subject: Subject) -> Iterator[Defect]:
    """An operation documents no successful response.

    Why: Nobody learns what a call is good for; a mock has nothing to answer but failures.

    Source: OpenAPI 3.1.1 §4.8.16: the response for a successful call should be there

    Bad:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"404": {description: No pets}}}

    Good:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}, "404": {description: No pets}}}
    """
    misnamed = {_above(placed.at) for placed in subject.faults("status-code-invalid")}
    for operation in subject.operations:
        responses = subject.value_at(operation.at / "responses")
        if responses is None and subject.version_at(operation.at) in {"2.0", "3.0"}:
            continue  # that is `field-missing`
        codes = responses if is_object(responses) else {}
        if misnamed and operation.at / "responses" in misnamed:
            continue  # that is `status-code-invalid`; the success may be among them
        if not any(code.startswith(_NOT_A_FAILURE) for code in codes):
            at = Location(operation.at / "responses")
            message = f"`{operation.title}` documents no successful response"
            yield Defect(at, message, "add the response of a call that works, `200` most often")


def _above(place: Place) -> Place:
    return Place(place.uri, Pointer(place.pointer.tokens[:-1]))


@rule("response-client-error-missing", severity=Severity.WARNING, family="responses", profile=Profile.STRICT)
def response_client_error_missing(subject: Subject) -> Iterator[Defect]:
    """An operation documents no answer to a request that is wrong.

    Why: Clients make mistakes, and nothing says what they see then. `default` counts: it stands for everything else.

    Source: OpenAPI 3.1.1 §4.8.16: documentation is expected to cover any known errors

    Bad:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}

    Good:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}, "404": {description: No pets}}}
    """
    for operation in subject.contract.operations:
        responses = subject.value_at(operation.at / "responses")
        codes = responses if is_object(responses) else {}
        if codes and not any(code.startswith(("4", "default")) for code in codes):
            message = f"`{operation.title}` documents no answer to a wrong request"
            hint = "add the codes that clients may meet, a range such as `4XX`, or `default`"
            yield Defect(Location(operation.at / "responses"), message, hint)


@rule("response-header-ignored", severity=Severity.WARNING, family="responses")
def response_header_ignored(subject: Subject) -> Iterator[Defect]:
    """A response header is called `Content-Type`, which OpenAPI 3 ignores.

    Why: Its author believes that it counts. The media types under `content` say what it is.

    Source: OpenAPI 3.0.4 §4.7.17, 3.1.1 §4.8.17.1: it shall be ignored

    Bad:

        paths:
          /pets:
            get:
              operationId: listPets
              responses:
                "200": {description: Pets, headers: {Content-Type: {schema: {type: string}}}, content: {text/csv: {}}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              responses: {"200": {description: Pets, content: {text/csv: {}}}}
    """
    for response in subject.parts("response"):
        if "headers" in response.value and subject.references.version_at(response.uri) != "2.0":
            for name in object_at(response.value, "headers"):
                if name.lower() == "content-type":
                    message = f"response header `{name}` is ignored by OpenAPI"
                    hint = "remove it; the media types under `content` say it"
                    yield Defect(Location(response.at / "headers" / name), message, hint)


@rule("response-header-name-invalid", severity=Severity.ERROR, family="responses")
def response_header_name_invalid(subject: Subject) -> Iterator[Defect]:
    """A header has a name that HTTP does not allow.

    Why: No server can send it: libraries refuse the name, clients refuse the response.

    Source: RFC 9110 §5.1 (field names are tokens)

    Bad:

        paths:
          /pets:
            get:
              operationId: listPets
              responses: {"200": {description: Pets, headers: {"Next page": {schema: {type: string}}}}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              responses: {"200": {description: Pets, headers: {Next-Page: {schema: {type: string}}}}}
    """
    for owner in subject.parts("response", "encoding"):
        for name in object_at(owner.value, "headers") if "headers" in owner.value else ():
            if not is_token(name):
                at = Location(owner.at / "headers" / name)
                yield Defect(
                    at, f"`{name}` cannot be the name of a header", "use letters, digits and `-`, without blanks"
                )


@rule("response-description-empty", severity=Severity.INFO, family="responses", profile=Profile.STRICT)
def response_description_empty(subject: Subject) -> Iterator[Defect]:
    """The description of a response is empty.

    Why: It is there because it has to be, and says nothing of when this response comes and what it means.

    Source: OpenAPI 3.1.1 §4.8.17.1

    Bad:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: ""}}}

    Good:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: The pets that are for sale}}}
    """
    for response in subject.parts("response"):
        description = response.value.get("description")
        if isinstance(description, str) and not description.strip():
            at = Location(response.at / "description")
            yield Defect(at, "the description of the response is empty", "say when it comes, and what it means")


RULES = (
    response_success_missing,
    response_client_error_missing,
    response_header_ignored,
    response_header_name_invalid,
    response_description_empty,
)
