"""Rules about operations and their identifiers."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from contractctl.contract.model import Operation
from contractctl.core.findings import Related, Severity
from contractctl.core.json import is_object
from contractctl.core.locations import Location
from contractctl.core.profiles import Profile
from contractctl.lint.rule import Defect, rule
from contractctl.lint.structure.kinds import compiled
from contractctl.lint.subject import Subject
from contractctl.lint.syntax.path_templates import variables

_MANY: Final = 10
_UNSAFE = r"[^A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]"  # neither unreserved nor reserved in RFC 3986 §2


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

    Where none of ten operations or more has one, that is told once.

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
    operations = subject.contract.operations
    if len(operations) >= _MANY and not any(map(partial(_is_identified, subject), operations)):
        message = f"none of the {len(operations)} operations has an operationId"
        first = operations[0]
        hint = f"give each one of its own, such as `{_proposal(first)}` to `{first.title}`"
        yield Defect(Location(subject.root / "paths"), message, hint)
        return
    for operation in operations:
        if not _is_identified(subject, operation):
            hint = f"add one, such as `{_proposal(operation)}`"
            yield Defect(Location(operation.at), f"`{operation.title}` has no operationId", hint)


def _is_identified(subject: Subject, operation: Operation) -> bool:
    """Tell whether `operationId` is there, perhaps in other letters, of which `field-unknown` speaks."""
    value = subject.value_at(operation.at) if operation.id is None else None
    is_misspelt = is_object(value) and any(key.lower() == "operationid" for key in value if key != "operationId")
    return operation.id is not None or is_misspelt


def _proposal(operation: Operation) -> str:
    names = "And".join(map(_joined, variables(operation.path)))
    words = _joined(re.sub(r"\{[^{}]*\}", "", operation.path))
    return f"{operation.method.lower()}{words}{f'By{names}' if names else ''}"


def _joined(text: str) -> str:
    """Write the words of a text as one, each with a capital."""
    return "".join(word[0].upper() + word[1:] for word in re.findall("[A-Za-z0-9]+", text))


@rule("operation-id-unsafe", severity=Severity.WARNING, family="operations")
def operation_id_unsafe(subject: Subject) -> Iterator[Defect]:
    """An operationId has a character that does not belong in a URL or a name.

    Why: Documentation builds the addresses of its pages from operationIds, generators the names of functions. Blanks,
    braces and quotes are lost or escaped there, each time in another way.

    Source: RFC 3986 §2; OpenAPI 3.1.1 §4.8.10: common programming naming conventions are recommended

    Bad:

        paths:
          /pets:
            get: {operationId: List pets, responses: {"200": {description: Pets}}}

    Good:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}
    """
    for operation in subject.operations:
        unsafe = compiled(_UNSAFE).search(operation.id or "")
        if unsafe:
            message = f"operationId `{operation.id}` has {_character(unsafe[0])}, which does not belong in a URL"
            at = Location(operation.at / "operationId")
            yield Defect(at, message, _safe(operation.id or ""))


def _safe(name: str) -> str:
    """Propose a name without what is unsafe; that of a text in letters that are not English is left to its author."""
    first, *others = compiled(f"(?:{_UNSAFE})+").split(name)
    proposed = "".join((first, *(word[:1].upper() + word[1:] for word in others)))
    return f"write `{proposed}`" if proposed and name.isascii() else "use letters, digits, `-`, `_` and `.`"


def _character(found: str) -> str:
    return "a blank" if found == " " else f"`{found}`" if found.isprintable() else f"U+{ord(found):04X}"


@rule("operation-id-collision", severity=Severity.WARNING, family="operations", profile=Profile.STRICT)
def operation_id_collision(subject: Subject) -> Iterator[Defect]:
    """Two operationIds differ in nothing but case and punctuation.

    Why: Generators write `list-pets`, `list_pets` and `ListPets` as one name of a function, and one of the two
    operations is lost or renamed.

    Source: OpenAPI 3.1.1 §4.8.10: common programming naming conventions are recommended

    Bad:

        paths:
          /pets:
            get: {operationId: list-pets, responses: {"200": {description: Pets}}}
          /all-pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}

    Good:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}
          /all-pets:
            get: {operationId: listAllPets, responses: {"200": {description: Pets}}}
    """
    first: dict[str, Operation] = {}
    for operation in subject.operations:
        name = "".join(filter(str.isalnum, operation.id or "")).casefold()
        other = first.setdefault(name, operation) if name else operation
        if other.id != operation.id:
            related = Related(f"`{other.title}` has `{other.id}`", Location(other.at / "operationId"))
            message = f"operationId `{operation.id}` becomes one name with `{other.id}` of `{other.title}`"
            at = Location(operation.at / "operationId")
            yield Defect(at, message, "let the two differ in their words", related=(related,))


RULES = (
    operation_id_duplicate,
    operation_id_missing,
    operation_id_unsafe,
    operation_id_collision,
)
