"""Rules about security."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator

from contractctl.core.findings import Severity
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Location, Place
from contractctl.core.profiles import Profile
from contractctl.core.records import dataclass
from contractctl.core.suggestions import did_you_mean
from contractctl.lint.rule import Defect, rule
from contractctl.lint.subject import Subject


@rule("security-scheme-unknown", severity=Severity.ERROR, family="security", profile=Profile.SPEC)
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
    place = subject.root
    for step in ("securityDefinitions",) if subject.references.version == "2.0" else ("components", "securitySchemes"):
        place = place / step
    if subject.survey.is_unread(place):
        return
    declared = subject.value_at(place)
    names = list(declared) if is_object(declared) else []
    known = {*names, *(scheme.name for scheme in subject.contract.security_schemes)}
    told = _told(subject)
    for use in required_schemes(subject):
        if use.name not in known and use.at not in told:
            hint = did_you_mean(use.name, names) or f"add it as `{'.'.join((*place.pointer.tokens, use.name))}`"
            yield Defect(Location(use.at), f"security scheme `{use.name}` is not declared", hint)


@dataclass(frozen=True, slots=True)
class RequiredScheme:
    """A scheme that a requirement names: the place of its list of scopes or roles, and the list as it is written."""

    at: Place
    name: str
    scopes: Json


def required_schemes(subject: Subject) -> Iterator[RequiredScheme]:
    """Yield each scheme that a requirement of the description or of an operation names, wherever it does."""
    for owner in dict.fromkeys((subject.root, *(operation.at for operation in subject.operations))):
        said = subject.value_at(owner)
        requirements = said.get("security") if is_object(said) else None
        for index, requirement in enumerate(requirements if is_array(requirements) else ()):
            for name, scopes in requirement.items() if is_object(requirement) else ():
                yield RequiredScheme(owner / "security" / index / name, name, scopes)


def _told(subject: Subject) -> frozenset[Place]:
    """Return the places of which something was told already: why a scheme's URI leads nowhere (3.2.0 §4.30.1), say."""
    return frozenset(finding.location.place for findings in subject.told.values() for finding in findings)


RULES = (security_scheme_unknown,)
