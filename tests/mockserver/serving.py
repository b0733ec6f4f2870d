"""A real server for a real contract: compiled from text, started as a process, spoken to over sockets."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

from contractctl.contract.build import build_contract
from contractctl.contract.digest import content_digest
from contractctl.core.locations import Place
from contractctl.mock.compile import CompiledMock, compile_bundle
from contractctl.mock.description import describe
from contractctl.mock.settings import MockSettings
from contractctl.source.parse import parse_document


def bundle_of(contract: str, settings: MockSettings | None = None) -> bytes:
    """Compile a description into a Bundle whose lines are those of the text."""
    return compiled(contract, settings).bundle


def compiled(contract: str, settings: MockSettings | None = None) -> CompiledMock:
    """Compile a description, and say what was found on the way."""
    document = parse_document("openapi.yaml", contract.encode())

    def locate(place: Place) -> str:
        return f"openapi.yaml:{document.locate(place).line}"

    built = build_contract(document)
    digest = content_digest(document)
    return compile_bundle(
        built.contract,
        settings=settings or MockSettings(),
        spec_digest=digest,
        locate=locate,
        description=describe(document, built),
    )


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, read whole."""

    status: int
    headers: Message
    body: bytes

    def json(self) -> Any:
        """Return what the body says; None where there is none."""
        return json.loads(self.body) if self.body else None


@dataclass(frozen=True, slots=True)
class Served:
    """A running server: its process, its port, and what it said when it was ready."""

    process: subprocess.Popen[str]
    port: int
    banner: str

    def connect(self) -> socket.socket:
        """Open a connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def exchange(self, data: bytes) -> bytes:
        """Send bytes, say that there will be no more, and return everything that comes back."""
        with self.connect() as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            return read_all(connection)

    def ask(self, method: str, target: str, body: str | None = None, headers: Mapping[str, str] | None = None) -> Reply:
        """Send one request on a connection of its own."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request(method, target, body, dict(headers or {}))
            response = connection.getresponse()
            return Reply(response.status, response.headers, response.read())

    def until_refused(self) -> None:
        """Return when the server lets nobody in any more."""
        while True:
            try:
                self.exchange(b"GET / HTTP/1.0\r\n\r\n")
            except OSError:
                return

    def resident_bytes(self) -> int:
        """Return how much memory the process has now."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def stop(self) -> str:
        """Stop the server with SIGTERM, check that it ends well, and return what it wrote after its banner."""
        self.process.send_signal(signal.SIGTERM)
        output, errors = self.process.communicate(timeout=20)
        assert (self.process.returncode, errors) == (0, "")
        return output


@contextmanager
def serving(
    bundle: Path | str,
    *options: str,
    port: tuple[str, ...] = ("--port", "0"),
    environment: dict[str, str] | None = None,
) -> Iterator[Served]:
    """Serve a bundle on a free port, without an access log; the server is killed if the test did not stop it."""
    command = [sys.executable, "-I", "-B", "-m", "contractctl.mockserver", str(bundle), "--log", "none", *port]
    process = subprocess.Popen(
        [*command, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"PATH": os.environ["PATH"], **(environment or {})},
    )
    assert process.stdout
    try:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith(("health:", "{")):
                break
        banner = "".join(lines)
        found = re.search(r"https?://[^/]*:(\d+)/__mock", banner)
        assert found, (banner, process.stderr and process.stderr.read())
        yield Served(process, int(found.group(1)), banner)
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=20)
            assert (process.returncode, errors) == (0, "")
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
        process.stdout.close()
        if process.stderr:
            process.stderr.close()


def workers(served: Served) -> list[int]:
    """Return the processes that the server has started, those that have ended left out."""
    children = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children").read_text().split()
    return [int(child) for child in children]


def read_all(connection: socket.socket) -> bytes:
    """Read until the other side closes."""
    return b"".join(iter(lambda: connection.recv(65536), b""))
