"""Sessions: a client that names one in `Mock-Session` has a world of its own, with its own state and its own time."""

from __future__ import annotations

import re

from contractctl.mockserver.requests import BadTarget, Request

_NAME = re.compile(r"[A-Za-z0-9._~-]{1,128}")


def session_of(request: Request) -> str:
    """Return the name of the session, empty for the world of all who name none; raise BadTarget for no name."""
    given = request.headers.get(b"mock-session")
    if given is None:
        return ""
    return session_named(given.decode("latin-1"), "the header Mock-Session")


def session_named(name: str, where: str) -> str:
    """Return a name that a session may have; raise BadTarget, which says `where` it stands, for another."""
    if not _NAME.fullmatch(name):
        raise BadTarget(f"{where} is no name: 1 to 128 letters, digits and -._~")
    return name


def world_space(session: str, *parts: str) -> str:
    """Return the space of a part of a session's world; see `Memory`."""
    return "/".join(("worlds", session or "=", *parts))


def session_in(space: str) -> str:
    """Return the session of a space of its world: what `world_space` had."""
    name = space.split("/", 2)[1]
    return "" if name == "=" else name
