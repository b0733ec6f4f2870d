"""The memory of a mock: bytes by space and key. What is kept of worlds, tokens, limits and requests lies in here.

A space is a path such as `worlds/shard-1/clock`, so that `clear` and `spaces` take all below one. It is there while
something is in it. Every call is atomic, also between replicas that share a memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


class MemoryUnreachable(Exception):
    """The memory does not answer. One line for people, without a password; the request gets 503."""


class NotOurs(MemoryUnreachable):
    """The memory holds what no mock of this version has written, where this one keeps something."""

    def __init__(self) -> None:
        super().__init__(
            "Redis has what no mock has written where this one keeps something; POST to /reset, or use another database"
        )


class MemoryFull(Exception):
    """Nothing more can be kept. One line for people that says what to do; the request gets 507."""


@dataclass(slots=True)
class Space:
    """Everything that is in one space: values in the order of their first writing, numbers, and the list."""

    values: dict[str, bytes] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    entries: list[bytes] = field(default_factory=list)


class Memory(Protocol):
    """Every method raises MemoryUnreachable where the memory is not of this process."""

    is_shared: bool
    """Whether others than this process see it, so that asking takes time: never in the loop."""

    def check(self) -> None:
        """Return where something could be written now, and raise MemoryUnreachable or MemoryFull where not."""

    def get(self, space: str, key: str) -> bytes | None:
        """Return a value, or None."""

    def items(self, space: str) -> Mapping[str, bytes]:
        """Return the values of a space, in the order of their first writing. They stay as they are now."""

    def put(self, space: str, key: str, value: bytes | None) -> None:
        """Write a value; None removes it. Raise MemoryFull."""

    def swap(self, space: str, key: str, expected: bytes | None, value: bytes | None) -> bool:
        """Write a value where the expected one (None: nothing) is, else return False. Raise MemoryFull."""

    def take(self, space: str, key: str) -> bytes | None:
        """Remove a value and return it: of several who ask at once, one gets it."""

    def add(self, space: str, key: str, amount: int) -> int:
        """Add to a number of 64 bits, which begins at 0, and return it. Raise MemoryFull."""

    def numbers(self, space: str) -> dict[str, int]:
        """Return the numbers of a space."""

    def append(self, space: str, values: Sequence[bytes], keep: int) -> None:
        """Append to the list of a space, of which the last `keep` stay. Raise MemoryFull."""

    def tail(self, space: str, count: int) -> list[bytes]:
        """Return the last values of a list, in order."""

    def spaces(self, below: str) -> list[str]:
        """Return the spaces that are `below` or begin with it and a slash, sorted."""

    def clear(self, *below: str) -> None:
        """Empty all those below any of some paths."""

    def read(self, below: str) -> dict[str, Space]:
        """Return the spaces that `spaces` names with what is in them."""

    def replace(self, below: str, spaces: Mapping[str, Space]) -> None:
        """Put `spaces`, which are `below`, in the place of those that are there; raise MemoryFull and keep these."""
