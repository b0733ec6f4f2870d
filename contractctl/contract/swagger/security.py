"""The security schemes of Swagger 2.0."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from contractctl.contract.model import Flow, SchemeType, SecurityScheme
from contractctl.contract.node import Node, malformed

_TYPES: Final[Mapping[str, SchemeType]] = {"basic": "http", "apiKey": "apiKey", "oauth2": "oauth2"}
_LOCATIONS: Final = ("query", "header")
_FLOWS: Final[Mapping[str, str]] = {
    "implicit": "implicit",
    "password": "password",
    "application": "clientCredentials",
    "accessCode": "authorizationCode",
}


def swagger_scheme(name: str, node: Node) -> SecurityScheme | None:
    """Return the scheme at `node` in the words of OpenAPI 3, or tell and return None for a type that 2.0 has not.

    The one flow of an oauth2 scheme has the place of the scheme, which says it.
    """
    if not node.is_object("a security scheme"):
        return None
    written = node.text("type")
    kind = _TYPES.get(written)
    if kind is None:
        hint = f"use `{'`, `'.join(_TYPES)}`"
        node.tell(malformed(node.at, f"the security scheme `{name}` has no `type` of Swagger 2.0; it is skipped", hint))
        return None
    return SecurityScheme(
        at=node.at,
        name=name,
        type=kind,
        scheme="basic" if kind == "http" else "",
        location=_location(node) if kind == "apiKey" else "",
        parameter_name=node.text("name") if kind == "apiKey" else "",
        flows=tuple(_flows(node)) if kind == "oauth2" else (),
        description=node.text("description"),
        extensions=node.extensions(),
    )


def _location(node: Node) -> str:
    location = node.text("in")
    if not location or location in _LOCATIONS:
        return location
    message = f"a key cannot be sent in `{location}`; it is skipped"
    node.tell(malformed(node.at / "in", message, "use `query` or `header`"))
    return ""


def _flows(node: Node) -> Iterator[Flow]:
    """Yield the flow of a scheme; tell of one that 2.0 has not."""
    written = node.text("flow")
    if written not in _FLOWS:
        hint = f"use `{'`, `'.join(_FLOWS)}`"
        node.tell(malformed(node.at, "the security scheme has no `flow` of Swagger 2.0; it has none here", hint))
        return
    scopes = node.child("scopes")
    yield Flow(
        at=node.at,
        kind=_FLOWS[written],
        authorization_url=node.text("authorizationUrl"),
        token_url=node.text("tokenUrl"),
        refresh_url="",
        scopes=tuple((scope, scopes.text(scope)) for scope, _ in node.fields("scopes")) if scopes else (),
    )
