"""Methods that a mock serves, and those that it cannot."""

from __future__ import annotations

import httptools

from contractctl.mock import routes


class _Listener:
    """What the server's parser tells; nothing of it matters here."""


def understands(method: str) -> bool:
    parser = httptools.HttpRequestParser(_Listener())
    try:
        parser.feed_data(f"{method} / HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    except httptools.HttpParserInvalidMethodError:
        return False
    return parser.get_method() == method.encode()


def test_every_method_that_is_served_is_one_that_the_parser_reads():
    assert [method for method in sorted(routes.SERVED_METHODS) if not understands(method)] == []


def test_a_made_up_method_is_none_that_the_parser_reads():
    assert not understands("FROB")
