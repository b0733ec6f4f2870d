"""Cursors: opaque to a client, the same on every replica, and known again by the list that they belong to.

They are letters and digits, which is what most contracts allow that say something about them.
"""

from __future__ import annotations

_TAG = 6
_FACTOR = 1_000_003
"""What integers that are cursors are taken apart with: they are below 2^31 for lists of two thousand items."""


def cursor_at(offset: int, owner: str) -> str:
    """Return the cursor of the item at an offset of the list that `owner` names."""
    told = offset.to_bytes(4, "big")
    return (_masked(told, owner) + _tag(told, owner)).hex()


def number_at(offset: int, owner: str) -> int:
    """Return the same as a number, for a contract whose cursors are numbers."""
    return offset * _FACTOR + _checksum(offset, owner)


def cursor_offset(text: str, owner: str) -> int | None:
    """Return the offset that a cursor of either kind stands for; None for one that is not of this list."""
    if text.isascii() and text.isdigit() and len(text) < 12:
        offset, checksum = divmod(int(text), _FACTOR)
        if checksum == _checksum(offset, owner):
            return offset
    try:
        data = bytes.fromhex(text)
    except ValueError:
        return None
    told, tag = _masked(data[:4], owner), data[4:]
    return int.from_bytes(told, "big") if len(told) == 4 and tag == _tag(told, owner) else None


def _masked(told: bytes, owner: str) -> bytes:
    """Hide an offset, or show it again: nobody is to count with what means nothing elsewhere."""
    return bytes(one ^ other for one, other in zip(told, _tag(b"", owner), strict=False))


def _tag(told: bytes, owner: str) -> bytes:
    # Imported when it is needed: it loads OpenSSL.
    from hashlib import blake2b

    return blake2b(told + owner.encode(errors="surrogatepass"), digest_size=_TAG).digest()


def _checksum(offset: int, owner: str) -> int:
    told = _tag(offset.to_bytes(8, "big"), owner)
    return int.from_bytes(told, "big") % _FACTOR
