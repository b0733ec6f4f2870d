"""How long before its end a deprecation has to be told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from contractctl.core.changes import Impact, Verdict
from contractctl.core.json import Json
from contractctl.diff.exchanges.lifecycle import Term

_KINDS = ("operation-deprecated", "operation-sunset-changed")


def with_notice(verdicts: Iterable[Verdict], days: int, *, today: date) -> Iterator[Verdict]:
    """Yield the verdicts, those on deprecations that give less than so many days of notice as breaking.

    Zero days ask for nothing.
    """
    for verdict in verdicts:
        fault = _fault(verdict.change.after, days, today) if days and verdict.change.kind.endswith(_KINDS) else ""
        yield _broken(verdict, days, fault) if fault else verdict


def _broken(verdict: Verdict, days: int, fault: str) -> Verdict:
    law = verdict.judged or verdict.impact
    reason = f"`diff.deprecation-days` asks for {days} days of notice: {fault}; by the law it is {law}"
    return replace(verdict, impact=Impact.BREAKING, judged=law, reason=reason)


def _fault(sunset: Json, days: int, today: date) -> str:
    if sunset is None:
        return "no `x-sunset` says when the operation goes"
    term = Term(deprecated=True, sunset=sunset)
    if term.day is None:
        return f"the `x-sunset` is {term.shown}; write such as {today + timedelta(days)}"
    if term.day < today + timedelta(days):
        return f"the `x-sunset` {term.day} is before {today + timedelta(days)}"
    return ""
