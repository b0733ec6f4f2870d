"""The mock server as a process of its own: `contractctl mock` starts it and waits."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final, Protocol, TypeAlias

_FORWARDED: Final = (signal.SIGINT, signal.SIGTERM)
Handler: TypeAlias = "Callable[[int, FrameType | None], object] | int | None"


class Process(Protocol):
    """A running server."""

    def send_signal(self, sig: int) -> None:
        """Send it a signal; nothing happens when it has ended."""

    def wait(self) -> int:
        """Wait for its end and return its exit code, negative for a signal."""


Start: TypeAlias = Callable[[Sequence[str]], Process]


def start_server(command: Sequence[str]) -> Process:
    """Start a command in a process group of its own, so that a terminal's Ctrl-C reaches it once, through us."""
    return subprocess.Popen(command, process_group=0)  # noqa: S603 # our own interpreter and package


def serve(bundle: Path, *, options: Mapping[str, str] | None = None, start: Start = start_server) -> int:
    """Serve a Bundle until the server ends, and return its exit code.

    `options` are flags of the server by name (`port`), with their values; a flag goes before the environment and the
    Bundle. SIGINT and SIGTERM are passed on, so that the server drains; a server that a signal ended gives 128 and
    the signal's number.
    """
    flags = [text for name, value in (options or {}).items() for text in (f"--{name}", value)]
    process = start([sys.executable, "-m", "contractctl.mockserver", str(bundle), *flags])
    with _forwarding(process):
        code = process.wait()
    return code if code >= 0 else 128 - code


@contextmanager
def _forwarding(process: Process) -> Iterator[None]:
    def forward(number: int, _: FrameType | None) -> None:
        process.send_signal(number)

    before: dict[int, Handler] = {number: signal.signal(number, forward) for number in _FORWARDED}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
