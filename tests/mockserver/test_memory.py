"""Where the memory ends, what a Redis that fails is told as, and what its URL may say."""

from __future__ import annotations

import socket
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import orjson
import pytest

from contractctl.mockserver.clock import LATEST, Clock, OutOfTime
from contractctl.mockserver.memory.interface import Memory, MemoryFull, MemoryUnreachable, Space
from contractctl.mockserver.memory.local import LocalMemory
from contractctl.mockserver.memory.redis_link import RedisLink
from contractctl.mockserver.memory.redis_url import OPTIONS, key_name, read_redis_url
from contractctl.mockserver.memory.shared import SharedMemory
from tests.components.redis import Redis, free_port, running_redis

KB = b"x" * 1000


def opened(url: str, name: str = "pets", *, answer_seconds: float = 2.0, rest_seconds: float = 1.0) -> SharedMemory:
    link = RedisLink(read_redis_url(url), answer_seconds=answer_seconds, rest_seconds=rest_seconds)
    return SharedMemory(link, name)


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda memory: memory.put("a", "k2", KB), id="a value"),
        pytest.param(lambda memory: memory.put("a", "k", KB * 2), id="a longer value in the place of one"),
        pytest.param(lambda memory: memory.swap("a", "k2", None, KB), id="a value that is swapped in"),
        pytest.param(lambda memory: memory.add("a", "n" * 1000, 1), id="a number"),
        pytest.param(lambda memory: memory.replace("a", {"a/b": Space({"k": KB * 2})}), id="a world"),
        pytest.param(lambda memory: memory.replace("a/b", {"a/b": Space(entries=[KB])}), id="a world of a list"),
        pytest.param(
            lambda memory: memory.replace("a/b", {"a/b": Space(entries=[b""] * 20)}), id="one of empty entries"
        ),
        pytest.param(lambda memory: memory.put("b" * 400, "k", b""), id="a space with a long name"),
        pytest.param(lambda memory: [memory.add(f"b{name}", "n", 1) for name in range(2)], id="several small spaces"),
    ],
)
def test_what_does_not_fit_is_refused_and_what_was_there_stays(write: Callable[[Memory], object]) -> None:
    memory = LocalMemory(2600)
    memory.put("a", "k", KB)
    with pytest.raises(MemoryFull):
        write(memory)
    assert memory.read("a") == {"a": Space({"k": KB})}
    memory.put("a", "k", b"small")
    memory.put("a", "k2", KB)


@pytest.mark.parametrize(
    "keep",
    [
        pytest.param(lambda memory, key, value: memory.put("a", key, value), id="values"),
        pytest.param(lambda memory, key, value: memory.append("a", [value], 1000), id="entries"),
    ],
)
def test_short_json_takes_little_room(keep: Callable[[Memory, str, bytes], None]) -> None:
    memory = LocalMemory()
    tracemalloc.start()
    try:
        for number in range(1000):
            keep(memory, str(number), orjson.dumps({"a": number}))
        assert tracemalloc.get_traced_memory()[0] < 500_000
    finally:
        tracemalloc.stop()


def test_what_was_removed_makes_room() -> None:
    memory = LocalMemory(3600)
    for _ in range(5):
        memory.put("a/b", "k", KB)
        memory.add("a/c", "n", 1)
        memory.append("a/d", [b"1", b"2"], 1)
        memory.append("a/d", [], 0)
        memory.replace("a", {"a/d": Space({"k": KB}, {"n": 1}, [b"1"])})
        memory.clear("a")
    for _ in range(5):
        memory.put("a", "k", KB)
        assert memory.take("a", "k") == KB


def test_a_list_drops_its_first_entries_when_it_has_too_many_bytes() -> None:
    memory = LocalMemory(longest_list=25)
    memory.append("a", [b"1" * 10, b"2" * 10, b"3" * 10], 100)
    assert memory.tail("a", 100) == [b"2" * 10, b"3" * 10]
    memory.append("a", [b"4" * 26], 100)
    assert memory.spaces("a") == []


def test_numbers_that_others_wrote_are_told(redis: Redis) -> None:
    memory = opened(redis.url)
    memory.add("a", "n", 1)
    redis.command("HSET", "contractctl:{pets}:n:a", "m", "many")
    for ask in (lambda: memory.numbers("a"), lambda: memory.read("a")):
        with pytest.raises(MemoryUnreachable, match="no mock has written"):
            ask()
    memory.clear("a")
    assert memory.add("a", "n", 1) == 1


def test_names_that_others_wrote_are_told(redis: Redis) -> None:
    memory = opened(redis.url)
    memory.put("a", "k", b"1")
    redis.command("EVAL", "redis.call('HSET', KEYS[1], string.char(255), '12345678')", "1", "contractctl:{pets}:v:a")
    with pytest.raises(MemoryUnreachable, match="no mock has written"):
        memory.items("a")


def test_mocks_of_other_names_do_not_see_each_other(redis: Redis) -> None:
    one, other, same = opened(redis.url, "one"), opened(redis.url, "other"), opened(redis.url, "one")
    one.put("a", "k", b"1")
    other.put("a", "k", b"2")
    other.clear("a")
    assert (same.get("a", "k"), other.spaces("a")) == (b"1", [])


def test_of_many_who_take_count_or_swap_at_once_none_is_lost(redis: Redis) -> None:
    owner = opened(redis.url)
    for number in range(50):
        owner.put("codes", str(number), b"code")
    taken: list[str] = []

    def work() -> None:
        memory = opened(redis.url)
        for number in range(50):
            if memory.take("codes", str(number)) is not None:
                taken.append(str(number))
            memory.add("count", "n", 1)
            while not memory.swap("sum", "n", known := memory.get("sum", "n"), b"%d" % (int(known or b"0") + 1)):
                pass

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(map(str, range(50)))
    assert (owner.numbers("count"), owner.get("sum", "n")) == ({"n": 200}, b"200")


def test_a_redis_that_comes_back_is_used_again_though_it_forgot_all(redis: Redis) -> None:
    memory = opened(redis.url, rest_seconds=0)
    memory.put("a", "k", b"1")
    redis.stop()
    with pytest.raises(MemoryUnreachable):
        memory.get("a", "k")
    redis.start()
    assert (memory.get("a", "k"), memory.spaces("a")) == (None, [])
    memory.put("a", "k", b"2")
    redis.command("FLUSHALL")
    redis.command("SCRIPT", "FLUSH")
    memory.put("a", "l", b"3")
    assert memory.read("a") == {"a": Space({"l": b"3"})}
    redis.stop()
    redis.start()
    memory.put("a", "m", b"4")  # on a connection that was closed in the meantime
    assert memory.spaces("a") == ["a"]


def test_after_a_failure_nobody_tries_for_a_second(tmp_path: Path) -> None:
    port = free_port()
    memory = opened(f"redis://127.0.0.1:{port}")
    with pytest.raises(MemoryUnreachable):
        memory.check()
    redis = Redis(tmp_path, port)
    redis.start()
    try:
        with pytest.raises(MemoryUnreachable, match="Connection refused"):
            memory.check()
    finally:
        redis.stop()


@contextmanager
def peer(*says: bytes) -> Iterator[str]:
    """A server that accepts, says something, and then nothing; yields its URL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        kept: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    kept.append(listener.accept()[0])
                except OSError:
                    return
                for text in says:
                    kept[-1].sendall(text)

        thread = Thread(target=accept)
        thread.start()
        yield f"redis://:geheim@127.0.0.1:{listener.getsockname()[1]}/0"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
        for one in kept:
            one.close()


def shown(url: str) -> str:
    return read_redis_url(url).shown


def test_a_server_that_never_answers_is_given_up() -> None:
    with peer() as url, pytest.raises(MemoryUnreachable) as caught:
        opened(url, answer_seconds=0.1).check()
    assert str(caught.value) == f"{shown(url)} does not answer within 0.1 s"


@pytest.mark.parametrize(
    "says",
    [
        pytest.param(b"HTTP/1.1 400 Bad Request\r\n\r\n", id="another protocol"),
        pytest.param(b"-ERR unknown command 'AUTH', with args beginning with: 'geheim'\r\n", id="no AUTH"),
        pytest.param(b"+OK\r\n" * 8, id="OK to everything"),
        pytest.param(b":many\r\n", id="a number that is none"),
        pytest.param(b"$5\r\nab", id="half an answer"),
    ],
)
def test_what_is_no_redis_is_told_without_the_password(says: bytes) -> None:
    with peer(says) as url, pytest.raises(MemoryUnreachable) as caught:
        opened(url, answer_seconds=0.1).numbers("a")
    assert "geheim" not in str(caught.value)
    assert str(caught.value).startswith(shown(url))


def test_a_wrong_password_is_told_without_it(tmp_path: Path) -> None:
    with running_redis(tmp_path, "--requirepass", "richtig") as redis:
        opened(f"redis://:richtig@127.0.0.1:{redis.port}").put("a", "k", b"1")
        for url in (f"redis://:geheim@127.0.0.1:{redis.port}", redis.url):
            with pytest.raises(MemoryUnreachable) as caught:
                opened(url).check()
            assert str(caught.value).startswith(f"Redis at 127.0.0.1:{redis.port} lets nobody in with this user and ")
            assert "geheim" not in str(caught.value)


def test_a_replica_is_told_as_one(redis: Redis, tmp_path: Path) -> None:
    with running_redis(tmp_path, "--replicaof", f"127.0.0.1 {redis.port}") as replica:
        memory = opened(replica.url)
        with pytest.raises(MemoryUnreachable) as caught:
            memory.put("a", "k", b"1")
        told = f"Redis at 127.0.0.1:{replica.port} is a replica that takes nothing; give the URL of its primary"
        assert str(caught.value) == told


def test_a_redis_without_room_is_full_and_can_be_emptied(tmp_path: Path) -> None:
    with running_redis(tmp_path) as redis:
        memory = opened(redis.url)
        memory.put("a", "k", KB)
        redis.command("CONFIG", "SET", "maxmemory", "1")
        for write in (
            lambda: memory.put("b", "k", KB),
            lambda: memory.swap("a", "k", KB, KB),
            lambda: memory.append("b", [KB], 5),
            lambda: memory.add("b", "n", 1),
            lambda: memory.replace("a", {"a": Space({"l": KB})}),
            memory.check,
        ):
            with pytest.raises(MemoryFull) as caught:
                write()
            told = "has no memory left; POST to /reset, or raise its maxmemory"
            assert str(caught.value) == f"Redis at 127.0.0.1:{redis.port} {told}"
        assert (memory.read("a"), memory.spaces("b")) == ({"a": Space({"k": KB})}, [])
        memory.clear("a")
        assert memory.spaces("a") == []
        redis.command("CONFIG", "SET", "maxmemory", "0")
        memory.put("a", "k", b"1")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("redis://h:port", "it has no port that could be used"),
        ("redis://h:70000", "it has no port that could be used"),
        ("redis://:ge#heim@h", "it has a #, which is %23 in a password"),
        ("redis://h/zero", "its database is no number: redis://HOST:PORT/0"),
        ("redis://h?db=x", "its database is no number: redis://HOST:PORT/0"),
        ("redis://h?ssl_ca_certs=/nowhere", "its option ssl_ca_certs is for rediss:// alone"),
        ("rediss://h?ssl_cert_reqs=on", "its option ssl_cert_reqs is none of none, optional and required"),
        ("rediss://h?ssl_ca_certs=/nowhere", "its option ssl_ca_certs names a file that is not there: /nowhere"),
        ("unix://", "it names no socket: unix:///run/redis.sock"),
        (
            "redis://h?ttl=1",
            f"it has an option ttl; it may have prefix, {', '.join(OPTIONS)}",
        ),
    ],
)
def test_a_url_that_cannot_be_used_is_refused(url: str, message: str) -> None:
    with pytest.raises(ValueError, match=r"\Ait") as caught:
        read_redis_url(url)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("redis://", ("redis://", "Redis at localhost:6379", "")),
        ("redis://u:p%40w@h:1/2?prefix=x", ("redis://u:p%40w@h:1/2", "Redis at h:1 (database 2)", "x")),
        ("rediss://h?prefix=a%20b&db=3", ("rediss://h?db=3", "Redis at h:6379 (database 3)", "a b")),
        ("unix:///run/r.sock?password=p", ("unix:///run/r.sock?password=p", "Redis at /run/r.sock", "")),
        ("redis://[::1]:7/", ("redis://[::1]:7/", "Redis at ::1:7", "")),
    ],
)
def test_a_url_is_read(url: str, seen: tuple[str, str, str]) -> None:
    read = read_redis_url(url)
    assert (read.plain, read.shown, read.name) == seen


@pytest.mark.parametrize(
    ("text", "name"),
    [("", "mock"), ("Pets-1.2_~", "Pets-1.2_~"), ("a:{b}/ü", "a%3A%7Bb%7D%2F%C3%BC"), ("\ud800", "%ED%A0%80")],
)
def test_a_name_in_keys_is_escaped(text: str, name: str) -> None:
    assert key_name(text) == name


def test_long_names_stay_apart() -> None:
    names = {key_name("x" * length) for length in (199, 200, 201, 10_000)}
    assert (len(names), max(map(len, names))) == (4, 200)


@pytest.mark.parametrize("seconds", [-1e10, 1e12, 3e11])
def test_the_clock_stays_where_it_is_when_there_is_no_such_time(seconds: float) -> None:
    clock = Clock(LocalMemory())
    clock.advance("a", 5)
    with pytest.raises(OutOfTime):
        clock.advance("a", seconds)
    with pytest.raises(OutOfTime):
        clock.set("a", seconds)
    assert (clock.ahead("a"), clock.ahead("")) == (5, 0)


def test_the_clock_reads_what_a_snapshot_may_say_of_it() -> None:
    memory = LocalMemory()
    memory.replace("worlds/a", {"worlds/a/clock": Space(numbers={"ms": 2**62})})
    memory.replace("worlds/b", {"worlds/b/clock": Space(numbers={"ms": -(2**62)})})
    assert (Clock(memory).now("a"), Clock(memory).now("b")) == (LATEST, 0)
