"""The lines of the contract that a Bundle names: for each schema of a request, and for each keyword in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from contractctl.contract.keywords import SCHEMA_KEYWORDS, SCHEMA_LIST_KEYWORDS, SCHEMA_MAP_KEYWORDS
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Place

Locate: TypeAlias = Callable[[Place], str]
"""Names a place for people: `openapi.yaml:41`. Equal documents have to give equal names wherever they lie."""

PlacedSchemas: TypeAlias = Mapping[str, Iterable[tuple[str, Json, Place]]]
"""A member of the record of schemas (`properties`, `$defs`) to key, schema and place of what is in it."""


def line_record(schemas: PlacedSchemas, locate: Locate) -> dict[str, Json] | None:
    """Return the record of lines, or None when no line is known. bundle.py of the server specifies it."""
    trees = _Trees(locate)
    members = {
        step: node
        for step, placed in schemas.items()
        if (node := _node(0, 0, {key: trees.schema(value, at, 0) for key, value, at in placed})) is not None
    }
    tree = _node(0, 0, members)
    return None if tree is None else {"file": trees.file, "tree": tree}


class _Trees:
    """Makes trees of lines. A line that is that of the step above is left out: one-line schemas cost nothing."""

    __slots__ = ("_locate", "file")

    def __init__(self, locate: Locate) -> None:
        self._locate = locate
        self.file = ""

    def schema(self, value: Json, at: Place, above: Json) -> Json:
        """Return the tree of a schema below something on the line `above`; None when there is nothing to add."""
        line = self._line(at)
        members = value.items() if is_object(value) else ()
        return _node(line, above, {word: self._keyword(word, member, at / word, line) for word, member in members})

    def _keyword(self, keyword: str, member: Json, at: Place, above: Json) -> Json:
        if keyword in SCHEMA_KEYWORDS:
            return self.schema(member, at, above)
        if keyword in SCHEMA_MAP_KEYWORDS and is_object(member):
            return self._several(member.items(), at, above)
        if keyword in SCHEMA_LIST_KEYWORDS and is_array(member):
            return self._several(((str(index), item) for index, item in enumerate(member)), at, above)
        # No error ends at a reference: it goes on in the definition.
        return None if keyword == "$ref" else _node(self._line(at), above, {})

    def _several(self, schemas: Iterable[tuple[str, Json]], at: Place, above: Json) -> Json:
        line = self._line(at)
        return _node(line, above, {step: self.schema(value, at / step, line) for step, value in schemas})

    def _line(self, at: Place) -> Json:
        """Return the number of a line of the one file, the name of one of another, 0 when it is not known."""
        name = self._locate(at)
        file, _, number = name.rpartition(":")
        self.file = self.file or file
        return int(number) if file and file == self.file and number.isdecimal() else name or 0


def _node(line: Json, above: Json, below: Mapping[str, Json]) -> Json:
    """Return a TREE, None for one that says no more than the line above it."""
    own = 0 if line == above else line
    kept = {step: tree for step, tree in below.items() if tree is not None}
    return [own, kept] if kept else own or None
