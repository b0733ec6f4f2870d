"""Entries of the journal: what is kept of a request and its answer, without credentials and without bodies."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Final, Protocol, TypeAlias

import orjson

from contractctl.mockserver.model import Json, Operation
from contractctl.mockserver.observing.secrets import HIDDEN, Secrets
from contractctl.mockserver.requests import BadTarget, Request
from contractctl.mockserver.sessions import session_of
from contractctl.mockserver.violations import Violation

Subject: TypeAlias = "Operation | str"
"""What a request was for: an operation, an endpoint of ours by its path, or nothing that is known (empty)."""
Key: TypeAlias = "tuple[Subject, str, int]"
"""That, with method and status."""
Marks: TypeAlias = "tuple[Sequence[Violation], Sequence[Violation], str]"
"""Violations, remarks, and the kind of a fault."""
Noted: TypeAlias = "tuple[float, Counted, bytes, dict[bytes, bytes], Marks, bytes, int, int, float]"
"""A request as it waits for its entry: when it was answered (by `perf_counter`), where it was counted, target (empty
where nothing was understood), headers, marks, head of the answer, bytes of both bodies, and how many seconds it took.
"""


class Counted(Protocol):
    """What tells of a request that is counted there."""

    key: Key
    prefix: str


NO_MARKS: Final[Marks] = ((), (), "")

Delivery: TypeAlias = "dict[str, Json]"
"""The entry of a callback that was sent, all but its `id`."""

_LONGEST_TEXT: Final = 2048
_LONGEST_VALUE: Final = 256
_MOST_HEADER_TEXT: Final = 4096
_MOST_VIOLATIONS: Final = 50
_MARK: Final = re.compile(rb"(?m)^(Mock-Not-Synthesised|Preference-Applied): ([^\r]*)")


def size_of(noted: Noted | Delivery) -> int:
    """Return about how many bytes a request takes while it waits."""
    if isinstance(noted, dict):
        return 1000
    target, headers, head = noted[2], noted[3], noted[5]
    return 1000 + len(target) + len(head) + len(b"".join(headers)) + len(b"".join(headers.values()))


class EntryWriter:
    """Makes the entries of requests that were noted together: what they have in common is looked at once.

    `ahead` tells by how many seconds the world of a session is. `secrets` are hidden.
    """

    def __init__(self, secrets: Secrets, ahead: Callable[[str], float]) -> None:
        self._secrets = secrets
        self._ahead = cache(ahead)
        self._epoch = time.time() - time.perf_counter()
        self._target = cache(self._shown_target)
        self._header = cache(self._shown_header)

    def entry(self, noted: Noted) -> dict[str, Json]:
        """Return the entry of a request, all but its `id`."""
        now, counted, target, headers, (violations, remarks, fault), head, received, sent, seconds = noted
        subject, method, status = counted.key
        operation = subject if isinstance(subject, Operation) else None
        entry: dict[str, Json] = {
            "kind": "request" if target else "malformed",
            "time": timestamp(self._epoch + now),
            "operation": operation.title if operation else None,
            "operation_id": (operation.id or None) if operation else None,
            "status": status,
            "violations": _told(violations, self._secrets) if violations else [],
            "notes": [*_notes(remarks, head, self._secrets)],
            "fault": fault or None,
            "milliseconds": round(seconds * 1000, 3),
            "bytes_in": received,
            "bytes_out": 0 if method == "HEAD" else sent,
        }
        return {**entry, **self._of_request(method, counted.prefix, target, headers, now)} if target else entry

    def _of_request(
        self, method: str, prefix: str, target: bytes, headers: Mapping[bytes, bytes], now: float
    ) -> dict[str, Json]:
        session = named_session(method, headers) if b"mock-session" in headers else ""
        path, query = self._target(target)
        by = self._ahead(session)
        world = {"world_time": timestamp(self._epoch + now + by)} if by else {}
        told = {"method": method, "path": path, "query": query, "contract": prefix, "session": session}
        return {**told, **world, "headers": dict(self._headers(headers))}

    def _headers(self, headers: Mapping[bytes, bytes]) -> Iterator[tuple[str, str]]:
        """Yield names and values, up to a bound."""
        room = _MOST_HEADER_TEXT
        for one in headers.items():
            name, value = self._header(one)
            room -= len(name) + len(value)
            if room < 0:
                yield "…", f"{len(headers)} headers in all"
                return
            yield name, value

    def _shown_header(self, header: tuple[bytes, bytes]) -> tuple[str, str]:
        name, value = header[0].decode("latin-1"), header[1].decode("latin-1")
        return _cut(name, _LONGEST_VALUE), _cut(self._secrets.header(name, value), _LONGEST_VALUE)

    def _shown_target(self, target: bytes) -> tuple[str, str]:
        request = Request("", target, {})
        return _cut(self._secrets.path(request.path)), _cut(self._secrets.query_text(request.query))


def named_session(method: str, headers: Mapping[bytes, bytes]) -> str:
    """Return the session that a request names, empty where it names none that can be."""
    try:
        return session_of(Request(method, b"/", {**headers}))
    except BadTarget:
        return ""


def timestamp(seconds: float) -> str:
    """Return a time as RFC 3339 has it, in UTC with milliseconds."""
    whole, part = divmod(round(seconds * 1000), 1000)
    return f"{_second(whole)}.{part:03d}Z"


@lru_cache(maxsize=16)
def _second(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S").zfill(19)
    except (OverflowError, ValueError, OSError):
        return "9999-12-31T23:59:59"  # as far as worlds may be ahead


def encoded(entry: Mapping[str, Json]) -> bytes:
    """Return an entry as JSON."""
    # A copy: what orjson returns has a buffer of 4 kB, however short it is.
    return bytes(memoryview(orjson.dumps(entry)))


def _told(violations: Sequence[Violation], secrets: Secrets) -> list[Json]:
    return [{**_violation(one, secrets)} for one in violations[:_MOST_VIOLATIONS]]


def _violation(violation: Violation, secrets: Secrets) -> dict[str, Json]:
    """Return a violation; where it is about a credential, nothing of that."""
    told: dict[str, Json] = {**violation.as_json()}
    if secrets.is_told(violation.where, violation.pointer, violation.message):
        told["message"] = HIDDEN
    return told


def _notes(remarks: Sequence[Violation], head: bytes, secrets: Secrets) -> Iterator[Json]:
    if remarks:
        yield from _told(remarks, secrets)
    if b"Mock-Not-" in head or b"Preference-" in head:
        for found in _MARK.finditer(head):
            yield {"where": "answer", "message": f"{found[1].decode()}: {found[2].decode('latin-1')}"}


def _cut(text: str, longest: int = _LONGEST_TEXT) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def delivery_entry(secrets: Secrets, method: str, url: str) -> Delivery:
    """Return how the entry of a callback begins."""
    path, mark, query = url.partition("?")
    shown = secrets.path(path) + (mark and mark + secrets.query_text(query.partition("#")[0]))
    return {"kind": "delivery", "time": timestamp(time.time()), "method": method, "url": _cut(shown)}
