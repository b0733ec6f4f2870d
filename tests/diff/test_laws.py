"""Laws that hold for every pair of schemas: nothing against itself, mirrored sides, no proof that a value refutes."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from contractctl.contract.model import Contract, Schema
from contractctl.core.changes import Direction, Impact
from contractctl.diff import diff_contracts
from contractctl.diff.relation import Inclusion, Relation
from contractctl.diff.schemas.normalise import SchemaDirection
from contractctl.diff.schemas.relate import SchemaRelations
from contractctl.synth import GaveUp, Solver, Unsatisfiable
from tests.diff import generated
from tests.diff.contracts import diff_lines, with_schema

LAW = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
DIRECTIONS: tuple[SchemaDirection, ...] = (Direction.REQUEST, Direction.RESPONSE)
PAIRS = st.one_of(generated.edited(), st.tuples(generated.schemas(), generated.schemas()))


def _schema(contract: Contract) -> tuple[Contract, Schema]:
    body = contract.operations[0].body
    assert body is not None
    schema = body.content[0].schema
    assert schema is not None
    return contract, schema


def relate(base: Any, revision: Any) -> Relation:
    """Return how two schemas of request bodies stand to each other."""
    return _relate(with_schema(base), with_schema(revision))


def _relate(base: Contract, revision: Contract) -> Relation:
    (one, before), (other, after) = _schema(base), _schema(revision)
    relations = SchemaRelations(one.definitions, other.definitions, Direction.REQUEST)
    pair = relations.pair(before, after)
    relations.solve()
    return pair.relation


@LAW
@given(generated.schemas())
def test_nothing_differs_from_itself(schema: Any) -> None:
    assert diff_lines(with_schema(schema), with_schema(schema)) == []


@LAW
@given(PAIRS)
def test_swapping_the_sides_mirrors_the_relation(pair: tuple[Any, Any]) -> None:
    base, revision = pair
    assert relate(base, revision) == relate(revision, base).mirrored


@settings(LAW, max_examples=15)
@given(PAIRS)
def test_a_request_breaks_where_the_response_of_the_swapped_sides_does(pair: tuple[Any, Any]) -> None:
    base, revision = (with_schema(one) for one in pair)
    there = {verdict.impact for verdict in diff_contracts(base, revision) if _is(verdict.change.direction, "request")}
    back = {verdict.impact for verdict in diff_contracts(revision, base) if _is(verdict.change.direction, "response")}
    assert (Impact.BREAKING in there) == (Impact.BREAKING in back)


def _is(direction: Direction, name: str) -> bool:
    return direction == name


@settings(LAW, max_examples=80)
@given(PAIRS, st.data())
def test_no_value_refutes_a_proof(pair: tuple[Any, Any], data: st.DataObject) -> None:
    base, revision = pair
    relation = relate(base, revision)
    event(str(relation))
    if relation.forward is not Inclusion.PROVEN:
        return
    one, other = (jsonschema_rs.Draft202012Validator(schema) for schema in (base, revision))
    for _ in range(5):
        value = data.draw(generated.values(base))
        if one.is_valid(value):
            assert other.is_valid(value), value


@settings(LAW, max_examples=60)
@given(PAIRS)
def test_no_value_can_be_made_that_refutes_a_proof(pair: tuple[Any, Any]) -> None:
    """Ask for such a value, rather than for one of base that may happen to be one; open objects hold none of theirs."""
    base, revision = (_closed(side) for side in pair)
    if relate(base, revision).forward is not Inclusion.PROVEN:
        return
    apart = {"allOf": [base, {"not": revision}]}
    validator = jsonschema_rs.Draft202012Validator(apart)
    with pytest.raises((GaveUp, Unsatisfiable)):
        Solver(apart, nodes=2_000).solve(apart, validator.iter_errors)


def _closed(schema: Any) -> Any:
    """Return the schema with every object told whole: for the comparison what is not declared is not sent."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    whole = {key: one if key in {"enum", "const"} else _closed(one) for key, one in schema.items()}
    return {"additionalProperties": False, **whole} if schema.get("type") == "object" else whole


@settings(LAW, max_examples=30)
@given(PAIRS, st.data())
def test_no_value_refutes_what_is_called_compatible(pair: tuple[Any, Any], data: st.DataObject) -> None:
    base, revision = pair
    verdicts = diff_contracts(with_schema(base), with_schema(revision))
    if any(one.impact is not Impact.COMPATIBLE for one in verdicts if one.change.direction is Direction.REQUEST):
        return
    one, other = (jsonschema_rs.Draft202012Validator(schema) for schema in (base, revision))
    for _ in range(5):
        value = data.draw(generated.values(base))
        if one.is_valid(value):
            assert other.is_valid(value), value


@LAW
@given(st.sampled_from(generated.NAMES), generated.schemas(), generated.schemas())
def test_an_optional_property_added_breaks_no_request(name: str, kept: Any, added: Any) -> None:
    base = {"type": "object", "properties": {"kept": kept}}
    revision = {"type": "object", "properties": {"kept": kept, name: added}}
    assert diff_lines(with_schema(base), with_schema(revision)) == [
        "compatible request-property-added",
        "compatible response-property-added",
    ]


REFACTORINGS = {
    "allOf around it": lambda schema: {"allOf": [schema]},
    "anyOf around it": lambda schema: {"anyOf": [schema]},
    "oneOf around it": lambda schema: {"oneOf": [schema]},
    "said twice": lambda schema: {"allOf": [schema, schema]},
    "beside what accepts everything": lambda schema: {"allOf": [{}, schema, True]},
    "texts beside it": lambda schema: {"allOf": [schema], "description": "text", "title": "T", "examples": [1]},
}


@pytest.mark.parametrize("refactor", REFACTORINGS.values(), ids=REFACTORINGS)
@settings(LAW, max_examples=10)
@given(schema=generated.schemas())
def test_a_refactoring_changes_nothing(refactor: Any, schema: Any) -> None:
    base, revision = with_schema(schema), with_schema(refactor(schema))
    assert diff_lines(base, revision) == []
    assert diff_lines(revision, base) == []


@LAW
@given(generated.schemas())
def test_extracting_a_recursive_component_under_another_name_changes_nothing(schema: Any) -> None:
    def tree(name: str) -> Contract:
        reference = {"$ref": f"#/components/schemas/{name}"}
        node = {"type": "object", "properties": {"value": schema, "next": reference}}
        return with_schema(reference, {name: node})

    assert diff_lines(tree("Tree"), tree("Node")) == []


@LAW
@given(generated.schemas(), generated.schemas())
def test_a_read_only_property_says_nothing_of_requests(one: Any, other: Any) -> None:
    def holder(schema: Any) -> Contract:
        member = {"allOf": [schema], "readOnly": True}
        return with_schema({"type": "object", "properties": {"id": member, "kept": {}}, "required": ["id"]})

    verdicts = diff_contracts(holder(one), holder(other))
    assert [verdict for verdict in verdicts if verdict.change.direction is Direction.REQUEST] == []


@LAW
@given(generated.edited())
def test_a_component_that_holds_itself_relates_as_what_it_holds(pair: tuple[Any, Any]) -> None:
    def tree(schema: Any) -> Contract:
        node = {"type": "object", "properties": {"value": schema, "next": {"$ref": "#/components/schemas/Tree"}}}
        return with_schema({"$ref": "#/components/schemas/Tree"}, {"Tree": node})

    def holder(schema: Any) -> Contract:
        return with_schema({"type": "object", "properties": {"value": schema}})

    assert _relate(*map(tree, pair)) == _relate(*map(holder, pair))
