"""A receiver of callbacks: a real server on a free port, which keeps what it was sent and answers as it is told."""

from __future__ import annotations

import json
import queue
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came in; names of headers are in lower case."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Receiver:
    """Where to send, and what came. Each of `statuses` is the answer of one request, 204 of all behind them."""

    port: int
    statuses: list[int] = field(default_factory=list)
    requests: queue.Queue[Received] = field(default_factory=queue.Queue)

    @property
    def url(self) -> str:
        """The address of its root, without a slash."""
        return f"http://127.0.0.1:{self.port}"

    def next(self) -> Received:
        """Wait for the next request."""
        return self.requests.get(timeout=10)


@contextmanager
def receiving(context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Receive until the block ends; with a `context`, by TLS."""

    class Handler(BaseHTTPRequestHandler):
        def _take(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = receiver.statuses.pop(0) if receiver.statuses else 204
            receiver.requests.put(Received(self.requestline, headers, body))
            self.send_response(status)
            self.send_header("Location", f"{receiver.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_GET = do_PUT = _take  # noqa: N815 # the names that the library calls

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    receiver = Receiver(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def as_json(received: Received) -> Any:
    """Return the value of a body."""
    return json.loads(received.body)
