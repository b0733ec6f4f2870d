"""Sending, beside everything else: a thread with a loop of its own, a bounded queue, and a log of what became of it."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from contractctl.encodings.bodies import compact
from contractctl.mockserver.answers import header_lines
from contractctl.mockserver.bundle import BundleError
from contractctl.mockserver.callbacks.outgoing import Outgoing
from contractctl.mockserver.callbacks.targets import AllowList, Refused, Target, read_target, redacted
from contractctl.mockserver.callbacks.wire import Unsent, send
from contractctl.mockserver.memory.interface import Memory, MemoryFull, MemoryUnreachable
from contractctl.mockserver.model import Json
from contractctl.mockserver.observing.observer import Observer
from contractctl.mockserver.observing.spaces import entry_of
from contractctl.mockserver.record import record

MOST_WAITING: Final = 1000
MOST_BYTES: Final = 64 << 20
"""Bytes of bodies that were given with a request, over all that waits. Those of the Bundle are read when they go."""
KEPT: Final = 1000
DEPTH: Final = "Mock-Callback-Depth"
"""The header by which callbacks that lead to callbacks come to an end."""
_AT_ONCE: Final = 8
_PAUSES: Final = (0.2, 0.6)
"""Seconds before the second and the third attempt."""
_AFTER_THE_ANSWER: Final = 0.02
"""Seconds that an answer, which is written within the same turn of the loop, gets ahead of what it calls."""
_LAST_SECONDS: Final = 1
"""How long the end waits for what is broken off."""
_SPACE: Final = "deliveries"
_THREAD: Final = "callbacks"
_WITHOUT_BODY: Final = frozenset({"GET", "HEAD", "DELETE", "OPTIONS", "TRACE"})
_CODINGS: Final = frozenset({"content-length", "transfer-encoding", "te", "trailer", "upgrade", "expect"})
"""Headers that say how a message is framed or read, which is not as they would have it."""
_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})

Entry = dict[str, Json]
"""One entry of the log, as it is shown."""


@record
class Message:
    """A request to send. `body` is asked for when it goes; `size` are the bytes that it takes until then.

    `operation` is the title of the one that calls back, empty for a webhook; `prefix` is that of the contract; `given`
    are headers over the documented.
    """

    outgoing: Outgoing
    kind: str
    url: str
    media_type: str
    body: Callable[[], bytes]
    prefix: str = ""
    operation: str = ""
    session: str = ""
    depth: int = 1
    size: int = 0
    given: tuple[tuple[str, str], ...] = ()


class Deliveries:
    """Sends messages, each in its time, and keeps what became of them. Nobody waits for it."""

    def __init__(self, setting: str, memory: Memory, observer: Observer) -> None:
        """Begin with nothing; `setting` is that of `--callbacks`, the observer keeps the journal."""
        self.allowed = AllowList(setting)
        self._memory = memory
        self._observer = observer
        self._lock = threading.Lock()
        self._kept: deque[Entry] = deque(maxlen=KEPT)
        self._waiting = 0
        self._bytes = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._running: set[asyncio.Task[None]] = set()

    @property
    def waiting(self) -> int:
        """How many messages are on their way, or wait for their turn."""
        return self._waiting

    def submit(self, message: Message, after: float = 0.0) -> Entry:
        """Have a message sent `after` so many seconds; return its entry in the log as it stands now."""
        entry = _entry(message)
        try:
            target = read_target(message.url)
            self.allowed.judge(target, target.addresses)
        except Refused as reason:
            self._settle(message, entry, "refused", str(reason))
            return entry
        with self._lock:
            has_room = self._waiting < MOST_WAITING and self._bytes + message.size <= MOST_BYTES
            if has_room:
                self._waiting += 1
                self._bytes += message.size
        if has_room:
            self._running_loop().call_soon_threadsafe(self._begin, message, target, entry, after)
        else:
            self._settle(message, entry, "dropped", f"{self._waiting} others wait to be sent; this is as many as may")
        return entry

    def refuse(self, message: Message, reason: str) -> None:
        """Note a message that nobody can send."""
        self._settle(message, _entry(message), "refused", reason)

    def entries(self) -> list[Entry]:
        """Return the log, the last entry last; raise MemoryUnreachable."""
        with self._lock:
            own = [*self._kept]
        if not self._memory.is_shared:
            return own
        return [*map(entry_of, self._memory.tail(_SPACE, KEPT)), *own][-KEPT:]

    def forget(self) -> None:
        """Empty the log; raise MemoryUnreachable. What is under way comes into it still."""
        with self._lock:
            self._kept.clear()
        if self._memory.is_shared:
            self._memory.clear(_SPACE)

    def give_up(self) -> None:
        """Send no more, and say on stderr how many were not sent."""
        if self._loop is None or self._thread is None:
            return
        left = self._waiting
        asyncio.run_coroutine_threadsafe(self._end(), self._loop)
        self._thread.join(_LAST_SECONDS)
        if left:
            what = "callback was" if left == 1 else "callbacks were"
            sys.stderr.write(f"warning: {left} {what} not delivered: the mock was told to stop\n")

    # In the thread that sends

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        """Return the loop that sends, which begins with the first message: workers are born after us."""
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                # A daemon: a process that is told to end does not wait for a receiver that says nothing.
                self._thread = threading.Thread(target=_run, args=(self._loop,), name=_THREAD, daemon=True)
                self._thread.start()
            return self._loop

    async def _end(self) -> None:
        tasks = [*self._running]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # connections close in the next turn
        asyncio.get_running_loop().stop()

    def _begin(self, message: Message, target: Target, entry: Entry, after: float) -> None:
        assert self._loop is not None
        task = self._loop.create_task(self._deliver(message, target, entry, after + _AFTER_THE_ANSWER))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _deliver(self, message: Message, target: Target, entry: Entry, after: float) -> None:
        await asyncio.sleep(after)
        began = time.monotonic()
        state, error, attempt = "failed", "", 1
        try:
            for attempt, pause in enumerate((0.0, *_PAUSES), 1):
                await asyncio.sleep(pause)
                entry["attempts"] = attempt
                status, error = await self._attempt(message, target, entry)
                entry["status"] = status
                if status is not None:
                    entry["documented"] = message.outgoing.is_expected(status)
                if status is not None and status not in _AGAIN:
                    state = "delivered" if 200 <= status <= 299 else "failed"
                    break
        except Refused as reason:
            state, error = "refused", str(reason)
            entry["attempts"] = attempt - 1
        finally:
            with self._lock:
                self._waiting -= 1
                self._bytes -= message.size
        self._settle(message, entry, state, error, time.monotonic() - began)

    async def _attempt(self, message: Message, target: Target, entry: Entry) -> tuple[int | None, str]:
        """Return the status of the answer, and what went wrong."""
        async with self._turns:
            try:
                status = await send(target, _request(message, target, str(entry["id"])), self.allowed)
            except (Unsent, BundleError) as reason:
                return None, str(reason)
        if 300 <= status <= 399:
            return status, "a redirect, which is not followed: a callback goes where the client said"
        return status, "" if status <= 299 else f"the receiver answered {status}"

    def _settle(self, message: Message, entry: Entry, state: str, error: str, seconds: float = 0.0) -> None:
        """Put an entry into the log and into the journal."""
        entry["state"] = state
        if seconds:
            entry["milliseconds"] = round(seconds * 1000, 1)
        if error:
            entry["error"] = error
        if self._memory.is_shared and threading.current_thread().name != _THREAD:
            self._running_loop().call_soon_threadsafe(self._keep, entry)
        else:
            self._keep(entry)
        status, attempts = entry["status"], entry["attempts"]
        self._observer.note_delivery(
            callback=message.outgoing.name,
            operation=message.operation,
            contract=message.prefix,
            method=message.outgoing.method,
            url=str(entry["url"]),
            status=status if isinstance(status, int) else None,
            attempts=attempts if isinstance(attempts, int) else 0,
            error=error,
            seconds=seconds,
        )

    def _keep(self, entry: Entry) -> None:
        """Put an entry where all replicas see it; one for which the memory has no room, or no time, stays here."""
        if self._memory.is_shared:
            try:
                self._memory.append(_SPACE, [compact(entry)], KEPT)
            except (MemoryUnreachable, MemoryFull):
                pass  # whoever asks for the log is told what is wrong with the memory
            else:
                return
        with self._lock:
            self._kept.append(entry)


def _run(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_forever()
    loop.close()


def _entry(message: Message) -> Entry:
    entry: Entry = {
        "id": os.urandom(6).hex(),
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "kind": message.kind,
        "name": message.outgoing.name,
        "method": message.outgoing.method,
        "url": redacted(message.url),
        "state": "waiting",
        "attempts": 0,
        "status": None,
    }
    if message.operation:
        entry["operation"] = message.operation
    if message.session:
        entry["session"] = message.session
    return entry


def _request(message: Message, target: Target, delivery: str) -> bytes:
    """Return a message as it travels."""
    outgoing, body = message.outgoing, message.body()
    path = target.path
    if outgoing.query:
        path += ("&" if "?" in path else "?") + outgoing.query
    framing = {"Host": target.authority, "Connection": "close", "Mock-Delivery": delivery, DEPTH: str(message.depth)}
    if message.session:
        # Whose test it is: several may run at a time. Sent to this mock, it comes into the same world.
        framing["Mock-Session"] = message.session
    if body or outgoing.method not in _WITHOUT_BODY:
        framing["Content-Length"] = str(len(body))
    usual = {"User-Agent": "contractctl-mock", "Accept": "*/*", "Content-Type": message.media_type}
    # Whoever comes first has its say; what frames a message is nobody else's.
    headers = {name.lower(): (name, value) for name, value in framing.items()}
    for name, value in (*message.given, *outgoing.headers, *usual.items()):
        if value and name.lower() not in _CODINGS:
            headers.setdefault(name.lower(), (name, value))
    return f"{outgoing.method} {path} HTTP/1.1\r\n".encode("ascii") + header_lines(headers.values()) + b"\r\n" + body
