"""A real web server on a loopback port, whose answers a test spells out and whose requests it may read."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Answer:
    """`stall` never finishes: "headers" sends nothing, "body" sends the headers and the body but not its end.

    `claims` is a Content-Length other than the true one; the connection is closed after the body.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    claims: int | None = None
    chunked: bool = False
    stall: str = ""


@dataclass(frozen=True)
class Seen:
    path: str
    headers: Mapping[str, str]


@dataclass
class Web:
    """`answers` maps paths to one answer, or to several that are given in turn; the last one stays."""

    url: str
    answers: dict[str, Answer | list[Answer]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def next_answer(self, path: str) -> Answer:
        answer = self.answers.get(path, Answer(b"nothing here", 404))
        if isinstance(answer, list):
            return answer.pop(0) if len(answer) > 1 else answer[0]
        return answer


@contextmanager
def serve_web(host: str = "127.0.0.1") -> Iterator[Web]:
    web = Web("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            web.seen.append(Seen(self.path, dict(self.headers.items())))
            # A client that has had enough is what some tests are about.
            with suppress(ConnectionError):
                self.answer(web.next_answer(self.path))
            self.close_connection = True

        def answer(self, answer: Answer) -> None:
            if answer.stall == "headers":
                web.closing.wait()
                return
            etag = answer.headers.get("ETag")
            fresh = etag is not None and self.headers.get("If-None-Match") == etag
            self.send_response(304 if fresh else answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.chunked:
                self.send_header("Transfer-Encoding", "chunked")
            else:
                self.send_header("Content-Length", str(len(answer.body) if answer.claims is None else answer.claims))
            self.send_header("Connection", "close")
            self.end_headers()
            if not fresh:
                self.wfile.write(
                    b"%x\r\n%b\r\n0\r\n\r\n" % (len(answer.body), answer.body) if answer.chunked else answer.body
                )
            if answer.stall == "body":
                web.closing.wait()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer((host, 0), Handler)
    web.url = f"http://{host}:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield web
    finally:
        web.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
