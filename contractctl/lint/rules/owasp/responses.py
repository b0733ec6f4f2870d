"""API8:2023, security misconfiguration: answers to what goes wrong."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator

from contractctl.core.findings import Severity
from contractctl.core.profiles import Profile
from contractctl.lint.rule import Defect, rule
from contractctl.lint.rules.owasp.answers import covers, unsaid, unsaid_by_answers
from contractctl.lint.rules.owasp.demands import is_closed
from contractctl.lint.subject import Subject


@rule("owasp-validation-response-missing", severity=Severity.WARNING, family="owasp", profile=Profile.OWASP)
def validation_response_missing(subject: Subject) -> Iterator[Defect]:
    """An operation takes input, and does not say what clients get that send it wrong.

    Why: Where no answer is planned, input is often not checked, or the error of some library is sent, which tells
    what runs inside. `400`, `422`, `4XX` and `default` all say it.

    Source: OWASP API8:2023 Security Misconfiguration ("define and enforce all API response payload schemas, including
    error responses")

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
              parameters: [{name: tag, in: query, schema: {type: string}}]
              responses: {"200": {description: Pets}, "400": {description: Not a tag}}
    """
    yield from unsaid(
        subject,
        "what clients get that send wrong input",
        "add the response `400` or `422`",
        says=lambda operation: covers(operation, "400", "422"),
        concerns=lambda operation: operation.body is not None or bool(operation.parameters),
    )


@rule("owasp-unauthorized-response-missing", severity=Severity.WARNING, family="owasp", profile=Profile.OWASP)
def unauthorized_response_missing(subject: Subject) -> Iterator[Defect]:
    """An operation asks for credentials, and does not say what clients get that send none.

    Why: Nothing tests what is not described: neither that the operation refuses, nor that the refusal tells nothing.
    `401`, `4XX` and `default` all say it.

    Source: OWASP API8:2023 Security Misconfiguration ("error responses"); RFC 9110 §15.5.2

    Bad:

        security: [{token: []}]
        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}
        components:
          securitySchemes:
            token: {type: http, scheme: bearer}

    Good:

        security: [{token: []}]
        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}, "401": {description: Who are you}}}
        components:
          securitySchemes:
            token: {type: http, scheme: bearer}
    """
    what, hint = "what clients get that send no credentials", "add the response `401`"
    yield from unsaid(subject, what, hint, says=lambda operation: covers(operation, "401"), concerns=is_closed)


@rule("owasp-failure-response-missing", severity=Severity.WARNING, family="owasp", profile=Profile.OWASP)
def failure_response_missing(subject: Subject) -> Iterator[Defect]:
    """An operation does not say what clients get when the server fails.

    Why: Where no answer is planned, a stack trace is sent, which tells what runs inside. `500`, `5XX` and `default`
    all say it.

    Source: OWASP API8:2023 Security Misconfiguration ("error messages include stack traces")

    Bad:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}

    Good:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}, "500": {description: Our fault}}}
    """
    what, hint = "what clients get when the server fails", "add the response `500`"
    yield from unsaid(subject, what, hint, says=lambda operation: covers(operation, "500"))


@rule("owasp-error-undescribed", severity=Severity.INFO, family="owasp", profile=Profile.OWASP)
def error_undescribed(subject: Subject) -> Iterator[Defect]:
    """An answer to what goes wrong has no content.

    Why: What is not described cannot be tested: whatever a library puts there, a stack trace say, fits. Problem
    details (RFC 9457) are a shape that is there to be used.

    Source: OWASP API8:2023 Security Misconfiguration ("define and enforce all API response payload schemas, including
    error responses")

    Bad:

        paths:
          /pets:
            get:
              operationId: listPets
              responses: {"200": {description: Pets}, "500": {description: Our fault}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              responses:
                "200": {description: Pets}
                "500": {description: Our fault, content: {application/problem+json: {schema: {type: object}}}}
    """
    answers = (
        response
        for operation in subject.contract.operations
        for response in operation.responses
        if response.status[0] in "45" and operation.method != "HEAD"
    )
    which = "answers to what went wrong"
    what, hint = "what an error looks like", "describe its `content`, such as `application/problem+json`"
    yield from unsaid_by_answers(subject, answers, which, what, hint, says=lambda response: bool(response.content))


RULES = (
    validation_response_missing,
    unauthorized_response_missing,
    failure_response_missing,
    error_undescribed,
)
