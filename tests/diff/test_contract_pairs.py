"""Labelled pairs of operations and contracts, and whole verdicts: places, operations, words."""

from __future__ import annotations

from typing import Any

import pytest

from contractctl.core.changes import Category, Change, Direction, Impact, Message, Verdict, Witness
from contractctl.core.locations import Location, Place, Pointer
from contractctl.diff import diff_contracts
from tests.diff.contracts import contract, diff_lines, table, with_operation, with_schema

OPERATIONS = table("operations.yaml")
OK: dict[str, Any] = {"responses": {"200": {"description": ""}}}


@pytest.mark.parametrize("case", OPERATIONS, ids=[case["it"] for case in OPERATIONS])
def test_operation_pair(case: dict[str, Any]) -> None:
    base, revision = (
        with_operation(case[side], case.get(f"{side}_extra", case.get("extra"))) for side in ("base", "revision")
    )
    assert diff_lines(base, revision) == sorted(case.get("changes", []))


def _parameter(name: str, location: str, schema_type: str) -> dict[str, Any]:
    return {"name": name, "in": location, "required": location == "path", "schema": {"type": schema_type}}


def _get(*parameters: dict[str, Any]) -> dict[str, Any]:
    return {"get": {**OK, "parameters": list(parameters)}}


BOTH = {"get": OK, "put": OK}
QUERY = _parameter("q", "query", "string")
X, Y = _parameter("x", "path", "string"), _parameter("y", "path", "integer")
PATHS: list[tuple[str, dict[str, Any], dict[str, Any], list[str]]] = [
    ("an operation removed breaks", {"/a": BOTH}, {"/a": _get()}, ["breaking operation-removed"]),
    ("an operation added breaks nobody", {"/a": _get()}, {"/a": BOTH}, ["compatible operation-added"]),
    ("a path removed is told once", {"/a": BOTH, "/b": _get()}, {"/b": _get()}, ["breaking path-removed"]),
    ("a path added breaks nobody", {"/b": _get()}, {"/a": BOTH, "/b": _get()}, ["compatible path-added"]),
    ("a path variable renamed changes nothing", {"/a/{id}": _get()}, {"/a/{name}": _get()}, []),
    ("a renamed variable is still compared", {"/{x}": _get(X)}, {"/{y}": _get(Y)}, ["breaking request-type-changed"]),
    ("a slash makes another path", {"/a": _get()}, {"/a/": _get()}, ["breaking path-removed", "compatible path-added"]),
    ("a parameter may move to its path", {"/a": _get(QUERY)}, {"/a": {**_get(), "parameters": [QUERY]}}, []),
]


@pytest.mark.parametrize(
    ("base", "revision", "expected"), [case[1:] for case in PATHS], ids=[case[0] for case in PATHS]
)
def test_path_pair(base: dict[str, Any], revision: dict[str, Any], expected: list[str]) -> None:
    assert diff_lines(contract({"paths": base}), contract({"paths": revision})) == expected


def _webhook(schema: dict[str, Any]) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {"webhooks": {"born": {"post": {**OK, "requestBody": {"required": True, "content": content}}}}}


OPTIONAL = {"type": "object", "properties": {"a": {"type": "string"}}}
REQUIRED = {**OPTIONAL, "required": ["a"]}


def test_a_webhook_is_judged_the_other_way_round() -> None:
    optional, required = contract(_webhook(OPTIONAL)), contract(_webhook(REQUIRED))
    assert diff_lines(optional, required) == ["compatible response-property-became-required"]
    assert diff_lines(required, optional) == ["breaking response-property-became-optional"]


def test_a_webhook_removed_breaks() -> None:
    assert diff_lines(contract(_webhook(OPTIONAL)), contract({})) == ["breaking webhook-removed"]


def test_one_edit_of_a_component_is_one_verdict_a_direction_with_all_operations() -> None:
    def pets(pet: dict[str, Any], uri: str) -> Any:
        content = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}}
        listed = {
            "content": {
                "application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}}
            }
        }
        return contract(
            {
                "paths": {
                    "/pets": {
                        "get": {"responses": {"200": {"description": "", **listed}}},
                        "post": {"requestBody": content, "responses": {"201": {"description": "", **content}}},
                    },
                    "/pets/{id}": {"get": {"responses": {"200": {"description": "", **content}}}},
                },
                "components": {"schemas": {"Pet": pet}},
            },
            uri,
        )

    pet = Pointer.parse("/components/schemas/Pet")
    base = Location(Place("a.json", pet / "properties" / "a"))
    revision = Location(Place("b.json", pet / "required" / 0))  # the edited line
    assert diff_contracts(pets(OPTIONAL, "a.json"), pets(REQUIRED, "b.json")) == (
        Verdict(
            Change(
                kind="request-property-became-required",
                direction=Direction.REQUEST,
                operations=("POST /pets",),
                message="`POST /pets` request body (application/json): property `a` became required",
                base=base,
                revision=revision,
                before=False,
                after=True,
            ),
            Impact.BREAKING,
            Category.WIRE,
            "base accepts what revision refuses, and a request may only widen; a value was found that shows it",
            Witness(
                kind=Direction.REQUEST,
                value={},
                accepted_by="base",
                rejected_by="revision",
                because="`a` is required",
                part="request body (application/json)",
                message=Message("POST /pets", (("Content-Type", "application/json"),), {}, has_body=True),
            ),
        ),
        Verdict(
            Change(
                kind="response-property-became-required",
                direction=Direction.RESPONSE,
                operations=("POST /pets", "GET /pets", "GET /pets/{id}"),
                message=(
                    "`POST /pets` response 201 body (application/json): property `a` became required"
                    " (and 2 more operations)"
                ),
                base=base,
                revision=revision,
                before=False,
                after=True,
            ),
            Impact.COMPATIBLE,
            Category.WIRE,
            "revision sends nothing that base did not, and a response may narrow",
        ),
    )


def test_verdicts_stand_worst_first_then_by_place() -> None:
    base = with_schema({"type": "object", "properties": {"b": {"type": "string"}, "a": {"type": "string"}}})
    revision = with_schema(
        {"type": "object", "properties": {"b": {"type": "integer"}, "a": {"type": "integer"}, "c": {}}}
    )
    found = [(verdict.impact, verdict.change.message) for verdict in diff_contracts(base, revision)]
    request, response = (
        "`POST /things` request body (application/json)",
        "`POST /things` response 200 body (application/json)",
    )
    text = "the type changed from `string` to `integer`"
    assert found == [
        (Impact.BREAKING, f"{request}, `a`: {text}"),
        (Impact.BREAKING, f"{request}, `b`: {text}"),
        (Impact.BREAKING, f"{response}, `a`: {text}"),
        (Impact.BREAKING, f"{response}, `b`: {text}"),
        (Impact.COMPATIBLE, f"{request}: property `c` was added"),
        (Impact.COMPATIBLE, f"{response}: property `c` was added"),
    ]
