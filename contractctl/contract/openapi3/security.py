"""Security schemes, and requirements of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args

from contractctl.contract.model import Flow, SchemeType, SchemeUse, SecurityRequirement, SecurityScheme
from contractctl.contract.node import Node, malformed
from contractctl.contract.versions import Version

_TYPES: Mapping[str, SchemeType] = {name: name for name in get_args(SchemeType)}
_LOCATIONS = ("query", "header", "cookie")
_FLOWS = ("implicit", "password", "clientCredentials", "authorizationCode")


def scheme(name: str, node: Node, version: Version) -> SecurityScheme | None:
    """Return the security scheme at `node`, or tell and return None for a type that the version does not have.

    Fields of other types than its own are left out.
    """
    types = [kind for kind in _TYPES if kind != "mutualTLS" or version != "3.0"]
    kind = _TYPES.get(node.text("type"))
    if kind is None or kind not in types:
        hint = f"use `{'`, `'.join(types)}`"
        node.tell(malformed(node.at, f"the security scheme `{name}` has no `type` of OpenAPI; it is skipped", hint))
        return None
    return SecurityScheme(
        at=node.at,
        name=name,
        type=kind,
        scheme=node.text("scheme").lower() if kind == "http" else "",
        location=_location(node) if kind == "apiKey" else "",
        parameter_name=node.text("name") if kind == "apiKey" else "",
        bearer_format=node.text("bearerFormat") if kind == "http" else "",
        open_id_url=node.text("openIdConnectUrl") if kind == "openIdConnect" else "",
        flows=tuple(_flows(node, version)) if kind == "oauth2" else (),
        metadata_url=node.text("oauth2MetadataUrl") if kind == "oauth2" and version == "3.2" else "",
        deprecated=version == "3.2" and node.flag("deprecated"),
        description=node.text("description"),
        extensions=node.extensions(),
    )


def requirements(owner: Node) -> tuple[SecurityRequirement, ...] | None:
    """Return the alternatives under `security`, in order; None where nothing is said.

    What is malformed is told and skipped. A list of nothing else says nothing either: it must not open what is closed.
    """
    if not owner.has("security"):
        return None
    found = tuple(_requirement(item) for item in owner.items("security") if item.is_object("a security requirement"))
    return found if found or owner.get("security") == [] else None


def _requirement(node: Node) -> SecurityRequirement:
    return SecurityRequirement(node.at, tuple(SchemeUse(name, node.texts(name)) for name, _ in node.entries()))


def _location(node: Node) -> str:
    location = node.text("in")
    if not location or location in _LOCATIONS:
        return location
    message = f"a key cannot be sent in `{location}`; it is skipped"
    node.tell(malformed(node.at / "in", message, "use `query`, `header` or `cookie`"))
    return ""


def _flows(node: Node, version: Version) -> Iterator[Flow]:
    """Yield the flows of the kinds that OpenAPI has, and tell of others."""
    kinds = (*_FLOWS, "deviceAuthorization") if version == "3.2" else _FLOWS
    for kind, flow in node.fields("flows"):
        if kind not in kinds:
            hint = f"use `{'`, `'.join(kinds)}`"
            flow.tell(malformed(flow.at, f"`{kind}` is not a flow of OpenAPI; it is skipped", hint))
        elif flow.is_object("a flow"):
            yield _flow(kind, flow)


def _flow(kind: str, node: Node) -> Flow:
    scopes = node.child("scopes")
    return Flow(
        at=node.at,
        kind=kind,
        authorization_url=node.text("authorizationUrl"),
        token_url=node.text("tokenUrl"),
        refresh_url=node.text("refreshUrl"),
        scopes=tuple((scope, scopes.text(scope)) for scope, _ in scopes.entries()) if scopes else (),
        device_authorization_url=node.text("deviceAuthorizationUrl") if kind == "deviceAuthorization" else "",
        extensions=node.extensions(),
    )
