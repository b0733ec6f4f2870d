"""The memory of one process: dictionaries, gone when it ends."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from contractctl.mockserver.memory.interface import MemoryFull, Space

MOST_BYTES = 256 << 20
LONGEST_LIST = 64 << 20
_NOTHING: Mapping[str, bytes] = {}
_ENTRY = 200
_LISTED = 50
_SPACE = 400
"""Bytes that an entry takes beside its key and value, one of a list, and a space beside its name."""


class LocalMemory:
    """See `Memory`. At most 256 MB, spaces and entries that are empty counted in.

    A list is never refused, but drops its first entries when it is over 64 MB; those of a world are refused as a whole.
    """

    is_shared = False

    def __init__(self, most_bytes: int = MOST_BYTES, longest_list: int = LONGEST_LIST) -> None:
        self._most = most_bytes
        self._longest = longest_list
        self._bytes = 0
        self._values: dict[str, dict[str, bytes]] = {}
        self._lent: set[str] = set()
        """Spaces whose values somebody got, for whom they stay: what writes there next makes a copy."""
        self._numbers: dict[str, dict[str, int]] = {}
        self._lists: dict[str, _List] = {}

    def check(self) -> None:
        """See `Memory.check`."""
        self._grow(_ENTRY)
        self._bytes -= _ENTRY

    def get(self, space: str, key: str) -> bytes | None:
        """See `Memory.get`."""
        values = self._values.get(space)
        return None if values is None else values.get(key)

    def items(self, space: str) -> Mapping[str, bytes]:
        """See `Memory.items`. They are the same object for as long as nothing is written there."""
        values = self._values.get(space)
        if values is None:
            return _NOTHING
        self._lent.add(space)
        return values

    def put(self, space: str, key: str, value: bytes | None) -> None:
        """See `Memory.put`."""
        values = self._values.get(space)
        before = None if values is None else values.get(key)
        grown = _size(key, value) - _size(key, before)
        if value is not None:
            self._grow(grown if values else grown + _opened(space))
            self._own(space)[key] = _compact(value)
        elif before is not None:
            self._bytes += grown
            values = self._own(space)
            del values[key]
            if not values:
                del self._values[space]
                self._bytes -= _opened(space)

    def swap(self, space: str, key: str, expected: bytes | None, value: bytes | None) -> bool:
        """See `Memory.swap`."""
        if self.get(space, key) != expected:
            return False
        self.put(space, key, value)
        return True

    def take(self, space: str, key: str) -> bytes | None:
        """See `Memory.take`."""
        value = self.get(space, key)
        self.put(space, key, None)
        return value

    def add(self, space: str, key: str, amount: int) -> int:
        """See `Memory.add`."""
        numbers = self._numbers.get(space, {})
        if key not in numbers:
            self._grow(_size(key, b"") + (0 if numbers else _opened(space)))
            numbers = self._numbers.setdefault(space, {})
        numbers[key] = total = numbers.get(key, 0) + amount
        return total

    def numbers(self, space: str) -> dict[str, int]:
        """See `Memory.numbers`."""
        return dict(self._numbers.get(space, {}))

    def append(self, space: str, values: Sequence[bytes], keep: int) -> None:
        """See `Memory.append`."""
        kept = self._lists.setdefault(space, _List())
        before = kept.size(space)
        kept.append(values, keep, self._longest)
        self._bytes += kept.size(space) - before
        if not kept.entries:
            del self._lists[space]

    def tail(self, space: str, count: int) -> list[bytes]:
        """See `Memory.tail`."""
        kept = self._lists.get(space)
        return [] if kept is None else list(kept.entries)[max(len(kept.entries) - count, 0) :]

    def spaces(self, below: str) -> list[str]:
        """See `Memory.spaces`."""
        return sorted(space for space in self._all() if space == below or space.startswith(f"{below}/"))

    def clear(self, *below: str) -> None:
        """See `Memory.clear`."""
        wanted = frozenset(below)
        for space in [space for space in self._all() if not wanted.isdisjoint(_above(space))]:
            self._bytes -= self._size_of(space)
            self._values.pop(space, None)
            self._lent.discard(space)
            self._numbers.pop(space, None)
            self._lists.pop(space, None)

    def read(self, below: str) -> dict[str, Space]:
        """See `Memory.read`."""
        return {
            space: Space(dict(self.items(space)), self.numbers(space), [*self._lists.get(space, _List()).entries])
            for space in self.spaces(below)
        }

    def replace(self, below: str, spaces: Mapping[str, Space]) -> None:
        """See `Memory.replace`."""
        grown = sum(
            _size_of(name, space.values, space.numbers)
            + _listed(name, len(space.entries), sum(map(len, space.entries)))
            for name, space in spaces.items()
        )
        before = sum(map(self._size_of, self.spaces(below)))
        self._grow(grown - before)
        self._bytes += before - grown
        self.clear(below)
        for name, space in spaces.items():
            if space.values:
                self._values[name] = dict(space.values)
            if space.numbers:
                self._numbers[name] = dict(space.numbers)
            self._bytes += _size_of(name, space.values, space.numbers)
            self.append(name, space.entries, len(space.entries))

    def _own(self, space: str) -> dict[str, bytes]:
        """Return the values of a space, to be written to."""
        values = self._values.get(space)
        if values is None:
            values = self._values[space] = {}
        elif space in self._lent:
            values = self._values[space] = dict(values)
        self._lent.discard(space)
        return values

    def _all(self) -> set[str]:
        return {*self._values, *self._numbers, *self._lists}

    def _grow(self, grown: int) -> None:
        if grown > 0 and self._bytes + grown > self._most:
            raise MemoryFull(f"the mock keeps {self._most >> 20} MB at most; POST to /reset of its own endpoints")
        self._bytes += grown

    def _size_of(self, space: str) -> int:
        held = _size_of(space, self._values.get(space, {}), self._numbers.get(space, {}))
        kept = self._lists.get(space)
        return held if kept is None else held + kept.size(space)


def _above(space: str) -> Iterator[str]:
    """Yield a space and the paths that it is below."""
    position = space.find("/")
    while position >= 0:
        yield space[:position]
        position = space.find("/", position + 1)
    yield space


class _List:
    """The end of a list, as much as there is room for."""

    __slots__ = ("_bytes", "entries")

    def __init__(self) -> None:
        self.entries: deque[bytes] = deque()
        self._bytes = 0

    def append(self, values: Sequence[bytes], keep: int, most_bytes: int) -> None:
        self.entries.extend(map(_compact, values))
        self._bytes += sum(map(len, values))
        while len(self.entries) > keep or self._bytes > most_bytes:
            self._bytes -= len(self.entries.popleft())

    def size(self, space: str) -> int:
        return _listed(space, len(self.entries), self._bytes)


def _compact(value: bytes) -> bytes:
    # What orjson writes occupies 4 kB however short it is, for as long as it is kept.
    return bytes(memoryview(value))


def _size(key: str, value: bytes | None) -> int:
    return 0 if value is None else len(key) + len(value) + _ENTRY


def _size_of(space: str, values: Mapping[str, bytes], numbers: Mapping[str, int]) -> int:
    held = sum(_size(key, value) for key, value in values.items()) + sum(_size(key, b"") for key in numbers)
    return held + _opened(space) * (bool(values) + bool(numbers))


def _listed(space: str, count: int, size: int) -> int:
    return size + count * _LISTED + 2 * _opened(space) if count else 0


def _opened(space: str) -> int:
    return len(space) + _SPACE
