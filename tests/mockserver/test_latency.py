"""Latency: how long answers are held back, and which."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contractctl.mockserver.answers import Answer
from contractctl.mockserver.contracts import Contracts
from contractctl.mockserver.requests import Request
from tests.mockserver.answers import read_answers
from tests.mockserver.serving import read_all, serving

CONTRACT = """\
openapi: 3.1.0
info: {title: Latency, version: '1'}
components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}
paths:
  /things:
    get:
      parameters: [{name: page, in: query, schema: {type: integer}}]
      responses: {'200': {description: fine, content: {text/plain: {example: things}}}}
    post: {responses: {'204': {description: fine}}}
  /others: {get: {responses: {'200': {description: fine, content: {text/plain: {example: others}}}}}}
  /own: {get: {x-mock-latency: 5000, responses: {'200': {description: fine}}}}
  /off: {get: {x-mock-latency: off, responses: {'200': {description: fine}}}}
  /spoilt: {get: {x-mock-faults: drip=1, responses: {'200': {description: fine}}}}
  /secured: {get: {security: [{key: []}], responses: {'200': {description: fine}}}}
"""
RANGE = "50-1000"


def delay(contracts: Contracts, request: Request) -> float:
    """Return for how many seconds an answer would be held back."""
    opened = contracts.begin(request)
    answer = opened if isinstance(opened, Answer) else opened.complete()
    return answer.delivery.delay if answer.delivery else 0.0


Ask = Callable[..., float]


@pytest.fixture
def ask(bundle: Path) -> Callable[..., Ask]:
    """Make a server in this process."""

    def made(latency: str = RANGE, **flags: str) -> Ask:
        chosen = {"latency": latency, **flags} if latency else flags
        contracts = Contracts.open((("", str(bundle)),), {"log": "none", **chosen}, {})

        def asked(target: str = "/things", method: str = "GET", **headers: str) -> float:
            named = {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
            return delay(contracts, Request(method, target.encode(), named))

        return asked

    return made


def test_waits_lie_within_their_range_and_fill_it(ask: Callable[..., Ask]) -> None:
    asked = ask()
    waits = [asked() for _ in range(1000)]
    assert 0.05 <= min(waits) < 0.06
    assert 0.99 < max(waits) <= 1.0
    assert 0.5 < sum(waits) / 1000 < 0.55


def test_a_run_repeats_with_its_seed_and_another_seed_has_another(ask: Callable[..., Ask]) -> None:
    runs = [[one() for _ in range(50)] for one in (ask(seed="1"), ask(seed="1"), ask(seed="2"))]
    assert runs[0] == runs[1] != runs[2]


@settings(derandomize=True, database=None, max_examples=30, deadline=None)
@given(others=st.lists(st.sampled_from([("/things", "b"), ("/others", "a"), ("/others", "b")])))
def test_what_others_ask_changes_no_wait(bundle: Path, others: list[tuple[str, str]]) -> None:
    def waits(others: list[tuple[str, str]]) -> list[float]:
        contracts = Contracts.open((("", str(bundle)),), {"log": "none", "latency": RANGE}, {})
        asked = []
        for turn in range(3):
            for target, session in (*others[turn::3], ("/things", "a")):
                wait = delay(contracts, Request("GET", target.encode(), {b"mock-session": session.encode()}))
            asked.append(wait)
        return asked

    assert waits(others) == waits([])


WAITS = [
    pytest.param("1000", "/things", "GET", {}, 1.0, id="one number is all there is"),
    pytest.param("1000", "/things", "HEAD", {}, 1.0, id="HEAD waits as GET"),
    pytest.param("POST:1000", "/things", "GET", {}, 0.0, id="a rule for another method"),
    pytest.param("POST:1000", "/things", "POST", {}, 1.0, id="a rule for the method"),
    pytest.param("1000;POST:2000", "/things", "POST", {}, 2.0, id="the last rule that fits"),
    pytest.param("1000;POST:off", "/things", "POST", {}, 0.0, id="a rule that says off"),
    pytest.param("0", "/things", "GET", {}, 0.0, id="no time at all"),
    pytest.param("1000", "/own", "GET", {}, 5.0, id="what an operation says goes before the settings"),
    pytest.param("1000", "/off", "GET", {}, 0.0, id="an operation may have none"),
    pytest.param("", "/own", "GET", {}, 5.0, id="an operation alone may have some"),
    pytest.param("1000", "/things?page=x", "GET", {}, 1.0, id="the refusal of parameters is held back, too"),
    pytest.param("1000", "/things", "GET", {"prefer": "wait=3"}, 3.0, id="a longer wait that is preferred"),
    pytest.param("1000", "/things", "GET", {"prefer": "wait=0.5"}, 1.0, id="a shorter wait that is preferred"),
    pytest.param("1000", "/spoilt", "GET", {}, 1.0, id="an answer that a fault spoils"),
    pytest.param("1000", "/nothing", "GET", {}, 0.0, id="no path"),
    pytest.param("1000", "/secured", "GET", {}, 0.0, id="who is not let in"),
    pytest.param("1000", "/__mock/health", "GET", {}, 0.0, id="an endpoint of the mock itself"),
    pytest.param(
        "1000",
        "/things",
        "OPTIONS",
        {"origin": "https://app.example", "access_control_request_method": "POST"},
        0.0,
        id="a preflight",
    ),
]


@pytest.mark.parametrize(("latency", "target", "method", "headers", "seconds"), WAITS)
def test_an_answer_waits_as_it_was_said(
    ask: Callable[..., Ask], latency: str, target: str, method: str, headers: dict[str, str], seconds: float
) -> None:
    assert ask(latency)(target, method, **headers) == seconds


def test_the_realistic_profile_holds_back_what_is_posted(ask: Callable[..., Ask]) -> None:
    realistic = ask("", profile="realistic")
    assert (realistic(), 0.05 <= realistic(method="POST") <= 1.0) == (0.0, True)


def test_latency_can_be_taken_out_of_the_realistic_profile(ask: Callable[..., Ask]) -> None:
    assert ask("off", profile="realistic")(method="POST") == 0.0


def test_who_waits_keeps_nobody_else_waiting(bundle: Path) -> None:
    with serving(bundle, "--latency", "60000") as served, served.connect() as patient:
        patient.sendall(b"GET /things HTTP/1.1\r\nHost: a\r\n\r\n")
        last = b"GET /off HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        assert read_answers(served.exchange(last))[0][0].status == 200
        patient.setblocking(False)
        with pytest.raises(BlockingIOError):
            patient.recv(1)
        patient.settimeout(10)
        served.process.terminate()
        answers, rest = read_answers(read_all(patient))
        assert served.process.wait(timeout=10) == 0
    assert ([(answer.body, answer.closes) for answer in answers], rest) == ([(b"things", True)], b"")
