"""A small real backend: the server that a client meets once the mock has done its work."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: `query` has the last value of each name, `authorization` is the header, `body` what was sent."""

    method: str
    path: str
    query: dict[str, str]
    authorization: str
    body: bytes


Answer = tuple[int, object]
"""A status, and what is written as JSON; None is an answer without a body."""
Backend = Callable[[Asked], Answer]


@contextmanager
def serving_backend(backend: Backend) -> Iterator[str]:
    """Serve a backend on a free port of the loopback; yield its address."""

    class Handler(_Handler):
        answer = staticmethod(backend)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    answer: ClassVar[Backend]

    def _serve(self) -> None:
        target = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(target.query).items()}
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked = Asked(self.command, target.path, query, self.headers.get("Authorization", ""), body)
        status, value = type(self).answer(asked)
        data = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_DELETE = _serve  # noqa: N815 # the names that http.server looks for

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # as http.server names it
        """Say nothing."""
