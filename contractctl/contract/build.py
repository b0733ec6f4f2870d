"""Document to Contract. Building is total: a malformed part is skipped and told, and the rest stands."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from contractctl.contract.model import Contract, Operation, Parameter, SecurityRequirement, SecurityScheme, Server
from contractctl.contract.node import Node
from contractctl.contract.parts import PartBuilder
from contractctl.contract.schemas import SchemaBuilder
from contractctl.contract.security import requirements, scheme, servers
from contractctl.core.failures import UnloadableDescription
from contractctl.core.findings import Finding, Severity
from contractctl.core.json import is_object
from contractctl.core.locations import Location, Place, Pointer
from contractctl.source.document import Document

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_VERSION = re.compile(r"3\.[01](\.\d+.*)?")


@dataclass(frozen=True, slots=True)
class BuiltContract:
    """A contract, and what was wrong with the parts of the description that are not in it."""

    contract: Contract
    findings: tuple[Finding, ...]


def build_contract(document: Document) -> BuiltContract:
    """Build the contract of an OpenAPI 3.0 or 3.1 description.

    Raise UnloadableDescription for a document of another kind or version; nothing else is refused.
    """
    version = openapi_version(document)
    findings: list[Finding] = []
    with _without_garbage_collection():
        contract = _Builder(document, version, findings).contract()
    return BuiltContract(contract, tuple(dict.fromkeys(findings)))


def openapi_version(document: Document) -> str:
    """Return the version that the description names (`3.0.3`). Raise UnloadableDescription for one not read yet."""
    root = document.root if is_object(document.root) else {}
    version = root.get("openapi")
    if isinstance(version, str) and _VERSION.fullmatch(version):
        return version
    raise UnloadableDescription((document_not_openapi(document),))


def document_not_openapi(document: Document) -> Finding:
    """Make the finding for a document that names no version of OpenAPI that is read here; its span is filled."""
    root = document.root if is_object(document.root) else {}
    at, hint = Place(document.uri), "an OpenAPI description begins with `openapi: 3.1.0` or so"
    if isinstance(root.get("swagger"), str):
        at /= "swagger"
        message, hint = "Swagger 2.0 is not read by this version", "convert it to OpenAPI 3.0 or later"
    elif "openapi" not in root:
        message = "not an OpenAPI description: `openapi` is missing"
    elif isinstance(root["openapi"], str):
        at /= "openapi"
        message, hint = f"OpenAPI {root['openapi']} is not read by this version", "3.0 and 3.1 are"
    else:
        at /= "openapi"
        message, hint = "`openapi` must be a string", f'quote it: "{root["openapi"]}.0"'
    location = document.located(Location(at))
    return Finding("document-not-openapi", Severity.ERROR, message, location, hint)


@dataclass(frozen=True, slots=True)
class _Route:
    """What all operations of one path share."""

    path: str
    at: Place
    parameters: tuple[Parameter, ...]
    servers: tuple[Server, ...]


class _Builder:
    """Walks one description."""

    def __init__(self, document: Document, version: str, findings: list[Finding]) -> None:
        self._version = version
        self._root = Node(document.root, Place(document.uri), findings.append)
        self._schemas = SchemaBuilder(document.root, document.uri, findings.append, is_3_0=version.startswith("3.0"))
        self._parts = PartBuilder(document.root, self._schemas)
        self._servers = tuple(servers(self._root)) or (Server(self._root.at / "servers", "/"),)
        self._security = tuple(requirements(self._root))

    def contract(self) -> Contract:
        """Build everything."""
        for name in self._components("schemas"):
            self._schemas.define(Pointer(("components", "schemas", name)))
        operations = tuple(self._operations(self._root.fields("paths")))
        webhooks = tuple(self._operations(self._root.members("webhooks")))
        info = self._root.child("info") or Node({}, self._root.at / "info", self._root.tell)
        license_of = info.child("license") or Node({}, info.at, info.tell)
        return Contract(
            at=self._root.at,
            openapi=self._version,
            title=info.text("title"),
            version=info.text("version"),
            description=info.text("description"),
            license=license_of.text("identifier") or license_of.text("name"),
            servers=self._servers,
            operations=operations,
            webhooks=webhooks,
            definitions=self._schemas.definitions(),
            security_schemes=tuple(self._schemes()),
            extensions=self._root.extensions(),
        )

    def _components(self, kind: str) -> dict[str, Node]:
        components = self._root.child("components")
        return dict(components.members(kind)) if components else {}

    def _schemes(self) -> Iterator[SecurityScheme]:
        for name, item in self._components("securitySchemes").items():
            node = self._parts.follow(item)
            found = scheme(name, node) if node and node.is_object("a security scheme") else None
            if found is not None:
                yield found

    def _operations(self, parts: Iterator[tuple[str, Node]]) -> Iterator[Operation]:
        for path, item in parts:
            template = self._parts.follow(item)
            if template is None or not template.is_object("a path item"):
                continue
            shared = tuple(self._parts.parameters(template))
            route = _Route(path, template.at, shared, tuple(servers(template)) or self._servers)
            for method in METHODS:
                node = template.child(method)
                if node is not None:
                    yield self._operation(route, method, node)

    def _operation(self, route: _Route, method: str, node: Node) -> Operation:
        return Operation(
            at=node.at,
            template=route.at,
            method=method.upper(),
            path=route.path,
            id=node.text("operationId") or None,
            summary=node.text("summary"),
            description=node.text("description"),
            tags=tuple(tag.value for tag in node.items("tags") if isinstance(tag.value, str)),
            parameters=_merged(route.parameters, tuple(self._parts.parameters(node))),
            body=self._parts.body(node),
            responses=tuple(self._parts.responses(node)),
            security=self._effective_security(node),
            servers=tuple(servers(node)) or route.servers,
            deprecated=node.flag("deprecated"),
            extensions=node.extensions(),
        )

    def _effective_security(self, node: Node) -> tuple[SecurityRequirement, ...]:
        return tuple(requirements(node)) if node.get("security") is not None else self._security


def _merged(shared: tuple[Parameter, ...], own: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    """Put the operation's parameters over those of its path (OpenAPI 3.1.1 §4.8.10: unique by name and location)."""
    merged = {(parameter.location, parameter.name): parameter for parameter in (*shared, *own)}
    return tuple(merged.values())


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Keep the collector out: building makes many objects and no rubbish, and it costs a third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
