"""The access log: one line a request on stdout, written in batches, never a credential, and never a reason to wait."""

from __future__ import annotations

import asyncio
import os
import select
from collections import deque

import orjson

from contractctl.mockserver.answers import Answer
from contractctl.mockserver.observing.observer import Observer
from contractctl.mockserver.record import record
from contractctl.mockserver.requests import Request

_BATCH_SECONDS = 0.02
_RETRY_SECONDS = 1
_LONGEST = 512
_MOST_WAITING = 10_000
_LINES_AT_ONCE = 500


@record
class Entry:
    """An answered request. `size` is of the body that is sent, in bytes, `seconds` how long the answer took to make."""

    time: str
    method: str
    path: str
    query: str
    status: int
    size: int
    seconds: float


class AccessLog:
    """Writes entries as `text` or `json`; `none` writes nothing.

    Where nobody reads the output, entries wait, and beyond ten thousand the oldest are dropped and counted.
    """

    def __init__(self, kind: str, loop: asyncio.AbstractEventLoop, observer: Observer, file: int = 1) -> None:
        self._kind = kind
        self._loop = loop
        self._observer = observer
        self._file = file
        self._entries: deque[Entry] = deque()
        self._unwritten = b""
        self._dropped = 0
        self._timer: asyncio.TimerHandle | None = None

    def note(self, request: Request | None, answer: Answer, seconds: float, time: str) -> None:
        """Take an answer in; `request` is None where none was understood, `time` is RFC 3339."""
        if self._kind == "none":
            return
        if len(self._entries) >= _MOST_WAITING:
            self._entries.popleft()
            self._dropped += 1
        if request is None:
            entry = Entry(time, "-", "-", "", answer.status, len(answer.body), seconds)
        else:
            path, query = self._bounded(request.prefix + request.path), request.query[:_LONGEST]
            size = 0 if request.method == "HEAD" else len(answer.body)
            entry = Entry(time, request.method, path, query, answer.status, size, seconds)
        self._entries.append(entry)
        if self._timer is None:
            self._timer = self._loop.call_later(_BATCH_SECONDS, self.flush)

    def flush(self) -> None:
        """Write what waits, as far as the reader takes it."""
        self._timer = None
        while (self._unwritten or self._entries or self._dropped) and self._is_writable():
            self._unwritten = self._unwritten or self._next_lines()
            try:
                # A pipe that is writable takes this much without waiting, and lets no other worker in between.
                whole = self._unwritten.rfind(b"\n", 0, select.PIPE_BUF) + 1 or select.PIPE_BUF
                self._unwritten = self._unwritten[os.write(self._file, self._unwritten[:whole]) :]
            except OSError:
                self._kind, self._unwritten, self._dropped = "none", b"", 0
                self._entries.clear()
        if self._unwritten or self._entries:
            self._timer = self._loop.call_later(_RETRY_SECONDS, self.flush)

    def _next_lines(self) -> bytes:
        lines = [self._line(self._entries.popleft()) for _ in range(min(len(self._entries), _LINES_AT_ONCE))]
        if self._dropped:
            note = f"{self._dropped} lines were dropped: nobody read them"
            lines.insert(0, orjson.dumps({"note": note}).decode() if self._kind == "json" else note)
            self._dropped = 0
        return "".join(f"{line}\n" for line in lines).encode("ascii", "backslashreplace")

    def _is_writable(self) -> bool:
        poll = select.poll()
        poll.register(self._file, select.POLLOUT)
        return bool(poll.poll(0))

    def _line(self, entry: Entry) -> str:
        secrets = self._observer.secrets
        target = secrets.path(entry.path)
        if entry.query:
            target += "?" + secrets.query_text(entry.query)
        milliseconds = round(entry.seconds * 1000, 3)
        if self._kind == "text":
            return f"{entry.time} {entry.method} {target} {entry.status} {entry.size} B {milliseconds} ms"
        shown = {"time": entry.time, "method": entry.method, "target": target, "status": entry.status}
        return orjson.dumps({**shown, "bytes": entry.size, "ms": milliseconds}).decode()

    def _bounded(self, path: str) -> str:
        """Cut a long path, which has no credentials before: half of one could not be told from other text."""
        return path if len(path) <= _LONGEST else self._observer.secrets.path(path)[:_LONGEST]
