"""Rules about security."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator

from contractctl.core.findings import Severity
from contractctl.core.json import is_array, is_object
from contractctl.core.suggestions import did_you_mean
from contractctl.lint.rule import Defect, rule
from contractctl.lint.subject import Subject


@rule("security-scheme-unknown", severity=Severity.ERROR, family="security")
def security_scheme_unknown(subject: Subject) -> Iterator[Defect]:
    """A security requirement names a scheme that is not declared.

    Why: Nobody knows which credential to send; some tools then send none at all.

    Source: OpenAPI 3.1.1 §4.8.30

    Bad:

        paths:
          /pets:
            get: {operationId: listPets, security: [{token: []}], responses: {"200": {description: Pets}}}

    Good:

        paths:
          /pets:
            get: {operationId: listPets, security: [{token: []}], responses: {"200": {description: Pets}}}
        components:
          securitySchemes:
            token: {type: http, scheme: bearer}
    """
    place = ("securityDefinitions",) if subject.structure.version == "2.0" else ("components", "securitySchemes")
    declared = subject.value_at(place)
    names = list(declared) if is_object(declared) else []
    for owner in _owners(subject):
        requirements = subject.value_at((*owner, "security"))
        for index, requirement in enumerate(requirements if is_array(requirements) else ()):
            for name in requirement if is_object(requirement) else ():
                if name not in names:
                    message = f"security scheme `{name}` is not declared"
                    hint = did_you_mean(name, names) or f"add it as `{'.'.join(place)}.{name}`"
                    yield Defect(subject.at((*owner, "security", str(index), name)), message, hint)


def _owners(subject: Subject) -> Iterator[tuple[str, ...]]:
    yield ()
    operations = (*subject.contract.operations, *subject.contract.webhooks)
    yield from dict.fromkeys(operation.at.pointer.tokens for operation in operations)
