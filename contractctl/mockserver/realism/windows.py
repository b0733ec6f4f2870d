"""Windows of time, and how many requests of a client fell into them."""

from __future__ import annotations

import math

from contractctl.encodings.quantities import Rate
from contractctl.mockserver.clock import Clock
from contractctl.mockserver.memory.interface import Memory
from contractctl.mockserver.record import record

SPACE = "limits"
"""Where windows are kept: `limits/SESSION`, by rule and client; `=` is the session of those who name none."""
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
        space, width = f"{SPACE}/{session or '='}", round(rate.seconds * 1000)
        now = round(self._clock.now(session) * 1000)
        while True:
            known = self._memory.get(space, key)
            start, used = map(int, known.split()) if known else (now, 0)
            if not start <= now < start + width:
                start, used = now, 0
            seconds, ends = math.ceil((start + width - now) / 1000), math.ceil((start + width) / 1000)
            if used >= rate.requests:
                return Quota(0, seconds, ends, is_over=True)
            if self._memory.swap(space, key, known, b"%d %d" % (start, used + 1)):
                break
        if known is None:
            self._make_room()
        return Quota(rate.requests - used - 1, seconds, ends)

    def _make_room(self) -> None:
        self._begun += 1
        if self._begun >= self._most:
            self._begun = 0
            self._memory.clear(SPACE)
