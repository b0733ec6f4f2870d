"""Where in the memory the journal and the numbers are, and how long a name of a number is."""

from __future__ import annotations

from typing import Final

import orjson

from contractctl.mockserver.memory.interface import NotOurs
from contractctl.mockserver.model import Json

JOURNAL: Final = "journal"
"""A list of entries, each a JSON object."""
COVERAGE: Final = "coverage"
"""Numbers by what was used: `requests`, prefix, title and status; or a Use with prefix and title before it."""
EPOCH: Final = "coverage/epoch"
"""One value, gone when coverage began anew."""
METRICS: Final = "metrics"
"""Numbers by metric and labels."""
COUNTERS: Final = "counters"
"""What is never emptied: the number of the last entry."""

BOUNDS: Final = (0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0)
"""The upper bounds of durations, in seconds."""
MICROSECONDS: Final = 1_000_000
"""In which sums of durations are kept."""
MOST_LABELS: Final = 10_000
OTHERS: Final = "(others)"
"""What all operations are called beyond so many of them with a method and a status."""


def key_of(*parts: str | int) -> str:
    """Return the key of a number: a JSON array, so that no part runs into the next."""
    return orjson.dumps(parts).decode()


def parts_of(key: str) -> list[str]:
    """Return what a key was made of, nothing for one that no mock has made."""
    try:
        parts: Json = orjson.loads(key)
    except orjson.JSONDecodeError:
        return []
    return [str(part) for part in parts] if isinstance(parts, list) else []


def entry_of(text: bytes) -> dict[str, Json]:
    """Return an entry of a list, which has an id; raise NotOurs for what is none."""
    try:
        entry: Json = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise NotOurs from None
    if not isinstance(entry, dict) or "id" not in entry:
        raise NotOurs
    return entry
