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
SERVED_METHODS: Final = frozenset(
    (
        *("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "QUERY", "COPY", "LOCK", "UNLOCK"),
        *("MKCOL", "MOVE", "PROPFIND", "PROPPATCH", "SEARCH", "BIND", "REBIND", "UNBIND", "ACL", "REPORT"),
        *("MKACTIVITY", "CHECKOUT", "MERGE", "M-SEARCH", "NOTIFY", "SUBSCRIBE", "UNSUBSCRIBE", "PURGE"),
        *("MKCALENDAR", "LINK", "UNLINK"),
    )
)
"""What the server's parser takes for a method, but for CONNECT, which asks for a tunnel."""
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

    def child(self, segment: str) -> _Node:
        """Return the node below for a segment of a template, made when there is none."""
        if "{" not in segment or not _VARIABLE.search(segment):
            return self.literal.setdefault(unquote(segment), _Node())
        if _VARIABLE.fullmatch(segment):
            self.variable = self.variable or _Node()
            return self.variable
        return self.mixed.setdefault(_expression(segment), (_literal_length(segment), _Node()))[1]

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
    operations = tuple(_servable(contract, told))
    for base in _bases(contract):
        below = [o for o in operations if not base or base in _server_paths(o.servers)]
        tree = _tree(below, number, told).as_json(number)
        if tree not in trees:
            trees.append(tree)
        mounts.append((base, trees.index(tree)))
    served = tuple(routes.values())
    return Routing(served, tuple(trees), tuple(mounts), _free_prefix(control, mounts, served))


def _servable(contract: Contract, told: Told) -> Iterator[Operation]:
    """Yield the operations whose method a server understands; OpenAPI 3.2 has additional ones of any name."""
    for operation in contract.operations:
        if operation.method in SERVED_METHODS:
            yield operation
        else:
            message = f"`{operation.title}` is not served: the mock's server knows no method `{operation.method}`"
            told.tell(warning("operation-method-unknown", operation.at, message, operation=operation.title))


def _bases(contract: Contract) -> list[str]:
    """Return every server path, the longest first, and the bare one last."""
    paths = {path: None for operation in contract.operations for path in _server_paths(operation.servers)}
    paths = {**dict.fromkeys(_server_paths(contract.servers)), **paths, "": None}
    return sorted(paths, key=lambda path: -len(path))


def _server_paths(servers: tuple[Server, ...]) -> list[str]:
    return [path for server in servers if (path := _server_path(server.resolved_url)) is not None]


def _server_path(url: str) -> str | None:
    """Return the path of a server's URL without a slash at its end; None for one that cannot be served."""
    try:
        path = urlsplit(url.strip()).path
    except ValueError:
        return None
    path = quote("/" + path.strip("/"), safe=_SAFE) if path.strip("/") else ""
    return None if "%7B" in path else path


def _tree(operations: list[Operation], number: Callable[[Route], int], told: Told) -> _Node:
    root = _Node()
    ends: dict[int, _Node] = {}
    for path, group in _by_path(operations):
        node = root
        for segment in path.removeprefix("/").split("/"):
            node = node.child(segment)
        node.route = _joined(node.route, Route(path, tuple(_VARIABLE.findall(path)), group), told)
        ends[id(node)] = node
    for node in ends.values():
        if node.route is not None:
            number(node.route)
    return root


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


def _expression(segment: str) -> str:
    r"""Return the regular expression of a segment with variables in it: `{id}.json` is `(.+)\.json`.

    Every variable but the last ends at the first occurrence of the text behind it, and never takes that back (an atomic
    group): whatever else would match, this does, and no segment costs more than its length a variable.
    """
    first, *rest = (re.escape(unquote(part)) for part in _VARIABLE.split(segment)[::2])
    return first + "".join(f"(?>(.+?){literal})" for literal in rest[:-1]) + f"(.+){rest[-1]}"


def _literal_length(segment: str) -> int:
    return len(unquote(_VARIABLE.sub("", segment)))


def _free_prefix(control: str, mounts: list[tuple[str, int]], routes: tuple[Route, ...]) -> str:
    """Return the first of `/__mock`, `/__mock_`, … with which no path of the contract begins."""
    paths = [unquote(base + route.path) + "/" for base, _ in mounts for route in routes]
    while any(path.startswith(control + "/") for path in paths):
        control += "_"
    return control
