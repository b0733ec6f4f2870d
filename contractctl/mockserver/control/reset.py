"""Forgetting: all that a mock keeps, a world, or parts of either."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from contractctl.mockserver.answers import Answer, json_answer
from contractctl.mockserver.clock import is_clock
from contractctl.mockserver.control.endpoints import Endpoint
from contractctl.mockserver.control.reading import read_members
from contractctl.mockserver.memory.interface import Memory
from contractctl.mockserver.model import Json
from contractctl.mockserver.requests import BadTarget, Request
from contractctl.mockserver.runtime import Runtime
from contractctl.mockserver.sessions import session_named, session_of, world_space

_OF_A_SESSION: Final = ("state", "clock", "limits", "tokens")
_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "limits": ("limits",),
    "tokens": ("tokens",),
    "journal": ("journal", "deliveries"),
    "coverage": ("coverage",),
}
"""The spaces of what is not in a world; `limits` and `tokens` are by session below them."""
_ALL: Final = (*_OF_A_SESSION, "journal", "coverage")
_TAKEN: Final = (
    '/reset takes {"session": "NAME"}, {"only": ["state", "clock", "limits", "tokens", "journal", "coverage"]}'
)


def reset_endpoint(runtime: Runtime) -> Endpoint:
    """Return `/reset`, which answers what was emptied."""

    def reset(request: Request) -> Answer:
        asked = read_members(request, ("session", "only"), _TAKEN)
        session = _session(request, asked)
        parts = _parts(asked.get("only"), session)
        _forget(runtime, parts, session)
        named = {} if session is None else {"session": session}
        return json_answer(200, {**named, "emptied": parts})

    return Endpoint("/reset", {"POST": reset})


def _session(request: Request, asked: Mapping[str, Json]) -> str | None:
    """Return whose world it is about, None for all; the empty name is of those who name none."""
    header = session_of(request)
    if "session" not in asked:
        return header or None
    name = asked["session"]
    if not isinstance(name, str):
        raise BadTarget(f"session is no text; {_TAKEN}")
    if header and header != name:
        raise BadTarget(f"the header Mock-Session names {header} and the body another session")
    return session_named(name, "session") if name else ""


def _parts(only: Json, session: str | None) -> Sequence[str]:
    allowed = _ALL if session is None else _OF_A_SESSION
    if only is None:
        return allowed
    if not isinstance(only, list) or not only:
        raise BadTarget(f"only is no list of parts; {_TAKEN}")
    for part in only:
        if part not in _ALL:
            raise BadTarget(f"only names what there is not; {_TAKEN}")
        if part not in allowed:
            raise BadTarget(f"{part} is not kept by session; reset it without one")
    return [part for part in allowed if part in only]


def _forget(runtime: Runtime, parts: Sequence[str], session: str | None) -> None:
    runtime.memory.clear(*_of_worlds(runtime.memory, parts, session), *_of_others(parts, session))
    for part in dict.fromkeys((*parts, *_of_others(parts, None))):
        if session is None and (forget := runtime.forgetting.get(part)) is not None:
            forget()


def _of_worlds(memory: Memory, parts: Sequence[str], session: str | None) -> Sequence[str]:
    below = "worlds" if session is None else world_space(session)
    if "state" in parts and "clock" in parts:
        return [below]
    return [space for space in memory.spaces(below) if ("clock" if is_clock(space) else "state") in parts]


def _of_others(parts: Sequence[str], session: str | None) -> Sequence[str]:
    spaces = [space for part in parts for space in _PARTS.get(part, ())]
    return spaces if session is None else [f"{space}/{session or '='}" for space in spaces]
