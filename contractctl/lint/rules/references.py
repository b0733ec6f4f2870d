"""Rules about references: that each leads somewhere, to the right kind of thing, and comes to an end."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator

from contractctl.contract.references import Missing, local_pointer, not_local, resolve_pointer
from contractctl.core.findings import Severity
from contractctl.core.json import is_object
from contractctl.core.locations import Pointer
from contractctl.core.suggestions import nearest
from contractctl.lint.rule import Defect, rule
from contractctl.lint.structure.kinds import Tokens
from contractctl.lint.structure.schema_faults import kind_at, type_at
from contractctl.lint.structure.walk import Reference, article
from contractctl.lint.subject import Subject


@rule("reference-dangling", severity=Severity.ERROR, family="references")
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
    for reference in subject.structure.references:
        try:
            pointer = local_pointer(reference.target)
            if pointer is not None:
                resolve_pointer(subject.document.root, pointer)
        except (ValueError, Missing) as error:
            message = f"`{reference.target}` leads nowhere: {error}"
            yield Defect(subject.at(reference.tokens), message, _suggestion(subject, reference))


def _suggestion(subject: Subject, reference: Reference) -> str:
    """Name the component that was probably meant."""
    stem, _, name = reference.target.rpartition("/")
    siblings = subject.value_at(tuple(stem.removeprefix("#/").split("/")))
    found = nearest(name, siblings) if is_object(siblings) else None
    return f"did you mean `{stem}/{found}`?" if found else "name a component that exists"


@rule("reference-not-local", severity=Severity.ERROR, family="references")
def reference_not_local(subject: Subject) -> Iterator[Defect]:
    """A reference leaves the description, which this version does not follow.

    Why: What it leads to is neither checked nor part of the mock.

    Source: OpenAPI 3.1.1 §4.6

    Bad:

        paths: {}
        components:
          schemas:
            Pets: {type: array, items: {$ref: pets.yaml#/Pet}}

    Good:

        paths: {}
        components:
          schemas:
            Pet: {type: object}
            Pets: {type: array, items: {$ref: "#/components/schemas/Pet"}}
    """
    for reference in subject.structure.references:
        if not reference.target.startswith("#") and reference.target:
            at = subject.at(reference.tokens)
            finding = not_local(at.place, reference.target)
            yield Defect(at, finding.message, finding.hint)


@rule("reference-wrong-kind", severity=Severity.ERROR, family="references")
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
    for reference, tokens in misled(subject):
        found = type_at(subject.structure.table, tokens)
        is_a = article(subject.structure.table[found].title) if found else "not an object of OpenAPI"
        due = article(subject.structure.table[reference.expects].title)
        message = f"`{reference.target}` is {is_a}; {due} is due here"
        yield Defect(subject.at(reference.tokens), message, "refer to a part of the right kind")


def misled(subject: Subject) -> Iterator[tuple[Reference, Tokens]]:
    """Yield the references that lead to a part of another kind, and where they lead."""
    table = subject.structure.table
    for reference in subject.structure.references:
        tokens = _target(subject, reference)
        if tokens is not None and kind_at(table, tokens) is not None and type_at(table, tokens) != reference.expects:
            yield reference, tokens


def _target(subject: Subject, reference: Reference) -> Tokens | None:
    """Return where a reference leads, None when it leads nowhere or out of the description."""
    try:
        pointer = local_pointer(reference.target)
        if pointer is not None:
            resolve_pointer(subject.document.root, pointer)
    except (ValueError, Missing):
        return None
    return pointer.tokens if pointer is not None else None


@rule("reference-circular", severity=Severity.ERROR, family="references")
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
    for finding in subject.told.get("reference-circular", ()):
        yield Defect(finding.location, finding.message, finding.hint, finding.subject)
    for circle in circles(subject):
        names = " → ".join(f"#{Pointer(tokens)}" for tokens in (*circle, circle[0]))
        message = f"the reference leads back to itself: {names}"
        yield Defect(subject.at((*circle[0], "$ref")), message, "end it somewhere")


def circles(subject: Subject) -> Iterator[list[Tokens]]:
    """Yield the members of each circle of references between parts that are no schemas, the first pointer first."""
    steps = {
        reference.tokens[:-1]: target
        for reference in subject.structure.references
        if reference.expects != "schema" and (target := _target(subject, reference)) is not None
    }
    done: set[Tokens] = set()
    for start in sorted(steps):
        path: list[Tokens] = []
        tokens = start
        while tokens in steps and tokens not in done:
            done.add(tokens)
            path.append(tokens)
            tokens = steps[tokens]
        if tokens in path:
            circle = path[path.index(tokens) :]
            first = circle.index(min(circle))
            yield circle[first:] + circle[:first]
