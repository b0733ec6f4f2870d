"""What the versions of OpenAPI say differently: the parts of an operation, servers, security schemes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from contractctl.contract.model import Body, Parameter, Response, SecurityScheme, Server
from contractctl.contract.node import Node, malformed
from contractctl.contract.references import References, Unresolved

_CHAIN_LIMIT = 50


class Parts(Protocol):
    """Builds parts from nodes. A referenced component is built once and shared; what is malformed is told."""

    def servers(self, owner: Node) -> tuple[Server, ...]:
        """Return the servers that a description, path item or operation names itself, in order."""

    def request(self, item: Sequence[Node], operation: Node) -> tuple[tuple[Parameter, ...], Body | None]:
        """Return the parameters of an operation, those of its path item first, and what its requests carry.

        A parameter of the operation takes the place of one of the path item with equal name and location (OpenAPI
        3.1.1 §4.8.10). `item` are the layers of the path item, see `path_item`.
        """

    def responses(self, operation: Node) -> tuple[Response, ...]:
        """Return the documented answers of an operation, in order."""

    def schemes(self) -> Iterator[SecurityScheme]:
        """Yield the security schemes of the description, in order."""


def follow(references: References, node: Node) -> Node | None:
    """Return the node that is meant: the target of a Reference Object, or the node itself.

    A reference that leads nowhere or in a circle is told and gives None.
    """
    for _ in range(_CHAIN_LIMIT):
        reference = node.get("$ref")
        if not isinstance(reference, str):
            return node
        try:
            target = references.target(reference, node.at / "$ref")
        except Unresolved as unresolved:
            for finding in unresolved.findings:
                node.tell(finding)
            return None
        node = Node(target.value, target.at, node.tell)
    node.tell(malformed(node.at, "the reference goes in a circle; it is skipped"))
    return None


def path_item(references: References, node: Node) -> tuple[Node, ...]:
    """Return a path item as layers: what is written, then what its `$ref` adds. Empty for one that is malformed.

    Of a field that stands in several layers OpenAPI says nothing (3.1.1 §4.8.9); the first layer counts.
    """
    layers: list[Node] = []
    while node.is_object("a path item"):
        if any(layer.at == node.at for layer in layers):
            node.tell(malformed(node.at, "the reference goes in a circle; it is skipped"))
            break
        layers.append(node)
        reference = node.get("$ref")
        if not isinstance(reference, str):
            break
        try:
            target = references.target(reference, node.at / "$ref")
        except Unresolved as unresolved:
            for finding in unresolved.findings:
                node.tell(finding)
            break
        node = Node(target.value, target.at, node.tell)
    return tuple(layers)
