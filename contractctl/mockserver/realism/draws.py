"""Chance that repeats: what is drawn depends on the seed, the session, the operation and how often it was asked."""

from __future__ import annotations

import struct

from contractctl.mockserver.memory.interface import Memory
from contractctl.mockserver.requests import Request
from contractctl.mockserver.sessions import session_of, world_space

_PAIR = struct.Struct(">QQ")
_WHOLE = 1 << 53
"""As many values as a number below 1 can have, evenly spread."""


class Draws:
    """A stream of draws of one operation in each session. `name` sets it apart from all other streams."""

    def __init__(self, name: str, seed: int, memory: Memory) -> None:
        # Imported when it is needed: it loads OpenSSL.
        from hashlib import blake2b

        self._name = name
        self._memory = memory
        self._start = blake2b(f"{seed}\0{name}\0".encode(errors="surrogatepass"), digest_size=16)

    def next(self, request: Request) -> tuple[float, float]:
        """Return two numbers from 0 to below 1 for one more request.

        Raise BadTarget for a session that is no name, MemoryUnreachable or MemoryFull.
        """
        session = session_of(request)
        number = self._memory.add(world_space(session, "draws"), self._name, 1)
        digest = self._start.copy()
        digest.update(f"{session}\0{number}".encode())
        first, second = _PAIR.unpack(digest.digest())
        return (first >> 11) / _WHOLE, (second >> 11) / _WHOLE
