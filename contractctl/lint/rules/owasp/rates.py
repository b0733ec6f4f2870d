"""API4:2023, unrestricted resource consumption: how often clients may call."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contractctl.core.findings import Severity
from contractctl.core.profiles import Profile
from contractctl.lint.rule import Defect, rule
from contractctl.lint.rules.owasp.answers import covers, has_header, has_header_somewhere, unsaid, unsaid_by_answers
from contractctl.lint.subject import Subject

_HEADERS: Final = (
    *("ratelimit", "ratelimit-policy", "ratelimit-limit", "ratelimit-remaining"),
    *("x-ratelimit-limit", "x-ratelimit-remaining", "x-rate-limit-limit", "x-rate-limit-remaining"),
)


@rule("owasp-rate-limit-missing", severity=Severity.INFO, family="owasp", profile=Profile.OWASP)
def rate_limit_missing(subject: Subject) -> Iterator[Defect]:
    """No answer says how often a client may still call.

    Why: Without a limit one client can use up what is there for all; without the header clients find the limit by
    running into it. One answer of each operation is enough; where most have none, it is said once.

    Source: OWASP API4:2023 Unrestricted Resource Consumption ("rate limiting"); the Internet draft "RateLimit header
    fields for HTTP", and `X-RateLimit-Limit` before it

    Bad:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              responses: {"200": {description: Pets, headers: {RateLimit: {schema: {type: string}}}}}
    """
    hint = "limit how often clients may call, and document the header `RateLimit`"
    what = "how often a client may still call"
    yield from unsaid(subject, what, hint, says=lambda operation: has_header_somewhere(operation, *_HEADERS))


@rule("owasp-rate-limit-response-missing", severity=Severity.WARNING, family="owasp", profile=Profile.OWASP)
def rate_limit_response_missing(subject: Subject) -> Iterator[Defect]:
    """An operation does not say what clients get that call too often.

    Why: Clients that do not know the answer try again at once. `429`, `4XX` and `default` all say it.

    Source: OWASP API4:2023 Unrestricted Resource Consumption ("rate limiting"); RFC 6585 §4

    Bad:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}

    Good:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}, "429": {description: Too often}}}
    """
    what, hint = "what clients get that call too often", "add the response `429`"
    yield from unsaid(subject, what, hint, says=lambda operation: covers(operation, "429"))


@rule("owasp-retry-after-missing", severity=Severity.WARNING, family="owasp", profile=Profile.OWASP)
def retry_after_missing(subject: Subject) -> Iterator[Defect]:
    """The answer to clients that call too often does not say when they may call again.

    Why: Clients guess, and most guess too short: they keep a server busy that is busy already.

    Source: OWASP API4:2023 Unrestricted Resource Consumption; RFC 6585 §4, RFC 9110 §10.2.3

    Bad:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}, "429": {description: Too often}}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              responses:
                "200": {description: Pets}
                "429": {description: Too often, headers: {Retry-After: {schema: {type: integer}}}}
    """
    every = (response for operation in subject.contract.operations for response in operation.responses)
    answers = (response for response in every if response.status == "429")
    which, what, hint = "answers `429`", "when a client may call again", "add the header `Retry-After`"
    yield from unsaid_by_answers(
        subject, answers, which, what, hint, says=lambda answer: has_header(answer, "retry-after")
    )


RULES = (rate_limit_missing, rate_limit_response_missing, retry_after_missing)
