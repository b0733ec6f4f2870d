"""Windows of time, and how many requests of a client fell into them."""

from __future__ import annotations

import struct

from contractctl.encodings.quantities import Rate
from contractctl.mockserver.clock import Clock
from contractctl.mockserver.memory.interface import Memory
from contractctl.mockserver.record import record

SPACE = "limits"
"""Where windows are kept: `limits/SESSION`, by rule and client; `=` is the session of those who name none."""
_OF_ALL = f"{SPACE}/="
_WINDOW = struct.Struct(">Qq")
"""When a window began, in milliseconds since 1970, and what the number of its key was then.

Requests add to that number, which is not set back: one that comes into a window writes nothing else. Earlier mocks
wrote a text, under keys without `_MARK`.
"""
_MARK = "2 "
"""What keys begin with, by how windows are written: mocks of several versions may share a memory."""
MOST_WINDOWS = 100_000
"""How many windows are kept; with one more, all begin anew. Nobody is refused who should not be."""


@record
class Quota:
    """What is left to a client: so many requests, for so many seconds. `is_over` where it asked for one too many.

    `ends` is when the window does, in seconds since 1970.
    """

    remaining: int
    seconds: int
    ends: int
    is_over: bool = False


class Windows:
    """Counts requests in windows of time, which begin with the first of them, by the clock of the session."""

    def __init__(self, memory: Memory, clock: Clock, most: int = MOST_WINDOWS) -> None:
        self._memory = memory
        self._clock = clock
        self._most = most
        self._begun = 0

    def count(self, session: str, key: str, rate: Rate) -> Quota:
        """Count one more request where the rate allows it."""
        space, width = f"{SPACE}/{session}" if session else _OF_ALL, round(rate.seconds * 1000)
        now = round(self._clock.now(session) * 1000)
        key = _MARK + key
        number = self._memory.add(space, key, 1)
        while True:
            known = self._memory.get(space, key)
            start, before = _WINDOW.unpack(known) if known and len(known) == _WINDOW.size else (-1, 0)
            # A number from before it began: another request has begun it since, or what was known is forgotten.
            if number > before and start <= now < start + width:
                break
            if self._memory.swap(space, key, known, _WINDOW.pack(now, number - 1)):
                start, before = now, number - 1
                break
        if known is None:
            self._make_room()
        end, used = start + width, number - before
        seconds, ends = -((now - end) // 1000), -(-end // 1000)
        if used > rate.requests:
            return Quota(0, seconds, ends, is_over=True)
        return Quota(rate.requests - used, seconds, ends)

    def _make_room(self) -> None:
        self._begun += 1
        if self._begun >= self._most:
            self._begun = 0
            self._memory.clear(SPACE)
