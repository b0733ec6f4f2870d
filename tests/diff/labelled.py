"""Labelled pairs of whole descriptions, read from `pairs/labelled`, and the places where a schema can travel.

Labels follow from the specifications and the law (a request may only widen, a response may only narrow), and never
from what the comparison says. A file holds one list or more of these:

- `schemas`: `base` and `revision` are schemas that travel in a request and in a response. `breaks` names what breaks:
  requests, responses, both or nobody. The way back breaks the other of the two, unless `undone` says otherwise.
- `operations`: members of `POST /things/{id}`; `base_path` and the like are more members of its path, `base_extra`
  or `extra` of the description. `breaking` is the label, `undone` that of the way back where it is certain.
- `descriptions`: whole descriptions, but for `openapi` and `info`.

`kinds` are all kinds of changes, for schemas without their direction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "pairs" / "labelled"
SWAPPED = {"requests": "responses", "responses": "requests", "both": "both", "nobody": "nobody"}

Json = Any
Description = dict[str, Json]
Row = dict[str, Json]
Seat = Callable[[Json], Description]


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """Two descriptions, and whether the way from one to the other breaks somebody."""

    it: str
    base: Description
    revision: Description
    breaking: bool
    kinds: tuple[str, ...] | None = None


def rows(family: str) -> list[Row]:
    """Return all rows of one list (`schemas`, `operations`, `descriptions`), in the order of the files."""
    return [row for file in _files() for row in file.get(family, ())]


@cache
def _files() -> tuple[dict[str, list[Row]], ...]:
    return tuple(yaml.load(path.read_bytes(), yaml.CSafeLoader) for path in sorted(FOLDER.glob("*.yaml")))


def described(**members: Json) -> Description:
    """Return a whole description; `openapi` may be left out."""
    version = {} if "swagger" in members else {"openapi": "3.1.0"}
    return {**version, "info": {"title": "Things", "version": "1"}, "paths": {}, **members}


# Where a schema travels: operations


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def _taking(schema: Json) -> Description:
    return {"requestBody": {"required": True, "content": _json(schema)}, "responses": {"204": {"description": "done"}}}


def _giving(schema: Json, status: str = "200") -> Description:
    return {"responses": {status: {"description": "ok", "content": _json(schema)}}}


def _calling_back(called: Description) -> Description:
    return {"callbacks": {"event": {"{$request.query.url}": {"post": called}}}, "responses": _taking({})["responses"]}


def _taking_a_parameter(schema: Json) -> Description:
    return {"parameters": [{"name": "q", "in": "query", "content": _json(schema)}], "responses": {}}


def _property(schema: Json) -> Json:
    return {"type": "object", "properties": {"p": schema}}


def _required_property(schema: Json) -> Json:
    return {**_property(schema), "required": ["p"]}


def _items(schema: Json) -> Json:
    return {"type": "array", "items": schema}


def _map(schema: Json) -> Json:
    return {"type": "object", "additionalProperties": schema}


_REFERENCE: Json = {"$ref": "#/components/schemas/Seated"}
PLAIN: tuple[Seat, Seat] = _taking, _giving
SEATS: dict[str, tuple[Seat, Seat]] = {
    "a body": PLAIN,
    "items": (lambda schema: _taking(_items(schema)), lambda schema: _giving(_items(schema))),
    "a property": (lambda schema: _taking(_property(schema)), lambda schema: _giving(_property(schema))),
    "a required property": (
        lambda schema: _taking(_required_property(schema)),
        lambda schema: _giving(_required_property(schema)),
    ),
    "a map": (lambda schema: _taking(_map(schema)), lambda schema: _giving(_map(schema))),
    "allOf": (lambda schema: _taking({"allOf": [schema]}), lambda schema: _giving({"allOf": [schema]})),
    "a parameter and a default response": (_taking_a_parameter, lambda schema: _giving(schema, "default")),
    "a reference": (lambda _: _taking(_REFERENCE), lambda _: _giving(_REFERENCE)),
    "a callback": (lambda schema: _calling_back(_giving(schema)), lambda schema: _calling_back(_taking(schema))),
}
"""Where requests carry a schema, and where responses do. What a callback takes is a response's, and the reverse."""


def travelling(row: Row, seats: tuple[Seat, Seat] = PLAIN, *, undone: bool = False) -> tuple[Description, Description]:
    """Return base and revision of a row of `schemas`: `/taken` has it in requests, `/given` in responses."""
    base, revision = (_seated(row, side, seats) for side in ("base", "revision"))
    return (revision, base) if undone else (base, revision)


def _seated(row: Row, side: str, seats: tuple[Seat, Seat]) -> Description:
    taken, given = (seat(row[side]) for seat in seats)
    components: Mapping[str, Json] = row.get(f"{side}_components") or row.get("components") or {}
    return described(
        openapi=row.get(f"{side}_openapi", row.get("openapi", "3.1.0")),
        components={"schemas": {**components, "Seated": row[side]}},
        paths={"/taken": {"post": taken}, "/given": {"post": given}},
    )


def broken(row: Row, *, undone: bool = False) -> str:
    """Return the label of a row of `schemas`."""
    label: str = row["breaks"]
    back: str = row.get("undone", SWAPPED[label])
    return back if undone else label


# Operations and whole descriptions


def single_pairs() -> Iterator[LabelledPair]:
    """Yield the pairs of all operations and descriptions, each with its way back where that has a label."""
    for row in rows("operations"):
        yield from _ways(row, _operation(row, "base"), _operation(row, "revision"))
    for row in rows("descriptions"):
        yield from _ways(row, described(**row["base"]), described(**row["revision"]))


def _operation(row: Row, side: str) -> Description:
    path: Mapping[str, Json] = row.get(f"{side}_path", {})
    extra: Mapping[str, Json] = row.get(f"{side}_extra") or row.get("extra") or {}
    variable = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    operation = {"responses": {"200": {"description": "ok"}}, **row[side]}
    item = {"parameters": [variable, *path.get("parameters", ())], "post": operation}
    return {**described(paths={"/things/{id}": item}), **extra}


def _ways(row: Row, base: Description, revision: Description) -> Iterator[LabelledPair]:
    yield LabelledPair(row["it"], base, revision, row["breaking"], tuple(row["kinds"]) if "kinds" in row else None)
    if "undone" in row:
        yield LabelledPair(f"{row['it']}: the way back", revision, base, row["undone"])
