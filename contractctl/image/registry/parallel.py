"""Several exchanges at a time; once one has failed, or the user has had enough, nobody waits for the others."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")

MOMENT = 1.0
"""Seconds that others have to clear up when one has failed."""


def in_parallel(tasks: Sequence[Callable[[], T]], *, at_a_time: int, stop: threading.Event) -> list[T]:
    """Run tasks, a few at a time, and return what they give, in their order.

    What the first that fails raises is raised here, as an interrupt is; both set `stop`, which tasks should look at.
    They have a moment to clear up. A thread that waits for a silent host by then is left to itself: it keeps no process
    from ending, as those of ThreadPoolExecutor do.
    """
    waiting = iter(enumerate(tasks))
    lock = threading.Lock()
    ended: SimpleQueue[tuple[int, Callable[[], T]]] = SimpleQueue()

    def work() -> None:
        while not stop.is_set():
            with lock:
                number, task = next(waiting, (-1, None))
            if task is None:
                return
            ended.put((number, _ended(task)))

    threads = [threading.Thread(target=work, daemon=True) for _ in range(min(at_a_time, len(tasks)))]
    results: dict[int, T] = {}
    try:
        for thread in threads:
            thread.start()
        for _ in tasks:
            number, result = ended.get()
            results[number] = result()
    except BaseException:
        stop.set()
        until = time.monotonic() + MOMENT
        for thread in filter(threading.Thread.is_alive, threads):
            thread.join(max(0.0, until - time.monotonic()))
        raise
    return [results[number] for number in range(len(tasks))]


def _ended(task: Callable[[], T]) -> Callable[[], T]:
    """Run a task, and return what gives its result, or raises what it raised."""
    try:
        result = task()
    except BaseException as error:  # raised anew where the result is wanted
        raised = error

        def fail() -> T:
            raise raised

        return fail
    return lambda: result
