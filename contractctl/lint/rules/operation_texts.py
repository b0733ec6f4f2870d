"""Rules about what operations say of themselves: summaries, descriptions, tags."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator

from contractctl.contract.model import Operation
from contractctl.core.findings import Severity
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Location, Place
from contractctl.core.profiles import Profile
from contractctl.lint.rule import Defect, rule
from contractctl.lint.subject import Subject


@rule("operation-summary-missing", severity=Severity.INFO, family="operations", profile=Profile.STRICT)
def operation_summary_missing(subject: Subject) -> Iterator[Defect]:
    """An operation has no summary.

    Why: Lists of operations have nothing to show but its path. The summary of a path item is that of all its
    operations.

    Source: OpenAPI 3.1.1 §4.8.10

    Bad:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}

    Good:

        paths:
          /pets:
            get: {operationId: listPets, summary: List pets, responses: {"200": {description: Pets}}}
    """
    for operation in subject.operations:
        if _lacks(subject, operation, "summary"):
            yield Defect(
                Location(operation.at), f"`{operation.title}` has no summary", "say in a few words what it does"
            )


@rule("operation-description-missing", severity=Severity.INFO, family="operations", profile=Profile.STRICT)
def operation_description_missing(subject: Subject) -> Iterator[Defect]:
    """An operation has no description.

    Why: Its effects, limits and surprises stand nowhere. The description of a path item is that of all its operations.

    Source: OpenAPI 3.1.1 §4.8.10

    Bad:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              description: Lists the pets of the shop, the cheapest first.
              responses: {"200": {description: Pets}}
    """
    for operation in subject.operations:
        if _lacks(subject, operation, "description"):
            message = f"`{operation.title}` has no description"
            yield Defect(Location(operation.at), message, "say what it does that its name does not say")


def _lacks(subject: Subject, operation: Operation, field: str) -> bool:
    """Tell whether neither an operation nor its path item has a text; one of a wrong type is the structure's affair."""
    return not any(_has(subject, at, field) for at in (operation.at, operation.template))


def _has(subject: Subject, at: Place, field: str) -> bool:
    owner = subject.value_at(at)
    if not is_object(owner) or field not in owner:
        return False
    text = owner[field]
    return not isinstance(text, str) or bool(text.strip())


@rule("operation-tags-missing", severity=Severity.INFO, family="operations", profile=Profile.STRICT)
def operation_tags_missing(subject: Subject) -> Iterator[Defect]:
    """An operation has no tags.

    Why: Documentation and generated clients group operations by tags; this one ends up under "default".

    Source: OpenAPI 3.1.1 §4.8.10

    Bad:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}

    Good:

        paths:
          /pets:
            get: {operationId: listPets, tags: [pets], responses: {"200": {description: Pets}}}
        tags: [{name: pets, description: All about pets}]
    """
    for operation, tags in _tagged(subject):
        if tags is None or tags == []:
            yield Defect(Location(operation.at), f"`{operation.title}` has no tags", "add the tag that it belongs to")


@rule("operation-tags-several", severity=Severity.INFO, family="operations", profile=Profile.STRICT)
def operation_tags_several(subject: Subject) -> Iterator[Defect]:
    """An operation has more than one tag.

    Why: Documentation shows it once for each tag, generated clients have it in several classes.

    Source: OpenAPI 3.1.1 §4.8.10

    Bad:

        paths:
          /pets:
            get: {operationId: listPets, tags: [pets, shop], responses: {"200": {description: Pets}}}
        tags: [{name: pets, description: All about pets}, {name: shop, description: All about the shop}]

    Good:

        paths:
          /pets:
            get: {operationId: listPets, tags: [pets], responses: {"200": {description: Pets}}}
        tags: [{name: pets, description: All about pets}]
    """
    for operation, tags in _tagged(subject):
        if is_array(tags) and len(tags) > 1:
            message = f"`{operation.title}` has {len(tags)} tags"
            yield Defect(Location(operation.at / "tags"), message, "keep the one that it belongs to most")


def _tagged(subject: Subject) -> Iterator[tuple[Operation, Json]]:
    """Yield the operations that documentation groups, with their tags as written; callbacks are not grouped."""
    for operation in (*subject.contract.operations, *subject.contract.webhooks):
        value = subject.value_at(operation.at)
        yield operation, value.get("tags") if is_object(value) else None


RULES = (
    operation_summary_missing,
    operation_description_missing,
    operation_tags_missing,
    operation_tags_several,
)
