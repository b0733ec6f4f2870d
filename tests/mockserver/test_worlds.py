"""Worlds over several requests: their clocks, what reset leaves, and snapshots that come back byte for byte."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contractctl.mockserver.control.endpoints import Control, OwnExchange
from contractctl.mockserver.control.reset import reset_endpoint
from contractctl.mockserver.control.worlds import world_endpoints
from contractctl.mockserver.memory.interface import Space
from contractctl.mockserver.memory.local import LocalMemory
from contractctl.mockserver.requests import Request
from contractctl.mockserver.runtime import Runtime
from contractctl.mockserver.settings import Settings
from tests.mockserver.serving import Served, serving

WORLD = {
    "format": "contractctl world 1",
    "spaces": {
        "clock": {"numbers": {"ms": 3_600_000}},
        "z/ü": {"values": {"2": "b", "1": {"base64": "/wA="}, "": ""}, "entries": ["x", "x"]},
    },
}


@pytest.fixture
def own(wire_bundle: Any) -> Iterator[Served]:
    with serving(wire_bundle) as served:
        yield served


def ask(served: Served, method: str, path: str, session: str = "", body: object = None) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
    headers = {"Mock-Session": session} if session else {}
    connection.request(method, "/__mock" + path, None if body is None else json.dumps(body), headers)
    response = connection.getresponse()
    answer = json.loads(response.read())
    connection.close()
    assert response.status == 200, answer
    return answer


def test_each_world_has_a_time_of_its_own_that_goes_on(own: Served) -> None:
    before = time.time()
    assert ask(own, "POST", "/clock", "a", {"advance": "3h"})["ahead"] == 10_800
    assert ask(own, "POST", "/clock", "a", {"advance": "-1h"})["ahead"] == 7_200
    assert ask(own, "POST", "/clock", "b", {"set": "2031-07-01T00:00:00Z"})["now"].startswith("2031-07-01T00:00:")
    assert [ask(own, "GET", "/clock", name)["ahead"] for name in ("", "a")] == [0, 7_200]
    ahead = ask(own, "GET", "/clock", "b")["ahead"]
    assert before - 0.002 <= 1_940_630_400 - ahead <= time.time()  # it is kept in milliseconds
    assert [ask(own, "DELETE", "/clock", name)["ahead"] for name in ("a", "b")] == [0, 0]
    assert ask(own, "GET", "/sessions") == {"sessions": []}


def test_a_world_goes_into_a_document_and_back_and_reset_empties_what_it_names(own: Served) -> None:
    assert ask(own, "PUT", "/snapshot", "saved", WORLD) == {"session": "saved", "spaces": 2}
    assert ask(own, "PUT", "/snapshot", "", ask(own, "GET", "/snapshot", "saved")) == {"session": "", "spaces": 2}
    assert ask(own, "GET", "/sessions") == {"sessions": ["", "saved"]}
    ask(own, "POST", "/reset", "", {"session": "saved", "only": ["clock"]})
    rest = {**WORLD, "spaces": {"z/ü": WORLD["spaces"]["z/ü"]}}  # type: ignore[index] # a mapping
    assert [ask(own, "GET", "/snapshot", name) for name in ("", "saved")] == [WORLD, rest]
    ask(own, "POST", "/reset", "", {"only": ["state"]})
    assert ask(own, "GET", "/snapshot")["spaces"] == {"clock": {"numbers": {"ms": 3_600_000}}}
    assert ask(own, "GET", "/sessions") == {"sessions": [""]}
    ask(own, "PUT", "/snapshot", "saved", WORLD)
    ask(own, "POST", "/reset", "", {"session": ""})
    assert ask(own, "GET", "/sessions") == {"sessions": ["saved"]}
    ask(own, "POST", "/reset", "saved")
    assert ask(own, "GET", "/sessions") == {"sessions": []}


def test_what_a_snapshot_has_replaces_a_world(own: Served) -> None:
    ask(own, "PUT", "/snapshot", "a", WORLD)
    other = {"format": "contractctl world 1", "spaces": {"z": {"numbers": {"n": -1}}}}
    ask(own, "PUT", "/snapshot", "a", other)
    assert ask(own, "GET", "/snapshot", "a") == other


PARTS = {
    "state": ["worlds/=/pets", "worlds/a/pets"],
    "clock": ["worlds/=/clock", "worlds/a/clock"],
    "limits": ["limits/=", "limits/a"],
    "tokens": ["tokens", "tokens/=", "tokens/a/codes"],
    "journal": ["deliveries", "journal"],
    "coverage": ["coverage", "coverage/x"],
}
OF_A = {"worlds/a/pets", "worlds/a/clock", "limits/a", "tokens/a/codes"}


@pytest.mark.parametrize(
    ("part", "session"),
    [*((part, None) for part in PARTS), *((part, "a") for part in ("state", "clock", "limits", "tokens"))],
)
def test_a_part_that_is_reset_takes_its_spaces_and_no_others(part: str, session: str | None) -> None:
    runtime = Runtime(Settings())
    everything = sorted(space for spaces in PARTS.values() for space in spaces)
    for space in everything:
        runtime.memory.put(space, "k", b"v")
    called: list[str] = []
    for name in PARTS:
        runtime.forgetting[name] = lambda name=name: called.append(name)
    body = {"only": [part], **({"session": session} if session else {})}
    reset_endpoint(runtime).methods["POST"](Request("POST", b"/", {}, body=orjson.dumps(body)))
    gone = [space for space in PARTS[part] if session is None or space in OF_A]
    roots = ("worlds", "limits", "tokens", "journal", "deliveries", "coverage")
    left = sorted(space for root in roots for space in runtime.memory.spaces(root))
    assert left == [space for space in everything if space not in gone]
    assert called == ([] if session else [part])


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5)
BYTES = st.binary(max_size=20) | st.text(max_size=20).map(lambda text: text.encode("utf-8", "replace"))
SPACES = st.builds(
    Space,
    st.dictionaries(NAMES, BYTES, max_size=4),
    st.dictionaries(NAMES, st.integers(-(2**63), 2**63 - 1), max_size=3),
    st.lists(BYTES, max_size=4),
)


@given(st.dictionaries(NAMES, SPACES, max_size=4))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_every_world_comes_back_from_its_snapshot_byte_for_byte(spaces: dict[str, Space]) -> None:
    memory = LocalMemory()
    memory.replace("worlds/a", {f"worlds/a/{name}": space for name, space in spaces.items()})
    snapshot = {one.path: one.methods for one in world_endpoints(memory)}["/snapshot"]
    saved = snapshot["GET"](Request("GET", b"/", {b"mock-session": b"a"})).body
    snapshot["PUT"](Request("PUT", b"/", {b"mock-session": b"b"}, body=saved))
    assert snapshot["GET"](Request("GET", b"/", {b"mock-session": b"b"})).body == saved
    there, back = memory.read("worlds/a"), memory.read("worlds/b")
    assert {name.replace("/a/", "/b/", 1): space for name, space in there.items()} == back


@pytest.mark.parametrize(
    ("spaces", "status"),
    [
        pytest.param({"x": {"entries": [""] * 1_000_000}}, 400, id="a million empty entries"),
        pytest.param({"x": {"entries": [""] * 1000}}, 200, id="a thousand of them"),
    ],
)
def test_a_snapshot_of_next_to_nothing_many_times_is_refused(spaces: dict[str, Any], status: int) -> None:
    memory = LocalMemory()
    body = orjson.dumps({"format": "contractctl world 1", "spaces": spaces})
    opened = Control("", world_endpoints(memory), cors=True).open(Request("PUT", b"/snapshot", {}, body=body))
    assert isinstance(opened, OwnExchange)
    assert opened.complete().status == status
    assert bool(memory.spaces("worlds")) == (status == 200)


WORDS = ["format", "spaces", "values", "numbers", "entries", "base64", "a"]
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "QQ==", "contractctl world 1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=3),
)
LIKELY = st.fixed_dictionaries({"format": st.just("contractctl world 1"), "spaces": DOCUMENTS})


@given(DOCUMENTS | LIKELY)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_any_json_is_a_snapshot_or_is_refused_and_changes_nothing(document: Any) -> None:
    memory = LocalMemory()
    memory.put("worlds/=/there", "k", b"v")
    opened = Control("", world_endpoints(memory), cors=True).open(
        Request("PUT", b"/snapshot", {}, body=json.dumps(document).encode())
    )
    assert isinstance(opened, OwnExchange)
    status = opened.complete().status
    assert status in {200, 400}
    assert (status == 400) == (memory.get("worlds/=/there", "k") is not None)
