"""A small HTTP server in front of a registry: it records what passes, and answers by itself where a test says so."""

from __future__ import annotations

import http.client
import ssl
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it arrived. Header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the front's own; `cut` closes the connection after half of the body."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: bool = False


Rule = Callable[[Seen, int], Reply | None]
"""Answers a request, given how many like it (method and path without query) came before; None passes it on."""


@dataclass(frozen=True, slots=True)
class Front:
    """Answers at `host`; `seen` is the record, oldest first."""

    host: str
    seen: list[Seen]

    def count(self, method: str, part: str = "") -> int:
        return sum(one.method == method and part in one.path for one in self.seen)


@contextmanager
def front_of(
    host: str, rule: Rule, *, tls: ssl.SSLContext | None = None, hangs_up: Callable[[Seen, int], bool] | None = None
) -> Iterator[Front]:
    """Serve in front of the registry at `host` (which may be empty when the rule answers everything).

    `hangs_up` is asked, as a rule is, before the body of a request is read, and ends the connection there.
    """
    seen: list[Seen] = []
    lock = Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            one = Seen(self.command, self.path, headers, b"")
            with lock:
                place, before = len(seen), sum(_alike(one, other) for other in seen)
                seen.append(one)
            if hangs_up is not None and hangs_up(one, before):
                self.close_connection = True
                return
            one = replace(one, body=self.rfile.read(int(headers.get("content-length", "0"))))
            seen[place] = one
            self.reply(rule(one, before) or passed_on(host, one))

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_CONNECT = handle_any  # noqa: N815 - the names are the base class's

        def reply(self, reply: Reply) -> None:
            self.send_response_only(reply.status)
            if "Date" not in reply.headers:
                self.send_header("Date", self.date_time_string())
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if not any(name.lower() == "content-length" for name in reply.headers):
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body[: len(reply.body) // 2] if reply.cut else reply.body)
            self.close_connection = self.close_connection or reply.cut

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
            """Stay silent."""

    with _Server(("127.0.0.1", 0), Handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield Front(f"127.0.0.1:{server.server_port}", seen)
        finally:
            server.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent of clients that have gone: some tests are about that."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # passed on as it came


def pass_on(seen: Seen, before: int) -> None:
    """Answer nothing: the registry does."""


def _alike(one: Seen, other: Seen) -> bool:
    return (one.method, one.path.partition("?")[0]) == (other.method, other.path.partition("?")[0])


def passed_on(host: str, one: Seen) -> Reply:
    """Ask the registry under the name that the client used, so that the addresses it gives lead back here."""
    connection = http.client.HTTPConnection(host)
    try:
        connection.putrequest(one.method, one.path, skip_host=True, skip_accept_encoding=True)
        for name, value in one.headers.items():
            if name != "connection":
                connection.putheader(name, value)
        connection.endheaders(one.body)
        answer = connection.getresponse()
        body = answer.read()
        hidden = {"connection", "transfer-encoding", "date"}
        headers = {name: value for name, value in answer.headers.items() if name.lower() not in hidden}
        return Reply(answer.status, headers, body)
    finally:
        connection.close()
