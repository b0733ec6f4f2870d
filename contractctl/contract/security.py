"""Security schemes and requirements, and servers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from contractctl.contract.model import (
    Flow,
    SchemeType,
    SchemeUse,
    SecurityRequirement,
    SecurityScheme,
    Server,
    ServerVariable,
)
from contractctl.contract.node import Node, malformed
from contractctl.core.json import Json, is_array

_TYPES: dict[str, SchemeType] = {name: name for name in get_args(SchemeType)}


def scheme(name: str, node: Node) -> SecurityScheme | None:
    """Return the security scheme at `node`, or tell and return None for a type that OpenAPI does not have."""
    kind = _TYPES.get(node.text("type"))
    if kind is None:
        node.tell(malformed(node.at, f"the security scheme `{name}` needs a `type`: {', '.join(_TYPES)}"))
        return None
    return SecurityScheme(
        at=node.at,
        name=name,
        type=kind,
        scheme=node.text("scheme").lower(),
        location=node.text("in"),
        parameter_name=node.text("name"),
        bearer_format=node.text("bearerFormat"),
        open_id_url=node.text("openIdConnectUrl"),
        flows=tuple(_flow(kind, flow) for kind, flow in node.fields("flows") if flow.is_object("a flow")),
    )


def _flow(kind: str, node: Node) -> Flow:
    return Flow(
        at=node.at,
        kind=kind,
        authorization_url=node.text("authorizationUrl"),
        token_url=node.text("tokenUrl"),
        refresh_url=node.text("refreshUrl"),
        scopes=tuple((scope, _string(meaning.value)) for scope, meaning in node.members("scopes")),
    )


def requirements(owner: Node) -> Iterator[SecurityRequirement]:
    """Yield the alternatives under `security`, in order."""
    for item in owner.items("security"):
        if item.is_object("a security requirement"):
            uses = (SchemeUse(name, _scopes(scopes.value)) for name, scopes in item.entries())
            yield SecurityRequirement(item.at, tuple(uses))


def servers(owner: Node) -> Iterator[Server]:
    """Yield the servers of a description, path item or operation, in order."""
    for item in owner.items("servers"):
        if item.is_object("a server"):
            variables = tuple(_variable(name, node) for name, node in item.members("variables"))
            yield Server(item.at, item.text("url"), item.text("description"), variables)


def _variable(name: str, node: Node) -> ServerVariable:
    enum = tuple(_string(item.value) for item in node.items("enum"))
    return ServerVariable(name, node.text("default"), enum)


def _scopes(value: Json) -> tuple[str, ...]:
    return tuple(scope for scope in value if isinstance(scope, str)) if is_array(value) else ()


def _string(value: Json) -> str:
    return value if isinstance(value, str) else ""
