"""The numbers of requests that have an operation, a method and a status in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol, TypeAlias

from contractctl.mockserver.observing.entries import Key
from contractctl.mockserver.observing.spaces import BOUNDS, METRICS, MICROSECONDS, key_of

FAST: Final = BOUNDS[0]
OVER: Final = 0
"""No status."""
Label: TypeAlias = "tuple[str, str, str, int]"
"""Prefix, title of an operation or what else a request was for, method, status."""


class Wanting(Protocol):
    """Who looks for what is used."""

    is_left: bool


class Cell:
    """One set of numbers. `status` is that of `key` until they were handed over, and no requests may be added.

    `fast` are the requests that took less than FAST, `counts` the others by duration, see BOUNDS. `watch` is None where
    nobody looks for what is used.
    """

    __slots__ = ("counts", "fast", "is_noted", "key", "prefix", "received", "seconds", "sent", "status", "watch")

    def __init__(self, key: Key, prefix: str, watch: Wanting | None, *, is_noted: bool = True) -> None:
        self.key = key
        self.status = key[2]
        self.prefix = prefix
        self.watch = watch
        self.is_noted = is_noted
        self.fast = 0
        self.counts = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0
        self.received = 0
        self.sent = 0

    @property
    def requests(self) -> int:
        """How many there were."""
        return self.fast + sum(self.counts)

    def numbers(self, prefix: str, title: str, method: str, status: int) -> Iterator[tuple[str, str, int]]:
        """Yield space, key and amount of each number, under these labels."""
        labels = (prefix, title, method, status)
        for place, count in enumerate((self.fast + self.counts[0], *self.counts[1:])):
            if count:
                yield METRICS, key_of("requests", *labels, place), count
        sent = 0 if method == "HEAD" else self.sent
        amounts = {"seconds": round(self.seconds * MICROSECONDS), "received": self.received, "sent": sent}
        for name, amount in amounts.items():
            if amount:
                yield METRICS, key_of(name, *labels), amount
