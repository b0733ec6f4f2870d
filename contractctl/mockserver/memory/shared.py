"""The memory of all who serve a mock: Redis.

What a space holds lies in a hash of values, a hash of numbers and a list. A sorted set knows the spaces, so that those
below a path are found without asking for all keys. Each value has eight bytes in front, by which the order of writing
is known. What takes several commands is a script or a transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from contractctl.mockserver.memory.interface import NotOurs, Space
from contractctl.mockserver.memory.redis_link import Argument, RedisLink, Reply
from contractctl.mockserver.memory.scripts import ADD, CHECK, CLEAR, DROP, PUT, READ, SPACES, SWAP, TAKE, Script

_ORDER = 8
"""Bytes in front of a value."""
_AT_ONCE = 1000


class SharedMemory:
    """See `Memory`. `name` keeps mocks apart that use the same database; who has the same one shares what is kept."""

    is_shared = True

    def __init__(self, link: RedisLink, name: str) -> None:
        self._link = link
        self._prefix = f"contractctl:{{{name}}}:".encode()

    def check(self) -> None:
        """See `Memory.check`."""
        self._link.run(CHECK, [self._key(b"ready")])

    def get(self, space: str, key: str) -> bytes | None:
        """See `Memory.get`."""
        found = self._link.ask("HGET", self._key(b"v", space), _bytes(key))
        return found[_ORDER:] if isinstance(found, bytes) else None

    def items(self, space: str) -> dict[str, bytes]:
        """See `Memory.items`."""
        return _in_order(_pairs(self._link.ask("HGETALL", self._key(b"v", space))))

    def put(self, space: str, key: str, value: bytes | None) -> None:
        """See `Memory.put`."""
        self._run(PUT, space, _bytes(key), *_maybe(value))

    def swap(self, space: str, key: str, expected: bytes | None, value: bytes | None) -> bool:
        """See `Memory.swap`."""
        return self._run(SWAP, space, _bytes(key), *_maybe(value), *_maybe(expected)) == 1

    def take(self, space: str, key: str) -> bytes | None:
        """See `Memory.take`."""
        found = self._run(TAKE, space, _bytes(key))
        return found[_ORDER:] if isinstance(found, bytes) else None

    def add(self, space: str, key: str, amount: int) -> int:
        """See `Memory.add`."""
        return _number(self._run(ADD, space, _bytes(key), str(amount)))

    def numbers(self, space: str) -> dict[str, int]:
        """See `Memory.numbers`."""
        pairs = _pairs(self._link.ask("HGETALL", self._key(b"n", space)))
        return _numbers(pairs)

    def append(self, space: str, values: Sequence[bytes], keep: int) -> None:
        """See `Memory.append`."""
        if keep < 1:
            self._run(DROP, space)
            return
        self._link.together([*self._appending(space, values[-keep:]), ("LTRIM", self._key(b"l", space), -keep, -1)])

    def tail(self, space: str, count: int) -> list[bytes]:
        """See `Memory.tail`."""
        return _texts(self._link.ask("LRANGE", self._key(b"l", space), -count, -1)) if count > 0 else []

    def spaces(self, below: str) -> list[str]:
        """See `Memory.spaces`."""
        return [_text(name) for name in _texts(self._link.run(SPACES, [self._key(b"spaces")], _bytes(below)))]

    def clear(self, *below: str) -> None:
        """See `Memory.clear`."""
        self._link.run(CLEAR, [self._key(b"spaces")], self._prefix, *map(_bytes, below))

    def read(self, below: str) -> dict[str, Space]:
        """See `Memory.read`."""
        found = self._link.run(READ, [self._key(b"spaces")], self._prefix, _bytes(below))
        return dict(map(_space, found if isinstance(found, list) else []))

    def replace(self, below: str, spaces: Mapping[str, Space]) -> None:
        """See `Memory.replace`."""
        count = sum(len(space.values) for space in spaces.values())
        order = _number(self._link.ask("INCRBY", self._key(b"order"), count)) - count
        clear = ("EVAL", CLEAR.text, 1, self._key(b"spaces"), self._prefix, _bytes(below))
        commands: list[tuple[Argument, ...]] = [clear]
        for name, space in spaces.items():
            values = [
                part
                for position, (key, value) in enumerate(space.values.items(), order + 1)
                for part in (_bytes(key), position.to_bytes(_ORDER) + value)
            ]
            order += len(space.values)
            numbers = [part for key, number in space.numbers.items() for part in (_bytes(key), number)]
            commands += self._writing(name, b"v", values)
            commands += self._writing(name, b"n", numbers)
            commands += self._appending(name, space.entries)
        self._link.together(commands)

    def _writing(self, space: str, kind: bytes, pairs: Sequence[Argument]) -> list[tuple[Argument, ...]]:
        """Return the commands that write pairs of key and value."""
        starts = range(0, len(pairs), 2 * _AT_ONCE)
        commands = [("HSET", self._key(kind, space), *pairs[start : start + 2 * _AT_ONCE]) for start in starts]
        return [*commands, self._noting(space)] if commands else []

    def _appending(self, space: str, values: Sequence[bytes]) -> list[tuple[Argument, ...]]:
        return [("RPUSH", self._key(b"l", space), *values), self._noting(space)] if values else []

    def _noting(self, space: str) -> tuple[Argument, ...]:
        return "ZADD", self._key(b"spaces"), 0, _bytes(space)

    def _run(self, script: Script, space: str, *arguments: str | bytes) -> Reply:
        """Run a script over one space."""
        keys = [*(self._key(kind, space) for kind in (b"v", b"n", b"l")), self._key(b"spaces"), self._key(b"order")]
        return self._link.run(script, keys, _bytes(space), *arguments)

    def _key(self, kind: bytes, space: str = "") -> bytes:
        return self._prefix + kind + (b":" + _bytes(space) if space else b"")


def _bytes(text: str) -> bytes:
    # The title of an operation may have half a pair of surrogates, as JSON has it.
    return text.encode("utf-8", "surrogatepass")


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        raise NotOurs from None


def _maybe(value: bytes | None) -> tuple[bytes, bytes]:
    return (b"0", b"") if value is None else (b"1", value)


def _pairs(reply: Reply) -> dict[bytes, bytes]:
    if isinstance(reply, dict):
        return reply
    flat = _texts(reply)
    return dict(zip(flat[::2], flat[1::2], strict=True))


def _texts(reply: Reply) -> list[bytes]:
    return [text for text in reply if isinstance(text, bytes)] if isinstance(reply, list) else []


def _numbers(pairs: Mapping[bytes, bytes]) -> dict[str, int]:
    try:
        return {_text(key): int(value) for key, value in pairs.items()}
    except ValueError:
        raise NotOurs from None


def _number(reply: Reply) -> int:
    assert isinstance(reply, int | bytes)
    return int(reply)


def _in_order(pairs: Mapping[bytes, bytes]) -> dict[str, bytes]:
    ordered = sorted(pairs.items(), key=lambda pair: pair[1][:_ORDER])
    return {_text(key): value[_ORDER:] for key, value in ordered}


def _space(reply: Reply) -> tuple[str, Space]:
    assert isinstance(reply, list)
    name, values, numbers, entries = reply
    assert isinstance(name, bytes)
    return _text(name), Space(_in_order(_pairs(values)), _numbers(_pairs(numbers)), _texts(entries))
