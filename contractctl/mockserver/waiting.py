"""The one thread that may wait for others, so that the loop never does."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


class WaitingThread:
    """Does one thing after the other, in the order in which they were given. The end of the process waits for none.

    What was cancelled before its turn, because the client has gone, is not begun.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._turns: SimpleQueue[Callable[[], None]] = SimpleQueue()
        # A daemon: a process that is told to end does not wait for a Redis that says nothing.
        Thread(target=self._run, name="waiting", daemon=True).start()

    def submit(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """Have something done; called in the loop, which gets the result or what was raised."""
        coming: asyncio.Future[T] = self._loop.create_future()
        self._turns.put(partial(self._do, work, coming))
        return coming

    def _run(self) -> None:
        while True:
            self._turns.get()()

    def _do(self, work: Callable[[], T], coming: asyncio.Future[T]) -> None:
        if coming.cancelled():
            return
        try:
            delivery = partial(_succeed, coming, work())
        except Exception as error:
            delivery = partial(_fail, coming, error)
        # The loop may have been closed in the meantime: then nobody waits any more.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(delivery)


def _succeed(coming: asyncio.Future[T], result: T) -> None:
    if not coming.cancelled():
        coming.set_result(result)


def _fail(coming: asyncio.Future[T], error: Exception) -> None:
    if not coming.cancelled():
        coming.set_exception(error)
