"""`contractctl mock` as a developer has it: a process, files that are edited under it, and a client."""

from __future__ import annotations

import http.client
import os
import re
import select
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.cli.running import CommandLine

PATIENCE = 30
"""Seconds after which a line that does not come is a failure."""


class Lines:
    """Lines of a pipe as they come."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._text = b""

    def up_to(self, pattern: str) -> list[str]:
        """Return the lines up to the first that the expression is found in."""
        lines = []
        while not lines or not re.search(pattern, lines[-1]):
            lines.append(self._next(lines))
        return lines

    def _next(self, before: Sequence[str]) -> str:
        while b"\n" not in self._text:
            assert select.select([self._file], [], [], PATIENCE)[0], f"nothing more after {before}"
            data = os.read(self._file, 65536)
            assert data, f"it ended after {before}"
            self._text += data
        line, _, self._text = self._text.partition(b"\n")
        return line.decode()


@dataclass
class Mock:
    """A running command, and a connection to its server that stays open."""

    process: subprocess.Popen[bytes]
    banner: list[str]
    errors: Lines
    port: int
    connections: list[http.client.HTTPConnection] = field(default_factory=list)

    def connect(self) -> http.client.HTTPConnection:
        """Open a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        self.connections.append(connection)
        return connection

    def get(self, target: str) -> tuple[int, str]:
        """Ask over the first connection, which must not have been closed in between."""
        connection = self.connections[0] if self.connections else self.connect()
        sock = connection.sock
        connection.request("GET", target)
        response = connection.getresponse()
        body = response.read().decode()
        assert sock is None or sock is connection.sock, "the connection was closed"
        return response.status, body


@contextmanager
def mocking(cli: CommandLine, *arguments: str, environment: dict[str, str] | None = None) -> Iterator[Mock]:
    """Run `contractctl mock` on a free port; it ends with status 0, and leaves nothing, or the test fails."""
    process = subprocess.Popen(
        [sys.executable, "-m", "contractctl", "mock", *arguments, "--port", "0", "--log", "none"],
        cwd=cli.folder,
        env={**cli.environment, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stderr
    mock: Mock | None = None
    try:
        banner = Lines(process.stdout.fileno()).up_to("^health:")
        found = re.search(r":(\d+)/__mock", banner[-1])
        assert found
        mock = Mock(process, banner, Lines(process.stderr.fileno()), int(found[1]))
        yield mock
        process.terminate()
        assert (process.wait(PATIENCE), process.stderr.read()) == (0, b"")
    finally:
        for connection in mock.connections if mock else ():
            connection.close()
        if process.poll() is None:
            process.terminate()
            process.wait(PATIENCE)
        process.stdout.close()
        process.stderr.close()
