"""Who may call what: credentials that are asked for, inherited, waived on purpose, or forgotten."""

from __future__ import annotations

import pytest

from tests.lint.cases import HEAD_2_0, HEAD_3_2, operation
from tests.lint.rules.owasp.told import hit, told

_WRITE = "owasp-write-unprotected"
_PUBLIC = "owasp-write-public"
_READ = "owasp-read-unprotected"
_ADMIN = "owasp-admin-access-shared"
_TOKEN = "components: {securitySchemes: {token: {type: http, scheme: bearer}}}\n"
_CLOSED = "security: [{token: []}]\n"


def _at(path: str, said: str, method: str = "get") -> str:
    return f"  {path}: {{{method}: {{operationId: a, {said}responses: {{'200': {{description: a}}}}}}}}\n"


HITS = {
    "a write that asks for nothing": (
        _WRITE,
        operation("", method="»post"),
        "`POST /pets` changes something, and asks for no credentials",
    ),
    "a write of Swagger 2.0": (
        _WRITE,
        HEAD_2_0 + operation("", method="»delete"),
        "`DELETE /pets` changes something, and asks for no credentials",
    ),
    "a description that asks for nothing does not tell of its writes": (
        _WRITE,
        "security: [{}, {token: []}]\n" + operation("", method="»put") + _TOKEN,
        "`PUT /pets` changes something, and asks for no credentials",
    ),
    "a method that nobody knows": (
        _WRITE,
        HEAD_3_2 + "paths: {/a: {additionalOperations: {»COPY: {responses: {'200': {description: a}}}}}}",
        "`COPY /a` changes something, and asks for no credentials",
    ),
    "a write for everybody": (
        _PUBLIC,
        operation("»security: []", method="post"),
        "`POST /pets` changes something, and says that anybody may call it",
    ),
    "a write for those without credentials, too": (
        _PUBLIC,
        _CLOSED + operation("»security: [{token: []}, {}]", method="post") + _TOKEN,
        "`POST /pets` changes something, and says that anybody may call it",
    ),
    "a read that asks for nothing": (
        _READ,
        operation("", method="»get"),
        "`GET /pets` reads something, and asks for no credentials",
    ),
    "a query of OpenAPI 3.2": (
        _READ,
        HEAD_3_2 + operation("", method="»query"),
        "`QUERY /pets` reads something, and asks for no credentials",
    ),
    "what administrators do, for everybody with a token": (
        _ADMIN,
        _CLOSED + operation("") + _at("/admin/pets", "", "»delete") + _TOKEN,
        "`DELETE /admin/pets` asks for no more than `GET /pets` does",
    ),
    "what administrators do, said again": (
        _ADMIN,
        _CLOSED + operation("") + _at("/v1/admin-users", "security: [{token: []}], ", "»get") + _TOKEN,
        "`GET /v1/admin-users` asks for no more than `GET /pets` does",
    ),
}

NO_OPS = {
    "a write that inherits what it asks for": (_WRITE, _CLOSED + operation("", method="post") + _TOKEN),
    "a write that asks for a token": (_WRITE, operation("security: [{token: []}]", method="post") + _TOKEN),
    "a write for everybody is told as such": (_WRITE, operation("security: []", method="post")),
    "a read is no write": (_WRITE, operation("")),
    "a preflight is no write": (_WRITE, operation("", method="options")),
    "a webhook is sent by the API": (_WRITE, "webhooks: {a: {post: {responses: {'200': {description: a}}}}}"),
    "a callback is sent by the API": (
        _WRITE,
        operation("callbacks: {a: {b: {post: {responses: {'200': {description: a}}}}}}"),
    ),
    "a write that nobody spoke of": (_PUBLIC, operation("", method="post")),
    "a write of those with a token": (_PUBLIC, operation("security: [{token: []}]", method="post") + _TOKEN),
    "a read for everybody": (_READ, _CLOSED + operation("security: []") + _TOKEN),
    "a read for those without credentials, too": (_READ, operation("security: [{}, {token: []}]") + _TOKEN),
    "a read that inherits what it asks for": (_READ, _CLOSED + operation("") + _TOKEN),
    "a write is no read": (_READ, operation("", method="patch")),
    "administrators with a role": (
        _ADMIN,
        _CLOSED + operation("") + _at("/admin", "security: [{token: [admin]}], ") + _TOKEN,
    ),
    "administrators and nobody else": (_ADMIN, _CLOSED + _at("/admin", "").replace("  /", "paths:\n  /", 1) + _TOKEN),
    "a path that only speaks of administrators": (
        _ADMIN,
        _CLOSED + operation("") + _at("/pets/{admin}/{id}", "") + _at("/badminton", "") + _TOKEN,
    ),
    "administrators whom nobody asks are told elsewhere": (_ADMIN, operation("") + _at("/admin", "")),
}


@pytest.mark.parametrize(("code", "text", "message"), HITS.values(), ids=HITS)
def test_what_anybody_may_call_is_told(code: str, text: str, message: str) -> None:
    plain, expected = hit(text, message)
    assert told(code, plain) == expected


@pytest.mark.parametrize(("code", "text"), NO_OPS.values(), ids=NO_OPS)
def test_what_is_closed_or_meant_to_be_open_is_left_alone(code: str, text: str) -> None:
    assert told(code, text) == []


def test_a_habit_of_the_description_is_told_once() -> None:
    paths = "paths:\n" + "".join(_at(f"/p{n}", "") for n in range(12)) + _at("/a", "security: [{token: []}], ") + _TOKEN
    assert told(_READ, paths) == ["3:1: 12 of 13 operations that read something ask for no credentials"]
