"""Replicas behind one address: a plain round-robin proxy, and a client that keeps every byte of an answer."""

from __future__ import annotations

import re
import socket
import socketserver
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle
from threading import Thread
from urllib.parse import urlsplit

_DATE = re.compile(rb"(?m)^Date: .*\r\n")


@contextmanager
def round_robin(addresses: Sequence[str]) -> Iterator[str]:
    """Serve a proxy that leads one connection after the other to the next address; yield its own."""
    turns = cycle(addresses)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            _pass_on(self.request, next(turns))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def _pass_on(client: socket.socket, address: str) -> None:
    """Pass on what both say until the server closes; the clients here say all before they read."""
    with _connect(address) as server:
        upward = Thread(target=_pump, args=(client, server))
        upward.start()
        _pump(server, client)
        upward.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    while piece := source.recv(65536):
        sink.sendall(piece)
    sink.shutdown(socket.SHUT_WR)


def ask(address: str, method: str, target: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """Send one request on a connection of its own; return the whole answer as it comes off the wire, but for Date."""
    length = {"Content-Length": str(len(body))} if body or method in {"POST", "PUT", "PATCH"} else {}
    lines = {"Host": "mock.example", "Connection": "close", **headers, **length}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    with _connect(address) as connection:
        connection.sendall(f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode() + body)
        connection.shutdown(socket.SHUT_WR)
        whole = b"".join(iter(lambda: connection.recv(65536), b""))
    answer, dates = _DATE.subn(b"", whole, count=1)
    assert dates == 1, whole[:500]
    return answer


def _connect(address: str) -> socket.socket:
    parts = urlsplit(address)
    return socket.create_connection((parts.hostname, parts.port), timeout=10)
