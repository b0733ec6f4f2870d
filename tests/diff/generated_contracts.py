"""Small generated descriptions with most of what an operation can have, and pairs that a few edits lie between.

Parts are drawn from pools: to draw each of their fields takes longer than to compare them.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

from hypothesis import strategies as st

STRING, NUMBER, LIST = {"type": "string"}, {"type": "integer"}, {"type": "array", "items": {"type": "string"}}
SCHEMAS: tuple[dict[str, Any], ...] = (
    STRING,
    NUMBER,
    LIST,
    {**STRING, "maxLength": 5},
    {"$ref": "#/components/schemas/A"},
)
TERMS: tuple[dict[str, Any], ...] = (
    *({}, {}, {"deprecated": True}, {"deprecated": True, "x-sunset": "2000-01-01"}),
    *({"deprecated": True, "x-sunset": "2999-01-01"}, {"deprecated": True, "x-sunset": "soon"}),
)
LEVELS: tuple[dict[str, Any], ...] = ({}, {}, {}, {"x-stability-level": "beta"}, {"x-stability-level": "draft"})
MEDIA_NAMES = ("application/json", "application/*", "image/png", "text/plain", "text/plain; version=2")
CONTENT = [{name: {"schema": schema}} for name, schema in product(MEDIA_NAMES, SCHEMAS)]
PARAMETERS: list[dict[str, Any]] = [
    {"name": name, "in": location, "required": required, **how, **term}
    for name, location, required, how, term in product(
        *(("p", "q"), ("query", "header", "cookie"), (True, False)),
        ({"schema": STRING}, {"schema": LIST}, {"schema": LIST, "explode": False}, {"content": CONTENT[0]}),
        TERMS[1:5],
    )
] + [{"name": "p", "in": "query", "schema": NUMBER, flag: True} for flag in ("allowReserved", "allowEmptyValue")]
HEADERS: list[dict[str, Any]] = [{}] + [
    {name: {"required": required, "schema": schema, **term}}
    for name, required, schema, term in product(("X-A", "x-a", "X-B"), (True, False), SCHEMAS[:2], TERMS[1:5])
]
LINKS: tuple[dict[str, Any], ...] = ({}, {"next": {"operationId": "one"}}, {"next": {"operationId": "other"}})
STATUSES = ("200", "201", "2XX", "404", "default")
SECURITY: tuple[list[dict[str, Any]], ...] = (
    *([], [{}], [{"key": []}], [{"login": []}], [{"key": [], "login": []}]),
    *([{"key": []}, {"login": []}], [{}, {"key": []}]),
)
SCHEMES: list[dict[str, Any]] = [
    {"key": key, "login": login}
    for key, login in product(
        ({"type": "apiKey", "in": "header", "name": "X-Key"}, {"type": "apiKey", "in": "query", "name": "key"}),
        ({"type": "http", "scheme": "basic"}, {"type": "http", "scheme": "bearer"}),
    )
]
URLS = ("https://a.example", "https://a.example/v1", "https://b.example/v1", "/v1")
SERVERS: list[list[dict[str, Any]]] = [[]] + [[{"url": url}] for url in URLS] + [[{"url": url} for url in URLS[:2]]]
PLACES = tuple(product(("/a", "/a/{id}", "/a/{name}", "/v1/a", "/b"), ("get", "post")))

RESPONSES = st.fixed_dictionaries(
    {
        "description": st.just(""),
        "headers": st.sampled_from(HEADERS),
        "content": st.sampled_from([{}, *CONTENT]),
        "links": st.sampled_from(LINKS),
    }
)
OUTWARD = {
    "parameters": st.lists(st.sampled_from(PARAMETERS), max_size=2, unique_by=lambda one: (one["name"], one["in"])),
    "responses": st.dictionaries(st.sampled_from(STATUSES), RESPONSES, min_size=1, max_size=3),
    "requestBody": st.sampled_from([{"required": flag, "content": one} for flag in (True, False) for one in CONTENT]),
}
CALLED_BACK = st.fixed_dictionaries(
    {"responses": OUTWARD["responses"]}, optional={"requestBody": OUTWARD["requestBody"]}
)
OPERATIONS = st.builds(
    lambda parts, term, level: {**parts, **term, **level},
    st.fixed_dictionaries(
        {"responses": OUTWARD["responses"], "parameters": OUTWARD["parameters"], "security": st.sampled_from(SECURITY)},
        optional={
            "requestBody": OUTWARD["requestBody"],
            "operationId": st.sampled_from(["one", "other"]),
            "callbacks": CALLED_BACK.map(lambda operation: {"born": {"{$url}": {"post": operation}}}),
        },
    ),
    st.sampled_from(TERMS),
    st.sampled_from(LEVELS),
)
DESCRIPTIONS = st.fixed_dictionaries(
    {
        "servers": st.sampled_from(SERVERS),
        "operations": st.dictionaries(st.sampled_from(PLACES), OPERATIONS, max_size=3),
        "schemes": st.sampled_from(SCHEMES),
        "component": st.sampled_from(SCHEMAS[:2]),
    }
)


def description(drawn: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was drawn as a whole description."""
    paths: dict[str, Any] = {}
    for (path, method), operation in drawn["operations"].items():
        paths.setdefault(path, {})[method] = operation
    components = {"schemas": {"A": drawn["component"]}, "securitySchemes": drawn["schemes"]}
    return {"servers": drawn["servers"], "paths": paths, "components": components}


@st.composite
def pairs(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two descriptions: mostly one and the same with an operation drawn anew, or with something around it."""
    base, other = draw(DESCRIPTIONS), draw(DESCRIPTIONS)
    which = draw(st.sampled_from(["everything", "operations", *base]))
    if which == "everything":
        return description(base), description(other)
    operations = {
        place: draw(OPERATIONS) if number == 0 else one
        for number, (place, one) in enumerate(base["operations"].items())
    }
    changed = operations if which == "operations" else other[which]
    return description(base), description({**base, which: changed})
