from __future__ import annotations

import threading
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractctl.image.registry.parallel import in_parallel


@given(st.lists(st.integers()), st.integers(1, 9))
def test_what_tasks_give_comes_in_their_order(numbers: list[int], at_a_time: int) -> None:
    stop = threading.Event()
    assert in_parallel([partial(abs, one) for one in numbers], at_a_time=at_a_time, stop=stop) == list(
        map(abs, numbers)
    )
    assert not stop.is_set()


def test_tasks_run_together_but_not_all_at_once() -> None:
    together = threading.Barrier(3, timeout=10)
    threads: set[int] = set()

    def task() -> None:
        threads.add(threading.get_ident())
        together.wait()

    in_parallel([task] * 9, at_a_time=3, stop=threading.Event())
    assert len(threads) == 3


@pytest.mark.parametrize("error", [ValueError("roar"), KeyboardInterrupt()], ids=["a fault", "an interrupt"])
def test_who_fails_is_told_while_another_still_waits(error: BaseException) -> None:
    stop, released, begun = threading.Event(), threading.Event(), threading.Event()

    def wait_long() -> None:
        begun.set()
        released.wait(60)

    def fail() -> None:
        begun.wait(60)
        raise error

    with pytest.raises(type(error)) as told:
        in_parallel([wait_long, fail, begun.clear], at_a_time=2, stop=stop)
    assert (told.value, stop.is_set(), released.is_set()) == (error, True, False)
    released.set()


def test_nothing_to_do_is_done() -> None:
    assert in_parallel([], at_a_time=4, stop=threading.Event()) == []
