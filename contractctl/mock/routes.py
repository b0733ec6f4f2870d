"""Where operations answer: one tree of path segments for each server path, and the bare path."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from contractctl.contract.model import Contract, Operation, Server
from contractctl.core.json import Json
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.mock.telling import Told, warning

_VARIABLE: Final = pattern(r"\{([^{}]*)\}")
_SCHEME_VARIABLE: Final = pattern(r"^\{[^{}]*\}:(?=//)")
_BAD_ESCAPE: Final = pattern(r"%(?![0-9A-Fa-f]{2})")
_MOST_SEGMENTS: Final = 200
"""A tree of nodes has to be walked and written as JSON."""
_LONGEST_TITLE: Final = 200
_SAFE: Final = "/!$&'()*+,;=:@-._~%"


@dataclass(frozen=True, slots=True)
class Route:
    """A path template with the operations that answer below one server path."""

    path: str
    variables: tuple[str, ...]
    operations: tuple[Operation, ...]

    @property
    def identity(self) -> object:
        """What two equal routes share: the path and where the operations are written."""
        return self.path, tuple(operation.at for operation in self.operations)


@dataclass(slots=True)
class _Node:
    """One place of a tree; bundle.py of the server specifies it."""

    literal: dict[str, _Node] = field(default_factory=dict)
    mixed: dict[str, tuple[int, _Node]] = field(default_factory=dict)
    variable: _Node | None = None
    route: Route | None = None

    def child(self, segment: str, styles: Mapping[str, str]) -> _Node:
        """Return the node below for a segment of a template, made when there is none.

        `styles` are those of the variables, by name.
        """
        if "{" not in segment or not _VARIABLE.search(segment):
            return self.literal.setdefault(unquote(segment), _Node())
        if _VARIABLE.fullmatch(segment):
            self.variable = self.variable or _Node()
            return self.variable
        return self.mixed.setdefault(_expression(segment, styles), (_literal_length(segment), _Node()))[1]

    def as_json(self, number: Callable[[Route], int]) -> dict[str, Json]:
        """Return the NODE; `number` gives a route's place in the index."""
        node: dict[str, Json] = {}
        if self.route is not None:
            node["route"] = number(self.route)
        if self.literal:
            node["literal"] = {segment: child.as_json(number) for segment, child in self.literal.items()}
        if self.mixed:
            ordered = sorted(self.mixed.items(), key=lambda item: (-item[1][0], item[0]))
            node["mixed"] = [[expression, child.as_json(number)] for expression, (_, child) in ordered]
        if self.variable is not None:
            node["variable"] = self.variable.as_json(number)
        return node


@dataclass(frozen=True, slots=True)
class Routing:
    """What the index of a Bundle says about paths. `mounts` are (base, number of a tree)."""

    routes: tuple[Route, ...]
    trees: tuple[Mapping[str, Json], ...]
    mounts: tuple[tuple[str, int], ...]
    control: str


def make_routing(contract: Contract, control: str, told: Told) -> Routing:
    """Lay out the paths of a contract. An operation that no request tells from another one is told and left out."""
    routes: dict[object, Route] = {}
    numbers: dict[object, int] = {}

    def number(route: Route) -> int:
        routes.setdefault(route.identity, route)
        return numbers.setdefault(route.identity, len(numbers))

    trees: list[Mapping[str, Json]] = []
    mounts: list[tuple[str, int]] = []
    operations = [(operation, frozenset(_server_paths(operation.servers))) for operation in _servable(contract, told)]
    known: dict[tuple[int, ...], int] = {}
    for base in _bases(contract):
        below = [place for place, (_, paths) in enumerate(operations) if not base or base in paths]
        if (same := known.get(tuple(below))) is None:
            tree = _tree([operations[place][0] for place in below], number, told).as_json(number)
            if tree not in trees:
                trees.append(tree)
            same = known[tuple(below)] = trees.index(tree)
        mounts.append((base, same))
    served = tuple(routes.values())
    return Routing(served, tuple(trees), tuple(mounts), _free_prefix(control, mounts, served))


def _servable(contract: Contract, told: Told) -> Iterator[Operation]:
    """Yield the operations that requests can ask for. CONNECT asks for a tunnel, and has no path."""
    for operation in contract.operations:
        if operation.path.count("/") > _MOST_SEGMENTS:
            message = f"a path of more than {_MOST_SEGMENTS} segments is not served"
            told.tell(warning("path-too-long", operation.at, message, operation=_shortened(operation.title)))
        elif operation.method == "CONNECT":
            message = f"`{operation.title}` is not served: the method asks for a tunnel"
            told.tell(warning("operation-method-unknown", operation.at, message, operation=operation.title))
        else:
            yield operation


def _shortened(title: str) -> str:
    return title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…"


def _bases(contract: Contract) -> list[str]:
    """Return every server path, the longest first, and the bare one last."""
    paths = {path: None for operation in contract.operations for path in _server_paths(operation.servers)}
    paths = {**dict.fromkeys(_server_paths(contract.servers)), **paths, "": None}
    return sorted(paths, key=lambda path: -len(path))


def _server_paths(servers: tuple[Server, ...]) -> list[str]:
    return [path for server in servers if (path := server_path(server.resolved_url)) is not None]


def server_path(url: str) -> str | None:
    """Return the path of a server's URL without a slash at its end; None for one that cannot be served."""
    try:
        path = urlsplit(_SCHEME_VARIABLE.sub("http:", url.strip())).path
    except ValueError:
        return None
    path = quote(_without_dots(path), safe=_SAFE)
    return None if "%7B" in path or not _is_readable(path) else path


def _is_readable(path: str) -> bool:
    """Tell whether the escapes of a path can be undone, as those of a request are: no other one could lead there."""
    try:
        unquote(path, errors="strict")
    except UnicodeDecodeError:
        return False
    return not _BAD_ESCAPE.search(path)


def _without_dots(path: str) -> str:
    """Return a path without a slash at its end, its dots undone as of one at the root (RFC 3986 §5.2.4)."""
    kept: list[str] = []
    for segment in path.strip("/").split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    return "/" + "/".join(kept) if any(kept) else ""


def _tree(operations: list[Operation], number: Callable[[Route], int], told: Told) -> _Node:
    root = _Node()
    ends: dict[int, _Node] = {}
    for path, group in _by_path(operations):
        node, styles = root, _styles(group)
        travelled = travelling(path)
        for segment in travelled.removeprefix("/").split("/"):
            node = node.child(segment, styles)
        node.route = _joined(node.route, Route(path, tuple(_VARIABLE.findall(travelled)), group), told)
        ends[id(node)] = node
    for node in ends.values():
        if node.route is not None:
            number(node.route)
    return root


def travelling(path: str) -> str:
    """Return what of a template is in the path of a request: neither the fragment nor the query that some write."""
    return path.partition("#")[0].partition("?")[0]


def _by_path(operations: list[Operation]) -> Iterator[tuple[str, tuple[Operation, ...]]]:
    paths: dict[str, list[Operation]] = {}
    for operation in operations:
        paths.setdefault(operation.path, []).append(operation)
    yield from ((path, tuple(group)) for path, group in paths.items())


def _joined(known: Route | None, route: Route, told: Told) -> Route:
    """Put two templates that differ in the names of their variables alone under the first one's names."""
    if known is None:
        return route
    methods = {operation.method: operation for operation in known.operations}
    names = dict(zip(route.variables, known.variables, strict=True))
    added = []
    for operation in route.operations:
        if operation.method in methods:
            message = f"`{operation.title}` is not served: no request tells it from `{methods[operation.method].title}`"
            told.tell(warning("path-ambiguous", operation.at, message, operation=operation.title))
        else:
            added.append(_renamed(operation, names))
    return replace(known, operations=(*known.operations, *added))


def _renamed(operation: Operation, names: Mapping[str, str]) -> Operation:
    parameters = tuple(
        replace(parameter, name=names.get(parameter.name, parameter.name))
        if parameter.location == "path"
        else parameter
        for parameter in operation.parameters
    )
    return replace(operation, parameters=parameters)


def _styles(operations: tuple[Operation, ...]) -> dict[str, str]:
    """Return the styles of path variables; where operations differ, the first one's."""
    found: dict[str, str] = {}
    for operation in operations:
        for parameter in operation.parameters:
            if parameter.location == "path":
                found.setdefault(parameter.name, parameter.style)
    return found


def _expression(segment: str, styles: Mapping[str, str]) -> str:
    r"""Return the regular expression of a segment with variables in it: `{id}.json` is `(.+)\.json`.

    Every variable but the last ends at the first occurrence of what is behind it, and never takes that back (an atomic
    group): whatever else would match, this does, and no segment costs more than its length a variable. Behind it is
    text, or what a variable of style label or matrix begins with, which is that variable's own: of `;a=1;b=2`, the
    matrix variable `a` of `{a}{b}` takes `;a=1`.
    """
    first, *rest = (re.escape(unquote(part)) for part in _VARIABLE.split(segment)[::2])
    names = _VARIABLE.findall(segment)
    begins = [_beginning(name, styles.get(name, "")) for name in names[1:]]
    ends = (literal or begin for literal, begin in zip(rest, begins, strict=False))
    return first + "".join(f"(?>(.+?){end})" for end in ends) + f"(.+){rest[-1]}"


def _beginning(name: str, style: str) -> str:
    """Return the expression that looks ahead to a variable of a style that has a prefix; nothing for others."""
    match style:
        case "label":
            return r"(?=\.)"
        case "matrix":
            return f"(?=;{re.escape(name)}(?:[=;]|$))"
        case _:
            return ""


def _literal_length(segment: str) -> int:
    return len(unquote(_VARIABLE.sub("", segment)))


def _free_prefix(control: str, mounts: list[tuple[str, int]], routes: tuple[Route, ...]) -> str:
    """Return the first of `/__mock`, `/__mock_`, … with which no path of the contract begins."""
    paths = [unquote(base + route.path) + "/" for base, _ in mounts for route in routes]
    while any(path.startswith(control + "/") for path in paths):
        control += "_"
    return control
