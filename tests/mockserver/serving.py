"""A real server for a real contract: compiled from text, started as a process, spoken to over sockets."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from contractctl.contract.build import build_contract
from contractctl.contract.digest import content_digest
from contractctl.core.locations import Place
from contractctl.mock.compile import compile_bundle
from contractctl.mock.settings import MockSettings
from contractctl.source.parse import parse_document


def bundle_of(contract: str, settings: MockSettings | None = None) -> bytes:
    """Compile a description into a Bundle whose lines are those of the text."""
    document = parse_document("openapi.yaml", contract.encode())

    def locate(place: Place) -> str:
        return f"openapi.yaml:{document.locate(place).line}"

    built = build_contract(document)
    digest = content_digest(document)
    return compile_bundle(built.contract, settings=settings or MockSettings(), spec_digest=digest, locate=locate).bundle


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


def read_all(connection: socket.socket) -> bytes:
    """Read until the other side closes."""
    return b"".join(iter(lambda: connection.recv(65536), b""))
