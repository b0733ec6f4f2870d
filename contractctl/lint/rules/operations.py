"""Rules about operations and their identifiers."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

import re
from collections.abc import Iterator

from contractctl.contract.model import Operation
from contractctl.core.findings import Related, Severity
from contractctl.core.locations import Location
from contractctl.core.profiles import Profile
from contractctl.lint.rule import Defect, rule
from contractctl.lint.subject import Subject


@rule("operation-id-duplicate", severity=Severity.ERROR, family="operations", profile=Profile.SPEC)
def operation_id_duplicate(subject: Subject) -> Iterator[Defect]:
    """Two operations have the same operationId.

    Why: Generated code has one function where there should be two; links lead to the wrong one.

    Source: OpenAPI 3.1.1 §4.8.10

    Bad:

        paths:
          /pets:
            get: {operationId: pets, responses: {"200": {description: Pets}}}
            delete: {operationId: pets, responses: {"204": {description: Gone}}}

    Good:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}
            delete: {operationId: deletePets, responses: {"204": {description: Gone}}}
    """
    first: dict[str, Operation] = {}
    for operation in subject.operations:
        if operation.id is None:
            continue
        other = first.setdefault(operation.id, operation)
        if other.at != operation.at:
            related = Related(f"`{other.title}` has it here", Location(other.at / "operationId"))
            message = f"operationId `{operation.id}` of `{operation.title}` is that of `{other.title}` too"
            at = Location(operation.at / "operationId")
            yield Defect(at, message, "give each operation an operationId of its own", related=(related,))


@rule("operation-id-missing", severity=Severity.WARNING, family="operations")
def operation_id_missing(subject: Subject) -> Iterator[Defect]:
    """An operation has no operationId.

    Why: Generated code invents a name for its function, and the name changes with the path.

    Source: OpenAPI 3.1.1 §4.8.10

    Bad:

        paths:
          /pets:
            get: {responses: {"200": {description: Pets}}}

    Good:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}
    """
    for operation in subject.contract.operations:
        if operation.id is None:
            hint = f"add one, such as `{_proposal(operation)}`"
            yield Defect(Location(operation.at), f"`{operation.title}` has no operationId", hint)


def _proposal(operation: Operation) -> str:
    words = re.findall("[A-Za-z0-9]+", re.sub(r"\{[^{}]*\}", "", operation.path))
    return operation.method.lower() + "".join(word[0].upper() + word[1:] for word in words)


RULES = (
    operation_id_duplicate,
    operation_id_missing,
)
