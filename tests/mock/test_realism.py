"""What a description says of latency, faults and limits, and which of its headers tell of a limit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contractctl.mockserver.model import Operation
from tests.mock.compiling import compiled, opened, told


def operation_of(operation: dict[str, Any], folder: Path) -> tuple[Operation, list[tuple[str, str]]]:
    paths = {"/a": {"get": {"responses": {"200": {"description": "fine"}}, **operation}}}
    mock = compiled(json.dumps({"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": paths}))
    with opened(mock, folder) as bundle:
        return bundle.operation(bundle.index.routes[0].operations["GET"]), told(mock)


READ = [
    pytest.param("x-mock-latency", "50-1000", {"latency": "50-1000"}, id="a range"),
    pytest.param("x-mock-latency", 50, {"latency": "50"}, id="a number"),
    pytest.param("x-mock-latency", "off", {"latency": "off"}, id="off as a text"),
    pytest.param("x-mock-latency", False, {"latency": "off"}, id="off as YAML reads it"),
    pytest.param("x-mock-faults", "503=1%,reset=0.5", {"faults": "503=1%,reset=0.5"}, id="faults"),
    pytest.param("x-mock-faults", "off", {"faults": "off"}, id="no faults"),
    pytest.param("x-mock-rate-limit", "10/s", {"rate_limit": "10/s"}, id="a rate"),
    pytest.param("x-mock-rate-limit", "POST:10/s;off", {"rate_limit": "POST:10/s;off"}, id="rules"),
]


@pytest.mark.parametrize(("name", "value", "settings"), READ)
def test_what_an_operation_says_is_kept_as_it_is_written(
    name: str, value: object, settings: dict[str, str], tmp_path: Path
) -> None:
    operation, findings = operation_of({name: value}, tmp_path)
    assert (operation.mock, findings) == (settings, [])


UNREAD: list[tuple[str, object]] = [
    ("x-mock-latency", "fast"),
    ("x-mock-latency", True),
    ("x-mock-latency", [50, 1000]),
    ("x-mock-latency", {"min": 50}),
    ("x-mock-latency", -1),
    ("x-mock-faults", "often"),
    ("x-mock-faults", "503=200%"),
    ("x-mock-faults", 503),
    ("x-mock-rate-limit", 100),
    ("x-mock-rate-limit", "100/never"),
]


@pytest.mark.parametrize(("name", "value"), UNREAD)
def test_what_cannot_be_meant_is_told_and_passed_over(name: str, value: object, tmp_path: Path) -> None:
    operation, findings = operation_of({name: value}, tmp_path)
    assert (operation.mock, findings) == ({}, [("mock-setting-invalid", f"/paths/~1a/get/{name}")])


HEADERS = [
    pytest.param("X-RateLimit-Limit", {}, "limit", id="how many"),
    pytest.param("X-Rate-Limit-Remaining", {}, "remaining", id="how many are left, spelled with a dash"),
    pytest.param("ratelimit-used", {}, "used", id="how many were used, in small letters"),
    pytest.param("X-Rate-Limit", {}, "limit", id="the limit alone"),
    pytest.param("X-RateLimit-Reset", {}, "reset", id="a reset of which nothing is said"),
    pytest.param("X-RateLimit-Reset", {"example": 30}, "reset", id="a reset in seconds"),
    pytest.param("X-RateLimit-Reset", {"example": 1491516600}, "epoch", id="an example since 1970"),
    pytest.param("X-RateLimit-Reset", {"schema": {"type": "string", "example": "1491516600"}}, "epoch", id="as text"),
    pytest.param("X-RateLimit-Reset", {"description": "In UTC epoch seconds."}, "epoch", id="a description since 1970"),
    pytest.param(
        "X-RateLimit-Reset", {"schema": {"type": "string", "format": "date-time"}}, "date", id="a date by its format"
    ),
    pytest.param("RateLimit", {}, None, id="the standard's own"),
    pytest.param("RateLimit-Policy", {}, None, id="the standard's policy"),
    pytest.param("X-Limit", {}, None, id="another limit"),
]


@pytest.mark.parametrize(("name", "header", "kind"), HEADERS)
def test_headers_that_tell_of_a_limit_are_known_by_their_names(
    name: str, header: dict[str, Any], kind: str | None, tmp_path: Path
) -> None:
    headers = {name: {"schema": {"type": "integer"}, **header}}
    operation, _ = operation_of({"responses": {"200": {"description": "fine", "headers": headers}}}, tmp_path)
    assert operation.responses[0].limits == ({name: kind} if kind else {})
