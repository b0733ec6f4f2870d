"""Rules about callbacks and webhooks: what they hit and what they leave."""

from __future__ import annotations

import pytest

from contractctl.core.profiles import Profile
from contractctl.lint.rules.callbacks import RULES
from tests.lint.cases import HEAD_3_0, HEAD_3_2, findings, operation, pointed

_RULES = {rule.code: rule for rule in RULES}
_DEFAULT = {code: rule.severity for code, rule in _RULES.items() if rule.profile is not Profile.STRICT}
_ANSWER = "responses: {'200': {description: a}}"


def _callback(key: str, fields: str = "") -> str:
    return operation(f"callbacks: {{a: {{{key}: {{post: {{{fields}{_ANSWER}}}}}}}}}")


def _webhook(fields: str) -> str:
    return f"webhooks: {{a: {{post: {{{fields}{_ANSWER}}}}}}}\n"


HITS = {
    "a path for a key": (
        _callback("»/sold"),
        "callback-url-unknown: `/sold` is neither a runtime expression nor a URL",
    ),
    "a word for a key of a shared callback": (
        HEAD_3_0 + f"paths: {{}}\ncomponents: {{callbacks: {{A: {{»sold: {{post: {{{_ANSWER}}}}}}}}}}}\n",
        "callback-url-unknown: `sold` is neither a runtime expression nor a URL",
    ),
    "a variable without its dollar sign": (
        _callback("»'{url}'"),
        "callback-url-unknown: `{url}` is neither a runtime expression nor a URL",
    ),
    "servers of a webhook": (
        _webhook("»servers: [{url: /}], "),
        "server-in-webhook: webhook `a` has servers",
    ),
    "servers of the path item of a webhook": (
        HEAD_3_2 + f"webhooks: {{a: {{»servers: [{{url: /}}], post: {{{_ANSWER}}}, put: {{{_ANSWER}}}}}}}\n",
        "server-in-webhook: webhook `a` has servers",
    ),
}
NO_OPS = {
    "an expression": _callback("$request.body#/url"),
    "an expression in a key": _callback("'{$request.body#/url}/sold'"),
    "an expression after a path is judged elsewhere": _callback("'/a/{$request.body#/url}'"),
    "a URL": _callback("'https://example.com/sold'"),
    "a URL of another scheme": _callback("'wss://example.com/sold'"),
    "a URL with a variable": _callback("'https://{host}/sold'"),
    "an extension": _callback("x-sold"),
    "no servers of a webhook": _webhook("servers: [], "),
    "servers of a path": operation("servers: [{url: /}]"),
    "servers of a callback": _callback("$url", "servers: [{url: /}], "),
    "callbacks of a callback are for strict teams": _callback(
        "$url", f"callbacks: {{b: {{$url: {{post: {{{_ANSWER}}}}}}}}}, "
    ),
}
STRICT_HITS = {
    "callbacks of a callback": (
        _callback("$url", f"»callbacks: {{b: {{$url: {{post: {{{_ANSWER}}}}}}}}}, "),
        "callback-in-callback: `POST $url` of a callback has callbacks",
    ),
    "a callback that contains itself by way of another": (
        operation("callbacks: {a: {$ref: '#/components/callbacks/A'}}")
        + "components: {callbacks: {A: {$url: {post: {»callbacks: {b: {$ref: '#/components/callbacks/B'}}, "
        + f"{_ANSWER}}}}}}}, B: {{$url: {{post: {{{_ANSWER}}}}}}}}}}}\n",
        "callback-in-callback: `POST $url` of a callback has callbacks",
    ),
    "callbacks of a webhook": (
        _webhook(f"»callbacks: {{b: {{$url: {{post: {{{_ANSWER}}}}}}}}}, "),
        "callback-in-webhook: `POST a` of a webhook has callbacks",
    ),
}
STRICT_NO_OPS = {
    "callbacks of a path": ("callback-in-callback", _callback("$url")),
    "no callbacks in a callback": ("callback-in-callback", _callback("$url", "callbacks: {}, ")),
    "callbacks of a webhook are told as such": (
        "callback-in-callback",
        _webhook(f"callbacks: {{b: {{$url: {{post: {{{_ANSWER}}}}}}}}}, "),
    ),
    "a webhook without callbacks": ("callback-in-webhook", _webhook("")),
}


@pytest.mark.parametrize(("text", "expected"), HITS.values(), ids=HITS)
def test_a_fault_is_found_at_its_place(text: str, expected: str) -> None:
    plain, position = pointed(text)
    assert findings(plain, profiles=(), rules=_DEFAULT) == [f"{position} {expected}"]


@pytest.mark.parametrize("text", NO_OPS.values(), ids=NO_OPS)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert findings(text, profiles=(), rules=_DEFAULT) == []


@pytest.mark.parametrize(("text", "expected"), STRICT_HITS.values(), ids=STRICT_HITS)
def test_what_a_strict_team_forbids_is_told(text: str, expected: str) -> None:
    plain, position = pointed(text)
    code = expected.partition(":")[0]
    assert findings(plain, profiles=(), rules={code: _RULES[code].severity}) == [f"{position} {expected}"]


@pytest.mark.parametrize(("code", "text"), STRICT_NO_OPS.values(), ids=STRICT_NO_OPS)
def test_what_a_strict_team_allows_is_left_alone(code: str, text: str) -> None:
    assert findings(text, profiles=(), rules={code: _RULES[code].severity}) == []
