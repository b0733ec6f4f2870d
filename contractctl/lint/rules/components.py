"""Rules about components that nobody uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from contractctl.core.findings import Severity
from contractctl.core.locations import Location, Place, Pointer
from contractctl.core.suggestions import nearest
from contractctl.lint.rule import Defect, rule
from contractctl.lint.structure.kinds import Tokens, compiled
from contractctl.lint.subject import Subject
from contractctl.lint.unused_components import unused_components

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
_SCHEMES: Final = ("securitySchemes", "securityDefinitions")
_MOST_WORDS: Final = 50
_BETWEEN_WORDS: Final = r"[/\\#]+"
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
    unused = unused_components(subject)
    meant = _meant(subject, unused) if unused else frozenset()
    for tokens, more in unused.items():
        if tokens[-1] in meant or (tokens[-2] in _SCHEMES and subject.survey.is_unread(subject.root / "security")):
            continue
        place = Place(subject.entry.uri, Pointer(tokens))
        message = f"{_NOUNS[tokens[-2]]} `{tokens[-1]}` is not used"
        yield Defect(Location(place), message, f"remove it{_others(more, tokens[-2])}, or refer to it where it belongs")


def _meant(subject: Subject, unused: Iterable[Tokens]) -> frozenset[str]:
    """Return the names that something uses in another spelling: the reference that is wrong is told instead."""
    wrong = [lead.reference.target for lead in subject.survey.leads if lead.target is None or lead.is_misled]
    declared = {scheme.name for scheme in subject.contract.security_schemes}
    wrong.extend(name for one in subject.parts("security-requirement") for name in one.value if name not in declared)
    words = dict.fromkeys(compiled(_BETWEEN_WORDS).split(one.rstrip("/"))[-1] for one in wrong)
    names = [tokens[-1] for tokens in unused] if words else []
    found = (nearest(word, names) for word in islice(words, _MOST_WORDS))
    return frozenset(name for name in found if name is not None)


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
