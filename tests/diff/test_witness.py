"""The value that proves a verdict: small, whole, and with one sentence on what the other side objects to."""

from __future__ import annotations

from typing import Any

import pytest

from contractctl.core.changes import Direction, Impact, Verdict
from contractctl.diff import diff_contracts
from tests.diff.contracts import contract, with_operation, with_schema

TEXT: dict[str, Any] = {"type": "string"}
NUMBER: dict[str, Any] = {"type": "integer"}


def an_object(required: tuple[str, ...] = (), **members: Any) -> dict[str, Any]:
    """Return the schema of an object with these members."""
    return {"type": "object", "properties": members, **({"required": list(required)} if required else {})}


def requests(verdicts: tuple[Verdict, ...]) -> list[Verdict]:
    """Return the verdicts about requests that are not compatible."""
    return [
        one for one in verdicts if one.change.direction is Direction.REQUEST and one.impact is not Impact.COMPATIBLE
    ]


# Base, revision, the value that base accepts, and what revision objects to.
BREAKS: dict[str, tuple[Any, Any, Any, str]] = {
    "a required property lacks": (an_object(a=TEXT), an_object(("a",), a=TEXT), {}, "`a` is required"),
    "nothing but the members that are required are there": (
        an_object(("id",), id=NUMBER, a=TEXT),
        an_object(("id", "a"), id=NUMBER, a=TEXT),
        {"id": 1},
        "`a` is required",
    ),
    "an item deep inside has the old type": (
        an_object(tags={"type": "array", "items": {"enum": ["x"]}}),
        an_object(tags={"type": "array", "items": {"enum": ["a", "b"]}}),
        {"tags": ["x"]},
        '`/tags/0`: "x" is not one of "a", "b"',
    ),
    "the value of a map is too small": (
        {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1, "maximum": 4}},
        {"type": "object", "additionalProperties": {"type": "integer", "minimum": 5}},
        {"key1": 1},
        "`/key1`: 1 is under the minimum of 5",
    ),
    "an alternative went": (
        {"oneOf": [{"type": "string"}, {"type": "integer", "enum": [1]}]},
        {"oneOf": [{"type": "string"}, {"type": "array"}]},
        1,
        "it fits none of the alternatives: of the nearest, 1 is not a string",
    ),
    "a value that only another alternative would refuse is no proof": (
        {"anyOf": [an_object(("kind",), kind={"const": "a"}), an_object(("kind", "n"), kind={"const": "b"}, n=NUMBER)]},
        {"anyOf": [an_object(("kind",), kind={"const": "a"}), an_object(("kind", "n"), kind={"const": "b"}, n=TEXT)]},
        {"kind": "b", "n": 1},
        "it fits none of the alternatives: of the nearest, `/n`: 1 is not a string",
    ),
    "the type of the whole changed": (NUMBER, TEXT, 1, "1 is not a string"),
    "an undeclared member is no longer taken": (
        an_object(a=TEXT),
        {**an_object(a=TEXT), "additionalProperties": False},
        {"key1": "key 1"},
        "`key1` is not declared",
    ),
    "a condition changed": (
        {"type": "integer", "maximum": 19, "if": {"minimum": 10}, "then": {"multipleOf": 5}},
        {"type": "integer", "maximum": 19, "if": {"minimum": 10}, "then": {"multipleOf": 10}},
        15,
        "15 is not a multiple of 10",
    ),
}


@pytest.mark.parametrize(("base", "revision", "value", "because"), BREAKS.values(), ids=BREAKS)
def test_the_payload_that_breaks(base: Any, revision: Any, value: Any, because: str) -> None:
    (verdict, *_) = requests(diff_contracts(with_schema(base), with_schema(revision)))
    witness = verdict.witness
    assert witness is not None
    assert (verdict.impact, witness.value, witness.because) == (Impact.BREAKING, value, because)


HARMLESS: dict[str, tuple[Any, Any]] = {
    "the only values that would break are not among those of the enum": (
        {"type": "string", "enum": ["aa", "bbb"]},
        {"type": "string", "enum": ["aa", "bbb"], "maxLength": 3},
    ),
    "what is refused is what base had excluded": (
        {"type": "integer", "not": {"minimum": 10}},
        {"type": "integer", "maximum": 9},
    ),
    "nothing can have the property that changed": (
        {**an_object(a=an_object(("b",), b=TEXT)), "maxProperties": 0},
        {**an_object(a=an_object(("b",), b=NUMBER)), "maxProperties": 0},
    ),
}


@pytest.mark.parametrize(("base", "revision"), HARMLESS.values(), ids=HARMLESS)
def test_what_no_value_shows_is_harmless(base: Any, revision: Any) -> None:
    assert requests(diff_contracts(with_schema(base), with_schema(revision))) == []


def test_a_format_that_nobody_checks_has_no_witness_and_is_a_warning() -> None:
    base, revision = with_schema({**TEXT, "format": "sku"}), with_schema({**TEXT, "format": "gtin"})
    (verdict,) = requests(diff_contracts(base, revision))
    assert (verdict.impact, verdict.witness) == (Impact.WARNING, None)
    assert verdict.reason.startswith("not proven: ")


def test_a_read_only_member_is_in_no_request() -> None:
    pet = an_object(("id", "name"), id={**NUMBER, "readOnly": True}, name=TEXT)
    stricter = an_object(("id", "name"), id={**NUMBER, "readOnly": True}, name={"enum": ["Rex"]})
    (verdict,) = requests(diff_contracts(with_schema(pet), with_schema(stricter)))
    assert verdict.witness is not None
    assert isinstance(verdict.witness.value, dict)
    assert list(verdict.witness.value) == ["name"]


def test_a_pattern_that_the_validator_cannot_read_proves_nothing() -> None:
    base, revision = with_schema({**TEXT, "pattern": "^a"}), with_schema({**TEXT, "pattern": "[a"})
    (verdict,) = requests(diff_contracts(base, revision))
    assert (verdict.impact, verdict.witness) == (Impact.WARNING, None)


def test_components_that_recur_end() -> None:
    def tree(**members: Any) -> Any:
        node = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}, **members}}
        return with_schema({"$ref": "#/components/schemas/Node"}, {"Node": node})

    (verdict,) = requests(diff_contracts(tree(a=TEXT), tree(a=NUMBER)))
    assert verdict.witness is not None
    assert verdict.witness.because.endswith("is not an integer")


# Parameters: everything is text until a schema says what it stands for.


def _query(schema: Any) -> Any:
    return with_operation({"parameters": [{"name": "q", "in": "query", "schema": schema}]})


TEXTUAL: dict[str, tuple[Any, Any, Any]] = {
    "a number is read as the text that it was written as": (NUMBER, TEXT, None),
    "a flag is read as the text that it was written as": ({"type": "boolean"}, TEXT, None),
    "the items of a list are, too": ({"type": "array", "items": NUMBER}, {"type": "array", "items": TEXT}, None),
    "a text is no number": (TEXT, NUMBER, "is not an integer"),
    "a number of many digits is too long a text": (
        {**NUMBER, "minimum": 1000, "maximum": 1000},
        {**TEXT, "maxLength": 3},
        '"1000" has more than 3 characters',
    ),
}


@pytest.mark.parametrize(("base", "revision", "because"), TEXTUAL.values(), ids=TEXTUAL)
def test_a_parameter_is_read_as_text(base: Any, revision: Any, because: str | None) -> None:
    found = [one.witness for one in requests(diff_contracts(_query(base), _query(revision)))]
    if because is None:
        assert found == []
    else:
        assert [witness is not None and witness.because.endswith(because) for witness in found] == [True]


def test_a_body_of_a_webhook_is_sent_by_revision() -> None:
    def webhook(schema: Any) -> Any:
        content = {"application/json": {"schema": schema}}
        operation = {"requestBody": {"content": content}, "responses": {"200": {"description": ""}}}
        return contract({"webhooks": {"new": {"post": operation}}})

    (verdict,) = diff_contracts(webhook(an_object(("a",), a=TEXT)), webhook(an_object(a=TEXT)))
    assert verdict.witness is not None
    assert verdict.witness.message is not None
    found = verdict.witness.kind, verdict.witness.accepted_by, verdict.witness.message.start
    assert found == (Direction.RESPONSE, "revision", "POST new")
