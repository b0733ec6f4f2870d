"""Ignores: what they hide, what they leave, and what is told of those that hide nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contractctl.core.json import Json
from contractctl.core.profiles import Profile
from contractctl.lint.engine import lint_document, lint_with_ignores, located
from contractctl.source.parse import parse_document
from tests.lint.cases import document, findings, operation, reported, schema, written

_ANSWER = "responses: {'200': {description: Pets}}"
_TWO = f"paths:\n  /a:\n    get: {{{_ANSWER}}}\n  /b:\n    get: {{{_ANSWER}}}\n"
_FIRST = "5:5 operation-id-missing: `GET /a` has no operationId"
_SECOND = "7:5 operation-id-missing: `GET /b` has no operationId"


def _with(line: int, text: str) -> str:
    """The two operations with a text at the end of a line of them, counted from 1."""
    lines = _TWO.splitlines()
    lines[line - 1] += text
    return "\n".join(lines) + "\n"


def _above(line: int, text: str) -> str:
    lines = _TWO.splitlines()
    return "\n".join([*lines[: line - 1], text, *lines[line - 1 :]]) + "\n"


_IGNORE = "# contractctl: ignore[operation-id-missing] we have none"

_OURS = ("operation-id-missing:", "ignore-")


def _told(text: str) -> list[str]:
    """What is told of operationIds and of ignores, whatever other rules there are."""
    return [line for line in findings(text) if line.split()[1].startswith(_OURS)]


COMMENTS = {
    "behind the key of the faulty part": (_with(3, f" {_IGNORE}"), [_SECOND]),
    "above it": (_above(3, f"    {_IGNORE}"), [_SECOND.replace("7:", "8:")]),
    "above it, at the margin": (_above(3, _IGNORE), [_SECOND.replace("7:", "8:")]),
    "two lines above it": (_above(3, f"    {_IGNORE}\n\n    # and so on"), [_SECOND.replace("7:", "10:")]),
    "behind a key above": (_with(2, f" {_IGNORE}"), [_SECOND]),
    "behind the key of all": (_with(1, f" {_IGNORE}"), []),
    "behind another comment": (_with(3, f" # yamllint disable {_IGNORE}"), [_SECOND]),
    "without a reason": (_with(3, " # contractctl: ignore[operation-id-missing]"), [_SECOND]),
    "with little blank": (_with(3, " #contractctl:ignore[operation-id-missing]why"), [_SECOND]),
    "of several rules": (_with(3, " # contractctl: ignore[operation-id-missing, ignore-unused]"), [_SECOND]),
}


@pytest.mark.parametrize(("text", "expected"), COMMENTS.values(), ids=COMMENTS)
def test_a_comment_hides_the_faults_of_the_part_that_begins_on_its_line(text: str, expected: list[str]) -> None:
    assert _told(text) == expected


def test_a_comment_above_the_first_line_is_for_the_whole_file() -> None:
    text = f"# Zoo\n{_IGNORE}\n\nopenapi: 3.1.0\ninfo: {{title: a, version: '1'}}\n{_TWO}"
    linted = lint_with_ignores(parse_document("openapi.yaml", text.encode()))
    assert (len(linted.findings), len(linted.ignored)) == (0, 2)


NO_OPS = {
    "a comment behind the first key is for that key": (
        f"openapi: 3.1.0 {_IGNORE}\ninfo: {{title: a, version: '1'}}\n{_TWO}",
        [
            "1:16 ignore-unused: `operation-id-missing` is ignored here, and there is nothing of the kind",
            _FIRST,
            _SECOND,
        ],
    ),
    "a comment for another rule": (
        _with(3, " # contractctl: ignore[operation-id-duplicate]"),
        [
            _FIRST,
            "5:52 ignore-unused: `operation-id-duplicate` is ignored here, and there is nothing of the kind",
            _SECOND,
        ],
    ),
    "text that looks like a comment": (_TWO + f"x-a: '{_IGNORE}'\nx-b: |\n  {_IGNORE}\n", [_FIRST, _SECOND]),
    "prose": (_with(3, " # contractctl: see docs/lint.md"), [_FIRST, _SECOND]),
    "prose that speaks of an ignore": (_with(3, " # the text contractctl: ignore[a] hides"), [_FIRST, _SECOND]),
    "a comment below everything": (
        f"{_TWO}{_IGNORE}\n",
        [
            _FIRST,
            _SECOND,
            "8:1 ignore-unused: `operation-id-missing` is ignored here, and there is nothing of the kind",
        ],
    ),
    "data that looks like an ignore": (
        _TWO + "x-a: {x-lint-ignore: operation-id-missing}\n"
        "components: {schemas: {A: {properties: {x-lint-ignore: {const: operation-id-missing}}, "
        "examples: [{x-lint-ignore: operation-id-missing}]}}}\n",
        [_FIRST, _SECOND],
    ),
}


@pytest.mark.parametrize(("text", "expected"), NO_OPS.values(), ids=NO_OPS)
def test_what_is_no_ignore_for_a_fault_leaves_it(text: str, expected: list[str]) -> None:
    assert _told(text) == expected


MEMBERS: dict[str, tuple[Json, tuple[str, ...], list[str]]] = {
    "a reason by code": ({"operation-id-missing": "we have none"}, ("paths", "/a", "get"), ["/b"]),
    "a list of codes": (["operation-id-missing"], ("paths", "/a", "get"), ["/b"]),
    "one code": ("operation-id-missing", ("paths", "/a", "get"), ["/b"]),
    "in the object around it": ("operation-id-missing", ("paths", "/a"), ["/b"]),
    "in the object of all": ("operation-id-missing", ("paths",), []),
    "at the root": ("operation-id-missing", (), []),
    "elsewhere": ({"operation-id-missing": "why"}, ("info",), ["ignore-unused", "/a", "/b"]),
}


@pytest.mark.parametrize(("value", "at", "left"), MEMBERS.values(), ids=MEMBERS)
def test_a_member_hides_the_faults_of_its_object_and_of_all_in_it(
    value: Json, at: tuple[str, ...], left: list[str]
) -> None:
    root = document(_TWO).root
    holder = root
    for key in at:
        assert isinstance(holder, dict)
        holder = holder[key]
    assert isinstance(holder, dict)
    holder["x-lint-ignore"] = value
    found = lint_document(parse_document("openapi.json", json.dumps(root).encode()))
    told = [one.rule if one.rule == "ignore-unused" else one.location.place.pointer.tokens[1] for one in found]
    assert told == left


REMARKS = {
    "no code": ("# contractctl: ignore", "ignore-malformed", "this `ignore` does not say which rule"),
    "an empty bracket": ("# contractctl: ignore[ , ]", "ignore-malformed", "this `ignore` does not say which rule"),
    "a reason without a code": (
        "# contractctl: ignore it",
        "ignore-malformed",
        "this `ignore` does not say which rule",
    ),
    "a bracket that is not closed": (
        "# contractctl: ignore[operation-id-missing",
        "ignore-malformed",
        "the bracket of this `ignore` is not closed",
    ),
    "a misspelt word": (
        "# contractctl: igonre[operation-id-missing]",
        "ignore-malformed",
        "`igonre` is nothing that a comment can ask of contractctl",
    ),
    "another word": (
        "# contractctl: disable[operation-id-missing]",
        "ignore-malformed",
        "`disable` is nothing that a comment can ask of contractctl",
    ),
    "a code that there is not": (
        "# contractctl: ignore[operation-id-mising] why",
        "ignore-unknown",
        "there is no lint rule `operation-id-mising`",
    ),
    "all codes": ("# contractctl: ignore[*] why", "ignore-unknown", "there is no lint rule `*`"),
    "nothing to ignore": (
        "# contractctl: ignore[operation-id-duplicate] why",
        "ignore-unused",
        "`operation-id-duplicate` is ignored here, and there is nothing of the kind",
    ),
}


@pytest.mark.parametrize(("comment", "code", "message"), REMARKS.values(), ids=REMARKS)
def test_a_comment_that_hides_nothing_is_told_at_the_comment(comment: str, code: str, message: str) -> None:
    read = document(_with(3, f" {comment}").replace("get: {", "get: {operationId: x, ", 1))
    found = located(lint_document(read, rules={"operation-id-missing": "off"}), read)
    column = len(read.text.splitlines()[4]) - len(comment) + 1
    assert [(one.rule, one.message, str(one.location)) for one in found] == [
        (code, message, f"openapi.yaml:5:{column}")
    ]


VALUES: dict[str, tuple[Json, list[str]]] = {
    "a number": (7, ["ignore-malformed"]),
    "nothing": (None, ["ignore-malformed"]),
    "an empty text": ("", ["ignore-malformed"]),
    "an empty list": ([], ["ignore-malformed"]),
    "an empty object": ({}, ["ignore-malformed"]),
    "a list with a list": ([["operation-id-missing"], "operation-id-missing"], ["ignore-malformed"]),
    "a reason that is an object": ({"operation-id-missing": {}}, ["ignore-malformed"]),
    "a code that there is not": ({"operation-id": "why"}, ["ignore-unknown"]),
    "one that is used": ("operation-id-missing", []),
}


@pytest.mark.parametrize(("value", "codes"), VALUES.values(), ids=VALUES)
def test_a_member_that_cannot_be_understood_is_told(value: Json, codes: list[str]) -> None:
    text = _TWO + f"x-lint-ignore: {json.dumps(value)}\n"
    found = lint_document(document(text))
    assert [one.rule for one in found if one.rule.startswith("ignore-")] == codes


def test_the_reason_is_asked_for_in_the_strict_profile_alone() -> None:
    bare, reasoned = _with(1, " # contractctl: ignore[operation-id-missing]"), _with(1, f" {_IGNORE}")
    strict = {"ignore-reason-missing": "info"}
    codes = [[one.rule for one in lint_document(document(text), rules=strict)] for text in (bare, reasoned)]
    assert (findings(bare), codes) == ([], [["ignore-reason-missing"], []])


def test_an_ignore_for_a_rule_that_does_not_run_is_not_told() -> None:
    text = operation("") + f"x-a: 1 {_IGNORE}\n"
    assert [one.rule for one in lint_document(document(text))] == ["ignore-unused"]
    assert lint_document(document(text), rules={"operation-id-missing": "off"}) == ()
    assert lint_document(document(text), profiles=(Profile.SPEC,)) == ()


def test_what_is_ignored_is_counted_and_known() -> None:
    linted = lint_with_ignores(document(_with(1, f" {_IGNORE}")))
    assert [(one.rule, one.location.place.pointer.tokens[1]) for one in linted.ignored] == [
        ("operation-id-missing", "/a"),
        ("operation-id-missing", "/b"),
    ]


@pytest.fixture
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


_FAULT = "value-not-allowed"


@pytest.mark.usefixtures("_folder")
def test_the_file_of_a_fault_decides() -> None:
    here = {
        "openapi.yaml": schema("{$ref: 'pet.yaml'}"),
        "pet.yaml": f"type: strng # contractctl: ignore[{_FAULT}] legacy\n",
    }
    there = {
        "openapi.yaml": f"# contractctl: ignore[{_FAULT}] legacy\n" + schema("{$ref: 'pet.yaml'}"),
        "pet.yaml": "type: strng\n",
    }
    assert reported(written(here)) == []
    assert [line.split()[1] for line in reported(written(there))] == ["ignore-unused:", f"{_FAULT}:"]


@pytest.mark.usefixtures("_folder")
def test_an_ignore_in_a_fragment_is_unused_only_where_the_rules_have_looked() -> None:
    comment = f"# contractctl: ignore[{_FAULT}] legacy"
    texts = {
        "openapi.yaml": schema("{$ref: 'pet.yaml#/A'}"),
        "pet.yaml": f"A:\n  title: a\nB:\n  type: strng {comment}\n",
    }
    assert reported(written(texts)) == []
    texts["pet.yaml"] = f"A:\n  title: a {comment}\nB:\n  type: strng\n"
    assert [line.split()[:2] for line in reported(written(texts))] == [["pet.yaml:2:12", "ignore-unused:"]]


@pytest.mark.usefixtures("_folder")
def test_a_file_that_cannot_be_read_cannot_be_ignored() -> None:
    texts = {
        "openapi.yaml": "# contractctl: ignore[yaml-syntax, json-syntax] why\nx-lint-ignore: yaml-syntax\n"
        + schema("{$ref: 'pet.yaml'}"),
        "pet.yaml": "# contractctl: ignore[yaml-syntax] why\na: [\n",
    }
    codes = [line.split()[1] for line in reported(written(texts))]
    assert "yaml-syntax:" in codes


def test_an_ignore_in_a_part_that_an_alias_repeats_holds_for_both() -> None:
    text = (
        "paths:\n  /a:\n    get: &a\n      operationId: a\n      sumary: x "
        f"# contractctl: ignore[field-unknown] legacy\n      {_ANSWER}\n"
    )
    merged = text + "  /b:\n    get:\n      <<: *a\n      operationId: b\n"
    assert findings(text) == findings(merged) == []


def test_a_finding_of_the_whole_document_is_hidden_on_its_first_line() -> None:
    text = "openapi: 3.1.0 # contractctl: ignore[field-missing] soon\npaths: {}\n"
    assert findings(text) == []
