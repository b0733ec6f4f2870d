"""Worlds agree with a simple model, whoever changes them, in whatever order, and on whichever replica."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.components.redis import Redis
from tests.mockserver.serving import bundle_of, serving
from tests.mockserver.worlds import Client, connected

SESSIONS = 100
NAMES = ("Ada", "Bo", "Cy")
CONTRACT = """\
openapi: 3.1.0
info: {title: Pets, version: '1'}
paths:
  /pets:
    parameters: []
    get:
      parameters:
        - {name: offset, in: query, schema: {type: integer, minimum: 0, default: 0}}
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 1000, default: 1000}}
      x-mock-pagination: {total: 4}
      responses: {'200': &pets {description: all, content: {application/json: {schema: {
        type: object, required: [total, pets], properties: {
          total: {type: integer}, pets: {type: array, items: {$ref: '#/components/schemas/Pet'}}}}}}}}
    post: &write
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NewPet'}}}}
      responses: {'201': &pet {description: it, content: {application/json: {schema:
        {$ref: '#/components/schemas/Pet'}}}}}
  /pets/{petId}:
    parameters: [{name: petId, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': *pet}}
    put:
      <<: *write
      responses: {'200': *pet, '404': {description: not there}}
    patch:
      requestBody: {content: {application/merge-patch+json: {schema: {type: object}}}}
      responses: {'200': *pet}
    delete: {responses: {'204': {description: gone}}}
components:
  schemas:
    NewPet: {type: object, required: [name], properties: {name: {type: string}, tag: {type: string}}}
    Pet: {allOf: [{$ref: '#/components/schemas/NewPet'},
      {type: object, required: [id], properties: {id: {type: integer, readOnly: true}}}]}
"""

Ask = Callable[..., tuple[int, Any]]
_RUNS = count()


@dataclass
class Model:
    """What a world should hold: the pets in their order, and how many were ever created."""

    pets: dict[int, dict[str, Any]]
    largest: int
    created: int = 0
    order: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, client: Client, session: str) -> Model:
        pets = client.ask("GET", "/pets", session)[1]["pets"]
        return cls({pet["id"]: pet for pet in pets}, max(pet["id"] for pet in pets), order=[pet["id"] for pet in pets])

    def any_id(self, pick: int) -> int:
        """Return an id: most are there, some were, and some never are."""
        return pick % (self.largest + self.created + 2)

    def listed(self) -> list[dict[str, Any]]:
        return [self.pets[pet] for pet in self.order]


def act(client: Client, model: Model, session: str, kind: str, pick: int, name: str) -> None:
    """Ask for one change, or to see what is there, and compare with the model."""
    pet = model.any_id(pick)
    known = model.pets.get(pet)
    match kind:
        case "create":
            model.created += 1
            made = {"name": name, "id": model.largest + model.created}
            assert client.ask("POST", "/pets", session, {"name": name}) == (201, made)
            model.pets[made["id"]] = made
            model.order.append(made["id"])
        case "replace":
            changed = {"name": name, "tag": "new", "id": pet}
            expected = (200, changed) if known else (404, None)
            status, body = client.ask("PUT", f"/pets/{pet}", session, {"name": name, "tag": "new"})
            assert (status, body if status == 200 else None) == expected
            if known:
                model.pets[pet] = changed
        case "patch":
            status, body = client.ask(
                "PATCH",
                f"/pets/{pet}",
                session,
                {"name": name, "tag": None},
                Content_Type="application/merge-patch+json",
            )
            if known:
                model.pets[pet] = {**{k: v for k, v in known.items() if k != "tag"}, "name": name}
            assert (status, body if status == 200 else None) == ((200, model.pets[pet]) if known else (404, None))
        case "delete":
            assert client.ask("DELETE", f"/pets/{pet}", session)[0] == (204 if known else 404)
            if known:
                del model.pets[pet]
                model.order.remove(pet)
        case "read":
            status, body = client.ask("GET", f"/pets/{pet}", session)
            assert (status, body if status == 200 else None) == ((200, known) if known else (404, None))
        case "page":
            offset, expected_all = pick % (len(model.order) + 2), model.listed()
            answer = client.ask("GET", f"/pets?limit=3&offset={offset}", session)
            assert answer == (200, {"total": len(expected_all), "pets": expected_all[offset : offset + 3]})
        case _:
            assert client.ask("GET", "/pets", session) == (200, {"total": len(model.order), "pets": model.listed()})


KINDS = ("create", "replace", "patch", "delete", "read", "page", "list")


def machine_of(client: Client) -> type[RuleBasedStateMachine]:
    class Worlds(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.run = next(_RUNS)
            self.models: dict[int, Model] = {}

        @rule(
            session=st.integers(0, SESSIONS - 1),
            kind=st.sampled_from(KINDS),
            pick=st.integers(0, 60),
            name=st.sampled_from(NAMES),
        )
        def act(self, session: int, kind: str, pick: int, name: str) -> None:
            world = f"run-{self.run}-{session}"
            if session not in self.models:
                self.models[session] = Model.of(client, world)
            act(client, self.models[session], world, kind, pick, name)

        def teardown(self) -> None:
            for session, model in self.models.items():
                act(client, model, f"run-{self.run}-{session}", "list", 0, "")

    return Worlds


@contextmanager
def replicas(folder: Path, *, shared_by: str | None) -> Iterator[list[int]]:
    """Serve the contract: once, or as two replicas that share their state."""
    bundle = folder / "pets.bundle"
    bundle.write_bytes(bundle_of(CONTRACT))
    options = ("--stateful", "on", *(("--state-url", shared_by) if shared_by else ()))
    with ExitStack() as stack:
        yield [stack.enter_context(serving(bundle, *options)).port for _ in range(2 if shared_by else 1)]


@pytest.fixture(scope="module")
def in_memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[int]]:
    with replicas(tmp_path_factory.mktemp("memory"), shared_by=None) as ports:
        yield ports


@pytest.fixture
def over_redis(tmp_path: Path, redis: Redis) -> Iterator[list[int]]:
    with replicas(tmp_path, shared_by=redis.url) as ports:
        yield ports


def check_machine(ports: list[int], *, examples: int) -> None:
    law = settings(max_examples=examples, stateful_step_count=60, derandomize=True, deadline=None)
    with connected(ports) as client:
        run_state_machine_as_test(machine_of(client), settings=law)  # type: ignore[no-untyped-call] # Hypothesis says no types here


def check_crowd(ports: list[int], *, steps: int) -> None:
    """Let 100 sessions change their worlds at once, ten on a connection of their own, in an order drawn at random."""

    def crowd(number: int) -> None:
        draw = random.Random(number)
        names = [f"crowd-{number}-{place}" for place in range(SESSIONS // 10)]
        with connected(ports) as client:
            models = {name: Model.of(client, name) for name in names}
            for _ in range(steps):
                name = draw.choice(names)
                act(client, models[name], name, draw.choice(KINDS), draw.randrange(60), draw.choice(NAMES))
            for name, model in models.items():
                act(client, model, name, "list", 0, "")

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(crowd, range(10)))


def check_creators(ports: list[int]) -> None:
    """Let eight clients create in one world at once: each gets an id of its own, and none is lost."""

    def create(number: int) -> list[int]:
        with connected(ports) as client:
            return [client.ask("POST", "/pets", "shared", {"name": f"{number}"})[1]["id"] for _ in range(12)]

    with ThreadPoolExecutor(8) as pool:
        made = [pet for found in pool.map(create, range(8)) for pet in found]
    with connected(ports) as client:
        listed = [pet["id"] for pet in client.ask("GET", "/pets", "shared")[1]["pets"]]
    assert len(set(made)) == len(made) == 96
    assert set(made) <= set(listed)
    assert len(listed) == len(set(listed)) == 96 + 4


def check_writers(ports: list[int]) -> None:
    """Let eight clients replace the same thing at once, each only if it is as all of them saw it: one does."""
    with connected(ports) as client:
        client.ask("GET", "/pets/1", "writers")
        tag = client.tag

    def write(number: int) -> int:
        with connected(ports) as client:
            return client.ask("PUT", "/pets/1", "writers", {"name": f"{number}"}, If_Match=tag)[0]

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(write, range(8)))
    assert statuses == [200, *[412] * 7]


def test_worlds_agree_with_a_model(in_memory: list[int]) -> None:
    check_machine(in_memory, examples=8)


def test_a_hundred_sessions_at_once_agree_with_their_models(in_memory: list[int]) -> None:
    check_crowd(in_memory, steps=80)


def test_of_many_who_create_at_once_nothing_is_lost(in_memory: list[int]) -> None:
    check_creators(in_memory)


def test_of_many_who_replace_what_they_saw_one_does(in_memory: list[int]) -> None:
    check_writers(in_memory)


def test_two_replicas_over_one_redis_are_one_world(over_redis: list[int]) -> None:
    check_creators(over_redis)
    check_writers(over_redis)
    check_machine(over_redis, examples=4)
    check_crowd(over_redis, steps=30)
