"""Rules about the shape of the description's objects. The gate finds them; each page says what one means."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from contractctl.contract.versions import Version
from contractctl.core.findings import Related, Severity
from contractctl.core.locations import Location, Place, Pointer
from contractctl.core.profiles import Profile
from contractctl.lint.parameters import uses
from contractctl.lint.rule import Defect, rule
from contractctl.lint.structure.conditions import Declared, clashes, inherited
from contractctl.lint.structure.kinds import Tokens
from contractctl.lint.structure.wording import article
from contractctl.lint.subject import Subject
from contractctl.lint.survey import Lead, PlacedFault

_ALONE: Mapping[Version, tuple[str, Tokens]] = {"2.0": ("body", ("formData",)), "3.2": ("querystring", ("query",))}


_ABOUT_KEYS = frozenset(
    ("field-unknown", "component-name-invalid", "status-code-invalid", "path-not-absolute", "reference-sibling")
)


def faults(subject: Subject, code: str) -> Iterator[Defect]:
    """Yield what the structure gate found under a code.

    A fault in a part that is no part of a description by itself names the reference by which it is what it is.
    """
    users: Mapping[_Spot, Sequence[Lead]] | None = None
    for placed in subject.faults(code):
        related: tuple[Related, ...] = ()
        if _depends_on_use(subject, placed.at):
            users = users if users is not None else _users(subject)
            related = tuple(_uses(subject, placed, users))
        fault = placed.fault
        yield Defect(Location(placed.at, of_key=code in _ABOUT_KEYS), fault.message, fault.hint, fault.subject, related)


_Spot: TypeAlias = tuple[str, Tokens]


def _depends_on_use(subject: Subject, at: Place) -> bool:
    """Tell whether only references say what stands at a place: in fragments, and in extensions."""
    if not subject.references.is_description(at.uri):
        return True
    return any(token.startswith("x-") for token in at.pointer.tokens)


def _users(subject: Subject) -> Mapping[_Spot, Sequence[Lead]]:
    """Return all references by what they lead to."""
    found: dict[_Spot, list[Lead]] = {}
    for lead in subject.survey.leads:
        if lead.target is not None:
            found.setdefault((lead.target.uri, lead.target.pointer.tokens), []).append(lead)
    return found


def _uses(subject: Subject, placed: PlacedFault, users: Mapping[_Spot, Sequence[Lead]]) -> Iterator[Related]:
    """Yield the nearest reference to a part around a fault, the one whose kind the fault speaks of first."""
    tokens = placed.at.pointer.tokens
    for depth in range(len(tokens), -1, -1):
        leads = users.get((placed.at.uri, tokens[:depth]))
        if leads:
            titles = [subject.table_at(lead.at)[lead.reference.expects].title for lead in leads]
            which = next((index for index, title in enumerate(titles) if title in placed.fault.message), 0)
            yield Related(f"it is used as {article(titles[which])} here", Location(leads[which].at))
            return


@rule("field-unknown", severity=Severity.ERROR, family="structure", profile=Profile.SPEC)
def field_unknown(subject: Subject) -> Iterator[Defect]:
    """An object has a field that the specification does not know.

    Why: Tools ignore what they do not know, so a misspelt field is a promise that nobody keeps.

    Source: OpenAPI 3.1.1 §4.8; extensions begin with `x-` (§4.9)

    Bad:

        paths:
          /pets:
            get: {operationID: listPets, operationId: list, responses: {"200": {description: Pets}}}

    Good:

        paths:
          /pets:
            get: {operationId: listPets, x-owner: shop, responses: {"200": {description: Pets}}}
    """
    return faults(subject, "field-unknown")


@rule("field-missing", severity=Severity.ERROR, family="structure", profile=Profile.SPEC)
def field_missing(subject: Subject) -> Iterator[Defect]:
    """An object lacks a field that it must have.

    Why: Without it the object says nothing that a tool could use.

    Source: OpenAPI 3.1.1 §4.8, the fields marked as required

    Bad:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {}}}

    Good:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}
    """
    return faults(subject, "field-missing")


@rule("type-wrong", severity=Severity.ERROR, family="structure", profile=Profile.SPEC)
def type_wrong(subject: Subject) -> Iterator[Defect]:
    """A field has a value of another type than it must have.

    Why: Tools that expect the right type stop, or leave the part out.

    Source: OpenAPI 3.1.1 §4.8

    Bad:

        paths:
          /pets:
            get: {operationId: listPets, tags: pets, responses: {"200": {description: Pets}}}

    Good:

        paths:
          /pets:
            get: {operationId: listPets, tags: [pets], responses: {"200": {description: Pets}}}
    """
    return faults(subject, "type-wrong")


@rule("value-not-allowed", severity=Severity.ERROR, family="structure", profile=Profile.SPEC)
def value_not_allowed(subject: Subject) -> Iterator[Defect]:
    """A field has a value that is not among those it may have.

    Why: The field means nothing then, and tools leave the part out.

    Source: OpenAPI 3.1.1 §4.8

    Bad:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters: [{name: tag, in: qury, schema: {type: string}}]
              responses: {"200": {description: Pets}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters: [{name: tag, in: query, schema: {type: string}}]
              responses: {"200": {description: Pets}}
    """
    return faults(subject, "value-not-allowed")


@rule("fields-exclusive", severity=Severity.ERROR, family="structure", profile=Profile.SPEC)
def fields_exclusive(subject: Subject) -> Iterator[Defect]:
    """Two fields stand side by side of which only one is allowed.

    Why: Tools take one of them, and not all take the same.

    Source: OpenAPI 3.1.1 §4.8.4, §4.8.12, §4.8.19, §4.8.20

    Bad:

        paths: {}
        components:
          examples:
            Cat: {value: {name: Tom}, externalValue: https://example.com/cat.json}

    Good:

        paths: {}
        components:
          examples:
            Cat: {value: {name: Tom}}
    """
    told = set()
    for defect in faults(subject, "fields-exclusive"):
        told.add(defect.at.place)
        yield defect
    for defect in _clashes(subject):
        if defect.at.place not in told:
            told.add(defect.at.place)
            yield defect


def _clashes(subject: Subject) -> Iterator[Defect]:
    """Yield the parameters that must not stand in one operation, where references lead to them."""
    for operation in subject.operations:
        if version := _ALONE.get(subject.version_at(operation.at)):
            shared, own = (_declared(subject, at) for at in (operation.template, operation.at))
            for at, before, listed in ((operation.template, [], shared), (operation.at, inherited(shared, own), own)):
                for fault in clashes(*version, before, listed):
                    yield Defect(
                        Location(Place(at.uri, Pointer(fault.tokens))), fault.message, fault.hint, fault.subject
                    )


def _declared(subject: Subject, owner: Place) -> list[Declared]:
    """Return the parameters that one list leads to, the first of each location and name."""
    found: dict[tuple[str, str], Declared] = {}
    for use in uses(subject, owner):
        if use.is_known:
            found.setdefault((use.location, use.name), (use.at.pointer.tokens, use.location, use.name))
    return list(found.values())


@rule("example-and-examples", severity=Severity.ERROR, family="structure", profile=Profile.SPEC)
def example_and_examples(subject: Subject) -> Iterator[Defect]:
    """`example` and `examples` stand side by side.

    Why: They exclude each other; which one a mock or a page shows is left to chance.

    Source: OpenAPI 3.1.1 §4.8.12.2, §4.8.14

    Bad:

        paths: {}
        components:
          parameters:
            Tag: {name: tag, in: query, schema: {type: string}, example: a, examples: {b: {value: b}}}

    Good:

        paths: {}
        components:
          parameters:
            Tag: {name: tag, in: query, schema: {type: string}, examples: {a: {value: a}, b: {value: b}}}
    """
    return faults(subject, "example-and-examples")


@rule("component-name-invalid", severity=Severity.ERROR, family="structure", profile=Profile.SPEC)
def component_name_invalid(subject: Subject) -> Iterator[Defect]:
    """The name of a component has a character that it must not have.

    Why: References to it need escapes that tools get wrong, and generated code cannot use the name.

    Source: OpenAPI 3.1.1 §4.8.7, §4.8.17

    Bad:

        paths: {}
        components:
          schemas: {Pet Shop: {type: object}}

    Good:

        paths: {}
        components:
          schemas: {PetShop: {type: object}}
    """
    return faults(subject, "component-name-invalid")


@rule("status-code-invalid", severity=Severity.ERROR, family="structure", profile=Profile.SPEC)
def status_code_invalid(subject: Subject) -> Iterator[Defect]:
    """A response is filed under something that is no status code.

    Why: No response can ever match it.

    Source: OpenAPI 3.1.1 §4.8.16

    Bad:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}, "20": {description: Pets}}}

    Good:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}, 4XX: {description: Fault}}}
    """
    return faults(subject, "status-code-invalid")


@rule("reference-sibling", severity=Severity.WARNING, family="structure")
def reference_sibling(subject: Subject) -> Iterator[Defect]:
    """A field stands beside `$ref`, where it is ignored.

    Why: Its author believes that it counts.

    Source: OpenAPI 3.1.1 §4.8.23

    Bad:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters: [{$ref: "#/components/parameters/Tag", required: true}]
              responses: {"200": {description: Pets}}
        components:
          parameters:
            Tag: {name: tag, in: query, schema: {type: string}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters: [{$ref: "#/components/parameters/Tag", description: Only pets of this tag}]
              responses: {"200": {description: Pets}}
        components:
          parameters:
            Tag: {name: tag, in: query, schema: {type: string}}
    """
    return faults(subject, "reference-sibling")


@rule("list-item-duplicate", severity=Severity.ERROR, family="structure", profile=Profile.SPEC)
def list_item_duplicate(subject: Subject) -> Iterator[Defect]:
    """A list of different things has one of them twice.

    Why: One of the two was meant to be something else.

    Source: JSON Schema 2020-12 validation §6.5.3; OpenAPI 3.0.3 §4.7.1

    Bad:

        paths: {}
        components:
          schemas: {Pet: {type: object, required: [name, name]}}

    Good:

        paths: {}
        components:
          schemas: {Pet: {type: object, required: [name, tag]}}
    """
    return faults(subject, "list-item-duplicate")


@rule("structure-invalid", severity=Severity.ERROR, family="structure", profile=Profile.SPEC)
def structure_invalid(subject: Subject) -> Iterator[Defect]:
    """The published OpenAPI schema rejects a part, and no other rule says why.

    Why: What the specification's own schema rejects, other tools reject too.

    Source: the schemas at spec.openapis.org

    Bad:

        openapi: 3.0.3
        info: {title: Example, version: "1"}
        paths: {}
        components:
          schemas: {Name: {type: string, maxLength: 10.0}}

    Good:

        openapi: 3.0.3
        info: {title: Example, version: "1"}
        paths: {}
        components:
          schemas: {Name: {type: string, maxLength: 10}}
    """
    return faults(subject, "structure-invalid")


RULES = (
    field_unknown,
    field_missing,
    type_wrong,
    value_not_allowed,
    fields_exclusive,
    example_and_examples,
    component_name_invalid,
    status_code_invalid,
    reference_sibling,
    list_item_duplicate,
    structure_invalid,
)
