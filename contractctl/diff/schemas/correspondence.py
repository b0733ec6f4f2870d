"""Find out which things of one list became which of another."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from contractctl.core.records import dataclass

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Matched(Generic[T]):
    """The things of two lists: those that belong together, and those that are left on either side, in order."""

    both: list[tuple[T, T]]
    base: list[T]
    revision: list[T]


def match(base: Sequence[T], revision: Sequence[T], keys: Sequence[Callable[[T], Hashable]]) -> Matched[T]:
    """Match things by the first key, what is left by the next, and so on; among equal keys by their order.

    A thing whose key is None is not matched by it.
    """
    both: list[tuple[T, T]] = []
    left, right = list(base), list(revision)
    for key_of in keys:
        taken: set[int] = set()
        waiting: dict[Hashable, list[T]] = {}
        for other in reversed(right):
            waiting.setdefault(key_of(other), []).append(other)
        rest: list[T] = []
        for one in left:
            key = key_of(one)
            if key is not None and waiting.get(key):
                both.append((one, waiting[key].pop()))
                taken.add(id(both[-1][1]))
            else:
                rest.append(one)
        left, right = rest, [other for other in right if id(other) not in taken]
    return Matched(both, left, right)
