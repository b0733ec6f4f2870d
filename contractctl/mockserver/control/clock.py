"""What time it is in a world, and how to pass it on."""

from __future__ import annotations

import math
import re
from typing import Final

import orjson

from contractctl.encodings.quantities import parse_duration
from contractctl.mockserver.answers import Answer, json_answer
from contractctl.mockserver.clock import Clock, OutOfTime
from contractctl.mockserver.control.endpoints import Endpoint
from contractctl.mockserver.control.reading import read_members
from contractctl.mockserver.model import Json
from contractctl.mockserver.requests import BadTarget, Request
from contractctl.mockserver.sessions import session_of

_TAKEN: Final = '/clock takes {"advance": "3h"}, {"advance": "-90s"} or {"set": "2026-01-01T00:00:00Z"}'
_DATE_TIME: Final = r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)"


def clock_endpoint(clock: Clock) -> Endpoint:
    """Return `/clock`: GET tells the time of the request's world, POST changes it, DELETE returns to real time."""

    def tell(request: Request) -> Answer:
        session = session_of(request)
        ahead = clock.ahead(session)
        told = int(ahead) if ahead == int(ahead) else ahead
        return json_answer(200, {"now": date_time(clock.now(session)), "ahead": told})

    def change(request: Request) -> Answer:
        _change(clock, request)
        return tell(request)

    def reset(request: Request) -> Answer:
        clock.reset(session_of(request))
        return tell(request)

    return Endpoint("/clock", {"GET": tell, "POST": change, "DELETE": reset}, sees=False, moves_time=True)


def date_time(moment: float) -> str:
    """Write seconds since 1970 as RFC 3339 has it, with milliseconds."""
    from datetime import UTC, datetime

    written = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
    return written.replace("+00:00", "Z")


def _change(clock: Clock, request: Request) -> None:
    asked = read_members(request, ("advance", "set"), _TAKEN)
    session = session_of(request)
    try:
        match asked:
            case {"advance": step, **rest} if not rest:
                clock.advance(session, _seconds(step))
            case {"set": moment, **rest} if not rest:
                clock.set(session, _moment(moment))
            case _:
                raise BadTarget(f"the body says neither how far nor when, or both; {_TAKEN}")
    except OutOfTime:
        raise BadTarget("the clock goes from 1970 to 9999") from None


def _seconds(step: Json) -> float:
    if isinstance(step, int | float) and not isinstance(step, bool) and math.isfinite(step):
        return max(min(step, 1e12), -1e12)
    if isinstance(step, str):
        sign = -1 if step.strip().startswith("-") else 1
        try:
            return sign * parse_duration(step.strip().removeprefix("-" if sign < 0 else "+"))
        except ValueError:
            pass
    raise BadTarget(f"advance is no duration: {_shown(step)}; {_TAKEN}")


def _moment(moment: Json) -> float:
    from datetime import datetime

    if isinstance(moment, str) and re.fullmatch(_DATE_TIME, moment, re.ASCII):
        try:
            return datetime.fromisoformat(moment.upper()).timestamp()
        except ValueError:
            pass
    raise BadTarget(f"set is no date-time (RFC 3339): {_shown(moment)}; {_TAKEN}")


def _shown(value: Json) -> str:
    return orjson.dumps(value).decode()[:80]
