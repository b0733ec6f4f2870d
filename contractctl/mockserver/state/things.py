"""Things as a server makes them of what clients send: ids, times, defaults, and what only the server writes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from contractctl.encodings.scalars import candidates
from contractctl.mockserver.model import Json
from contractctl.mockserver.state.collections import Collection, State, text_of

_LARGEST_TIME = 253_402_300_799.0
"""The last second of the year 9999."""


def created(collection: Collection, state: State, sent: Mapping[str, Json], now: float) -> dict[str, Json]:
    """Return what a client asks to be created, without an id of ours: defaults added, the times of the server set."""
    made = _sendable(collection, sent)
    if not state.own_id or own_id(collection, made) == "":
        made.pop(collection.id, None)
    for name, value in state.defaults.items():
        made.setdefault(name, value)
    for name, how in (*collection.created, *collection.updated):
        made.setdefault(name, written_time(now, how))
    return made


def replaced(
    collection: Collection, state: State, sent: Mapping[str, Json], before: Mapping[str, Json], now: float
) -> dict[str, Json]:
    """Return what takes the place of a thing: what the server alone writes, and the id, stay."""
    made = _sendable(collection, sent)
    for name, value in state.defaults.items():
        made.setdefault(name, value)
    for name, _ in collection.created:
        if name in before:
            made.setdefault(name, before[name])
    return changed(collection, {**made, **_owned(collection, before)}, before, now)


def changed(
    collection: Collection, after: Mapping[str, Json], before: Mapping[str, Json], now: float
) -> dict[str, Json]:
    """Return what a patch makes of a thing: the same, and a new time of the last change."""
    kept = {name: value for name, value in after.items() if name not in collection.read_only}
    kept |= _owned(collection, before)
    for name, how in collection.updated:
        if name in collection.read_only or kept.get(name) == before.get(name) or name not in kept:
            kept[name] = written_time(now, how)
    return kept


def own_id(collection: Collection, value: Mapping[str, Json]) -> str:
    """Return the id that a client chose; empty where it chose none."""
    return text_of(value.get(collection.id)) if collection.id else ""


def with_id(collection: Collection, value: dict[str, Json], thing: str) -> dict[str, Json]:
    """Return a value that holds its id, as the type that it has."""
    if not collection.id or collection.single or text_of(value.get(collection.id)) == thing:
        return value
    return {**value, collection.id: typed_id(collection, thing)}


def typed_id(collection: Collection, thing: str) -> Json:
    """Return an id as the type that it has."""
    if (
        collection.types == ("integer",)
        and thing.isascii()
        and thing.isdigit()
        and thing == str(number := int(thing[:19]))
    ):
        return number
    return next(candidates(thing, collection.types), thing)


def written_time(now: float, how: str) -> Json:
    """Return a time (seconds since 1970) as a member tells it."""
    if how == "ms":
        return int(now * 1000)
    if how == "seconds":
        return int(now)
    moment = datetime.fromtimestamp(min(max(now, 0), _LARGEST_TIME), UTC)
    return moment.strftime("%Y-%m-%d") if how == "date" else moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _sendable(collection: Collection, sent: Mapping[str, Json]) -> dict[str, Json]:
    if collection.read_only.isdisjoint(sent):
        return dict(sent)
    return {name: value for name, value in sent.items() if name not in collection.read_only}


def _owned(collection: Collection, before: Mapping[str, Json]) -> dict[str, Json]:
    """Return what of a thing only the server changes."""
    return {name: value for name, value in before.items() if name in collection.read_only or name == collection.id}
