"""The worlds of sessions: which there are, and one of them as a document and back."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Final

import orjson

from contractctl.mockserver.answers import Answer, json_answer
from contractctl.mockserver.control.endpoints import Endpoint
from contractctl.mockserver.memory.interface import Memory, Space
from contractctl.mockserver.model import Json
from contractctl.mockserver.requests import BadTarget, Request
from contractctl.mockserver.sessions import session_in, session_of, world_space

_FORMAT: Final = "contractctl world 1"
_LARGEST: Final = 1 << 63
_MOST: Final = 1_000_000
"""Spaces, values, numbers and entries of a snapshot: 64 MB of empty ones would take a minute to read."""


def world_endpoints(memory: Memory) -> tuple[Endpoint, ...]:
    """Return `/sessions`, which names the worlds in which something is kept, and `/snapshot` of the request's world."""

    def tell(_: Request) -> Answer:
        names = dict.fromkeys(map(session_in, memory.spaces("worlds")))
        return json_answer(200, {"sessions": [*names]})

    def save(request: Request) -> Answer:
        world = world_space(session_of(request))
        return json_answer(200, _document(memory.read(world), world))

    def load(request: Request) -> Answer:
        session = session_of(request)
        world = world_space(session)
        spaces = _read_document(request.body, world)
        memory.replace(world, spaces)
        return json_answer(200, {"session": session, "spaces": len(spaces)})

    return (
        Endpoint("/sessions", {"GET": tell}, sees=False),
        Endpoint("/snapshot", {"GET": save, "PUT": load}, sees=False, moves_time=True),
    )


def _document(spaces: Mapping[str, Space], world: str) -> dict[str, object]:
    """Write a world; equal worlds give equal bytes. Text is text, and other bytes are in Base64."""
    written = {}
    for name, space in spaces.items():
        parts = {
            "values": {_name(key): _written(value) for key, value in space.values.items()},
            "numbers": {_name(key): space.numbers[key] for key in sorted(space.numbers)},
            "entries": [*map(_written, space.entries)],
        }
        written[_name(name.removeprefix(world + "/"))] = {part: held for part, held in parts.items() if held}
    return {"format": _FORMAT, "spaces": written}


def _name(text: str) -> str:
    # What JSON cannot say: half a pair of surrogates.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _written(value: bytes) -> str | dict[str, str]:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": b64encode(value).decode("ascii")}


def _read_document(body: bytes, world: str) -> dict[str, Space]:
    try:
        document: Json = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _not_a_snapshot(f"it is not JSON ({error})") from None
    match document:
        case {"format": str(written), "spaces": dict(spaces), **rest} if not rest and written == _FORMAT:
            if len(spaces) + sum(map(_count, spaces.values())) > _MOST:
                raise _not_a_snapshot(f"it has more than {_MOST} spaces, values, numbers and entries")
            return {f"{world}/{name}": _read_space(name, space) for name, space in spaces.items()}
        case {"format": str(written)} if written != _FORMAT:
            raise _not_a_snapshot(f"its format is {written[:80]!r} and not {_FORMAT!r}")
    raise _not_a_snapshot("it is no object of format and spaces")


def _count(space: Json) -> int:
    parts = space.values() if isinstance(space, dict) else ()
    return sum(len(part) for part in parts if isinstance(part, dict | list))


def _read_space(name: str, space: Json) -> Space:
    if not name or not isinstance(space, dict) or not space.keys() <= {"values", "numbers", "entries"}:
        raise _not_a_snapshot(f"the space {name[:80]!r} has something else than values, numbers and entries")
    values, numbers, entries = space.get("values", {}), space.get("numbers", {}), space.get("entries", [])
    if not (isinstance(values, dict) and isinstance(numbers, dict) and isinstance(entries, list)):
        raise _not_a_snapshot(f"the space {name[:80]!r} has values and numbers in objects, entries in a list")
    kept = {key: _read_value(name, value) for key, value in values.items()}
    if name.startswith("state/"):
        # Imported when it is needed: it loads OpenSSL.
        from contractctl.mockserver.state.kept import is_entry

        if not all(map(is_entry, kept.values())):
            raise _not_a_snapshot(f"the space {name[:80]!r} has a value that says nothing of a thing")
    return Space(
        kept,
        {key: _read_number(name, value) for key, value in numbers.items()},
        [_read_value(name, value) for value in entries],
    )


def _read_value(space: str, value: Json) -> bytes:
    match value:
        case str():
            return value.encode()
        case {"base64": str(encoded), **rest} if not rest:
            try:
                return b64decode(encoded, validate=True)
            except ValueError:
                pass
    raise _not_a_snapshot(f"the space {space[:80]!r} has a value that is neither text nor Base64")


def _read_number(space: str, value: Json) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and -_LARGEST <= value < _LARGEST:
        return value
    raise _not_a_snapshot(f"the space {space[:80]!r} has a number that is no integer of 64 bits")


def _not_a_snapshot(why: str) -> BadTarget:
    return BadTarget(f"the body is no snapshot of a world, as GET /snapshot gives it: {why}")
