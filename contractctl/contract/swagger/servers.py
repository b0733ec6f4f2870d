"""The servers of Swagger 2.0, put together from `schemes`, `host` and `basePath`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contractctl.contract.model import Server
from contractctl.contract.node import Node, malformed

_SCHEMES: Final = ("http", "https", "ws", "wss")


def swagger_servers(root: Node, owner: Node) -> tuple[Server, ...]:
    """Return one server for each scheme that `owner` names, which is the description or an operation.

    An operation that names none has none of its own, and none where there is no host: a scheme alone is no address.
    Such a description is relative to where it is served: the base path alone, `/` without one. A description with a
    host and no scheme is served by the scheme that it was fetched by, which is not known here: `//host` is a URL that
    says just that (RFC 3986 §4.2).
    """
    host, base = _host(root), _base_path(root)
    is_root = owner.at == root.at
    if not host:
        at = root.at / "basePath" if base else root.at
        return (Server(at, base or "/"),) if is_root else ()
    servers = tuple(Server(scheme.at, f"{scheme.value}://{host}{base}") for scheme in _schemes(owner))
    return servers or ((Server(root.at / "host", f"//{host}{base}"),) if is_root else ())


def _host(root: Node) -> str:
    host = root.text("host")
    if "/" not in host:
        return host
    message = f"`{host}` is not a host, which is a name and perhaps a port; it is skipped"
    root.tell(malformed(root.at / "host", message, "leave out what belongs to `schemes` and `basePath`"))
    return ""


def _base_path(root: Node) -> str:
    """Return the base path with the slash that it must begin with; empty for the root, for paths begin with one."""
    base = root.text("basePath").lstrip("/")
    return f"/{base}" if base else ""


def _schemes(owner: Node) -> Iterator[Node]:
    if not owner.has("schemes"):
        return
    for item in owner.items("schemes"):
        if item.value in _SCHEMES:
            yield item
        else:
            hint = f"use `{'`, `'.join(_SCHEMES)}`"
            item.tell(malformed(item.at, "this is not a scheme of Swagger 2.0; it is skipped", hint))
