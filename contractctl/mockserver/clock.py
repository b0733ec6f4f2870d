"""The virtual clock: what time it is in a session's world. Tokens, rate windows and Retry-After go by it."""

from __future__ import annotations

import math
import time
from typing import Final

from contractctl.mockserver.memory.interface import Memory
from contractctl.mockserver.sessions import world_space

LATEST: Final = 253_402_300_799
"""The last second of the year 9999, in seconds since 1970: what is later, or before 1970, no client can read."""
_KEY: Final = "ms"
_OF_ALL: Final = world_space("", "clock")


class OutOfTime(ValueError):
    """A time before 1970 or after 9999."""


class Clock:
    """Real time, and by how much each world is ahead of it."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def now(self, session: str) -> float:
        """Return seconds since 1970, up to `LATEST`."""
        # Asked for every request that has a token or a limit: most of them name no session, and no time was passed on.
        numbers = self._memory.numbers(world_space(session, "clock") if session else _OF_ALL)
        moment = time.time() + numbers.get(_KEY, 0) / 1000 if numbers else time.time()
        return moment if 0.0 <= moment <= LATEST else min(max(moment, 0.0), LATEST)

    def ahead(self, session: str) -> float:
        """Return by how many seconds a world is ahead, negative where it is behind."""
        return self._memory.numbers(world_space(session, "clock")).get(_KEY, 0) / 1000

    def advance(self, session: str, seconds: float) -> None:
        """Pass time on, or turn it back; raise OutOfTime and leave it as it is."""
        step = round(seconds * 1000)
        ahead = self._memory.add(world_space(session, "clock"), _KEY, step)
        if not 0 <= time.time() + ahead / 1000 <= LATEST:
            self._memory.add(world_space(session, "clock"), _KEY, -step)
            raise OutOfTime

    def set(self, session: str, moment: float) -> None:
        """Let it be a moment, in seconds since 1970, from which time goes on; raise OutOfTime."""
        if not 0 <= moment <= LATEST:
            raise OutOfTime
        space = world_space(session, "clock")
        wanted = math.floor((moment - time.time()) * 1000) + 1  # never before it
        ahead = self._memory.numbers(space).get(_KEY, 0)
        # Who sets or advances at the same time comes before or after, and not in between.
        while ahead != wanted:
            ahead = self._memory.add(space, _KEY, wanted - ahead)

    def reset(self, session: str) -> None:
        """Return to real time."""
        self._memory.clear(world_space(session, "clock"))


def is_clock(space: str) -> bool:
    """Tell the space in which a world keeps its time from what else is in it."""
    return space.split("/")[2:] == ["clock"]
