"""The journal: what was asked of the mock, and what it answered. The newest comes last."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from contractctl.mockserver.answers import Answer, json_answer, make_answer, problem
from contractctl.mockserver.control.endpoints import Endpoint
from contractctl.mockserver.control.reading import read_count, read_query
from contractctl.mockserver.memory.interface import Memory
from contractctl.mockserver.model import Json
from contractctl.mockserver.observing.observer import Observer
from contractctl.mockserver.observing.spaces import JOURNAL, entry_of
from contractctl.mockserver.requests import BadTarget, Request
from contractctl.mockserver.sessions import session_named

Entry: TypeAlias = "dict[str, Json]"

_FILTERS: Final = ("limit", "session", "operation", "method", "status", "path", "since", "kind")
_STATUS: Final = re.compile(r"[1-5][0-9]{2}|[1-5]XX")
_KINDS: Final = ("request", "malformed", "delivery")


def journal_endpoints(observer: Observer, memory: Memory, prefix: str | None) -> tuple[Endpoint, ...]:
    """Return `/requests` and `/requests/{id}`; of the contract with this prefix, or of all of them."""
    if not observer.most:
        methods = dict.fromkeys(("GET", "DELETE"), _off)
        return Endpoint("/requests", methods), Endpoint("/requests/{id}", {"GET": _off})

    def entries() -> Iterator[Entry]:
        for text in memory.tail(JOURNAL, observer.most):
            entry = entry_of(text)
            if prefix is None or entry.get("contract", "") == prefix:
                yield entry

    def shown(request: Request) -> Answer:
        asked = read_query(request, _FILTERS)
        limit = read_count(asked, "limit")
        tests = [*_tests(asked)]
        found = [entry for entry in entries() if all(test(entry) for test in tests)]
        chosen = found if limit is None else found[max(len(found) - limit, 0) :]
        return json_answer(200, {"requests": chosen, "found": len(found), "kept_at_most": observer.most})

    def one(request: Request) -> Answer:
        text = request.path.rpartition("/")[2]
        found = next((entry for entry in entries() if str(entry["id"]) == text), None)
        if found is None:
            return problem(
                404, "no request of the journal has this id; GET the path without it for those that are there"
            )
        return json_answer(200, found)

    def empty(_: Request) -> Answer:
        observer.clear_journal()
        return make_answer(204)

    return Endpoint("/requests", {"GET": shown, "DELETE": empty}), Endpoint("/requests/{id}", {"GET": one})


def _off(_: Request) -> Answer:
    return problem(501, "the journal is off, since --journal is 0; serve with --journal 1000 to keep so many requests")


def _tests(asked: Mapping[str, str]) -> Iterator[Callable[[Entry], bool]]:
    """Yield what an entry has to be. Raise BadTarget for a value that none can have."""
    for name, text in asked.items():
        if name != "limit":
            yield _TESTS[name](text)


def _of_status(text: str) -> Callable[[Entry], bool]:
    wanted = text.upper()
    if not _STATUS.fullmatch(wanted):
        raise BadTarget(f"status is {text[:60]!r}; it must be one such as 404, or 4XX")
    return lambda entry: _fits(str(entry.get("status")), wanted)


def _fits(status: str, wanted: str) -> bool:
    return status == wanted or (wanted.endswith("XX") and len(status) == 3 and status[0] == wanted[0])


def _of_operation(text: str) -> Callable[[Entry], bool]:
    return lambda entry: text in (entry.get("operation"), entry.get("operation_id"))


def _of_session(text: str) -> Callable[[Entry], bool]:
    if text:
        session_named(text, "session")
    return _equals("session")(text)


def _of_kind(text: str) -> Callable[[Entry], bool]:
    if text not in _KINDS:
        raise BadTarget(f"kind is {text[:60]!r}; it must be one of {', '.join(_KINDS)}")
    return _equals("kind")(text)


def _after(text: str) -> Callable[[Entry], bool]:
    least = read_count({"since": text}, "since") or 0
    return lambda entry: isinstance(number := entry["id"], int) and number > least


def _equals(name: str) -> Callable[[str], Callable[[Entry], bool]]:
    return lambda text: lambda entry: entry.get(name) == text


_TESTS: Final[Mapping[str, Callable[[str], Callable[[Entry], bool]]]] = {
    "session": _of_session,
    "operation": _of_operation,
    "method": lambda text: _equals("method")(text.upper()),
    "status": _of_status,
    "path": _equals("path"),
    "since": _after,
    "kind": _of_kind,
}
