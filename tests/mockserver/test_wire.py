"""Bytes in any order: what is not a request is refused, what is one is answered, and the server goes on."""

from __future__ import annotations

import random
import re
import socket
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.mockserver.serving import Served, read_all

GET = b"GET /pets HTTP/1.1\r\nHost: a\r\n\r\n"
LAST = b"GET /pets HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
POST = b"POST /pets HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"


def statuses(data: bytes) -> list[int]:
    return [int(found) for found in re.findall(rb"HTTP/1\.1 (\d{3}) ", data)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(GET, [200], id="a request"),
        pytest.param(GET * 3, [200] * 3, id="pipelined requests"),
        pytest.param(b"\r\n\r\n" + GET, [200], id="empty lines before a request"),
        pytest.param(GET + b"NONSENSE\r\n\r\n", [200, 400], id="a bad request after a good one"),
        pytest.param(LAST + GET, [200], id="nothing after Connection: close"),
        pytest.param(b"GET /pets HTTP/1.0\r\n\r\n" + GET, [200], id="HTTP/1.0 closes"),
        pytest.param(
            b"GET /pets HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" * 2, [200, 200], id="HTTP/1.0 that asks to stay"
        ),
        pytest.param(b"GET /pets HTTP/0.9\r\n\r\n", [505], id="HTTP/0.9"),
        pytest.param(b"GET /pets HTTP/2.0\r\nHost: a\r\n\r\n", [505], id="HTTP/2.0"),
        pytest.param(b"GET /pets HTTP/3.0\r\nHost: a\r\n\r\n", [505], id="HTTP/3.0"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [505], id="the preface of HTTP/2"),
        pytest.param(b"GET /pets\r\n\r\n", [505], id="a request line without a version"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", [400], id="TLS"),
        pytest.param(b"GET /pets HTTP/1.1\r\n\r\n", [400], id="no Host"),
        pytest.param(b"GET /pets HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", [400], id="two Hosts"),
        pytest.param(b"GET /pets HTTP/1.1\r\nHost : a\r\n\r\n", [400], id="a blank before the colon"),
        pytest.param(b"GET /pets HTTP/1.1\r\nHost: a\r\nX: 1\r\n 2\r\n\r\n", [400], id="a folded header"),
        pytest.param(b"GET /pets HTTP/1.1\nHost: a\n\n", [400], id="bare line feeds"),
        pytest.param(b"GET /pets HTTP/1.1\r\nHost: a\r\nX: \x00\r\n\r\n", [400], id="a NUL in a header"),
        pytest.param(b"GET /p\xffts HTTP/1.1\r\nHost: a\r\n\r\n", [400], id="a byte that no target has"),
        pytest.param(b"GET /pets#part HTTP/1.1\r\nHost: a\r\n\r\n", [400], id="a fragment"),
        pytest.param(b"BREW /pets HTTP/1.1\r\nHost: a\r\n\r\n", [405], id="a method that does not exist"),
        pytest.param(b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", [204], id="OPTIONS of the server"),
        pytest.param(b"GET * HTTP/1.1\r\nHost: a\r\n\r\n", [400], id="GET of the server"),
        pytest.param(b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n" + GET, [400], id="CONNECT ends the connection"),
        pytest.param(
            b"GET /pets HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n" + GET,
            [200, 200],
            id="an upgrade is answered and not made",
        ),
        pytest.param(POST + b"Content-Length: 2\r\n\r\n[]" + GET, [201, 200], id="a body, and a request after it"),
        pytest.param(
            POST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", [400], id="both lengths"
        ),
        pytest.param(POST + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n[]", [400], id="a length twice"),
        pytest.param(POST + b"Content-Length: +2\r\n\r\n[]", [400], id="a length with a sign"),
        pytest.param(POST + b"Content-Length: 99999999999999999999\r\n\r\n", [400], id="a length beyond 64 bits"),
        pytest.param(POST + b"Content-Length: 9999999999999999999\r\n\r\n[", [413], id="a huge length"),
        pytest.param(
            POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\nHost: b\r\nX-Late: 1\r\n\r\n" + GET,
            [201, 200],
            id="trailers are passed over",
        ),
        pytest.param(POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", [501], id="another coding"),
        pytest.param(POST + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n", [400], id="a bad chunk size"),
        pytest.param(
            b"POST /pets HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", [400], id="chunks in HTTP/1.0"
        ),
        pytest.param(b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", [414], id="a long target"),
        pytest.param(b"GET /" + b"a" * 200_000, [414], id="a target without an end"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 200_000, [431], id="a header without an end"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: a\r\n" * 40_000, [431], id="headers without an end"),
        pytest.param(
            b"POST /secret HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n[]" + GET,
            [401, 200],
            id="a refused request keeps its connection",
        ),
        pytest.param(
            b"POST /secret HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n" + b"x" * 900_000 + GET,
            [401],
            id="a refused request with a long body does not",
        ),
        pytest.param(POST + b"Content-Length: 5\r\n\r\n[]", [], id="a body that is cut short"),
        pytest.param(b"GET /pets HT", [], id="a head that is cut short"),
        pytest.param(b"", [], id="nothing"),
        pytest.param(POST + b"Content-Length: 8192\r\n\r\n" + b"[" * 8192, [400], id="deep nesting"),
    ],
)
def test_bytes_get_their_answers(server: Served, data: bytes, expected: list[int]) -> None:
    with server.connect() as connection:
        connection.sendall(data)
        with suppress(OSError):  # the server may have closed already
            connection.shutdown(socket.SHUT_WR)
        assert statuses(read_all(connection)) == expected
    assert statuses(server.exchange(LAST)) == [200]


def test_a_request_may_come_byte_by_byte(server: Served) -> None:
    with server.connect() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in POST + b"Content-Length: 2\r\nConnection: close\r\n\r\n[]":
            connection.sendall(bytes([byte]))
        assert statuses(read_all(connection)) == [201]


def test_a_client_that_waits_is_asked_for_its_body(server: Served) -> None:
    with server.connect() as connection:
        connection.sendall(POST + b"Expect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n")
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"[]")
        assert statuses(read_all(connection)) == [201]


def test_a_client_that_waits_is_refused_before_it_sends(server: Served) -> None:
    with server.connect() as connection:
        connection.sendall(b"POST /secret HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        assert statuses(read_all(connection)) == [401]


def test_a_sender_of_too_much_sees_the_answer_and_no_reset(server: Served) -> None:
    with server.connect() as connection:
        connection.sendall(POST + b"Content-Length: 4000000\r\n\r\n" + b"x" * 4_000_000)
        assert statuses(read_all(connection)) == [413]


def test_a_client_that_never_reads_costs_little_memory(server: Served) -> None:
    before = server.resident_bytes()
    with server.connect() as connection:
        connection.settimeout(0.5)
        with pytest.raises(TimeoutError):
            connection.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n" * 500_000)
        assert server.resident_bytes() - before < 16 << 20
        connection.settimeout(10)
        assert len(connection.recv(65536)) > 0
    assert statuses(server.exchange(LAST)) == [200]


def test_a_client_that_reads_late_gets_everything_in_order(server: Served) -> None:
    with server.connect() as connection:
        connection.sendall((b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n" + GET) * 100)
        connection.shutdown(socket.SHUT_WR)
        data = read_all(connection)
    assert statuses(data) == [200] * 200
    assert [len(body) for body in re.findall(rb"\r\n\r\n(x+|pets)", data)] == [100_000, 4] * 100


def test_an_answer_says_what_http_asks_for(server: Served) -> None:
    head, _, body = server.exchange(LAST).partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert (lines[0], body) == ("HTTP/1.1 200 OK", b"pets")
    assert re.fullmatch(r"Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", lines[-2])
    assert lines[-1] == "Connection: close"


ALPHABET = (
    b"GET |POST |/pets|/%| HTTP/1.1|\r\n|\n|Host: a|Content-Length: |5|0|Transfer-Encoding: chunked|:| |\x00|\xff|[]|{|"
    b"Expect: 100-continue|Accept: ;;;|Prefer: code=|?__code=|%zz|Connection: upgrade|Upgrade: h2c|Cookie: =;"
).split(b"|")


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(ALPHABET) | st.binary(max_size=8), max_size=40).map(b"".join))
def test_no_bytes_end_the_server_or_find_a_bug_of_it(server: Served, data: bytes) -> None:
    with server.connect() as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        assert 500 not in statuses(read_all(connection))
    assert statuses(server.exchange(LAST)) == [200]


def test_mutated_requests_never_find_a_bug(server: Served) -> None:
    chance = random.Random(1)
    original = POST + b"Accept: text/plain\r\nPrefer: code=201\r\nOrigin: http://a\r\nContent-Length: 2\r\n\r\n[]"
    for _ in range(300):
        data = bytearray(original)
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        with server.connect() as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            assert 500 not in statuses(read_all(connection))
