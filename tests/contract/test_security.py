"""Security: schemes by version, requirements in effect, and what must not open what is closed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contractctl.contract.model import Flow, SchemeUse, SecurityRequirement, SecurityScheme
from tests.contract.descriptions import build, place, told

_AT = place("/components/securitySchemes/a")


def schemes(text: str, version: str = "3.1") -> tuple[tuple[SecurityScheme, ...], list[tuple[str, str]]]:
    """Return the security schemes, and what was told."""
    built = build(f"paths: {{}}\ncomponents: {{securitySchemes: {{a: {text}}}}}", version)
    return built.contract.security_schemes, told(built)


@pytest.mark.parametrize(
    ("written", "version", "meant"),
    [
        pytest.param(
            "{type: apiKey, name: X-Key, in: header, description: D, x-a: 1}",
            "3.0",
            SecurityScheme(
                _AT, "a", "apiKey", location="header", parameter_name="X-Key", description="D", extensions={"x-a": 1}
            ),
            id="a key",
        ),
        pytest.param(
            "{type: http, scheme: Bearer, bearerFormat: JWT}",
            "3.0",
            SecurityScheme(_AT, "a", "http", scheme="bearer", bearer_format="JWT"),
            id="a token; schemes have no case",
        ),
        pytest.param(
            "{type: openIdConnect, openIdConnectUrl: /id}",
            "3.0",
            SecurityScheme(_AT, "a", "openIdConnect", open_id_url="/id"),
            id="OpenID Connect",
        ),
        pytest.param("{type: mutualTLS}", "3.1", SecurityScheme(_AT, "a", "mutualTLS"), id="mutual TLS"),
        pytest.param(
            "{type: oauth2, flows: {x-a: 1, authorizationCode: {authorizationUrl: /a, tokenUrl: /t, refreshUrl: /r,"
            " scopes: {x-read: Read, 'write': Write}, x-b: 1}, implicit: {}}}",
            "3.0",
            SecurityScheme(
                _AT,
                "a",
                "oauth2",
                flows=(
                    Flow(
                        _AT / "flows" / "authorizationCode",
                        "authorizationCode",
                        "/a",
                        "/t",
                        "/r",
                        (("x-read", "Read"), ("write", "Write")),
                        extensions={"x-b": 1},
                    ),
                    Flow(_AT / "flows" / "implicit", "implicit", "", "", "", ()),
                ),
            ),
            id="flows",
        ),
        pytest.param(
            "{type: oauth2, oauth2MetadataUrl: /m, deprecated: true,"
            " flows: {deviceAuthorization: {deviceAuthorizationUrl: /d, tokenUrl: /t, scopes: {}}}}",
            "3.2",
            SecurityScheme(
                _AT,
                "a",
                "oauth2",
                flows=(
                    Flow(
                        _AT / "flows" / "deviceAuthorization",
                        "deviceAuthorization",
                        "",
                        "/t",
                        "",
                        (),
                        device_authorization_url="/d",
                    ),
                ),
                metadata_url="/m",
                deprecated=True,
            ),
            id="what 3.2 adds",
        ),
        pytest.param(
            "{type: oauth2, oauth2MetadataUrl: /m, deprecated: true, flows: {}}",
            "3.1",
            SecurityScheme(_AT, "a", "oauth2"),
            id="what 3.2 adds, before it",
        ),
        pytest.param(
            "{type: http, scheme: basic, name: n, in: header, flows: {implicit: {}}, openIdConnectUrl: /id}",
            "3.1",
            SecurityScheme(_AT, "a", "http", scheme="basic"),
            id="fields of other types",
        ),
    ],
)
def test_a_scheme_is_whole(written: str, version: str, meant: SecurityScheme) -> None:
    assert schemes(written, version) == ((meant,), [])


_OAUTH = SecurityScheme(_AT, "a", "oauth2")
_FLOW = Flow(_AT / "flows" / "implicit", "implicit", "", "", "", ())


@pytest.mark.parametrize(
    ("written", "version", "meant", "where"),
    [
        pytest.param("[]", "3.1", None, "", id="a scheme that is a list"),
        pytest.param("{}", "3.1", None, "", id="no type"),
        pytest.param("{type: basic}", "3.1", None, "", id="a type of 2.0"),
        pytest.param("{type: mutualTLS}", "3.0", None, "", id="mutual TLS before 3.1"),
        pytest.param(
            "{type: apiKey, name: k, in: path}",
            "3.1",
            SecurityScheme(_AT, "a", "apiKey", parameter_name="k"),
            "/in",
            id="a key in a path",
        ),
        pytest.param("{type: oauth2, flows: []}", "3.1", _OAUTH, "/flows", id="flows as a list"),
        pytest.param(
            "{type: oauth2, flows: {deviceAuthorization: {}}}",
            "3.1",
            _OAUTH,
            "/flows/deviceAuthorization",
            id="a flow of 3.2 before it",
        ),
        pytest.param("{type: oauth2, flows: {accessCode: {}}}", "3.2", _OAUTH, "/flows/accessCode", id="a flow of 2.0"),
        pytest.param(
            "{type: oauth2, flows: {implicit: 3}}", "3.1", _OAUTH, "/flows/implicit", id="a flow that is none"
        ),
        pytest.param(
            "{type: oauth2, flows: {implicit: {scopes: [read]}}}",
            "3.1",
            replace(_OAUTH, flows=(_FLOW,)),
            "/flows/implicit/scopes",
            id="scopes as a list",
        ),
        pytest.param(
            "{type: oauth2, flows: {implicit: {scopes: {read: {}}}}}",
            "3.1",
            replace(_OAUTH, flows=(replace(_FLOW, scopes=(("read", ""),)),)),
            "/flows/implicit/scopes/read",
            id="a scope whose meaning is no text",
        ),
    ],
)
def test_what_is_wrong_with_a_scheme_is_told(
    written: str, version: str, meant: SecurityScheme | None, where: str
) -> None:
    wanted = () if meant is None else (meant,)
    assert schemes(written, version) == (wanted, [("part-malformed", f"{_AT.pointer}{where}")])


def in_effect(root: str, own: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Return what `GET /a` asks for as alternatives of `scheme[scopes]`, and what was told."""
    built = build(f"{root}paths: {{/a: {{get: {{{own}}}}}}}")
    return [_written(one) for one in built.contract.operations[0].security], told(built)


def _written(requirement: SecurityRequirement) -> str:
    return " and ".join(f"{use.name}{list(use.scopes)}" for use in requirement.uses) or "nothing"


_GET = "/paths/~1a/get/security"


@pytest.mark.parametrize(
    ("root", "own", "meant", "where"),
    [
        pytest.param("", "", [], [], id="nothing said"),
        pytest.param("security: [{k: []}]\n", "", ["k[]"], [], id="what the description says"),
        pytest.param("security: [{k: []}]\n", "security: []", [], [], id="an operation that is open"),
        pytest.param(
            "security: [{k: []}]\n", "security: [{}]", ["nothing"], [], id="an operation that asks for nothing"
        ),
        pytest.param(
            "security: [{k: []}]\n",
            "security: [{}, {a: [r, w], x-b: []}]",
            ["nothing", "a['r', 'w'] and x-b[]"],
            [],
            id="alternatives of several schemes",
        ),
        pytest.param("security: [{k: []}]\n", "security: {}", ["k[]"], [_GET], id="an object does not open it"),
        pytest.param("security: [{k: []}]\n", "security: null", ["k[]"], [_GET], id="null does not open it"),
        pytest.param("security: [{k: []}]\n", "security: [k]", ["k[]"], [f"{_GET}/0"], id="nor a list of names"),
        pytest.param("", "security: [{k: []}, 3]", ["k[]"], [f"{_GET}/1"], id="one alternative that is none"),
        pytest.param("", "security: [{k: null}]", ["k[]"], [f"{_GET}/0/k"], id="scopes that are nothing"),
        pytest.param("", "security: [{k: [[], r]}]", ["k['r']"], [f"{_GET}/0/k/0"], id="a scope that is a list"),
        pytest.param("security: x\n", "", [], ["/security"], id="a description whose security is none"),
    ],
)
def test_what_an_operation_asks_for(root: str, own: str, meant: list[str], where: list[str]) -> None:
    assert in_effect(root, own) == (meant, [("part-malformed", one) for one in where])


URIS = """
security: [{'#/components/securitySchemes/a': []}]
paths:
  /a: {get: {security: [{a: []}, {'#/x-schemes/b': [r]}, {'#/x-schemes/nope': []}, {typo: []}]}}
components: {securitySchemes: {a: {type: http, scheme: basic}}}
x-schemes: {b: {$ref: '#/x-schemes/c'}, c: {type: mutualTLS}}
"""


def test_a_requirement_of_3_2_may_name_a_scheme_by_its_uri() -> None:
    built = build(URIS, "3.2")
    assert [(one.name, one.type, str(one.at.pointer)) for one in built.contract.security_schemes] == [
        ("a", "http", "/components/securitySchemes/a"),
        ("#/components/securitySchemes/a", "http", "/components/securitySchemes/a"),
        ("#/x-schemes/b", "mutualTLS", "/x-schemes/c"),
    ]
    assert built.contract.operations[0].security[1].uses == (SchemeUse("#/x-schemes/b", ("r",)),)
    assert told(built) == [("reference-dangling", "/paths/~1a/get/security/2/#~1x-schemes~1nope")]


def test_before_3_2_a_requirement_has_names_only() -> None:
    built = build(URIS, "3.1")
    assert ([one.name for one in built.contract.security_schemes], told(built)) == (["a"], [])


def test_a_name_that_looks_like_a_uri_is_a_name_where_a_component_has_it() -> None:
    built = build(
        "paths: {/a: {get: {security: [{my.key: []}]}}}\ncomponents: {securitySchemes: {my.key: {type: mutualTLS}}}",
        "3.2",
    )
    assert ([one.name for one in built.contract.security_schemes], told(built)) == (["my.key"], [])
