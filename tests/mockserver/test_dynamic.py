"""Laws of values that are made while serving: what they depend on, and what they do not."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import jsonschema_rs
import pytest

from contractctl.mock.settings import MockSettings
from tests.mockserver.serving import Served, bundle_of, serving

PET = {
    "type": "object",
    "required": ["id", "name", "tags", "email"],
    "properties": {
        "id": {"type": "integer", "minimum": 1},
        "name": {"type": "string", "minLength": 3},
        "email": {"type": "string", "format": "email"},
        "tags": {"type": "array", "minItems": 2, "items": {"enum": list("abcdefgh")}},
        "weight": {"type": "number", "multipleOf": 0.5},
        "mother": {"$ref": "#/components/schemas/Pet"},
    },
    "additionalProperties": False,
}
CONTRACT = json.dumps(
    {
        "openapi": "3.1.0",
        "info": {"title": "Laws", "version": "1"},
        "paths": {
            path: {
                method: {
                    "responses": {
                        "200": {
                            "description": "",
                            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}},
                        }
                    }
                }
                for method in ("get", "post")
            }
            for path in ("/pets/{id}", "/dogs/{id}")
        },
        "components": {"schemas": {"Pet": PET}},
    }
)


@pytest.fixture(scope="module")
def replicas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Served]]:
    """Start two servers of one bundle; processes hash differently."""
    path = tmp_path_factory.mktemp("laws") / "laws.bundle"
    path.write_bytes(bundle_of(CONTRACT))
    with ExitStack() as stack:
        yield stack.enter_context(serving(path)), stack.enter_context(serving(path))


def ask(server: Served, target: str, *, method: str = "GET", body: str = "", **headers: str) -> bytes:
    reply = server.ask(method, target, body or None, headers)
    assert reply.status == 200
    return reply.body


def dynamic(server: Served, target: str, *, method: str = "GET", body: str = "", more: str = "") -> bytes:
    return ask(server, target, method=method, body=body, Prefer=f"dynamic=true{more}")


def test_replicas_agree_in_whatever_order_they_are_asked(replicas: tuple[Served, Served]) -> None:
    targets = [f"/pets/{number}?page={page}" for number in range(1, 6) for page in range(3)]
    first = {target: dynamic(replicas[0], target) for target in targets}
    second = {target: dynamic(replicas[1], target) for target in reversed(targets)}
    assert first == second


@pytest.mark.parametrize("shape", ["min", "max", "null", "edge", ""])
def test_every_value_is_valid(replicas: tuple[Served, Served], shape: str) -> None:
    validator = jsonschema_rs.Draft202012Validator(
        {"$ref": "#/components/schemas/Pet", "components": {"schemas": {"Pet": PET}}}, validate_formats=True
    )
    more = f", shape={shape}" if shape else ""
    for number in range(1, 9):
        assert validator.is_valid(json.loads(dynamic(replicas[0], f"/pets/{number}", more=more)))


@pytest.mark.parametrize(
    ("target", "method", "body", "more"),
    [
        pytest.param("/pets/8?page=1", "GET", "", "", id="another path value"),
        pytest.param("/pets/7?page=2", "GET", "", "", id="another query"),
        pytest.param("/pets/7?page=1", "GET", "", ", seed=3", id="another seed"),
        pytest.param("/pets/7?page=1", "POST", "", "", id="another method"),
        pytest.param("/dogs/7?page=1", "GET", "", "", id="another path"),
        pytest.param("/pets/7?page=1", "POST", "{}", "", id="a body"),
    ],
)
def test_another_request_gets_another_value(
    replicas: tuple[Served, Served], target: str, method: str, body: str, more: str
) -> None:
    value = dynamic(replicas[0], target, method=method, body=body, more=more)
    assert value != dynamic(replicas[0], "/pets/7?page=1")


def test_how_it_is_asked_for_does_not_matter(replicas: tuple[Served, Served]) -> None:
    asked = dynamic(replicas[0], "/pets/7?page=1", more=", seed=3")
    assert ask(replicas[0], "/pets/7?__dynamic=true&page=1&__seed=3") == asked
    assert ask(replicas[0], "/pets/7?page=1&%5F_seed=3&__dynamic=true") == asked


def test_without_dynamic_requests_do_not_matter(replicas: tuple[Served, Served]) -> None:
    seeded = [ask(replicas[0], f"/pets/{number}", Prefer="seed=3") for number in (1, 2)]
    assert seeded == [ask(replicas[0], "/pets/9?__seed=3")] * 2
    assert seeded[0] != ask(replicas[0], "/pets/1")


def test_a_seed_while_serving_is_the_seed_of_a_compilation(replicas: tuple[Served, Served], tmp_path: Path) -> None:
    path = tmp_path / "seeded.bundle"
    path.write_bytes(bundle_of(CONTRACT, MockSettings(seed=3)))
    with serving(path) as server:
        assert ask(server, "/pets/1") == ask(replicas[0], "/pets/1", Prefer="seed=3")
    path.write_bytes(bundle_of(CONTRACT))
    with serving(path, "--seed", "3") as server:
        assert ask(server, "/pets/1") == ask(replicas[0], "/pets/1", Prefer="seed=3")


def test_what_is_too_large_to_make_has_its_example_and_says_so(tmp_path: Path) -> None:
    example = {f"member{number}": number for number in range(5000)}
    media = {"schema": {"type": "object", "minProperties": 5000}, "example": example}
    response = {"description": "", "content": {"application/json": media}}
    paths = {"/large": {"get": {"responses": {"200": response}}}}
    path = tmp_path / "large.bundle"
    path.write_bytes(
        bundle_of(json.dumps({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths}))
    )
    with serving(path) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        connection.request("GET", "/large", headers={"Prefer": "dynamic=true"})
        answer = connection.getresponse()
        assert json.loads(answer.read()) == example
        connection.close()
    told = answer.headers["Mock-Not-Synthesised"]
    assert (answer.status, answer.headers["Preference-Applied"]) == (200, None)
    assert told.startswith("no value was found for the schema: ")


def test_what_was_asked_for_before_changes_nothing(tmp_path: Path) -> None:
    # More schemas than are kept: each is read again when it is asked for again.
    def operation(number: int) -> dict[str, object]:
        schema = {
            "type": "object",
            "required": ["a"],
            "properties": {"a": {"enum": [f"{number} {'x' * 260_000}", "y"]}},
        }
        return {"get": {"responses": {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}}}

    paths = {f"/{number}": operation(number) for number in range(20)}
    path = tmp_path / "many.bundle"
    path.write_bytes(
        bundle_of(json.dumps({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths}))
    )
    with serving(path) as server:
        first = [dynamic(server, target) for target in paths]
        grown = server.resident_bytes()
        second = [dynamic(server, target, more=", wait=0") for target in paths]
        assert second == first
        assert server.resident_bytes() < grown + (64 << 20)
