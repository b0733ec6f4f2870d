"""Messages of edits: both sides of each difference, in words."""

from __future__ import annotations

from typing import Any

import pytest

from contractctl.diff import diff_contracts
from tests.diff.contracts import with_schema

# ruff: noqa: E501 - a pair and its text on one line read best
TEXTS: list[tuple[str, Any, Any, str]] = [
    ("a type, null last", {"type": "string"}, {"type": ["null", "string"]}, "the type changed from `string` to `string` or `null`"),
    ("no type", {}, {"type": "number"}, "the type changed from anything to `number`"),
    ("a bound moved", {"type": "integer", "maximum": 9}, {"type": "integer", "maximum": 5}, "maximum was lowered from 9 to 5"),
    ("a bound added", {"type": "string"}, {"type": "string", "minLength": 2}, "minLength 2 was added"),
    ("an exclusive bound", {"type": "number", "minimum": 1}, {"type": "number", "exclusiveMinimum": 1}, "minimum was raised from 1 to 1 (exclusive)"),
    ("a bound beyond all floats", {"type": "integer", "maximum": 10**400}, {"type": "integer", "maximum": 1}, f"maximum was lowered from {10**400} to 1"),
    ("values removed", {"enum": ["a", 1, None]}, {"enum": [None]}, '`"a"`, `1` are no longer allowed'),
    ("many values", {"enum": [*range(7), "x"]}, {"enum": ["x"]}, "`0`, `1`, `2`, `3`, `4`, 2 more are no longer allowed"),
    ("a format", {"type": "string", "format": "date"}, {"type": "string", "format": "uuid"}, "format changed from `date` to `uuid`"),
]  # fmt: skip


@pytest.mark.parametrize(("base", "revision", "text"), [case[1:] for case in TEXTS], ids=[case[0] for case in TEXTS])
def test_text_of_an_edit(base: Any, revision: Any, text: str) -> None:
    verdicts = diff_contracts(with_schema(base), with_schema(revision))
    assert {one.change.message for one in verdicts} == {
        f"`POST /things` request body (application/json): {text}",
        f"`POST /things` response 200 body (application/json): {text}",
    }
