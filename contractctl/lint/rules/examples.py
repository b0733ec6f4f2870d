"""Rules about examples, defaults and enums: they must be accepted by the schemas that they stand with."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contractctl.core.findings import Related, Severity
from contractctl.core.json import Json, is_array
from contractctl.core.locations import Location, Place, Pointer
from contractctl.lint.examples.claims import Claim, Kind
from contractctl.lint.examples.json_text import is_json_text
from contractctl.lint.examples.plain import is_a, types_of
from contractctl.lint.examples.verdicts import Verdict, of_faults
from contractctl.lint.examples.wording import Complaint, shown
from contractctl.lint.rule import Defect, rule
from contractctl.lint.subject import Subject


@rule("example-invalid", severity=Severity.ERROR, family="examples")
def example_invalid(subject: Subject) -> Iterator[Defect]:
    """An example is not accepted by its schema.

    Why: The mock answers with it, readers copy it, and neither works against the real thing.

    Source: OpenAPI 3.1.1 §4.8.12.2, §4.8.14, §4.8.19

    Bad:

        paths:
          /pets:
            get:
              operationId: listPets
              responses:
                "200":
                  description: Pets
                  content:
                    application/json:
                      schema: {type: object, required: [name], properties: {name: {type: string}}}
                      example: {nmae: Tom}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              responses:
                "200":
                  description: Pets
                  content:
                    application/json:
                      schema: {type: object, required: [name], properties: {name: {type: string}}}
                      example: {name: Tom}
    """
    return _refused(subject, "example")


@rule("default-invalid", severity=Severity.ERROR, family="examples")
def default_invalid(subject: Subject) -> Iterator[Defect]:
    """A default is not accepted by its schema.

    Why: A server that assumes it works with a value that it would refuse from a client.

    Source: OpenAPI 3.0.3 §4.7.24; JSON Schema 2020-12 validation §9.2

    Bad:

        paths: {}
        components:
          schemas:
            Limit: {type: integer, maximum: 100, default: 500}

    Good:

        paths: {}
        components:
          schemas:
            Limit: {type: integer, maximum: 100, default: 50}
    """
    return _refused(subject, "default")


def _refused(subject: Subject, kind: Kind) -> Iterator[Defect]:
    for verdict in of_faults(subject.verdicts.all(), "value"):
        if verdict.claim.kind == kind:
            yield _defect(verdict, "does not match its schema")


def _defect(verdict: Verdict, fault: str) -> Defect:
    claim, complaint = verdict.claim, verdict.complaint
    inside = () if claim.is_text else complaint.tokens
    at = Location(Place(claim.at.uri, Pointer((*claim.at.pointer.tokens, *inside))))
    subject = f"{'.'.join(complaint.tokens)} {complaint.subject}".strip() if claim.is_text else complaint.subject
    related = () if _is_inside(claim) else (Related("its schema stands here", Location(claim.schema_at)),)
    return Defect(at, f"{claim.noun} {fault}: {_said(claim, complaint)}", _remedy(claim, complaint), subject, related)


def _is_inside(claim: Claim) -> bool:
    """Tell whether the value stands in the schema itself, so that nobody needs to be told where that is."""
    around = claim.schema_at.pointer.tokens
    return claim.at.pointer.tokens[: len(around)] == around


def _said(claim: Claim, complaint: Complaint) -> str:
    if complaint.tokens or not _is_text_of_a_value(claim):
        return complaint.message
    return complaint.message.replace("it is a string", "it is a string that holds JSON", 1)


def _is_text_of_a_value(claim: Claim) -> bool:
    """Tell whether the value of a claim is a string that holds a list or an object as JSON."""
    value = claim.value
    return isinstance(value, str) and value.lstrip()[:1] in {"{", "["} and is_json_text(value)


def _remedy(claim: Claim, complaint: Complaint) -> str:
    if not complaint.tokens and _is_text_of_a_value(claim):
        return "write it as a value; it is the text of one"
    if claim.kind == "enum":
        return "take it out of `enum`, or mend what else the schema says"
    # Null is a value like any other, though some generators write it where there is no example; others write "".
    if not complaint.tokens and claim.value is None:
        return f"remove it if it stands for no {claim.kind}, or let the schema take null"
    if not complaint.tokens and claim.value == "":
        return f"remove it if it stands for no {claim.kind}, or mend the schema"
    return complaint.hint or f"mend the {claim.kind} or the schema"


@rule("enum-type-mismatch", severity=Severity.ERROR, family="examples")
def enum_type_mismatch(subject: Subject) -> Iterator[Defect]:
    """A value of an enum is not of the schema's type.

    Why: Nothing can ever be that value; most often it lacks quotes, or has them and should not.

    Source: JSON Schema 2020-12 validation §6.1.1, §6.1.2

    Bad:

        paths: {}
        components:
          schemas:
            Size: {type: string, enum: [S, M, 42]}

    Good:

        paths: {}
        components:
          schemas:
            Size: {type: string, enum: [S, M, "42"]}
    """
    for schema in subject.index.having("enum"):
        values, types = schema.value["enum"], types_of(schema.value)
        pairs = enumerate(values if is_array(values) and types else ())
        wrong = [(index, value) for index, value in pairs if not any(is_a(value, name) for name in types)]
        if wrong:
            message = f"{_listed(wrong)} not of the type {' or '.join(f'`{name}`' for name in types)}"
            hint = _rehomed([value for _, value in wrong], types)
            yield Defect(Location(schema.at / "enum" / wrong[0][0]), message, hint)


def _rehomed(wrong: Sequence[Json], types: Sequence[str]) -> str:
    """Say what to do with values of an enum that are not of its type."""
    if wrong == [None]:
        return "take null out, or let the type be null too"
    if "array" in types and not any(isinstance(value, list) for value in wrong):
        return "move `enum` into `items`, if it lists what the items may be"
    if types == ("string",) and all(isinstance(value, (bool, int, float)) for value in wrong):
        return "quote them, or mend the type" if len(wrong) > 1 else "quote it, or mend the type"
    return "mend the values or the type"


def _listed(wrong: Sequence[tuple[int, Json]]) -> str:
    """Name the wrong values of an enum, the first three of many."""
    names = ", ".join(shown(value) for _, value in wrong[:3])
    rest = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
    return f"{names}{rest} in `enum` {'is' if len(wrong) == 1 else 'are'}"


@rule("enum-value-invalid", severity=Severity.WARNING, family="examples")
def enum_value_invalid(subject: Subject) -> Iterator[Defect]:
    """A value of an enum is refused by what else its schema says.

    Why: Nothing can ever be that value, so that clients offer a choice that no server takes.

    Source: JSON Schema 2020-12 validation §6.1.2; core §7.6

    Bad:

        paths: {}
        components:
          schemas:
            Limit: {type: integer, maximum: 100, enum: [10, 100, 500]}

    Good:

        paths: {}
        components:
          schemas:
            Limit: {type: integer, maximum: 500, enum: [10, 100, 500]}
    """
    for verdict in of_faults(subject.verdicts.all(), "value"):
        if verdict.claim.kind == "enum":
            yield _defect(verdict, "can never be used")


@rule("example-format-invalid", severity=Severity.WARNING, family="examples")
def example_format_invalid(subject: Subject) -> Iterator[Defect]:
    """An example or a default is not of the format that its schema names.

    Why: Readers copy it, mocks answer with it, and whoever parses a date or an address by its format fails.

    Source: JSON Schema 2020-12 validation §7.3; OpenAPI 3.1.1 §4.4; RFC 3339 §5.6

    Bad:

        paths: {}
        components:
          schemas:
            Born: {type: string, format: date-time, example: "2020-01-01T00:00:00"}

    Good:

        paths: {}
        components:
          schemas:
            Born: {type: string, format: date-time, example: "2020-01-01T00:00:00Z"}
    """
    for verdict in of_faults(subject.verdicts.all(), "format"):
        yield _defect(verdict, "is not of its format")


@rule("parameter-example-serialized", severity=Severity.WARNING, family="examples")
def parameter_example_serialized(subject: Subject) -> Iterator[Defect]:
    """An example of a parameter or header is written as it travels, not as the value.

    Why: OpenAPI wants it to match the schema, and to be formatted as it travels, which exclude each other. Tools
    take it for the value: a mock or a form then sends the commas as a part of one item.

    Source: OpenAPI 3.1.1 §4.8.12.2.1, §4.8.19

    Bad:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters:
                - {name: tags, in: query, schema: {type: array, items: {type: string}}, example: "cat,dog"}
              responses: {"200": {description: Pets}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters:
                - {name: tags, in: query, schema: {type: array, items: {type: string}}, example: [cat, dog]}
              responses: {"200": {description: Pets}}
    """
    for verdict in of_faults(subject.verdicts.all(), "serialized"):
        claim = verdict.claim
        message = f"{claim.noun} is written as it travels, not as the value: {shown(claim.value)}"
        related = (Related("its schema stands here", Location(claim.schema_at)),)
        yield Defect(Location(claim.at), message, verdict.complaint.hint, related=related)


@rule("example-serialized-invalid", severity=Severity.ERROR, family="examples")
def example_serialized_invalid(subject: Subject) -> Iterator[Defect]:
    """The `serializedValue` of a JSON example is no JSON, or another value than its `dataValue`.

    Why: One example shows two values, and nobody can tell which of them is meant.

    Source: OpenAPI 3.2.0 §4.19.1, §4.19.2

    Bad:

        openapi: 3.2.0
        info: {title: Example, version: "1"}
        paths:
          /pets:
            get:
              operationId: listPets
              responses:
                "200":
                  description: Pets
                  content:
                    application/json:
                      schema: {type: array, items: {type: string}}
                      examples: {one: {dataValue: [Tom], serializedValue: '["Tim"]'}}

    Good:

        openapi: 3.2.0
        info: {title: Example, version: "1"}
        paths:
          /pets:
            get:
              operationId: listPets
              responses:
                "200":
                  description: Pets
                  content:
                    application/json:
                      schema: {type: array, items: {type: string}}
                      examples: {one: {dataValue: [Tom], serializedValue: '["Tom"]'}}
    """
    for example in subject.verdicts.disagreeing():
        name, at = example.noun, Location(example.text_at or subject.root)
        if example.value_at is None or not is_json_text(example.text):
            yield Defect(at, f"`serializedValue` of {name} is no JSON", "write the text as it travels")
        else:
            related = (Related("its `dataValue` stands here", Location(example.value_at)),)
            message = f"`serializedValue` of {name} is another value than `dataValue`"
            yield Defect(at, message, "show the same value in both", related=related)


RULES = (
    example_invalid,
    default_invalid,
    enum_type_mismatch,
    enum_value_invalid,
    example_format_invalid,
    example_serialized_invalid,
    parameter_example_serialized,
)
