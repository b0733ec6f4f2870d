"""Formats together with patterns and lengths: a text where there is one, else the proof that there is none."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from contractctl.synth import GaveUp, Unsatisfiable, synthesize

FOUND = [
    pytest.param({"format": "date", "pattern": "^1999-"}, id="a date of a year"),
    pytest.param(
        {"format": "date-time", "pattern": "Z$", "not": {"pattern": "^2"}}, id="a moment of another millennium"
    ),
    pytest.param({"format": "ipv4", "pattern": r"^10\."}, id="an address of a network"),
    pytest.param({"format": "ipv4", "minLength": 15}, id="a long address"),
    pytest.param({"format": "uuid", "pattern": "^[a-f].{13}4"}, id="an identifier of a version"),
    pytest.param(
        {"format": "email", "pattern": "^b[0-9]@.*-.*\\.zz$", "maxLength": 9}, id="a short address of a domain"
    ),
    pytest.param({"format": "hostname", "pattern": "^[^a-z]+\\.x", "minLength": 4}, id="a host of a number"),
    pytest.param({"format": "time", "pattern": "^23:5"}, id="a time before midnight"),
]


@pytest.mark.parametrize("schema", FOUND)
def test_a_text_has_the_format_and_what_is_asked_for_besides(schema: Any) -> None:
    question = {"type": "string", **schema}
    assert jsonschema_rs.Draft202012Validator(question, validate_formats=True).is_valid(synthesize(question))


IMPOSSIBLE = [
    pytest.param({"format": "date", "maxLength": 8}, id="a date without its dashes"),
    pytest.param({"format": "date-time", "maxLength": 10}, id="a moment as short as a date"),
    pytest.param({"format": "uuid", "maxLength": 32}, id="an identifier without its dashes"),
    pytest.param({"format": "ipv4", "minLength": 16}, id="an address that is too long"),
    pytest.param({"allOf": [{"format": "ipv4"}, {"format": "date"}]}, id="two formats at once"),
    pytest.param({"format": "date", "pattern": "/"}, id="a date with slashes"),
    pytest.param({"format": "email", "pattern": r"^[a-z]+@[a-z]+\\.[a-z]+$"}, id="a domain with a backslash"),
    pytest.param({"allOf": [{"format": "uri"}, {"format": "date-time"}]}, id="a moment that is an identifier"),
    pytest.param({"format": "hostname", "pattern": "_"}, id="a host with a low line"),
]


@pytest.mark.parametrize("schema", IMPOSSIBLE)
def test_a_format_excludes_what_is_asked_for_besides(schema: Any) -> None:
    with pytest.raises(Unsatisfiable):
        synthesize({"type": "string", **schema})


LOOSE = [
    *("2024-01-15", "20240115", "2024-1-5", "12024-01-15", "2024-W03-1", "2024-015", "1.2.3.4", "01.02.03.04", "1.2.3"),
    *("0x1.2.3.4", "2024-01-15T09:30:00Z", "2024-01-15t09:30:00z", "2024-01-15 09:30:00Z", "20240115T093000Z"),
    *("2024-01-15T09:30Z", "3fa85f64-5717-4562-b3fc-2c963f66afa6", "3FA85F64-5717-4562-B3FC-2C963F66AFA6"),
    *("3fa85f6457174562b3fc2c963f66afa6", "{3fa85f64-5717-4562-b3fc-2c963f66afa6}", "urn:uuid:3fa85f64", ""),
]
HOSTS = [
    *("a@b.c", "A.b+c@D-e.f", "a@é.c", "Ann <a@b.c>", "<a@b.c>", '"a b"@c.d', "a@[127.0.0.1]", "a@[IPv6:::1]"),
    *("a@b.", "a.b", "A", "-a", "a_b", "xn--a", "a@b@c.d", "é.c", "a@b.c>", "a@b.c (d)", "urn:a", "1:b", "a:é"),
]


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        *((name, LOOSE) for name in ("date", "date-time", "ipv4", "uuid")),
        *((name, HOSTS) for name in ("hostname", "email", "uri")),
    ],
)
def test_the_validator_accepts_nothing_that_a_proof_leaves_out(name: str, texts: list[str]) -> None:
    validator = jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True)
    for text in texts:
        question = {
            "type": "string",
            "format": name,
            "pattern": "^" + "".join(f"\\u{ord(sign):04x}" for sign in text) + "$",
        }
        if validator.is_valid(text):
            assert synthesize(question) == text
        else:
            with pytest.raises((Unsatisfiable, GaveUp)):
                synthesize(question)
