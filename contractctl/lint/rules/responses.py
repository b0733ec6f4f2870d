"""Rules about responses."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator

from contractctl.core.findings import Severity
from contractctl.core.json import is_object
from contractctl.core.locations import Location
from contractctl.lint.rule import Defect, rule
from contractctl.lint.subject import Subject

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
    for operation in subject.operations:
        responses = subject.value_at(operation.at / "responses")
        if responses is None and subject.version_at(operation.at) in {"2.0", "3.0"}:
            continue  # that is `field-missing`
        codes = responses if is_object(responses) else {}
        if not any(code.startswith(_NOT_A_FAILURE) for code in codes):
            at = Location(operation.at / "responses")
            message = f"`{operation.title}` documents no successful response"
            yield Defect(at, message, "add the response of a call that works, `200` most often")


RULES = (response_success_missing,)
