"""Servers: whole values, levels, and what is told."""

from __future__ import annotations

import pytest

from contractctl.contract.model import Server, ServerVariable
from tests.contract.descriptions import build, place, told

_AT = place("/servers/0")
_SLASH = Server(place("/servers"), "/")


def servers(text: str, version: str = "3.1") -> tuple[tuple[Server, ...], list[tuple[str, str]]]:
    """Return the servers of a description, and what was told."""
    built = build(f"servers: {text}\npaths: {{}}", version)
    return built.contract.servers, told(built)


@pytest.mark.parametrize(
    ("written", "version", "meant"),
    [
        pytest.param("[]", "3.1", _SLASH, id="none means the root of the host"),
        pytest.param("[{url: ../v1}]", "3.1", Server(_AT, "../v1"), id="a relative URL is as written"),
        pytest.param(
            "[{url: 'https://{host}:{port}', description: D, name: N, x-a: 1, variables: {"
            "host: {default: a, enum: [a, b], description: E}, port: {default: 8443, enum: [443, 8443]}}}]",
            "3.2",
            Server(
                _AT,
                "https://{host}:{port}",
                "D",
                (ServerVariable("host", "a", ("a", "b"), "E"), ServerVariable("port", "8443", ("443", "8443"))),
                "N",
                {"x-a": 1},
            ),
            id="every field, with numbers as they are written",
        ),
        pytest.param("[{url: /, name: N}]", "3.1", Server(_AT, "/"), id="a name before 3.2"),
    ],
)
def test_a_server_is_whole(written: str, version: str, meant: Server) -> None:
    assert servers(written, version) == ((meant,), [])


@pytest.mark.parametrize(
    ("written", "meant", "where"),
    [
        pytest.param("[3]", _SLASH, ["/servers/0"], id="a server that is none"),
        pytest.param("[{description: D}]", _SLASH, ["/servers/0"], id="no URL"),
        pytest.param("[{url: []}]", _SLASH, ["/servers/0/url", "/servers/0"], id="a URL that is none"),
        pytest.param("[{url: /, variables: []}]", Server(_AT, "/"), ["/servers/0/variables"], id="variables as a list"),
        pytest.param(
            "[{url: '/{a}', variables: {a: {enum: [x]}}}]",
            Server(_AT, "/{a}"),
            ["/servers/0/variables/a"],
            id="a variable without a default",
        ),
        pytest.param(
            "[{url: '/{a}', variables: {a: {default: x, enum: [x, []]}}}]",
            Server(_AT, "/{a}", variables=(ServerVariable("a", "x", ("x",)),)),
            ["/servers/0/variables/a/enum/1"],
            id="a value that is no text",
        ),
    ],
)
def test_what_is_wrong_with_a_server_is_told(written: str, meant: Server, where: list[str]) -> None:
    assert servers(written) == ((meant,), [("part-malformed", one) for one in where])


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        pytest.param("https://{host}/{base}", "https://a/v1", id="variables have their defaults"),
        pytest.param("https://{host}/{other}", "https://a/{other}", id="a variable that nobody declares stays"),
    ],
)
def test_a_url_is_resolved_by_defaults(url: str, meant: str) -> None:
    server = Server(_AT, url, variables=(ServerVariable("host", "a"), ServerVariable("base", "v1")))
    assert server.resolved_url == meant


def test_the_servers_of_the_nearest_level_count() -> None:
    built = build(
        """
servers: [{url: /root}]
paths:
  /a:
    servers: [{url: /item}]
    get: {servers: [{url: /own}]}
    put: {}
    post: {servers: []}
  /b: {get: {servers: [3]}}
  /c: {$ref: '#/components/pathItems/C'}
components: {pathItems: {C: {get: {}, servers: [{url: /referenced}]}}}
"""
    )
    assert [(one.title, one.servers[0].url) for one in built.contract.operations] == [
        ("GET /a", "/own"),
        ("PUT /a", "/item"),
        ("POST /a", "/item"),
        ("GET /b", "/root"),
        ("GET /c", "/referenced"),
    ]
    assert told(built) == [("part-malformed", "/paths/~1b/get/servers/0")]
