"""Servers and the variables of their URLs."""

from __future__ import annotations

from collections.abc import Iterator

from contractctl.contract.model import Server, ServerVariable
from contractctl.contract.node import Node, malformed
from contractctl.contract.versions import Version


def servers(owner: Node, version: Version) -> Iterator[Server]:
    """Yield the servers of a description, path item or operation, in order; one without a URL is told and skipped."""
    for item in owner.items("servers"):
        found = server(item, version)
        if found is not None:
            yield found


def server(node: Node, version: Version) -> Server | None:
    """Return the server at `node`, or tell and return None for one without a URL."""
    if not node.is_object("a server"):
        return None
    url = node.optional_text("url")
    if url is None:
        node.tell(malformed(node.at, "the server has no `url`; it is skipped"))
        return None
    variables = (_variable(name, item) for name, item in node.members("variables"))
    return Server(
        at=node.at,
        url=url,
        description=node.text("description"),
        variables=tuple(variable for variable in variables if variable is not None),
        name=node.text("name") if version == "3.2" else "",
        extensions=node.extensions(),
    )


def _variable(name: str, node: Node) -> ServerVariable | None:
    """Return a variable; one without a default is told and skipped, for nothing can stand in its place."""
    if not node.is_object("a server variable"):
        return None
    default = node.optional_text("default")
    if default is None:
        node.tell(malformed(node.at, f"the server variable `{name}` has no `default`; it is skipped"))
        return None
    return ServerVariable(name, default, node.texts("enum"), node.text("description"))
