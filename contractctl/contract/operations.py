"""Path items and operations, whatever the version; callbacks, which are path items inside operations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from contractctl.contract.model import Callback, Operation, SecurityScheme, Server
from contractctl.contract.node import Node, malformed
from contractctl.contract.parts import Parts, follow, path_item
from contractctl.contract.references import References
from contractctl.contract.requirements import SecurityOfOperations
from contractctl.contract.versions import Version
from contractctl.core.locations import Place
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass

_METHODS_OF_2_0 = ("get", "put", "post", "delete", "options", "head", "patch")
METHODS: Mapping[Version, tuple[str, ...]] = {
    "2.0": _METHODS_OF_2_0,
    "3.0": (*_METHODS_OF_2_0, "trace"),
    "3.1": (*_METHODS_OF_2_0, "trace"),
    "3.2": (*_METHODS_OF_2_0, "trace", "query"),
}
"""The fields of a path item that are operations."""
_TOKEN = pattern(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_CALLBACK_DEPTH = 20
_WEIGHT_FLOOR = 100_000


@dataclass(frozen=True, slots=True)
class _Route:
    """What all operations of one path share."""

    path: str
    layers: Sequence[Node]
    servers: tuple[Server, ...]

    @property
    def template(self) -> Place:
        """The place of the path item that is meant."""
        return self.layers[-1].at


def _weight(operation: Operation) -> int:
    """Count what an operation consists of; a character at least is written for each where nothing is repeated."""
    return 1 + len(operation.parameters) + sum(1 + len(response.content) for response in operation.responses)


class OperationBuilder:
    """Builds the operations of one description."""

    def __init__(self, root: Node, references: References, parts: Parts) -> None:
        self._root = root
        self._references = references
        self._parts = parts
        self._security = SecurityOfOperations(root, references)
        self._callbacks: dict[Place, Callback] = {}
        self._open: set[Place] = set()
        self._weight = 0
        self._told_of_weight = False

    def operations(self, items: Iterable[tuple[str, Node]], servers: tuple[Server, ...]) -> Iterator[Operation]:
        """Yield the operations of path items by path; `servers` are those of items that name none, in order."""
        for path, item in items:
            if not self._can_go_on(item):
                return
            layers = path_item(self._references, item)
            if layers:
                own = next(filter(None, map(self._parts.servers, layers)), servers)
                for operation in self._of_route(_Route(path, layers, own)):
                    self._weight += _weight(operation)
                    yield operation

    def _can_go_on(self, item: Node) -> bool:
        """Tell of a description that references to path items make far larger than it is written, once."""
        most = max(_WEIGHT_FLOOR, sum(len(document.text) for document in self._references.documents()))
        if self._weight > most and not self._told_of_weight:
            self._told_of_weight = True
            message = f"references to path items expand the description to more than {most:,} parts"
            item.tell(malformed(item.at, f"{message}; what comes after is skipped", "refer to parameters instead"))
        return self._weight <= most

    def webhooks(self, servers: tuple[Server, ...]) -> Iterator[Operation]:
        """Yield the operations of webhooks by name; before OpenAPI 3.1 there are none."""
        if self._references.version in {"3.1", "3.2"}:
            yield from self.operations(self._root.members("webhooks"), servers)

    def schemes(self) -> tuple[SecurityScheme, ...]:
        """Return the security schemes that the operations built so far name by a URI; each has this for its name."""
        return self._security.schemes()

    def _of_route(self, route: _Route) -> Iterator[Operation]:
        for method in METHODS["3.2"]:
            owner = next((layer for layer in route.layers if layer.has(method)), None)
            if owner is not None and method in METHODS[self._version(owner)]:
                node = owner.child(method)
                if node is not None:
                    yield self._operation(route, method.upper(), node)
        owner = next((layer for layer in route.layers if layer.has("additionalOperations")), None)
        if owner is not None and self._version(owner) == "3.2":
            yield from self._additional(route, owner)

    def _additional(self, route: _Route, owner: Node) -> Iterator[Operation]:
        """Yield the operations of other methods, whose names are as they travel (OpenAPI 3.2.0 §4.9.1)."""
        for method, node in owner.members("additionalOperations"):
            if method.lower() in METHODS["3.2"] and method.isupper():
                hint = f"move it to `{method.lower()}` of the path item"
                node.tell(malformed(node.at, f"`{method}` is not an additional method; it is skipped", hint))
            elif not _TOKEN.fullmatch(method):
                hint = "use letters, digits and `-`"
                node.tell(malformed(node.at, f"`{method}` is not a method of HTTP; it is skipped", hint))
            elif node.is_object("an operation"):
                yield self._operation(route, method, node)

    def _operation(self, route: _Route, method: str, node: Node) -> Operation:
        parameters, body = self._parts.request(route.layers, node)
        return Operation(
            at=node.at,
            template=route.template,
            method=method,
            path=route.path,
            id=node.text("operationId") or None,
            summary=node.text("summary"),
            description=node.text("description"),
            tags=node.texts("tags"),
            parameters=parameters,
            body=body,
            responses=self._parts.responses(node),
            security=self._security.of(node),
            servers=self._parts.servers(node) or route.servers,
            deprecated=node.flag("deprecated"),
            callbacks=tuple(self._callbacks_of(node)),
            extensions=node.extensions(),
        )

    def _callbacks_of(self, operation: Node) -> Iterator[Callback]:
        """Yield the callbacks of an operation, but for one that is being built: it contains this operation."""
        if not operation.has("callbacks") or self._version(operation) == "2.0":
            return
        for name, item in operation.members("callbacks"):
            node = follow(self._references, item)
            if node is None or not node.is_object("a callback") or node.at in self._open:
                continue
            if node.at not in self._callbacks:
                if len(self._open) >= _CALLBACK_DEPTH:
                    message = f"callbacks stand in each other {_CALLBACK_DEPTH} deep; it is skipped"
                    node.tell(malformed(node.at, message))
                    continue
                self._open.add(node.at)
                self._callbacks[node.at] = self._callback(name, node)
                self._open.discard(node.at)
            callback = self._callbacks[node.at]
            yield callback if callback.name == name else replace(callback, name=name)

    def _callback(self, name: str, node: Node) -> Callback:
        """Build a callback once, whatever its names.

        Its operations have servers of their own or none, for its expressions are whole URLs (OpenAPI 3.1.1 §4.8.18.1).
        As OpenAPI makes no exception for them, they ask for the credentials of the description unless they say
        otherwise (§4.8.1: it is "across the API").
        """
        items = ((path, item) for path, item in node.entries() if not path.startswith("x-"))
        return Callback(node.at, name, tuple(self.operations(items, ())), node.extensions())

    def _version(self, node: Node) -> Version:
        return self._references.version_at(node.at.uri)
