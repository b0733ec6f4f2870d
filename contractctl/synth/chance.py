"""Chance that is the same on every machine and in every process."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

_T = TypeVar("_T")


class Chance:
    """A stream of numbers that depends on its key alone (BLAKE2 in counter mode)."""

    __slots__ = ("_count", "_key")

    def __init__(self, *key: object) -> None:
        self._key = repr(key).encode()
        self._count = 0

    def below(self, limit: int) -> int:
        """Return a number from 0 to `limit` - 1; 0 when `limit` is not positive."""
        self._count += 1
        digest = hashlib.blake2b(self._key + b"%d" % self._count, digest_size=16).digest()
        return int.from_bytes(digest, "big") % limit if limit > 0 else 0

    def pick(self, choices: Sequence[_T]) -> _T:
        """Return one of `choices`; there is at least one."""
        return choices[self.below(len(choices))]
