"""Laws of the memory: whatever is done in whatever order, both memories say what plain dictionaries say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from contractctl.mockserver.memory.interface import Memory, Space
from contractctl.mockserver.memory.local import LocalMemory
from contractctl.mockserver.memory.redis_link import RedisLink
from contractctl.mockserver.memory.redis_url import read_redis_url
from contractctl.mockserver.memory.shared import SharedMemory
from tests.components.redis import Redis

# Names that begin with each other, and what lies beside a slash in the order of bytes.
SPACES = st.sampled_from(["a", "a/b", "a0", "a!", "a/é\ud800"])
KEYS = st.sampled_from(["k", "", "ü\ud800"])
VALUES = st.sampled_from([b"", b"1", b"\x00\xff\r\n", b"x" * 100])
MAYBE = st.none() | VALUES
NUMBERS = st.integers(-(2**60), 2**60)
CONTENTS = st.builds(
    Space,
    st.dictionaries(KEYS, VALUES, max_size=3),
    st.dictionaries(KEYS, NUMBERS, max_size=2),
    st.lists(VALUES, max_size=3),
)


class Model:
    """What a memory is, said with dictionaries."""

    def __init__(self) -> None:
        self.spaces: dict[str, Space] = {}

    def at(self, space: str) -> Space:
        return self.spaces.get(space, Space())

    def put(self, space: str, key: str, value: bytes | None) -> None:
        held = self.spaces.setdefault(space, Space())
        if value is None:
            held.values.pop(key, None)
        else:
            held.values[key] = value

    def below(self, path: str) -> list[str]:
        there = [name for name, held in self.spaces.items() if held.values or held.numbers or held.entries]
        return sorted(name for name in there if name == path or name.startswith(path + "/"))

    def clear(self, *paths: str) -> None:
        for path in paths:
            for name in self.below(path):
                del self.spaces[name]


def in_order(spaces: dict[str, Space]) -> list[object]:
    """Return spaces so that comparing them sees the order of values."""
    return [(name, [*held.values.items()], held.numbers, held.entries) for name, held in spaces.items()]


class MemoryMachine(RuleBasedStateMachine):
    memory: Memory

    def __init__(self) -> None:
        super().__init__()
        self.memory.clear("a", "a!", "a0")
        self.model = Model()
        self.seen: list[tuple[Mapping[str, bytes], dict[str, bytes]]] = []

    @rule(space=SPACES, key=KEYS, value=MAYBE)
    def put(self, space: str, key: str, value: bytes | None) -> None:
        self.memory.put(space, key, value)
        self.model.put(space, key, value)
        assert self.memory.get(space, key) == value

    @rule(space=SPACES, key=KEYS, expected=MAYBE, value=MAYBE, knows=st.booleans())
    def swap(self, space: str, key: str, expected: bytes | None, value: bytes | None, knows: bool) -> None:
        there = self.model.at(space).values.get(key)
        expected = there if knows else expected
        assert self.memory.swap(space, key, expected, value) == (expected == there)
        if expected == there:
            self.model.put(space, key, value)

    @rule(space=SPACES, key=KEYS)
    def take(self, space: str, key: str) -> None:
        assert self.memory.take(space, key) == self.model.at(space).values.get(key)
        self.model.put(space, key, None)

    @rule(space=SPACES, key=KEYS, amount=NUMBERS)
    def add(self, space: str, key: str, amount: int) -> None:
        numbers = self.model.spaces.setdefault(space, Space()).numbers
        if abs(total := numbers.get(key, 0) + amount) < 2**63:
            numbers[key] = total
            assert self.memory.add(space, key, amount) == total

    @rule(space=SPACES, values=st.lists(VALUES, max_size=4), keep=st.integers(0, 5))
    def append(self, space: str, values: list[bytes], keep: int) -> None:
        self.memory.append(space, values, keep)
        held = self.model.spaces.setdefault(space, Space())
        held.entries = [*held.entries, *values][-keep:] if keep else []

    @rule(paths=st.lists(SPACES, max_size=2))
    def clear(self, paths: list[str]) -> None:
        self.memory.clear(*paths)
        self.model.clear(*paths)

    @rule(below=SPACES, contents=st.dictionaries(st.sampled_from(["", "/x", "/é/y"]), CONTENTS, max_size=2))
    def replace(self, below: str, contents: dict[str, Space]) -> None:
        spaces = {below + rest: held for rest, held in contents.items()}
        self.memory.replace(below, spaces)
        self.model.clear(below)
        self.model.spaces.update(deepcopy(spaces))

    @rule(below=SPACES)
    def read(self, below: str) -> None:
        assert self.memory.spaces(below) == self.model.below(below)
        assert in_order(self.memory.read(below)) == in_order(
            {name: self.model.at(name) for name in self.model.below(below)}
        )

    @rule(space=SPACES, count=st.integers(0, 6))
    def look(self, space: str, count: int) -> None:
        held = self.model.at(space)
        items = self.memory.items(space)
        assert [*items.items()] == [*held.values.items()]
        self.seen.append((items, dict(items)))
        assert self.memory.numbers(space) == held.numbers
        assert self.memory.tail(space, count) == (held.entries[-count:] if count else [])

    @invariant()
    def what_was_seen_stays_as_it_was(self) -> None:
        assert all(items == then for items, then in self.seen)

    @invariant()
    def all_is_as_it_should_be(self) -> None:
        self.read("a")


@pytest.fixture(params=["local", pytest.param("shared", marks=pytest.mark.component)])
def memory(request: pytest.FixtureRequest) -> Iterator[Memory]:
    if request.param == "local":
        yield LocalMemory()
        return
    redis: Redis = request.getfixturevalue("redis")
    link = RedisLink(read_redis_url(redis.url))
    yield SharedMemory(link, "laws")
    link.close()


def test_a_memory_says_what_dictionaries_say(memory: Memory) -> None:
    shown = memory

    class Machine(MemoryMachine):
        memory = shown

    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=30, stateful_step_count=30, deadline=None, derandomize=True, suppress_health_check=checks
        ),
    )
