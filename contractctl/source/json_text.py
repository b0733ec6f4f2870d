"""JSON texts: values by the standard library's C parser, positions by a scan that runs only when asked for."""

from __future__ import annotations

import json
import re

from contractctl.core.json import Json
from contractctl.source.marks import Marks

_TOKEN = re.compile(r'[ \t\r\n]*("(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^ \t\r\n{}\[\]:,"]+)')


def parse_json(text: str) -> tuple[Json, bool]:
    """Return the value and whether some object has a key twice (the last one counts, as everywhere).

    Raise json.JSONDecodeError for what is not JSON (NaN and Infinity included) and RecursionError for a nesting that
    the C stack does not hold.
    """
    repeated = False

    def build(pairs: list[tuple[str, Json]]) -> Json:
        nonlocal repeated
        members = dict(pairs)
        if len(members) != len(pairs):
            repeated = True
        return members

    def refuse(constant: str) -> Json:
        raise json.JSONDecodeError(f"{constant} is not JSON", text, text.find(constant))

    return json.loads(text, object_pairs_hook=build, parse_constant=refuse), repeated


def scan_json(text: str) -> Marks:
    """Return the marks of a text that `parse_json` has accepted. One pass, no recursion."""
    marks = Marks(text)
    open_nodes: list[int] = []
    key: tuple[str, int, int] | None = None
    expects_key = False
    for found in _TOKEN.finditer(text):
        token, start, end = found[1], found.start(1), found.end(1)
        match token[0]:
            case "{" | "[":
                open_nodes.append(marks.open(start, key))
                key, expects_key = None, token == "{"  # noqa: S105 - a bracket, not a password
            case "}" | "]":
                marks.close(open_nodes.pop(), end)
                key, expects_key = None, False
            case ",":
                expects_key = text[marks.starts[open_nodes[-1]]] == "{"
            case ":":
                expects_key = False
            case '"' if expects_key:
                key = (token[1:-1] if "\\" not in token else json.loads(token), start, end)
            case _:
                marks.close(marks.open(start, key), end)
                key = None
    return marks


def duplicate_keys(marks: Marks) -> list[tuple[int, int]]:
    """Return the (first, later) nodes of every key that its mapping holds more than once, in document order."""
    pairs = []
    for parent in range(len(marks.sizes)):
        first: dict[str, int] = {}
        child, end = parent + 1, parent + marks.sizes[parent]
        while child < end:
            key = marks.keys[child]
            if key is not None and first.setdefault(key, child) != child:
                pairs.append((first[key], child))
            child += marks.sizes[child]
    return pairs
