"""The law of total building for Swagger 2.0: what is malformed is told and skipped, and nothing else changes."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from contractctl.contract.model import Operation, Server
from contractctl.core.json import Json
from tests.contract.descriptions import build_root, place, told
from tests.contract.replacing import ANY_JSON, REPLACEMENTS, Path, kind, members, replaced, value_at
from tests.contract.swagger_descriptions import TRIOS, build_swagger, trio

ROOTS = tuple(trio(name)["2.0"] for name in TRIOS if not name.startswith(("later", "references-astray")))
"""Together they have every object of 2.0, and nothing is told of them."""
_ANY = frozenset(("default", "enum", "examples"))
"""Fields that hold any value."""
_METHODS = frozenset(("get", "put", "post", "delete", "options", "head", "patch"))

MALFORMED = """
host: https://a.example/v1
basePath: {}
schemes: [gopher, 3, https]
consumes: a/b
produces: [{}, c/d]
definitions: []
securityDefinitions:
  A: 3
  B: {type: http}
  C: {type: apiKey, in: cookie, name: c}
  D: {type: oauth2, flow: authorizationCode}
paths:
  /a:
    post:
      parameters:
        - 3
        - {name: n}
        - {in: query, type: string}
        - {name: q, in: cookie, type: string}
        - {name: f, in: query, type: file}
        - {name: m, in: path, required: yes please, type: array, items: [], collectionFormat: multi}
        - {$ref: '#/parameters/None'}
        - {$ref: '#/parameters/Round'}
        - {name: b, in: body, schema: 3}
        - {name: c, in: body, schema: {}}
        - {name: d, in: formData, type: string}
        - {name: d, in: formData, type: string}
      responses:
        2XX: {description: range}
        '700': {description: no code}
        '200': 3
        '201': {description: [], schema: {type: string}, headers: {A: 3, B: {type: file}}, examples: 3}
    put: {parameters: {}, consumes: [3], responses: []}
parameters:
  Round: {$ref: '#/parameters/Round'}
"""


def test_every_malformed_part_is_told_and_what_is_whole_stands() -> None:
    built = build_swagger(MALFORMED)
    put, post = built.contract.operations
    assert built.contract.servers == (Server(place(""), "/"),)
    assert [scheme.name for scheme in built.contract.security_schemes] == ["C", "D"]
    assert [(parameter.name, parameter.style) for parameter in post.parameters] == [("f", "form"), ("m", "simple")]
    assert [(answer.status, [media.name for media in answer.content]) for answer in post.responses] == [
        ("201", ["c/d"])
    ]
    assert post.body is not None
    assert post.body.at == place("/paths/~1a/post/parameters/8")
    assert (put.body, put.responses) == (None, ())
    assert sorted(told(built)) == sorted(
        [
            ("part-malformed", "/host"),
            ("part-malformed", "/basePath"),
            ("part-malformed", "/consumes"),
            ("part-malformed", "/produces/0"),
            ("part-malformed", "/definitions"),
            ("part-malformed", "/securityDefinitions/A"),
            ("part-malformed", "/securityDefinitions/B"),
            ("part-malformed", "/securityDefinitions/C/in"),
            ("part-malformed", "/securityDefinitions/D"),
            ("part-malformed", "/paths/~1a/post/parameters/0"),
            ("part-malformed", "/paths/~1a/post/parameters/1"),
            ("part-malformed", "/paths/~1a/post/parameters/2"),
            ("part-malformed", "/paths/~1a/post/parameters/3"),
            ("part-malformed", "/paths/~1a/post/parameters/4/type"),
            ("part-malformed", "/paths/~1a/post/parameters/5/required"),
            ("part-malformed", "/paths/~1a/post/parameters/5/items"),
            ("part-malformed", "/paths/~1a/post/parameters/5/collectionFormat"),
            ("reference-dangling", "/paths/~1a/post/parameters/6/$ref"),
            ("part-malformed", "/parameters/Round"),
            ("part-malformed", "/paths/~1a/post/parameters/8/schema"),
            ("parameter-duplicate", "/paths/~1a/post/parameters/9"),
            ("parameter-duplicate", "/paths/~1a/post/parameters/11"),
            ("part-malformed", "/paths/~1a/post/parameters"),
            ("part-malformed", "/paths/~1a/post/responses/2XX"),
            ("part-malformed", "/paths/~1a/post/responses/700"),
            ("part-malformed", "/paths/~1a/post/responses/200"),
            ("part-malformed", "/paths/~1a/post/responses/201/description"),
            ("part-malformed", "/paths/~1a/post/responses/201/headers/A"),
            ("part-malformed", "/paths/~1a/post/responses/201/headers/B/type"),
            ("part-malformed", "/paths/~1a/post/responses/201/examples"),
            ("part-malformed", "/paths/~1a/put/parameters"),
            ("part-malformed", "/paths/~1a/put/consumes/0"),
            ("part-malformed", "/paths/~1a/put/responses"),
        ]
    )


def nodes(value: Json, path: Path = ()) -> Iterator[Path]:
    """Yield the path of every node below the root."""
    for key, member in members(value):
        yield (*path, key)
        yield from nodes(member, (*path, key))


def _is_free(path: Path) -> bool:
    """Tell whether any value may stand there, or a schema, which is held to the law elsewhere."""
    is_schema = "schema" in path or path[0] == "definitions"
    return is_schema or any(key in _ANY or str(key).startswith("x-") for key in path)


def test_nothing_is_told_of_what_is_whole() -> None:
    assert [told(build_root(root)) for root in ROOTS] == [[] for _ in ROOTS]


def test_every_node_of_another_type_is_told_or_changes_nothing() -> None:
    """Each node has three of the replacements, in turn: every keyword stands at many nodes."""
    silent = [
        (path, value)
        for root, contract in zip(ROOTS, [build_root(root).contract for root in ROOTS], strict=True)
        for number, path in enumerate(nodes(root))
        for value in REPLACEMENTS[number % 2 :: 2]
        if path != ("swagger",) and not _is_free(path)
        if kind(value) != kind(value_at(root, path))
        if not (built := build_root(replaced(root, path, value))).findings and built.contract != contract
    ]
    assert silent == []


@settings(deadline=None, max_examples=80)  # the first description is built with cold caches
@given(st.data())
def test_what_stands_outside_of_a_changed_operation_stays_as_it_is(data: st.DataObject) -> None:
    root = data.draw(st.sampled_from(ROOTS))
    path = data.draw(st.sampled_from([path for path in nodes(root) if path != ("swagger",)]))
    before, after = (build_root(one) for one in (root, replaced(root, path, data.draw(ANY_JSON))))
    if len(path) > 3 and path[0] == "paths" and path[2] in _METHODS:
        changed = tuple(map(str, path[:3]))
        assert _others(before.contract.operations, changed) == _others(after.contract.operations, changed)
        assert before.contract.security_schemes == after.contract.security_schemes
        assert before.contract.servers == after.contract.servers
        kept = [(key, schema) for key, schema in before.contract.definitions.items() if not key.startswith("#")]
        assert [(key, schema) for key, schema in after.contract.definitions.items() if not key.startswith("#")] == kept


def _others(operations: tuple[Operation, ...], changed: tuple[str, ...]) -> list[Operation]:
    return [one for one in operations if one.at.pointer.tokens != changed]
