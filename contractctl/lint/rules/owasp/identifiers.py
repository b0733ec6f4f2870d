"""API1:2023, broken object level authorization: identifiers that can be guessed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contractctl.contract.model import Parameter
from contractctl.core.findings import Severity
from contractctl.core.locations import Location
from contractctl.core.patterns import pattern
from contractctl.core.profiles import Profile
from contractctl.lint.requests import Requests, Sent
from contractctl.lint.rule import Defect, rule
from contractctl.lint.rules.owasp.names import words
from contractctl.lint.subject import Subject

_DIGITS: Final = pattern(r"\^(?:\\d|\[0-9\]|\[1-9\])(?:[+*]|\{[0-9,]+\}|\\d|\[0-9\])*\$")


@rule("owasp-numeric-id", severity=Severity.WARNING, family="owasp", profile=Profile.OWASP)
def numeric_id(subject: Subject) -> Iterator[Defect]:
    """Something is identified by a number.

    Why: Whoever has one identifier has all others: counting is enough. Where a check of permissions is missing or
    fails, everything can be read. A random identifier, such as a UUID, does not replace the check, but does not help
    the attacker either.

    Source: OWASP API1:2023 Broken Object Level Authorization ("prefer the use of random and unpredictable values")

    Bad:

        paths:
          /pets/{petId}:
            get:
              operationId: getPet
              parameters: [{name: petId, in: path, required: true, schema: {type: integer}}]
              responses: {"200": {description: Pet}}

    Good:

        paths:
          /pets/{petId}:
            get:
              operationId: getPet
              parameters: [{name: petId, in: path, required: true, schema: {type: string, format: uuid}}]
              responses: {"200": {description: Pet}}
    """
    requests = subject.requests
    for operation in subject.contract.operations:
        for parameter in operation.parameters:
            if words(parameter.name)[-1:] == ("id",):
                yield from _numbered(requests, parameter)


def _numbered(requests: Requests, parameter: Parameter) -> Iterator[Defect]:
    for sent in requests.applied(parameter):
        if _is_number(sent):
            message = f"{parameter.location} parameter `{parameter.name}` is a number, which can be guessed"
            yield Defect(Location(sent.at), message, "use random identifiers, such as UUIDs")


def _is_number(sent: Sent) -> bool:
    """Tell whether a schema says that its values are numbers of which there may be many."""
    if sent.admits("integer") or sent.admits("number"):
        return "enum" not in sent.value and "const" not in sent.value
    pattern = sent.value.get("pattern")
    return sent.admits("string") and isinstance(pattern, str) and _DIGITS.fullmatch(pattern) is not None


RULES = (numeric_id,)
