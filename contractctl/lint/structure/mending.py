"""A description with its faults mended, to learn with one question whether the published schema has more against it.

A published schema makes half a millisecond's work of each error that it is asked for; whether there is one at all it
says of the largest description in a hundredth of a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias, assert_never

from contractctl.core.json import Json, is_array, is_object
from contractctl.lint.structure.kinds import (
    Anything,
    ByField,
    Either,
    Fault,
    Kind,
    ListOf,
    MapOf,
    ObjectOf,
    OneOrMore,
    Scalar,
    Table,
    Tokens,
)
from contractctl.lint.structure.schema_faults import kind_at, type_at

_Container: TypeAlias = dict[str, Json] | list[Json]
_NEEDLESS: Final = frozenset(
    (
        *("field-unknown", "fields-exclusive", "example-and-examples", "reference-sibling"),
        *("component-name-invalid", "status-code-invalid", "path-not-absolute"),
    )
)
_SCALARS: Final[Mapping[str, Json]] = {"string": "a", "boolean": True, "number": 1, "integer": 1}


def mended(root: Mapping[str, Json], faults: Iterable[Fault], table: Table) -> Mapping[str, Json]:
    """Return the description without the faults, as far as each can be mended by itself.

    What is needless is left out, what is missing or wrong gets a value that is as short as can be. Whatever else the
    schema rejects is still there: nothing but what the faults are about is changed.
    """
    draft = _Draft(root)
    for fault in faults:
        _mend(draft, fault, table)
    return draft.root


def _mend(draft: _Draft, fault: Fault, table: Table) -> None:
    if fault.code in _NEEDLESS:
        holder = draft.container(fault.tokens[:-1])
        if isinstance(holder, dict):
            holder.pop(fault.tokens[-1], None)
            _supply(holder, fault.meant, type_at(table, fault.tokens[:-1]), table)
    elif fault.code == "field-missing":
        holder = draft.container(fault.tokens)
        if isinstance(holder, dict):
            _supply(holder, fault.subject, type_at(table, fault.tokens), table)
    elif fault.tokens:
        kind_due = kind_at(table, fault.tokens)
        if kind_due is not None:
            draft.put(fault.tokens, shortest(kind_due, table))


def _supply(holder: dict[str, Json], name: str, kind: str | None, table: Table) -> None:
    """Add a field that an object of this type may have, and whatever else it must have."""
    if kind is None:
        return
    if name in table[kind].fields:
        holder.setdefault(name, shortest(table[kind].fields[name], table))
    elif not name and not holder:
        holder.update(_least(ObjectOf(kind), table))


def shortest(kind: Kind, table: Table) -> Json:
    """Return the shortest value of a kind; of an object whose fields depend on each other, a reference."""
    match kind:
        case Anything():
            return "a"
        case Scalar():
            return kind.choices[0] if kind.choices else _SCALARS[kind.type]
        case Either(scalar=scalar):
            return shortest(scalar, table)
        case OneOrMore(item=item):
            return shortest(item, table)
        case ByField(other=other):
            return shortest(other, table)
        case ListOf():
            return [shortest(kind.item, table) for _ in range(kind.minimum)]
        case MapOf():
            return {f"a{index}": shortest(kind.item, table) for index in range(kind.minimum)}
        case ObjectOf():
            return _least(kind, table)
    assert_never(kind)


def _least(kind: ObjectOf, table: Table) -> dict[str, Json]:
    entry = table[kind.type]
    if kind.referable and kind.type != "schema":
        return {"$ref": "a"}
    least = {name: shortest(entry.fields[name], table) for name in entry.required}
    if entry.minimum and entry.patterned is not None:
        least["default"] = shortest(entry.patterned, table)
    return least


class _Draft:
    """A copy of a description, of which only those parts are copied that change."""

    def __init__(self, root: Mapping[str, Json]) -> None:
        self.root: dict[str, Json] = dict(root)
        self._own: dict[Tokens, _Container] = {(): self.root}

    def container(self, tokens: Tokens) -> _Container | None:
        """Return the object or list at a pointer, to be changed; None where there is none any more."""
        found = self._own.get(tokens)
        depth = len(tokens)
        while found is None:
            depth -= 1
            found = self._own.get(tokens[:depth])
        for step in range(depth, len(tokens)):
            child = _child(found, tokens[step])
            if is_object(child):
                own: _Container = dict(child)
            elif is_array(child):
                own = list(child)
            else:
                return None
            _put(found, tokens[step], own)
            found = self._own[tokens[: step + 1]] = own
        return found

    def put(self, tokens: Tokens, value: Json) -> None:
        """Replace what stands at a pointer, where anything does."""
        holder = self.container(tokens[:-1])
        if holder is not None and _child(holder, tokens[-1]) is not None:
            _put(holder, tokens[-1], value)


def _child(holder: _Container, token: str) -> Json:
    if isinstance(holder, dict):
        return holder.get(token)
    return holder[int(token)] if token.isdecimal() and int(token) < len(holder) else None


def _put(holder: _Container, token: str, value: Json) -> None:
    if isinstance(holder, dict):
        holder[token] = value
    else:
        holder[int(token)] = value
