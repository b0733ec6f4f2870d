"""Path items and operations, whatever the version; callbacks, which are path items inside operations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from contractctl.contract.model import Callback, Operation, Server
from contractctl.contract.node import Node, malformed
from contractctl.contract.parts import Parts, follow, path_item
from contractctl.contract.references import References
from contractctl.contract.security import requirements
from contractctl.contract.versions import Version
from contractctl.core.locations import Place

_METHODS_OF_2_0 = ("get", "put", "post", "delete", "options", "head", "patch")
METHODS: Mapping[Version, tuple[str, ...]] = {
    "2.0": _METHODS_OF_2_0,
    "3.0": (*_METHODS_OF_2_0, "trace"),
    "3.1": (*_METHODS_OF_2_0, "trace"),
    "3.2": (*_METHODS_OF_2_0, "trace", "query"),
}
"""The fields of a path item that are operations."""
_CALLBACK_DEPTH = 20


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


class OperationBuilder:
    """Builds the operations of one description."""

    def __init__(self, root: Node, references: References, parts: Parts) -> None:
        self._references = references
        self._parts = parts
        self._methods = METHODS[references.version]
        self._security = tuple(requirements(root))
        self._callbacks: dict[tuple[str, Place], Callback] = {}
        self._open: set[Place] = set()

    def operations(self, items: Iterator[tuple[str, Node]], servers: tuple[Server, ...]) -> Iterator[Operation]:
        """Yield the operations of path items by path; `servers` are those of items that name none, in order."""
        for path, item in items:
            layers = path_item(self._references, item)
            if layers:
                own = next(filter(None, map(self._parts.servers, layers)), servers)
                yield from self._of_route(_Route(path, layers, own))

    def _of_route(self, route: _Route) -> Iterator[Operation]:
        for method in self._methods:
            node = _first(route.layers, method)
            if node is not None:
                yield self._operation(route, method.upper(), node)
        if self._references.version == "3.2":
            for layer in route.layers:
                for method, node in layer.fields("additionalOperations"):
                    if node.is_object("an operation"):
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
            tags=tuple(tag.value for tag in node.items("tags") if isinstance(tag.value, str)),
            parameters=parameters,
            body=body,
            responses=self._parts.responses(node),
            security=tuple(requirements(node)) if node.get("security") is not None else self._security,
            servers=self._parts.servers(node) or route.servers,
            deprecated=node.flag("deprecated"),
            callbacks=tuple(self._callbacks_of(node)),
            extensions=node.extensions(),
        )

    def _callbacks_of(self, operation: Node) -> Iterator[Callback]:
        """Yield the callbacks of an operation, but for one that is being built: it contains this operation."""
        if self._references.version == "2.0":
            return
        for name, item in operation.members("callbacks"):
            node = follow(self._references, item)
            if node is None or not node.is_object("a callback") or node.at in self._open:
                continue
            key = (name, node.at)
            if len(self._open) >= _CALLBACK_DEPTH:
                node.tell(malformed(node.at, f"callbacks stand in each other {_CALLBACK_DEPTH} deep; it is skipped"))
                continue
            if key not in self._callbacks:
                self._open.add(node.at)
                self._callbacks[key] = self._callback(name, node)
                self._open.discard(node.at)
            yield self._callbacks[key]

    def _callback(self, name: str, node: Node) -> Callback:
        items = ((path, item) for path, item in node.entries() if not path.startswith("x-"))
        return Callback(node.at, name, tuple(self.operations(items, ())), node.extensions())


def _first(layers: Sequence[Node], key: str) -> Node | None:
    """Return the member `key` of the first layer that has it."""
    owner = next((layer for layer in layers if layer.get(key) is not None), None)
    return owner.child(key) if owner else None
