"""Bytes in any order: what is not a request is refused, what is one is answered, and the server goes on."""

from __future__ import annotations

import random
import re
import socket

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.mockserver.serving import Served, read_all

GET = b"GET /pets HTTP/1.1\r\nHost: a\r\n\r\n"
LAST = b"GET /pets HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
POST = b"POST /pets HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"


def statuses(data: bytes) -> list[int]:
    return [int(found) for found in re.findall(rb"HTTP/1\.1 (\d{3}) ", data)]


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
