"""Writing a Bundle: records stored once, an index, a footer. contractctl/mockserver/bundle.py specifies the format."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping
from typing import Final

import orjson

from contractctl.core.json import Json

_HEAD: Final = b"contractctl bundle 1\n"
_FOOTER: Final = struct.Struct(">QQIIQ")


class BundleWriter:
    """Collects records; equal records are stored once, in the order of their first use."""

    __slots__ = ("_known", "_parts", "_size")

    def __init__(self) -> None:
        self._parts = [_HEAD]
        self._size = len(_HEAD)
        self._known: dict[bytes, tuple[int, int]] = {}

    def add(self, record: bytes) -> list[Json]:
        """Store a record and return its REF."""
        if record not in self._known:
            self._known[record] = (self._size, len(record))
            self._append(record)
        return list(self._known[record])

    def add_json(self, value: Json) -> list[Json]:
        """Store a JSON record in its canonical form and return its REF."""
        return self.add(canonical(value))

    def finish(self, index: Mapping[str, Json]) -> bytes:
        """Return the whole file."""
        data, start = canonical(index), self._size
        self._append(data)
        self._append(_FOOTER.pack(start, len(data), zlib.crc32(data), 0, self._size + _FOOTER.size))
        return b"".join(self._parts)

    def _append(self, data: bytes) -> None:
        self._parts.append(data)
        self._size += len(data)


def canonical(value: Json) -> bytes:
    """Return compact JSON with sorted keys: equal values give equal bytes."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (TypeError, ValueError):
        # Integers over 64 bits and lone surrogates, which orjson refuses.
        return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
