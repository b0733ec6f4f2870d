"""Rules about components that nobody uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from contractctl.core.findings import Severity
from contractctl.core.locations import Location, Place, Pointer
from contractctl.lint.reach import unused_components
from contractctl.lint.rule import Defect, rule
from contractctl.lint.structure.kinds import Tokens, compiled
from contractctl.lint.subject import Subject

_NOUNS: Final[Mapping[str, str]] = {
    "schemas": "schema",
    "definitions": "definition",
    "responses": "response",
    "parameters": "parameter",
    "examples": "example",
    "requestBodies": "request body",
    "headers": "header",
    "securitySchemes": "security scheme",
    "securityDefinitions": "security scheme",
    "links": "link",
    "callbacks": "callback",
    "pathItems": "path item",
    "mediaTypes": "media type",
}
_NAMED = 3
_SCHEME: Final = r"[A-Za-z][A-Za-z0-9+.\-]*:"


@rule("component-unused", severity=Severity.WARNING, family="components")
def component_unused(subject: Subject) -> Iterator[Defect]:
    """Nothing uses a component: no operation, and no other component that is used.

    A component that only unused ones use is named in the hint of one of these. A description without operations is
    there for others to refer to, and one with files that cannot be had may be used by those: of neither is anything
    told. What extensions and example data name counts as used.

    Why: It is maintained and reviewed for nobody; sometimes the reference to it was forgotten.

    Source: OpenAPI 3.1.1 §4.8.7, "no effect on the API unless they are explicitly referenced"

    Bad:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}
        components:
          responses:
            Pets: {description: Pets}

    Good:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {$ref: "#/components/responses/Pets"}}}
        components:
          responses:
            Pets: {description: Pets}
    """
    if not subject.operations or _lacks_files(subject):
        return
    for tokens, more in unused_components(subject).items():
        place = Place(subject.entry.uri, Pointer(tokens))
        message = f"{_NOUNS[tokens[-2]]} `{tokens[-1]}` is not used"
        yield Defect(Location(place), message, f"remove it{_others(more, tokens[-2])}, or refer to it where it belongs")


def _lacks_files(subject: Subject) -> bool:
    """Tell whether a file beside the description was not read, which may use its components."""
    unread = (lead.reference.target for lead in subject.survey.leads if lead.target is None)
    return any(not target.startswith("#") and not compiled(_SCHEME).match(target) for target in unread)


def _others(more: Sequence[Tokens], kind: str) -> str:
    """Say what goes with a component of a kind; of another kind, one may have the same name."""
    if not more:
        return ""
    nouns = ["" if tokens[-2] == kind else f"{_NOUNS[tokens[-2]]} " for tokens in more]
    names = [f"{noun}`{tokens[-1]}`" for noun, tokens in zip(nouns[:_NAMED], more, strict=False)]
    rest = [f"{len(more) - _NAMED} more"] if len(more) > _NAMED else []
    *first, last = (*names, *rest)
    return f" with {', '.join(first)}{' and ' if first else ''}{last}, which only unused components use"


RULES = (component_unused,)
