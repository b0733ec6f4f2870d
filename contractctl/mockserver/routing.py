"""From a path to a route: segment by segment, concrete before mixed before templated, whatever server it is below."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from contractctl.mockserver.model import Index, Route
from contractctl.mockserver.record import record
from contractctl.mockserver.requests import decode_escapes

_REMEMBERED = 4096
_REMEMBERED_LENGTH = 256
_COMPARED = 4000


@record
class Match:
    """A route that a path fits, with the text of its variables, percent-encoded still."""

    route: Route
    values: tuple[str, ...]


class Router:
    """Finds routes; remembers the paths that it found last."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._routes = index.routes
        self._mounts = [
            (base, decoded_segments(base) if base else (), index.trees[tree]) for base, tree in index.mounts
        ]
        self._nearest: _Nearest | None = None
        self._remembered: dict[str, tuple[Match, ...]] = {}
        # Alone, so that whoever tries paths at random does not drive out those that there are.
        self._missed: str | None = None

    def matches(self, path: str) -> tuple[Match, ...]:
        """Return every route that `path` (percent-encoded) fits, the best first; empty when none does.

        Raise BadTarget for a bad escape.
        """
        found = self._remembered.get(path)
        if found is None:
            if path == self._missed:
                return ()
            found = tuple([match for _, match in self._search(path)])
            if not found:
                self._missed = path
            elif len(path) <= _REMEMBERED_LENGTH:
                if len(self._remembered) >= _REMEMBERED:
                    self._remembered.clear()
                self._remembered[path] = found
        return found

    def nearest(self, path: str) -> str | None:
        """Return the template that looks most like `path`, with its server's path; None when nothing does."""
        other = path[:-1] if path.endswith("/") else path + "/"
        if other and (found := self._search(other)):
            return found[0][0] + found[0][1].route.path
        if self._nearest is None:
            self._nearest = _Nearest(self._index)
        return self._nearest.find(path)

    def _search(self, path: str) -> list[tuple[str, Match]]:
        """Return the routes that fit, each with the server path that it is below."""
        raw = path.split("/")[1:]
        decoded = decoded_segments(path)
        found: list[tuple[str, Match]] = []
        for base, below, tree in self._mounts:
            if not below or decoded[: len(below)] == below:
                walk = _Walk(raw, decoded)
                walk.enter(tree, len(below))
                found += [(base, Match(self._routes[route], values)) for route, values in walk.ends]
        return found


def decoded_segments(path: str) -> tuple[str, ...]:
    """Return what a path (percent-encoded) is made of; raise BadTarget for a bad escape."""
    return tuple(decode_escapes(segment, "path") for segment in path.split("/")[1:])


class _Walk:
    """A walk through the trees of one path, whose segments are known as sent and decoded."""

    __slots__ = ("_decoded", "_raw", "ends")

    def __init__(self, raw: Sequence[str], decoded: Sequence[str]) -> None:
        self._raw = raw
        self._decoded = decoded
        self.ends: list[tuple[int, tuple[str, ...]]] = []
        """Routes with the text of their variables, the most concrete first."""

    def enter(self, node: Mapping[str, Any], depth: int, values: tuple[str, ...] = ()) -> None:
        """Follow every way from a node that the segments fit."""
        if depth == len(self._decoded):
            if (route := node.get("route")) is not None:
                self.ends.append((route, values))
            return
        raw, segment = self._raw[depth], self._decoded[depth]
        if (literal := node.get("literal")) and (child := literal.get(segment)) is not None:
            self.enter(child, depth + 1, values)
        for pattern, child in node.get("mixed") or ():
            expression = _compiled(pattern)
            if found := expression.fullmatch(raw):
                self.enter(child, depth + 1, values + found.groups())
            elif found := expression.fullmatch(segment):
                self.enter(child, depth + 1, values + tuple(map(_escaped, found.groups())))
        if segment and (child := node.get("variable")) is not None:
            self.enter(child, depth + 1, (*values, raw))


def _escaped(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.DOTALL)


class _Nearest:
    """Templates below the mounts that serve them, by their number of segments: a path is compared with its like."""

    def __init__(self, index: Index) -> None:
        self._by_length: dict[int, list[_Template]] = {}
        known = 0
        for base, tree in index.mounts:
            for number in _routes_of(index.trees[tree]):
                template = _Template(base, index.routes[number].path)
                self._by_length.setdefault(len(template.segments), []).append(template)
                known += 1
            if known > _COMPARED:
                break

    def find(self, path: str) -> str | None:
        """Return the template that looks most like `path`, or None when none has a word of it."""
        wanted = tuple(path.lower().split("/")[1:])
        best, found = 0.0, None
        for length in (len(wanted), len(wanted) + 1, len(wanted) - 1):
            for template in self._by_length.get(length, ()):
                if (score := template.likeness(wanted)) > best:
                    best, found = score, template.name
        return found


class _Template:
    """A path that might have been meant. `below` is how many of its segments are its server's."""

    __slots__ = ("below", "name", "segments")

    def __init__(self, base: str, path: str) -> None:
        self.name = base + path
        self.segments = tuple(self.name.lower().split("/")[1:])
        self.below = base.count("/")

    def likeness(self, wanted: tuple[str, ...]) -> float:
        """Add up what each segment is worth; 0 where the server's alone, or variables, are alike."""
        worth = list(map(_likeness, wanted, self.segments))
        own = zip(worth[self.below :], self.segments[self.below :], strict=False)
        words = sum(one for one, segment in own if segment[:1] != "{")
        return sum(worth) - 0.25 * abs(len(wanted) - len(self.segments)) if words else 0.0


def _routes_of(root: Mapping[str, Any]) -> list[int]:
    """Return the routes of a tree, in the contract's order."""
    found: list[int] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if (route := node.get("route")) is not None:
            found.append(route)
        waiting.extend((node.get("literal") or {}).values())
        waiting.extend(child for _, child in node.get("mixed") or ())
        waiting.extend([node["variable"]] if node.get("variable") else ())
    return sorted(found)


def _likeness(wanted: str, written: str) -> float:
    """Return 1 for equal segments, less for those that begin alike, half for a variable."""
    if wanted == written:
        return 1.0 if wanted else 0.0
    head, brace, _ = written.partition("{")
    if brace:
        return 0.5 if wanted.startswith(head) else 0.0
    longest, shortest = max(len(wanted), len(written)), min(len(wanted), len(written))
    same = next((at for at in range(shortest) if wanted[at] != written[at]), shortest)
    return 0.9 * same / longest if same > longest / 2 else 0.0
