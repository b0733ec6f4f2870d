"""Parameters: whole values, the styles of each version, what is told, and how two lists become one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contractctl.contract.model import Example, MediaType, Parameter, Schema
from tests.contract.descriptions import build, operation, place, told

_AT = place("/paths/~1a/get/parameters/0")
_QUERY = Parameter(_AT, "q", "query", required=False, style="form", explode=True, schema=None)


def parameters(listed: str, version: str = "3.1") -> tuple[tuple[Parameter, ...], list[tuple[str, str]]]:
    """Return the parameters of an operation, and what was told."""
    found, findings = operation(f"{{parameters: [{listed}], responses: {{}}}}", version)
    return found.parameters, findings


def in_path() -> Parameter:
    return replace(_QUERY, name="id", location="path", required=True, style="simple", explode=False)


@pytest.mark.parametrize(
    ("written", "version", "meant"),
    [
        pytest.param("{name: q, in: query}", "3.0", _QUERY, id="as little as there can be"),
        pytest.param(
            "{name: q, in: query, schema: {type: string}, description: D, required: true, deprecated: true,"
            " allowEmptyValue: true, allowReserved: true, example: a, x-a: 1, other: 2}",
            "3.0",
            Parameter(
                at=_AT,
                name="q",
                location="query",
                required=True,
                style="form",
                explode=True,
                schema=Schema(_AT / "schema", {"type": "string"}),
                examples=(Example(_AT / "example", "", "a"),),
                deprecated=True,
                allow_empty_value=True,
                allow_reserved=True,
                description="D",
                extensions={"x-a": 1},
            ),
            id="every field",
        ),
        pytest.param(
            "{name: q, in: query, content: {application/json: {schema: {type: object}}}, style: spaceDelimited}",
            "3.1",
            replace(
                _QUERY,
                content=(
                    MediaType(
                        _AT / "content" / "application/json",
                        "application/json",
                        Schema(_AT / "content" / "application/json" / "schema", {"type": "object"}),
                    ),
                ),
            ),
            id="a style means nothing beside content",
        ),
        pytest.param("{name: id, in: path}", "3.1", in_path(), id="a path parameter is required, said or not"),
        pytest.param(
            "{name: id, in: path, style: matrix, allowReserved: true}",
            "3.1",
            replace(in_path(), style="matrix"),
            id="allowReserved in a path before 3.2",
        ),
        pytest.param(
            "{name: id, in: path, allowReserved: true}",
            "3.2",
            replace(in_path(), allow_reserved=True),
            id="allowReserved in a path of 3.2",
        ),
        pytest.param(
            "{name: X-A, in: header, explode: true, allowReserved: true, allowEmptyValue: true}",
            "3.2",
            replace(_QUERY, name="X-A", location="header", style="simple"),
            id="a header is neither percent-encoded nor empty",
        ),
        pytest.param(
            "{name: c, in: cookie, allowReserved: true}",
            "3.2",
            replace(_QUERY, name="c", location="cookie", allow_reserved=True),
            id="a cookie in form style",
        ),
        pytest.param(
            "{name: c, in: cookie, style: cookie, allowReserved: true}",
            "3.2",
            replace(_QUERY, name="c", location="cookie", style="cookie"),
            id="a cookie in cookie style is exploded, and as it is",
        ),
        pytest.param(
            "{name: q, in: query, style: pipeDelimited}",
            "3.0",
            replace(_QUERY, style="pipeDelimited", explode=False),
            id="a delimited style is not exploded",
        ),
        pytest.param(
            "{name: q, in: query, style: form, explode: false}",
            "3.0",
            replace(_QUERY, explode=False),
            id="in one piece",
        ),
        pytest.param(
            "{name: q, in: query, style: deepObject, explode: false}",
            "3.0",
            replace(_QUERY, style="deepObject"),
            id="a deep object has one form only",
        ),
        pytest.param(
            "{name: q, in: querystring, content: {text/plain: {}}, style: form, explode: true}",
            "3.2",
            replace(
                _QUERY,
                location="querystring",
                style="",
                explode=False,
                content=(MediaType(_AT / "content" / "text/plain", "text/plain", None),),
            ),
            id="the whole query",
        ),
        pytest.param(
            "{name: 3, in: query}", "3.0", replace(_QUERY, name="3"), id="a name that YAML takes for a number"
        ),
    ],
)
def test_a_parameter_is_spelled_out(written: str, version: str, meant: Parameter) -> None:
    assert parameters(written, version) == ((meant,), [])


@pytest.mark.parametrize(
    ("written", "version", "meant", "where"),
    [
        pytest.param("{name: q, in: query, style: matrix}", "3.1", _QUERY, "/style", id="a style of paths in a query"),
        pytest.param(
            "{name: X-A, in: header, style: form}",
            "3.1",
            replace(_QUERY, name="X-A", location="header", style="simple", explode=False),
            "/style",
            id="a style of queries in a header",
        ),
        pytest.param(
            "{name: c, in: cookie, style: cookie}",
            "3.1",
            replace(_QUERY, name="c", location="cookie"),
            "/style",
            id="the cookie style before 3.2",
        ),
        pytest.param(
            "{name: q, in: query, schema: {}, content: {text/plain: {}}}",
            "3.1",
            replace(_QUERY, schema=Schema(_AT / "schema", {})),
            "/content",
            id="content beside a schema",
        ),
        pytest.param(
            "{name: q, in: query, content: {text/plain: {}, text/css: {}}}",
            "3.1",
            replace(_QUERY, content=(MediaType(_AT / "content" / "text/plain", "text/plain", None),)),
            "/content",
            id="two media types",
        ),
        pytest.param(
            "{name: all, in: querystring, schema: {}}",
            "3.2",
            replace(_QUERY, name="all", location="querystring", style="", explode=False),
            "/schema",
            id="a schema for the whole query",
        ),
        pytest.param("{name: q, in: query, required: x}", "3.1", _QUERY, "/required", id="a flag that is none"),
        pytest.param("{name: q, in: query, deprecated: null}", "3.1", _QUERY, "/deprecated", id="a flag that is null"),
        pytest.param("{name: q, in: querystring, content: {}}", "3.1", None, "", id="the whole query before 3.2"),
        pytest.param("{name: q, in: qury}", "3.1", None, "", id="a location that is none"),
        pytest.param("{in: query}", "3.1", None, "", id="no name"),
        pytest.param("{name: '', in: query}", "3.1", None, "/name", id="an empty name"),
        pytest.param("3", "3.1", None, "", id="no parameter at all"),
        pytest.param("{$ref: 3}", "3.1", None, "/$ref", id="a reference that is no text"),
    ],
)
def test_what_is_wrong_with_a_parameter_is_told(
    written: str, version: str, meant: Parameter | None, where: str
) -> None:
    wanted = () if meant is None else (meant,)
    assert parameters(written, version) == (wanted, [("part-malformed", f"/paths/~1a/get/parameters/0{where}")])


@pytest.mark.parametrize("name", ["Accept", "content-type", "AUTHORIZATION"])
def test_headers_that_openapi_describes_elsewhere_are_left_out(name: str) -> None:
    assert parameters(f"{{name: {name}, in: header, schema: {{}}}}") == ((), [])


@pytest.mark.parametrize(
    ("shared", "own", "meant", "wrong"),
    [
        pytest.param("query a, query b", "query b", ["shared query a", "own query b"], [], id="one is overridden"),
        pytest.param("header X-Id", "header x-id", ["own header x-id"], [], id="header names have no case"),
        pytest.param("query A", "query a", ["shared query A", "own query a"], [], id="others have"),
        pytest.param(
            "query a", "cookie a", ["shared query a", "own cookie a"], [], id="a location is part of the name"
        ),
        pytest.param(
            "", "query a, query b, query a", ["own query a", "own query b"], [2], id="of two in a list the first counts"
        ),
        pytest.param("", "header A, header a", ["own header A"], [1], id="two headers in a list"),
    ],
)
def test_the_lists_of_path_item_and_operation_become_one(
    shared: str, own: str, meant: list[str], wrong: list[int]
) -> None:
    def listed(text: str, side: str) -> str:
        pairs = (one.split() for one in text.split(", ") if one)
        return ", ".join(f"{{in: {place_of}, name: {name}, description: {side}}}" for place_of, name in pairs)

    built = build(
        f"paths: {{/a: {{parameters: [{listed(shared, 'shared')}],"
        f" get: {{parameters: [{listed(own, 'own')}], responses: {{}}}}}}}}"
    )
    found = built.contract.operations[0].parameters
    assert [f"{one.description} {one.location} {one.name}" for one in found] == meant
    assert told(built) == [("parameter-duplicate", f"/paths/~1a/get/parameters/{index}") for index in wrong]
