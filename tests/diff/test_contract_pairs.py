"""Labelled pairs of operations and contracts, and whole verdicts: places, operations, words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from contractctl.core.changes import Category, Change, Direction, Impact, Message, Verdict, Witness
from contractctl.core.locations import Location, Place, Pointer
from contractctl.diff import diff_contracts
from contractctl.diff.compare import compare
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
X_AS_Y = {**X, "name": "y"}
GONE_AND_COME = ["breaking path-removed", "compatible path-added"]
UNTIL = {**OK, "deprecated": True}
PAST, FUTURE, SOON = ({**UNTIL, "x-sunset": day} for day in ("2000-01-01", "2999-01-01T00:00:00Z", "soon"))
PATHS: list[tuple[str, dict[str, Any], dict[str, Any], list[str]]] = [
    ("an operation removed breaks", {"/a": BOTH}, {"/a": _get()}, ["breaking operation-removed"]),
    ("an operation added breaks nobody", {"/a": _get()}, {"/a": BOTH}, ["compatible operation-added"]),
    ("a path removed is told once", {"/a": BOTH, "/b": _get()}, {"/b": _get()}, ["breaking path-removed"]),
    ("a path added breaks nobody", {"/b": _get()}, {"/a": BOTH, "/b": _get()}, ["compatible path-added"]),
    ("a path variable renamed changes nothing", {"/a/{id}": _get()}, {"/a/{name}": _get()}, []),
    ("a renamed variable is still compared", {"/{x}": _get(X)}, {"/{y}": _get(Y)}, ["breaking request-type-changed"]),
    ("a slash makes another path", {"/a": _get()}, {"/a/": _get()}, ["breaking path-removed", "compatible path-added"]),
    ("the case of a path makes another path", {"/a": _get()}, {"/A": _get()}, GONE_AND_COME),
    ("a suffix makes another path", {"/{id}": _get()}, {"/{id}.json": _get()}, GONE_AND_COME),
    ("a variable where a word was makes another path", {"/a": _get()}, {"/{id}": _get()}, GONE_AND_COME),
    (
        "two spellings of one URL are matched as written",
        {"/{x}": _get(X), "/{y}": _get(Y)},
        {"/{y}": _get(Y), "/{x}": _get(X)},
        [],
    ),
    ("one of two spellings of one URL may go", {"/{x}": _get(X), "/{y}": _get(X_AS_Y)}, {"/{x}": _get(X)}, []),
    ("variables swapped change nothing by position", {"/{x}/{y}": _get(X, X_AS_Y)}, {"/{y}/{x}": _get(X, X_AS_Y)}, []),
    ("a method of HTTP like any other", {"/a": {"head": OK, **_get()}}, {"/a": _get()}, ["breaking operation-removed"]),
    (
        "a deprecated operation may go after its sunset",
        {"/a": {**_get(), "put": PAST}},
        {"/a": _get()},
        ["compatible operation-removed"],
    ),
    (
        "one that goes before its sunset breaks",
        {"/a": {**_get(), "put": FUTURE}},
        {"/a": _get()},
        ["breaking operation-removed"],
    ),
    ("nobody knows without a sunset", {"/a": {**_get(), "put": UNTIL}}, {"/a": _get()}, ["warning operation-removed"]),
    (
        "a sunset that is no date sanctions nothing",
        {"/a": {**_get(), "put": SOON}},
        {"/a": _get()},
        ["breaking operation-removed"],
    ),
    ("a path goes with all its operations", {"/a": {"put": PAST, "get": PAST}}, {}, ["compatible path-removed"]),
    (
        "operations that may go and those that may not are told one by one",
        {"/a": {"put": PAST, "get": OK}},
        {},
        ["breaking operation-removed", "compatible operation-removed"],
    ),
    (
        "a draft may go",
        {"/a": {**_get(), "put": {**OK, "x-stability-level": "alpha"}}},
        {"/a": _get()},
        ["compatible operation-removed"],
    ),
    ("a parameter may move to its path", {"/a": _get(QUERY)}, {"/a": {**_get(), "parameters": [QUERY]}}, []),
]


@pytest.mark.parametrize(
    ("base", "revision", "expected"), [case[1:] for case in PATHS], ids=[case[0] for case in PATHS]
)
def test_path_pair(base: dict[str, Any], revision: dict[str, Any], expected: list[str]) -> None:
    assert diff_lines(contract({"paths": base}), contract({"paths": revision})) == expected


OPTIONAL = {"type": "object", "properties": {"a": {"type": "string"}}}
REQUIRED = {**OPTIONAL, "required": ["a"]}
V1, V2 = ({"servers": [{"url": f"https://a.example/{version}"}]} for version in ("v1", "v2"))
ROOT = {"servers": [{"url": "https://a.example"}]}
ITEM, KEYED = _get(_parameter("id", "path", "string")), _get(_parameter("key", "path", "string"))
MOVED = _get(_parameter("id", "path", "integer"))


@pytest.mark.parametrize(
    ("base", "revision", "expected"),
    [
        ({**V1, "paths": {"/a/{id}": ITEM}}, {**ROOT, "paths": {"/v1/a/{key}": KEYED}}, []),
        ({**V1, "paths": {"/a": _get()}}, {**ROOT, "paths": {"/v2/a": _get()}}, GONE_AND_COME),
        (
            {**V1, "paths": {"/a/{id}": ITEM}},
            {**ROOT, "paths": {"/v1/a/{id}": MOVED}},
            ["breaking request-type-changed"],
        ),
        ({**V1, "paths": {"/a": _get()}}, {**V2, "paths": {"/a": _get()}}, ["breaking server-base-path-changed"]),
    ],
    ids=[
        "a base path that moved into the paths changes nothing",
        "another base path in the paths is another path",
        "what moved is still compared",
        "another base path breaks",
    ],
)
def test_where_an_operation_is_served(base: dict[str, Any], revision: dict[str, Any], expected: list[str]) -> None:
    assert diff_lines(contract(base), contract(revision)) == expected
    assert diff_lines(contract(base), contract(base)) == []


def test_a_sunset_has_passed_on_its_day() -> None:
    base, revision = contract({"paths": {"/a": {"get": {**UNTIL, "x-sunset": "2026-01-02"}}}}), contract({})
    days = (date(2026, 1, 1), date(2026, 1, 2))
    assert [fact.sanction for day in days for fact in compare(base, revision, today=day)] == [
        None,
        "it was deprecated, and its sunset on 2026-01-02 has passed",
    ]


def test_a_tag_renamed_at_many_operations_is_one_change() -> None:
    def tagged(tag: str) -> Any:
        return contract({"paths": {path: {"get": {**OK, "tags": [tag]}} for path in ("/a", "/b", "/c")}})

    (verdict,) = diff_contracts(tagged("one"), tagged("other"))
    assert (verdict.change.kind, verdict.category, verdict.change.operations) == (
        "operation-tags-changed",
        Category.SDK,
        ("GET /a", "GET /b", "GET /c"),
    )


def test_an_edit_that_reaches_more_than_drafts_is_not_sanctioned() -> None:
    def shared(required: list[str], levels: dict[str, str]) -> Any:
        body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}}
        paths = {path: {"put": {**OK, "requestBody": body, "x-stability-level": levels[path]}} for path in levels}
        return contract({"paths": paths, "components": {"schemas": {"A": {**OPTIONAL, "required": required}}}})

    drafts, both = {"/a": "draft", "/b": "alpha"}, {"/a": "draft", "/b": "stable"}
    assert diff_lines(shared([], drafts), shared(["a"], drafts)) == ["compatible request-property-became-required"]
    (verdict,) = diff_contracts(shared([], both), shared(["a"], both))
    assert (verdict.impact, verdict.change.operations) == (Impact.BREAKING, ("PUT /b", "PUT /a"))


def _webhook(schema: dict[str, Any]) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {"webhooks": {"born": {"post": {**OK, "requestBody": {"required": True, "content": content}}}}}


def test_a_webhook_is_judged_the_other_way_round() -> None:
    optional, required = contract(_webhook(OPTIONAL)), contract(_webhook(REQUIRED))
    assert diff_lines(optional, required) == ["compatible response-property-became-required"]
    assert diff_lines(required, optional) == ["breaking response-property-became-optional"]


def test_a_webhook_removed_breaks() -> None:
    assert diff_lines(contract(_webhook(OPTIONAL)), contract({})) == ["breaking webhook-removed"]


def _pets(pet: dict[str, Any], uri: str) -> Any:
    item = {"$ref": "#/components/schemas/Pet"}
    content, listed = (
        {"content": {"application/json": {"schema": schema}}} for schema in (item, {"type": "array", "items": item})
    )
    collection = {
        "get": {"responses": {"200": {"description": "", **listed}}},
        "post": {"requestBody": content, "responses": {"201": {"description": "", **content}}},
    }
    single = {"get": {"responses": {"200": {"description": "", **content}}}}
    return contract(
        {"paths": {"/pets": collection, "/pets/{id}": single}, "components": {"schemas": {"Pet": pet}}}, uri
    )


def test_one_edit_of_a_component_is_one_verdict_a_direction_with_all_operations() -> None:
    pet = Pointer.parse("/components/schemas/Pet")
    base = Location(Place("a.json", pet / "properties" / "a"))
    revision = Location(Place("b.json", pet / "required" / 0))  # the edited line
    assert diff_contracts(_pets(OPTIONAL, "a.json"), _pets(REQUIRED, "b.json")) == (
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
