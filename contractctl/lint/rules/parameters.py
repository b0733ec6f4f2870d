"""Rules about parameters."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator

from contractctl.core.findings import Related, Severity
from contractctl.core.locations import Location, Place
from contractctl.core.profiles import Profile
from contractctl.lint.parameters import Use, uses
from contractctl.lint.rule import Defect, rule
from contractctl.lint.rules.structure import faults
from contractctl.lint.subject import Subject


@rule("parameter-duplicate", severity=Severity.ERROR, family="parameters", profile=Profile.SPEC)
def parameter_duplicate(subject: Subject) -> Iterator[Defect]:
    """An operation or path has two parameters of one name and location.

    Why: Only one of the two can be sent; which one counts differs from tool to tool.

    Source: OpenAPI 3.1.1 §4.8.9, §4.8.10

    Bad:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters:
                - {name: tag, in: query, schema: {type: string}}
                - {name: tag, in: query, schema: {type: integer}}
              responses: {"200": {description: Pets}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters:
                - {name: tag, in: query, schema: {type: string}}
                - {name: tag, in: header, schema: {type: integer}}
              responses: {"200": {description: Pets}}
    """
    reported: set[Place] = set()
    for owner in _owners(subject):
        first: dict[tuple[str, str], Use] = {}
        for use in filter(lambda use: use.is_known, uses(subject, owner)):
            key = (use.location, use.name.lower() if use.location == "header" else use.name)
            if key in first:
                reported.add(use.at)
                related = Related("the first one stands here", Location(first[key].at))
                message = f"{use.location} parameter `{use.name}` is declared twice"
                hint = "remove or rename one of them"
                yield Defect(Location(use.at), message, hint, "/".join(key), (related,))
            first.setdefault(key, use)
    for defect in faults(subject, "parameter-duplicate"):
        if defect.at.place not in reported:
            yield defect


def _owners(subject: Subject) -> Iterator[Place]:
    yield from dict.fromkeys(at for operation in subject.operations for at in (operation.template, operation.at))


RULES = (parameter_duplicate,)
