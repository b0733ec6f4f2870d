"""Rules about references: that each leads somewhere, to the right kind of thing, and comes to an end."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator

from contractctl.contract.references import Unresolved
from contractctl.contract.versions import Version
from contractctl.core.findings import Finding, Severity
from contractctl.core.json import is_object
from contractctl.core.locations import Location, Place, Pointer
from contractctl.core.patterns import pattern
from contractctl.core.profiles import Profile
from contractctl.core.suggestions import nearest
from contractctl.lint.circles import circles
from contractctl.lint.rule import Defect, rule
from contractctl.lint.structure.schema_faults import type_at
from contractctl.lint.structure.wording import article
from contractctl.lint.subject import Subject
from contractctl.lint.survey import Lead

_WITH_SCHEMA = frozenset(("response", "parameter", "request-body", "header", "media-type"))
_BETWEEN_WORDS = pattern(r"[/\\#]+")


@rule("reference-dangling", severity=Severity.ERROR, family="references", profile=Profile.SPEC)
def reference_dangling(subject: Subject) -> Iterator[Defect]:
    """A reference leads nowhere.

    Why: Whatever was meant is missing from the contract; generators and mocks stop or guess.

    Source: OpenAPI 3.1.1 §4.8.23; RFC 6901

    Bad:

        paths: {}
        components:
          schemas:
            Pet: {type: object}
            Pets: {type: array, items: {$ref: "#/components/schemas/Pt"}}

    Good:

        paths: {}
        components:
          schemas:
            Pet: {type: object}
            Pets: {type: array, items: {$ref: "#/components/schemas/Pet"}}
    """
    for lead, finding in _unfollowed(subject, "reference-dangling"):
        yield Defect(finding.location, finding.message, _suggestion(subject, lead) or finding.hint)


def _unfollowed(subject: Subject, code: str) -> Iterator[tuple[Lead, Finding]]:
    """Yield the references that are not followed for this reason."""
    for lead in subject.survey.leads:
        for finding in lead.findings:
            if finding.rule == code:
                yield lead, finding


def _suggestion(subject: Subject, lead: Lead) -> str:
    """Name what was probably meant: by a fragment without its slash, by a misspelt name, by the name of a component."""
    document, _, fragment = lead.reference.target.partition("#")
    if fragment and not fragment.startswith("/") and _leads(subject, slashed := f"{document}#/{fragment}", lead.at):
        return f"a fragment is a JSON Pointer: write `{slashed}`"
    return _sibling(subject, lead) or _component(subject, lead)


def _leads(subject: Subject, reference: str, at: Place) -> bool:
    try:
        subject.references.target(reference, at)
    except Unresolved:
        return False
    return True


def _sibling(subject: Subject, lead: Lead) -> str:
    """Name what stands beside the place that is missing; nothing where the document is not there either."""
    stem, _, name = lead.reference.target.rpartition("/")
    if "#" not in stem:
        return ""
    try:
        siblings = subject.references.target(stem.removesuffix("#/"), lead.at).value
    except Unresolved:
        return ""
    found = nearest(name, siblings) if is_object(siblings) else None
    return f"did you mean `{stem}/{found}`?" if found else ""


def _component(subject: Subject, lead: Lead) -> str:
    """Name the component of the kind that is due which has the last word of the reference for its name."""
    words = [word for word in _BETWEEN_WORDS.split(lead.reference.target) if word]
    table = subject.table_at(lead.at)
    parent = "components" if "components" in table else ""
    for section in table[parent or "description"].fields if words else ():
        tokens = (parent, section) if parent else (section,)
        if type_at(table, (*tokens, words[-1])) == lead.reference.expects:
            components = subject.value_at(Place(lead.at.uri, Pointer(tokens)))
            meant = (*tokens, words[-1])
            is_around = lead.at.pointer.tokens[: len(meant)] == meant
            if is_object(components) and words[-1] in components and not is_around:
                return f"write `#{Pointer(meant)}`"
    return ""


@rule("reference-forbidden", severity=Severity.ERROR, family="references", profile=Profile.SPEC)
def reference_forbidden(subject: Subject) -> Iterator[Defect]:
    """A reference leads to where nobody may look: a file outside the root, or a host that was not allowed.

    Why: A description in a pull request is written by strangers. Whoever reads what it names may print a secret, or
    ask a server that only this machine can reach.

    Source: OpenAPI 3.1.1 §4.6; CWE-22, CWE-918

    Bad:

        paths: {}
        components:
          schemas:
            Pets: {type: array, items: {$ref: "../../../home/tom/pets.yaml#/Pet"}}

    Good:

        paths: {}
        components:
          schemas:
            Pet: {type: object}
            Pets: {type: array, items: {$ref: "#/components/schemas/Pet"}}
    """
    for lead, finding in _unfollowed(subject, "reference-forbidden"):
        yield Defect(finding.location, finding.message, _component(subject, lead) or finding.hint)


@rule("reference-wrong-kind", severity=Severity.ERROR, family="references", profile=Profile.SPEC)
def reference_wrong_kind(subject: Subject) -> Iterator[Defect]:
    """A reference leads to a part of another kind.

    Why: A schema where a response is due has none of its fields; what tools make of it differs.

    Source: OpenAPI 3.1.1 §4.8.23

    Bad:

        paths:
          /pets:
            get:
              operationId: listPets
              responses: {"200": {$ref: "#/components/parameters/Tag"}}
        components:
          parameters:
            Tag: {name: tag, in: query, schema: {type: string}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              responses: {"200": {$ref: "#/components/responses/Pets"}}
        components:
          responses:
            Pets: {description: Pets}
    """
    for lead in subject.survey.leads:
        if lead.is_misled and lead.target is not None:
            table = subject.table_at(lead.target)
            found = type_at(table, lead.target.pointer.tokens)
            is_a = article(table[found].title) if found else "not an object of OpenAPI"
            due = article(subject.table_at(lead.at)[lead.reference.expects].title)
            message = f"`{lead.reference.target or '#'}` is {is_a}; {due} is due here"
            hint = (
                _component(subject, lead)
                or _fitting(found, lead.reference.expects, subject.version_at(lead.at))
                or f"refer to {due}"
            )
            yield Defect(Location(lead.at), message, hint)


def _fitting(found: str | None, due: str, version: Version) -> str:
    """Say how to use a part of another kind after all."""
    if found == "schema" and due in {"response", "request-body"}:
        where = "its `schema`" if version == "2.0" else "the `schema` of a media type under `content`"
        return f"write {article(due.replace('-', ' '))} here, with this reference as {where}"
    return "refer to the schema in it" if due == "schema" and found in _WITH_SCHEMA else ""


@rule("reference-circular", severity=Severity.ERROR, family="references", profile=Profile.SPEC)
def reference_circular(subject: Subject) -> Iterator[Defect]:
    """A reference leads back to itself.

    Why: There is nothing at the end of it: no parameter, no response, no schema that a value could satisfy.

    Source: JSON Schema 2020-12 core §9.4.1

    Bad:

        paths: {}
        components:
          responses:
            Fault: {$ref: "#/components/responses/Error"}
            Error: {$ref: "#/components/responses/Fault"}

    Good:

        paths: {}
        components:
          responses:
            Fault: {$ref: "#/components/responses/Error"}
            Error: {description: Error}
    """
    for circle in circles(subject.survey):
        names = " → ".join(_name(place, circle[0]) for place in (*circle, circle[0]))
        message = f"the reference leads back to itself: {names}"
        yield Defect(Location(circle[0] / "$ref"), message, "end it somewhere")


def _name(place: Place, seen_from: Place) -> str:
    return f"#{place.pointer}" if place.uri == seen_from.uri else str(place)


RULES = (
    reference_dangling,
    reference_forbidden,
    reference_wrong_kind,
    reference_circular,
)
