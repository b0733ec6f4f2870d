"""What a world keeps of a thing: its value as it is now, or that it is gone.

An entry is `N` and a line feed, and the value as JSON; `N` is 0 for a thing that was there at the start, and else says
the how many-th it is that was created in its collection. A thing of the start that was deleted leaves `-`.
"""

from __future__ import annotations

from hashlib import blake2b

from contractctl.encodings.json_texts import NotJson, loads, read_json
from contractctl.mockserver.memory.interface import NotOurs
from contractctl.mockserver.model import Json

GONE = b"-"
_LONGEST = 19


def read_kept(raw: bytes) -> tuple[int, bytes]:
    """Read an entry: `N`, and the value, which is empty for what is gone; raise NotOurs for what is none."""
    if raw == GONE:
        return 0, b""
    made, _, value = raw.partition(b"\n")
    if not (value and made.isdigit() and len(made) < _LONGEST):
        raise NotOurs
    return int(made), value


def said_by(value: bytes) -> Json:
    """Return what the value of an entry says; raise NotOurs where it is no JSON."""
    try:
        return loads(value)
    except ValueError:
        raise NotOurs from None


def is_entry(raw: bytes) -> bool:
    """Tell whether bytes that somebody else wrote are an entry."""
    made, line, value = raw.partition(b"\n")
    if not line:
        return raw == GONE
    try:
        read_json(value)
    except NotJson:
        return False
    return made.isdigit() and len(made) < _LONGEST


def write_kept(made: int, value: bytes) -> bytes:
    """Write an entry."""
    return b"%d\n%s" % (made, value)


def tag_of(value: bytes) -> str:
    """Return the entity tag (RFC 9110 §8.8.3) of a value."""
    return f'"{blake2b(value, digest_size=12).hexdigest()}"'
