"""Patches of JSON: merged ones (RFC 7396) and lists of operations (RFC 6902)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from contractctl.mockserver.model import Json

_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
_BAD_ESCAPE = re.compile(r"~(?![01])")
_MOST_OPERATIONS = 10_000
_LARGEST = 1_000_000
_WORTH = 16
"""Values that a patch may copy and move, each `_WORTH` characters of a text for one: copying a document into itself
doubles it each time."""
_DEEPEST = 200
"""Levels, of fewer than a body may have."""


class BadPatch(ValueError):
    """A list that is no JSON Patch; says why."""


class Inapplicable(ValueError):
    """A JSON Patch that does not fit the document; says why."""


def merged(target: Json, patch: Json) -> Json:
    """Return what a merge patch makes of a value, which is not changed (RFC 7396 §2)."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def patched(document: Json, operations: Json) -> Json:
    """Return what a JSON Patch makes of a document, which is not changed: all of it is applied, or nothing.

    Raise BadPatch or Inapplicable.
    """
    if not isinstance(operations, list):
        raise BadPatch("a JSON Patch is an array of operations (RFC 6902 §3)")
    if len(operations) > _MOST_OPERATIONS:
        raise BadPatch(f"a JSON Patch may have {_MOST_OPERATIONS} operations here")
    room, document = _Room(), _copied(document)
    for number, operation in enumerate(operations):
        try:
            document = _applied(document, operation, room)
        except (BadPatch, Inapplicable) as error:
            raise type(error)(f"operation {number}: {error}") from None
    return document


class _Room:
    """How much may still be copied and moved."""

    def __init__(self) -> None:
        self._left = _LARGEST

    def take(self, value: Json, path: Sequence[str]) -> None:
        """Have a value put to a path; raise Inapplicable where that is too large or too deep."""
        self._left -= _fitting(value, path)
        if self._left < 0:
            raise Inapplicable("what is copied becomes too large")


def _applied(document: Json, operation: Json, room: _Room) -> Json:
    if not isinstance(operation, dict):
        raise BadPatch("it is no object")
    kind, path = operation.get("op"), _tokens(operation, "path")
    match kind:
        case "add":
            value = _value(operation)
            _fitting(value, path)
            return _added(document, path, value)
        case "remove":
            return _removed(document, path)
        case "replace":
            value = _value(operation)
            _at(document, path)
            _fitting(value, path)
            return _put(document, path, value)
        case "move":
            return _moved(document, _tokens(operation, "from"), path, room)
        case "copy":
            source = _at(document, _tokens(operation, "from"))
            room.take(source, path)
            return _added(document, path, _copied(source))
        case "test":
            if not _same(_at(document, path), _value(operation)):
                raise Inapplicable(f"{operation['path'] or 'the document'} has another value")
            return document
    raise BadPatch(f"there is no operation {kind!r}")


def _moved(document: Json, source: Sequence[str], path: Sequence[str], room: _Room) -> Json:
    value = _at(document, source)
    if source == path:
        return document
    if path[: len(source)] == source:
        raise Inapplicable("nothing can be moved into itself")
    room.take(value, path)
    return _added(_removed(document, source), path, value)


def _tokens(operation: dict[str, Json], name: str) -> list[str]:
    """Return the steps of a JSON Pointer (RFC 6901)."""
    text = operation.get(name)
    if not isinstance(text, str) or (text and not text.startswith("/")) or _BAD_ESCAPE.search(text):
        raise BadPatch(f"`{name}` is no JSON Pointer")
    return [token.replace("~1", "/").replace("~0", "~") for token in text.split("/")[1:]]


def _value(operation: dict[str, Json]) -> Json:
    if "value" not in operation:
        raise BadPatch("`value` is missing")
    return _copied(operation["value"])


def _at(document: Json, path: Sequence[str]) -> Json:
    node = document
    for token in path:
        if isinstance(node, dict) and token in node:
            node = node[token]
        elif isinstance(node, list) and _INDEX.fullmatch(token) and int(token) < len(node):
            node = node[int(token)]
        else:
            raise Inapplicable(f"there is nothing at {_pointer(path)}")
    return node


# The document is a copy, and is changed in place: what fails leaves one that nobody sees.


def _added(document: Json, path: Sequence[str], value: Json) -> Json:
    if not path:
        return value
    holder = _at(document, path[:-1])
    if isinstance(holder, list):
        holder.insert(len(holder) if path[-1] == "-" else _index(path, len(holder)), value)
    elif isinstance(holder, dict):
        holder[path[-1]] = value
    else:
        raise Inapplicable(f"there is neither object nor array to hold {_pointer(path)}")
    return document


def _removed(document: Json, path: Sequence[str]) -> Json:
    _at(document, path)
    if not path:
        return None
    holder = _at(document, path[:-1])
    if isinstance(holder, list):
        del holder[int(path[-1])]
    else:
        assert isinstance(holder, dict)
        del holder[path[-1]]
    return document


def _put(document: Json, path: Sequence[str], value: Json) -> Json:
    """Have another value at a path that is there."""
    if not path:
        return value
    holder = _at(document, path[:-1])
    if isinstance(holder, list):
        holder[int(path[-1])] = value
    else:
        assert isinstance(holder, dict)
        holder[path[-1]] = value
    return document


def _copied(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _copied(member) for name, member in value.items()}
    return list(map(_copied, value)) if isinstance(value, list) else value


def _index(path: Sequence[str], most: int) -> int:
    if not _INDEX.fullmatch(path[-1]) or int(path[-1]) > most:
        raise Inapplicable(f"there is no place {_pointer(path)}")
    return int(path[-1])


def _pointer(path: Sequence[str]) -> str:
    return "".join("/" + token.replace("~", "~0").replace("/", "~1") for token in path) or "the document"


def _same(one: Json, other: Json) -> bool:
    """Tell whether two values are equal as JSON: 1 is 1.0, and neither is true (RFC 6902 §4.6)."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def _fitting(value: Json, path: Sequence[str]) -> int:
    """Count the values in a value, texts by their length; raise Inapplicable where it makes a document too deep."""
    size, depth, level = 0, len(path), [value]
    while level:
        below: list[Json] = []
        for node in level:
            size += 1
            if isinstance(node, str):
                size += len(node) // _WORTH
            elif isinstance(node, dict):
                size += sum(map(len, node)) // _WORTH
                below.extend(node.values())
            elif isinstance(node, list):
                below.extend(node)
        depth += 1
        level = below
    if depth > _DEEPEST:
        raise Inapplicable(f"the document becomes deeper than {_DEEPEST} levels")
    return size
