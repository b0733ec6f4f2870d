"""Debian's `redis-server` on a loopback port, which can be stopped, started anew, and made to refuse."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import IO

from tests.components.presence import give_up, require


@dataclass(slots=True)
class Redis:
    """A Redis at 127.0.0.1. It forgets everything when it is stopped; `options` are those that it is started with."""

    folder: Path
    port: int
    options: tuple[str, ...] = ()
    process: subprocess.Popen[str] | None = None
    _reader: Thread = field(default_factory=Thread)

    @property
    def url(self) -> str:
        """The URL of its first database, for who needs no password."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, and return when it takes connections."""
        program = require("redis-server", package="redis-server")
        self.process = subprocess.Popen(
            [
                *(str(program), "--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "no"),
                *("--dir", str(self.folder), *self.options),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        assert self.process.stdout is not None
        _await_ready(self.process.stdout)
        # A pipe that nobody reads would stop it once it is full.
        self._reader = Thread(target=deque, args=(self.process.stdout, 0))
        self._reader.start()

    def stop(self) -> None:
        """End it; who is connected sees the connection close."""
        if self.process is not None:
            self.process.terminate()
            self._reader.join()
            self.process.wait()
            if self.process.stdout:
                self.process.stdout.close()
            self.process = None

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Have it let everybody in and say nothing."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def command(self, *words: str) -> str:
        """Send a command on a connection of its own, and return the answer as it comes off the wire."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            parts = [f"*{len(words)}\r\n", *(f"${len(word.encode())}\r\n{word}\r\n" for word in words)]
            connection.sendall("".join(parts).encode())
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b"")).decode("utf-8", "replace")


@contextmanager
def running_redis(folder: Path, *options: str) -> Iterator[Redis]:
    """Run a Redis on a free port."""
    redis = Redis(folder, free_port(), options)
    redis.start()
    try:
        yield redis
    finally:
        redis.stop()


def free_port() -> int:
    """Return a port that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _await_ready(lines: IO[str]) -> None:
    """Read what it says until it is ready, or until it ends."""
    words = ""
    for words in lines:
        if re.search(r"ready to accept connections", words, re.IGNORECASE):
            return
    give_up(f"redis-server does not start: {words.strip() or 'it wrote nothing'}")
