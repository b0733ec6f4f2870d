"""Several processes behind one port: the parent holds the sockets, and puts a new worker in the place of a dead one."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from typing import Final, NoReturn

SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD, signal.SIGALRM)
_YOUNG_SECONDS: Final = 1.0
"""A worker that ends sooner than this has something wrong with it, and the next one has to wait."""
_FIRST_WAIT: Final = 0.1
_LONGEST_WAIT: Final = 5.0
_PATIENCE_SECONDS: Final = 15
"""How long workers may drain before they are killed; they end by themselves sooner."""


class Workers:
    """The parent's side. `work` serves in a worker until it is told to stop, given a file that ends with the parent.

    `work` begins with `SIGNALS` blocked and lets them through once it has handlers, so that none is lost or kills.

    SIGTERM and SIGINT stop the workers, who finish what runs; a second one ends that. SIGHUP goes to each of them after
    `reload` was called here, so that a worker who comes later has what they have.
    """

    def __init__(
        self, count: int, sockets: Sequence[socket.socket], work: Callable[[int], None], reload: Callable[[], None]
    ) -> None:
        self._count = count
        self._sockets = sockets
        self._work = work
        self._reload = reload
        self._born: dict[int, float] = {}
        self._wait = 0.0
        self._stopping = False
        # Nothing is ever written: it ends when the parent does, however that comes about.
        self._lifeline, self._held_end = os.pipe()

    def run(self, announce: Callable[[], None]) -> None:
        """Start the workers, announce them, and return when they have ended because somebody said so."""
        for number in SIGNALS:
            # Blocked and waited for; but what has no handler is thrown away by some systems before anybody waits.
            signal.signal(number, _nothing)
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        self._fill()
        announce()
        while self._born or not self._stopping:
            match signal.sigwait(SIGNALS):
                case signal.SIGTERM | signal.SIGINT:
                    self._stop()
                case signal.SIGHUP:
                    self._reload()
                    self._tell(signal.SIGHUP)
                case signal.SIGCHLD:
                    self._bury()
                    self._come_back()
                case _ if self._stopping:
                    self._tell(signal.SIGKILL)
                case _:
                    self._fill()

    def _fill(self) -> None:
        while len(self._born) < self._count and not self._stopping:
            pid = os.fork()
            if pid == 0:
                self._be_a_worker()
            self._born[pid] = time.monotonic()

    def _be_a_worker(self) -> NoReturn:
        """Serve, and end this process whatever happens: nothing of the parent's is to run on in it."""
        status = 1
        try:
            os.close(self._held_end)
            # Ctrl-C reaches every process of a terminal; it is the parent who says what follows from it.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            # The others stay blocked, and wait, until `work` has what it takes to heed them.
            self._work(self._lifeline)
            status = 0
        except BaseException:
            from traceback import print_exc

            print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)

    def _bury(self) -> None:
        """Learn who has ended. As the first process of a container the parent buries strangers, too."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            if (born := self._born.pop(pid, None)) is not None and not self._stopping:
                young = time.monotonic() - born < _YOUNG_SECONDS
                self._wait = min(max(self._wait * 2, _FIRST_WAIT), _LONGEST_WAIT) if young else 0.0
                sys.stderr.write(f"warning: {_end(pid, status)}; another takes its place{_later(self._wait)}\n")

    def _come_back(self) -> None:
        """Have the places filled, by way of the alarm; at once where nothing speaks against it."""
        if not self._stopping and len(self._born) < self._count:
            signal.setitimer(signal.ITIMER_REAL, self._wait or 0.001)

    def _stop(self) -> None:
        if not self._stopping:
            self._stopping = True
            # The workers accept for a moment more; after the last of them nobody is left hanging in a queue.
            for listener in self._sockets:
                listener.close()
            signal.setitimer(signal.ITIMER_REAL, _PATIENCE_SECONDS)
        self._tell(signal.SIGTERM)

    def _tell(self, number: signal.Signals) -> None:
        for pid in self._born:
            os.kill(pid, number)


def _nothing(*_: object) -> None:
    """Do nothing: the signal is waited for."""


def _end(pid: int, status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        return f"the worker {pid} ended with status {code}"
    return f"the worker {pid} was ended by signal {-code}"


def _later(wait: float) -> str:
    return f" in {wait:g} s" if wait else ""
