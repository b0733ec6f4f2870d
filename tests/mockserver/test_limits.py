"""Rate limits over several requests: who is counted with whom, when a window ends, and what it costs."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contractctl.encodings.quantities import Rate
from contractctl.mockserver.answers import Answer
from contractctl.mockserver.clock import Clock
from contractctl.mockserver.contracts import Contracts
from contractctl.mockserver.memory.local import LocalMemory
from contractctl.mockserver.realism.windows import SPACE, Windows
from contractctl.mockserver.requests import Request
from tests.components.redis import Redis
from tests.mockserver.answers import read_answers
from tests.mockserver.serving import read_all, serving

CONTRACT = """\
openapi: 3.1.0
info: {title: Limits, version: '1'}
components:
  securitySchemes:
    header: {type: apiKey, in: header, name: X-Key}
    query: {type: apiKey, in: query, name: key}
    cookie: {type: apiKey, in: cookie, name: key}
    basic: {type: http, scheme: basic}
paths:
  /things:
    get: {responses: {'200': {description: fine}}}
    post: {responses: {'201': {description: fine}}}
  /others: {get: {responses: {'200': {description: fine}}}}
  /own: {get: {x-mock-rate-limit: 1/1m, responses: {'200': {description: fine}}}}
  /own/too: {get: {x-mock-rate-limit: 1/1m, responses: {'200': {description: fine}}}}
  /reset:
    get:
      responses:
        '200':
          description: fine
          headers:
            X-RateLimit-Reset: {schema: {type: integer}, description: The time at which it ends in UTC epoch seconds.}
            X-Rate-Limit-Reset: {schema: {type: string, format: date-time}}
            RateLimit-Reset: {schema: {type: integer, example: 1700000000}}
"""


class Limited:
    """A server in this process, with a clock that is turned by hand."""

    def __init__(self, bundle: Path, rate: str) -> None:
        self.contracts = Contracts.open((("", str(bundle)),), {"log": "none", "rate_limit": rate}, {})
        self.clock = self.contracts.runtime.clock

    def ask(self, target: str = "/things", *, method: str = "GET", client: str = "::1", **headers: str) -> Answer:
        named = {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
        opened = self.contracts.begin(Request(method, target.encode(), named, client=client))
        return opened if isinstance(opened, Answer) else opened.complete()

    def statuses(self, count: int, **request: str) -> list[int]:
        return [self.ask(**request).status for _ in range(count)]


@pytest.fixture
def limited(bundle: Path) -> Callable[[str], Limited]:
    return lambda rate: Limited(bundle, rate)


def test_what_is_over_the_limit_is_refused_until_the_window_ends(limited: Callable[[str], Limited]) -> None:
    server = limited("3/1m")
    assert server.statuses(5) == [200, 200, 200, 429, 429]
    server.clock.advance("", 61)
    assert server.statuses(4) == [200, 200, 200, 429]


def test_a_clock_that_is_turned_back_begins_a_window(limited: Callable[[str], Limited]) -> None:
    server = limited("1/1m")
    assert server.statuses(2) == [200, 429]
    server.clock.advance("", -10)
    assert server.statuses(2) == [200, 429]


def test_time_passes_in_the_session_that_it_passes_in(limited: Callable[[str], Limited]) -> None:
    server = limited("1/1h")
    assert server.statuses(2, mock_session="a") == server.statuses(2, mock_session="b") == [200, 429]
    server.clock.advance("a", 3601)
    assert server.statuses(2, mock_session="a") + server.statuses(1, mock_session="b") == [200, 429, 429]


APART = [
    pytest.param({"client": "10.0.0.1"}, {"client": "10.0.0.2"}, id="addresses"),
    pytest.param({"mock_session": "a"}, {}, id="sessions"),
    pytest.param({"authorization": "Bearer a"}, {"authorization": "Bearer b"}, id="tokens"),
    pytest.param({"authorization": "Bearer a"}, {}, id="a token and an address"),
    pytest.param({"x_key": "a"}, {"x_key": "b"}, id="keys in a header"),
    pytest.param({"target": "/things?key=a"}, {"target": "/things?key=b"}, id="keys in the query"),
    pytest.param({"cookie": "key=a"}, {"cookie": "key=b"}, id="keys in a cookie"),
    pytest.param({"x_key": "a"}, {"cookie": "key=a"}, id="the same key in other places"),
    pytest.param({"target": "/own"}, {"target": "/own/too"}, id="limits that operations have of their own"),
    pytest.param({"target": "/own"}, {}, id="a limit of an operation's own and that of the settings"),
]


@pytest.mark.parametrize(("one", "other"), APART)
def test_these_are_counted_apart(limited: Callable[[str], Limited], one: dict[str, str], other: dict[str, str]) -> None:
    server = limited("1/1m")
    assert server.statuses(2, **one) == server.statuses(2, **other) == [200, 429]


TOGETHER = [
    pytest.param({"target": "/things"}, {"target": "/others"}, id="operations under one rule"),
    pytest.param({"method": "GET"}, {"method": "HEAD"}, id="HEAD with GET"),
    pytest.param(
        {"authorization": "Bearer a", "client": "10.0.0.1"},
        {"authorization": "Bearer a", "client": "10.0.0.2"},
        id="one token at several addresses",
    ),
    pytest.param({"cookie": "key=a; theme=dark"}, {"cookie": "theme=light; key=a"}, id="cookies that are no keys"),
]


@pytest.mark.parametrize(("one", "other"), TOGETHER)
def test_these_are_counted_together(
    limited: Callable[[str], Limited], one: dict[str, str], other: dict[str, str]
) -> None:
    server = limited("1/1m")
    assert server.statuses(1, **one) + server.statuses(1, **other) == [200, 429]


def test_each_rule_counts_for_itself(limited: Callable[[str], Limited]) -> None:
    server = limited("GET:1/1m;POST:1/1m")
    assert server.statuses(2) == [200, 429]
    assert server.statuses(2, method="POST") == [201, 429]


def test_documented_headers_say_when_the_window_ends_as_the_contract_has_it(
    limited: Callable[[str], Limited],
) -> None:
    server = limited("9/1h")
    server.clock.advance("", 4_000_000_000 - server.clock.now(""))
    lines = server.ask("/reset").head.decode().split("\r\n")
    ends = [line for line in lines if "reset:" in line.lower()]
    assert ends in (
        [f"RateLimit-Reset: {at}", f"X-Rate-Limit-Reset: 2096-10-02T08:06:{at % 60}Z", f"X-RateLimit-Reset: {at}"]
        for at in (4_000_003_600, 4_000_003_601)
    )


def test_no_credential_is_kept(limited: Callable[[str], Limited]) -> None:
    server = limited("9/1m")
    server.ask("/things?key=secret", authorization="Bearer secret", x_key="secret", cookie="key=secret")
    memory = server.contracts.runtime.memory
    kept = {key: value for space in memory.spaces(SPACE) for key, value in memory.items(space).items()}
    assert len(kept) == 1
    assert "secret" not in str(kept)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(b"1700000000000 3", id="as earlier mocks wrote it"),
        pytest.param(b"170000000000 300", id="as earlier mocks wrote it, of the length that ours have"),
        pytest.param(b"", id="empty"),
    ],
)
def test_a_window_that_another_has_written_is_begun_anew(value: bytes) -> None:
    memory = LocalMemory()
    windows, rate = Windows(memory, HandClock(memory)), Rate(2, 60)
    windows.count("", "client", rate)
    [space] = memory.spaces(SPACE)
    [key] = memory.items(space)
    assert key != "client"
    memory.put(space, key, value)
    assert [windows.count("", "client", rate).is_over for _ in range(3)] == [False, False, True]


def test_memory_stays_flat_whoever_asks() -> None:
    memory = LocalMemory()
    windows = Windows(memory, Clock(memory), most=100)
    for number in range(1000):
        windows.count(f"session-{number % 7}", f"client-{number}", Rate(1, 60))
        assert sum(len(memory.items(space)) for space in memory.spaces(SPACE)) <= 100


@settings(derandomize=True, database=None, max_examples=60, deadline=None)
@given(
    requests=st.integers(1, 4),
    width=st.integers(1, 50),
    steps=st.lists(st.tuples(st.integers(0, 20), st.sampled_from("ab"))),
)
def test_windows_begin_with_the_first_request_and_let_so_many_pass(
    requests: int, width: int, steps: list[tuple[int, str]]
) -> None:
    memory = LocalMemory()
    clock = HandClock(memory)
    windows = Windows(memory, clock)
    open_windows: dict[str, tuple[int, int]] = {}
    for passed, client in steps:
        clock.seconds += passed
        start, used = open_windows.get(client, (clock.seconds, 0))
        if clock.seconds >= start + width:
            start, used = clock.seconds, 0
        quota = windows.count("", client, Rate(requests, width))
        is_over = used >= requests
        used += not is_over
        open_windows[client] = start, used
        assert (quota.is_over, quota.remaining, quota.ends) == (is_over, requests - used, start + width)
        assert quota.seconds == start + width - clock.seconds


class Crossed(LocalMemory):
    """A memory in which something else happens once, right before or right after a value is read."""

    def __init__(self) -> None:
        super().__init__()
        self.before: Callable[[], object] | None = None
        self.after: Callable[[], object] | None = None

    def get(self, space: str, key: str) -> bytes | None:
        before, self.before = self.before, None
        if before is not None:
            before()
        value = super().get(space, key)
        after, self.after = self.after, None
        if after is not None:
            after()
        return value


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(
    ("earlier", "passed", "remaining"),
    [
        pytest.param(0, 0, 6, id="in the first window"),
        pytest.param(2, 59, 4, id="in a window that is open"),
        pytest.param(2, 60, 6, id="when a window has ended"),
    ],
)
def test_requests_that_cross_are_each_counted_once(moment: str, earlier: int, passed: int, remaining: int) -> None:
    memory = Crossed()
    clock = HandClock(memory)
    windows, rate = Windows(memory, clock), Rate(9, 60)
    for _ in range(earlier):
        windows.count("", "client", rate)
    clock.seconds += passed
    setattr(memory, moment, lambda: windows.count("", "client", rate))
    windows.count("", "client", rate)
    assert windows.count("", "client", rate).remaining == remaining


@pytest.mark.parametrize("moment", ["before", "after"])
def test_nobody_is_refused_for_what_was_forgotten_meanwhile(moment: str) -> None:
    memory = Crossed()
    windows, rate = Windows(memory, HandClock(memory)), Rate(2, 60)
    assert [windows.count("", "client", rate).is_over for _ in range(4)] == [False, False, True, True]
    setattr(memory, moment, lambda: memory.clear(SPACE))
    windows.count("", "client", rate)
    assert [windows.count("", "client", rate).remaining for _ in range(2)] == [1, 0]


class HandClock(Clock):
    """A clock that only a hand moves."""

    seconds = 1_000_000

    def now(self, session: str) -> float:
        return float(self.seconds)


def test_clients_are_told_apart_by_where_they_connect_from(bundle: Path) -> None:
    request = b"GET /things HTTP/1.1\r\nHost: a\r\n\r\n" * 2 + b"GET /own HTTP/1.0\r\n\r\n"
    seen = []
    with serving(bundle, "--rate-limit", "1/1h") as served:
        for address in ("127.0.0.1", "127.0.0.2"):
            with socket.create_connection(("127.0.0.1", served.port), timeout=10, source_address=(address, 0)) as one:
                one.sendall(request)
                answers, _ = read_answers(read_all(one))
                seen.append([answer.status for answer in answers])
    assert seen == [[200, 429, 200]] * 2


def test_replicas_that_share_a_memory_count_together(bundle: Path, redis: Redis) -> None:
    options = ("--rate-limit", "5/1h", "--state-url", redis.url)
    request = b"GET /things HTTP/1.0\r\nAuthorization: Bearer a\r\n\r\n"
    with serving(bundle, *options) as one, serving(bundle, *options) as other:
        answers = [read_answers(server.exchange(request))[0][0] for server in (one, other) * 4]
    assert [answer.status for answer in answers] == [200] * 5 + [429] * 3
    assert {answer.headers["ratelimit"].partition(";t=")[0] for answer in answers[4:]} == {'"default";r=0'}
