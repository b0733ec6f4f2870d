"""API2:2023, broken authentication, and API5:2023, broken function level authorization: who may call what."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from contractctl.contract.model import Operation, SecurityRequirement
from contractctl.core.findings import Severity
from contractctl.core.json import is_array, is_object
from contractctl.core.locations import Location
from contractctl.core.profiles import Profile
from contractctl.lint.rule import Defect, rule
from contractctl.lint.rules.owasp.answers import is_habit
from contractctl.lint.rules.owasp.demands import is_closed
from contractctl.lint.rules.owasp.names import words
from contractctl.lint.subject import Subject

_READING: Final = frozenset(("GET", "HEAD", "QUERY", "PROPFIND", "REPORT", "SEARCH"))
_HARMLESS: Final = frozenset(("OPTIONS", "TRACE"))
"""Neither reading nor writing. What is in neither set may change something: of a method unknown, nobody knows."""
_ADMIN: Final = frozenset(("admin", "admins", "administration", "administrator", "administrators", "superuser"))
_Credentials: TypeAlias = frozenset[tuple[str, frozenset[str]]]


@rule("owasp-write-unprotected", severity=Severity.ERROR, family="owasp", profile=Profile.OWASP)
def write_unprotected(subject: Subject) -> Iterator[Defect]:
    """An operation that changes something asks for no credentials.

    Why: Anybody may create, change or delete, and nobody is to blame. Where that is meant (somebody signs up, or logs
    in), the operation itself says so, by `security: []`; what the description says for all operations does not tell
    that somebody thought of this one.

    Source: OWASP API2:2023 Broken Authentication, API5:2023 Broken Function Level Authorization ("deny all access by
    default")

    Bad:

        paths:
          /pets:
            post: {operationId: addPet, responses: {"201": {description: Added}}}

    Good:

        security: [{token: []}]
        paths:
          /pets:
            post: {operationId: addPet, responses: {"201": {description: Added}}}
          /tokens:
            post: {operationId: logIn, security: [], responses: {"201": {description: Token}}}
        components:
          securitySchemes:
            token: {type: http, scheme: bearer}
    """
    writing = [operation for operation in subject.contract.operations if _writes(operation)]
    yield from _unprotected(subject, writing, "changes something", "change something")


@rule("owasp-write-public", severity=Severity.INFO, family="owasp", profile=Profile.OWASP)
def write_public(subject: Subject) -> Iterator[Defect]:
    """An operation that changes something says that anybody may call it.

    Why: Somebody meant it; somebody else should look whether it is still right, and what keeps it from being called a
    million times.

    Source: OWASP API2:2023 Broken Authentication, API6:2023 Unrestricted Access to Sensitive Business Flows

    Bad:

        paths:
          /pets:
            post: {operationId: addPet, security: [], responses: {"201": {description: Added}}}

    Good:

        paths:
          /pets:
            post: {operationId: addPet, security: [{token: []}], responses: {"201": {description: Added}}}
        components:
          securitySchemes:
            token: {type: http, scheme: bearer}
    """
    for operation in subject.contract.operations:
        if _writes(operation) and not is_closed(operation) and _is_open_on_purpose(subject, operation):
            message = f"`{operation.title}` changes something, and says that anybody may call it"
            hint = "look whether that is still meant; if so, limit how often it can be called"
            yield Defect(Location(operation.at / "security"), message, hint)


@rule("owasp-read-unprotected", severity=Severity.WARNING, family="owasp", profile=Profile.OWASP)
def read_unprotected(subject: Subject) -> Iterator[Defect]:
    """An operation that reads something asks for no credentials.

    Why: Anybody may have what it returns. Where that is meant, the operation itself says so, by `security: []`, or by
    `{}` among its requirements.

    Source: OWASP API2:2023 Broken Authentication, API5:2023 Broken Function Level Authorization ("deny all access by
    default")

    Bad:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}

    Good:

        security: [{token: []}]
        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}
          /status:
            get: {operationId: getStatus, security: [], responses: {"200": {description: Well}}}
        components:
          securitySchemes:
            token: {type: http, scheme: bearer}
    """
    reading = [operation for operation in subject.contract.operations if operation.method in _READING]
    yield from _unprotected(subject, reading, "reads something", "read something")


def _unprotected(subject: Subject, operations: Sequence[Operation], does: str, do: str) -> Iterator[Defect]:
    """Yield the defects of those operations that are open without saying so; a habit is one defect."""
    open_ones = [one for one in operations if not is_closed(one) and not _is_open_on_purpose(subject, one)]
    hint = "add `security`; `security: []` if it is meant to be open"
    if is_habit(len(open_ones), len(operations)):
        message = f"{len(open_ones)} of {len(operations)} operations that {do} ask for no credentials"
        yield Defect(Location(subject.root / "paths"), message, hint)
        return
    for operation in open_ones:
        message = f"`{operation.title}` {does}, and asks for no credentials"
        yield Defect(Location(operation.at), message, hint)


def _writes(operation: Operation) -> bool:
    return operation.method not in _READING and operation.method not in _HARMLESS


def _is_open_on_purpose(subject: Subject, operation: Operation) -> bool:
    said = subject.value_at(operation.at)
    return is_object(said) and is_array(said.get("security"))


@rule("owasp-admin-access-shared", severity=Severity.WARNING, family="owasp", profile=Profile.OWASP)
def admin_access_shared(subject: Subject) -> Iterator[Defect]:
    """An operation for administrators asks for nothing that others do not have.

    Why: As far as the contract says, everybody who may call some other operation may call this one. A scope or a
    scheme of its own makes the difference one that a gateway can check.

    Source: OWASP API5:2023 Broken Function Level Authorization

    Bad:

        security: [{token: []}]
        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}
          /admin/pets:
            delete: {operationId: deletePets, responses: {"204": {description: Gone}}}
        components:
          securitySchemes:
            token: {type: http, scheme: bearer}

    Good:

        security: [{token: []}]
        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}
          /admin/pets:
            delete: {operationId: deletePets, security: [{token: [admin]}], responses: {"204": {description: Gone}}}
        components:
          securitySchemes:
            token: {type: http, scheme: bearer}
    """
    first: dict[_Credentials, Operation] = {}
    for operation in subject.contract.operations:
        if not _is_for_admins(operation):
            for requirement in operation.security:
                first.setdefault(_credentials(requirement), operation)
    for operation in subject.contract.operations:
        shared = [_credentials(one) for one in operation.security if one.uses and _credentials(one) in first]
        if shared and _is_for_admins(operation):
            message = f"`{operation.title}` asks for no more than `{first[shared[0]].title}` does"
            hint = "ask for a scope, a role or a scheme that only administrators have"
            yield Defect(Location(operation.at), message, hint)


def _is_for_admins(operation: Operation) -> bool:
    segments = (segment for segment in operation.path.split("/") if not segment.startswith("{"))
    return any(words(segment)[:1] and words(segment)[0] in _ADMIN for segment in segments)


def _credentials(requirement: SecurityRequirement) -> _Credentials:
    return frozenset((use.name, frozenset(use.scopes)) for use in requirement.uses)


RULES = (write_unprotected, write_public, read_unprotected, admin_access_shared)
