"""The mock server as a process of its own: `contractctl mock` starts it, waits, and tells it what is new."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Final, Protocol, TypeAlias

_POLL_SECONDS: Final = 0.15
_FORWARDED: Final = {
    signal.SIGINT: signal.SIGINT,
    signal.SIGTERM: signal.SIGTERM,
    # The terminal is gone. To the server the signal means something else.
    signal.SIGHUP: signal.SIGTERM,
}
Renew: TypeAlias = "Callable[[Callable[[], None]], None]"
Handler: TypeAlias = "Callable[[int, FrameType | None], object] | int | None"


class Process(Protocol):
    """A running server."""

    def send_signal(self, sig: int) -> None:
        """Send it a signal; nothing happens when it has ended."""

    def reload(self) -> None:
        """Have all its processes read their bundles anew, before they read a request that is sent later."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and return its exit code, negative for a signal; raise TimeoutExpired after the seconds."""


Start: TypeAlias = Callable[[Sequence[str], Mapping[str, str]], Process]
"""Starts a command with more variables in its environment."""


class _Server(subprocess.Popen[bytes]):
    """A server with its workers, which are a process group."""

    def reload(self) -> None:
        """See `Process.reload`."""
        if self.poll() is None:
            os.killpg(self.pid, signal.SIGHUP)


def start_server(command: Sequence[str], environment: Mapping[str, str]) -> Process:
    """Start a command in a process group of its own, so that a terminal's Ctrl-C reaches it once, through us.

    It ignores SIGHUP until it has learnt what to do then: reading its bundles anew.
    """
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        return _Server(command, process_group=0, env={**os.environ, **environment})
    finally:
        signal.signal(signal.SIGHUP, before)


def serve(
    bundles: Sequence[str],
    *,
    options: Mapping[str, str] | None = None,
    start: Start = start_server,
    renew: Renew | None = None,
) -> int:
    """Serve `[PREFIX=]BUNDLE` arguments until the server ends, and return its exit code.

    `options` are flags of the server by name (`port`), with their values; a flag goes before the environment and the
    bundles. SIGINT and SIGTERM are passed on, so that the server drains; a server that a signal ended gives 128 and
    the signal's number. `renew` is called a few times a second, with a function that has the server read its bundles
    anew. A signal that ends the server interrupts it, and it is not called again.
    """
    given = dict(options or {})
    # It may hold a password, and every user of a machine sees the arguments of all processes.
    environment = {"MOCK_STATE_URL": url} if (url := given.pop("state-url", None)) else {}
    flags = [text for name, value in given.items() for text in (f"--{name}", value)]
    process = start([sys.executable, "-m", "contractctl.mockserver", *bundles, *flags], environment)
    code = _Supervision(process, renew).code()
    return code if code >= 0 else 128 - code


class _Supervision:
    """Waits for a server, and passes on what it has to hear."""

    def __init__(self, process: Process, renew: Renew | None) -> None:
        self._process = process
        self._renew = renew
        self._is_renewing = False

    def code(self) -> int:
        """Return the exit code of the server when it ends; when we cannot go on, it is ended."""
        with self._forwarding():
            try:
                self._look_while_it_runs()
                return self._process.wait()
            except BaseException:
                self._process.send_signal(signal.SIGTERM)
                self._process.wait()
                raise

    def _look_while_it_runs(self) -> None:
        """Return when the server has ended, or is told to."""
        try:
            while (renew := self._renew) is not None:
                try:
                    self._process.wait(timeout=_POLL_SECONDS)
                    return
                except subprocess.TimeoutExpired:
                    self._is_renewing = True
                    renew(self._process.reload)
                    self._is_renewing = False
        except KeyboardInterrupt:
            if self._renew is not None:  # not by us, below
                raise

    def _forward(self, number: int, _: FrameType | None) -> None:
        self._renew = None
        self._process.send_signal(_FORWARDED[signal.Signals(number)])
        if self._is_renewing:
            self._is_renewing = False
            raise KeyboardInterrupt

    @contextmanager
    def _forwarding(self) -> Iterator[None]:
        # A command that was started with `nohup` goes on ignoring that signal.
        numbers = [number for number in _FORWARDED if signal.getsignal(number) is not signal.SIG_IGN]
        before: dict[int, Handler] = {number: signal.signal(number, self._forward) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
