"""Links: what a response leads to."""

from __future__ import annotations

from contractctl.contract.model import Link, nothing
from contractctl.contract.node import Node
from contractctl.contract.openapi3.servers import server
from contractctl.contract.versions import Version


def link(name: str, node: Node, version: Version) -> Link:
    """Return the link at `node`, which `links` has under `name`; its operation is not looked for."""
    owner = node.child("server")
    return Link(
        at=node.at,
        name=name,
        operation_id=node.text("operationId"),
        operation_ref=node.text("operationRef"),
        parameters={key: value.value for key, value in node.members("parameters")} or nothing(),
        body=node.get("requestBody"),
        description=node.text("description"),
        server=server(owner, version) if owner else None,
        extensions=node.extensions(),
    )
