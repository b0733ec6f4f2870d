"""From a path to a route: segment by segment, concrete before mixed before templated, whatever server it is below."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from contractctl.mockserver.model import Index, Route
from contractctl.mockserver.record import record
from contractctl.mockserver.requests import decode_escapes

_REMEMBERED = 4096
_REMEMBERED_LENGTH = 256
_COMPARED = 2000


@record
class Match:
    """A route that a path fits, with the text of its variables, percent-encoded still."""

    route: Route
    values: tuple[str, ...]


class Router:
    """Finds routes; remembers the paths that it found last."""

    def __init__(self, index: Index) -> None:
        self._routes = index.routes
        self._mounts = [(_segments(base) if base else (), index.trees[tree]) for base, tree in index.mounts]
        self._remembered: dict[str, tuple[Match, ...]] = {}

    def matches(self, path: str) -> tuple[Match, ...]:
        """Return every route that `path` (percent-encoded) fits, the best first; empty when none does.

        Raise BadTarget for a bad escape.
        """
        found = self._remembered.get(path)
        if found is None:
            found = tuple(self._search(path))
            if found and len(path) <= _REMEMBERED_LENGTH:
                if len(self._remembered) >= _REMEMBERED:
                    self._remembered.clear()
                self._remembered[path] = found
        return found

    def nearest(self, path: str) -> str | None:
        """Return the template that looks most like `path`, or None when nothing does."""
        other = path[:-1] if path.endswith("/") else path + "/"
        if other and (matches := self.matches(other)):
            return matches[0].route.path
        wanted = tuple(path.split("/"))
        scored = ((_likeness(wanted, route.path.split("/")), route.path) for route in self._routes[:_COMPARED])
        score, best = max(scored, key=lambda pair: pair[0], default=(0.0, ""))
        return best if score > 0 else None

    def _search(self, path: str) -> Iterator[Match]:
        raw = tuple(path.split("/")[1:])
        decoded = _segments(path)
        for base, tree in self._mounts:
            if decoded[: len(base)] == base:
                for route, values in _walk(tree, raw, decoded, len(base), ()):
                    yield Match(self._routes[route], values)


def _segments(path: str) -> tuple[str, ...]:
    return tuple(decode_escapes(segment, "path") for segment in path.split("/")[1:])


def _walk(
    node: Mapping[str, Any], raw: tuple[str, ...], decoded: tuple[str, ...], depth: int, values: tuple[str, ...]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    if depth == len(decoded):
        if (route := node.get("route")) is not None:
            yield route, values
        return
    segment = decoded[depth]
    if (child := (node.get("literal") or {}).get(segment)) is not None:
        yield from _walk(child, raw, decoded, depth + 1, values)
    for pattern, child in node.get("mixed") or ():
        expression = _compiled(pattern)
        if found := expression.fullmatch(raw[depth]):
            yield from _walk(child, raw, decoded, depth + 1, values + found.groups())
        elif found := expression.fullmatch(segment):
            groups = tuple(group.replace("%", "%25") for group in found.groups())
            yield from _walk(child, raw, decoded, depth + 1, values + groups)
    if segment and (child := node.get("variable")) is not None:
        yield from _walk(child, raw, decoded, depth + 1, (*values, raw[depth]))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.DOTALL)


def _likeness(wanted: tuple[str, ...], template: list[str]) -> float:
    """Shared segments count for a path, a difference in length against it; a variable is half a segment."""
    same = sum(
        1.0 if one == other else 0.5 * ("{" in other) for one, other in zip(wanted, template, strict=False) if other
    )
    return same - 0.25 * abs(len(wanted) - len(template))
