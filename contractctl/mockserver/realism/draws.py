"""Chance that repeats: what is drawn depends on the seed, the session, the operation and how often it was asked."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from contractctl.mockserver.exchange import Drawn, Exchange
from contractctl.mockserver.memory.interface import Memory
from contractctl.mockserver.sessions import session_of, world_space

if TYPE_CHECKING:
    from hashlib import blake2b

_NUMBERS = struct.Struct(">QQQ")
_WHOLE = 1 << 53
"""As many values as a number below 1 can have, evenly spread."""
_OF_ALL = world_space("", "draws")


class Draws:
    """The draws of one operation in each session. `name` sets it apart from all others.

    A request has one, whatever goes by it: each takes numbers of its own.
    """

    def __init__(self, name: str, seed: int, memory: Memory) -> None:
        # Imported when it is needed: it loads OpenSSL.
        from hashlib import blake2b

        self._name = name
        self._memory = memory
        self._start = blake2b(f"{seed}\0{name}\0".encode(errors="surrogatepass"), digest_size=_NUMBERS.size)
        self._start_of_all = self._begun("")

    def of(self, exchange: Exchange) -> Drawn:
        """Return the numbers of a request.

        Raise BadTarget for a session that is no name, MemoryUnreachable or MemoryFull.
        """
        if exchange.drawn is not None:
            return exchange.drawn
        if session := session_of(exchange.request):
            number = self._memory.add(world_space(session, "draws"), self._name, 1)
            digest = self._begun(session)
        else:
            number = self._memory.add(_OF_ALL, self._name, 1)
            digest = self._start_of_all.copy()
        digest.update(b"%d" % number)
        kind, more, delay = _NUMBERS.unpack(digest.digest())
        exchange.drawn = drawn = (kind >> 11) / _WHOLE, (more >> 11) / _WHOLE, (delay >> 11) / _WHOLE
        return drawn

    def _begun(self, session: str) -> blake2b:
        """Return the hash of what all draws of a session have in common."""
        digest = self._start.copy()
        digest.update(f"{session}\0".encode())
        return digest
