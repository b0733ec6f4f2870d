"""What people send to the server's own endpoints: a query of known names, and JSON, whatever its media type says."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import orjson

from contractctl.mockserver.model import Json
from contractctl.mockserver.queries import decode_query, parse_query
from contractctl.mockserver.requests import BadTarget, Request


def read_query(request: Request, names: Sequence[str]) -> dict[str, str]:
    """Return what the query says; raise BadTarget for a name that is not taken, or that comes twice."""
    asked: dict[str, str] = {}
    for name, values in parse_query(request.query).items():
        if name not in names:
            raise BadTarget(f"the query has no parameter {name[:60]}; it takes {', '.join(names)}")
        if len(values) > 1:
            raise BadTarget(f"the query has {name} more than once")
        asked[name] = decode_query(values[0])
    return asked


def read_count(asked: dict[str, str], name: str) -> int | None:
    """Return a whole number of the query, None where it is not there; raise BadTarget for what is none."""
    text = asked.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise BadTarget(f"{name} is {text[:60]!r}; it must be a whole number")
    return int(text)


def read_members(request: Request, members: Collection[str], taken: str) -> dict[str, Json]:
    """Return the object that a body is, empty where there is none.

    Raise BadTarget for what is none, or has other members; it says what is `taken`. The media type is passed over,
    since `curl -d` names another.
    """
    if not request.body.strip():
        return {}
    try:
        value: Json = orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        raise BadTarget(f"the body is not JSON ({error}); {taken}") from None
    if not isinstance(value, dict):
        raise BadTarget(f"the body is no object; {taken}")
    for name in value:
        if name not in members:
            raise BadTarget(f'the body has a member "{name}"; {taken}')
    return value
