"""Document to Contract. Building is total: a malformed part is skipped and told, and the rest stands."""

from __future__ import annotations

from collections.abc import Iterator

from contractctl.contract.model import Contract, Server, Tag
from contractctl.contract.node import Node
from contractctl.contract.openapi3.parts import OpenApi3Parts
from contractctl.contract.operations import OperationBuilder
from contractctl.contract.parts import Parts
from contractctl.contract.references import References, Target
from contractctl.contract.schemas import SchemaBuilder
from contractctl.contract.versions import openapi_version
from contractctl.core.findings import Finding
from contractctl.core.locations import Place
from contractctl.core.records import dataclass
from contractctl.source.collecting import without_collecting
from contractctl.source.document import Document


@dataclass(frozen=True, slots=True)
class BuiltContract:
    """A contract, and what was wrong with the parts of the description that are not in it.

    `documents` are those that it was built from, the entry first. The findings are those of building; each document
    has its `problems` besides. `references` have followed all that is in the contract, and can be asked for more.
    """

    contract: Contract
    findings: tuple[Finding, ...]
    documents: tuple[Document, ...]
    references: References


def build_contract(document: Document) -> BuiltContract:
    """Build the contract of an OpenAPI 2.0, 3.0, 3.1 or 3.2 description.

    Raise UnloadableDescription for a document of another kind or version, DeliveryFailure when the world fails while
    another document is fetched; nothing else is refused.
    """
    openapi = openapi_version(document)
    findings: list[Finding] = []
    references = References(document, openapi)
    root = Node(document.root, Place(document.uri), findings.append)
    with without_collecting():
        contract = _Builder(root, references).contract(openapi)
    return BuiltContract(contract, tuple(dict.fromkeys(findings)), references.documents(), references)


def _parts(root: Node, references: References, schemas: SchemaBuilder) -> Parts:
    """Return what reads the version's parts. That of 2.0 is imported for those that need it."""
    if references.version == "2.0":
        from contractctl.contract.swagger.parts import SwaggerParts

        return SwaggerParts(root, references, schemas)
    return OpenApi3Parts(root, references, schemas)


class _Builder:
    """Walks one description."""

    def __init__(self, root: Node, references: References) -> None:
        self._root = root
        self._references = references
        self._since_3_1 = references.version in {"3.1", "3.2"}
        self._schemas = SchemaBuilder(references, root.tell)
        self._parts = _parts(root, references, self._schemas)

    def contract(self, openapi: str) -> Contract:
        """Build everything."""
        root = self._root
        self._define_components()
        operations = OperationBuilder(root, self._references, self._parts)
        servers = self._parts.servers(root) or (Server(root.at / "servers", "/"),)
        info = root.child("info") or Node({}, root.at / "info", root.tell)
        return Contract(
            at=root.at,
            openapi=openapi,
            title=info.text("title"),
            version=info.text("version"),
            description=info.text("description"),
            license=self._license(info),
            servers=servers,
            operations=tuple(operations.operations(root.fields("paths"), servers)),
            webhooks=tuple(operations.webhooks(servers)),
            definitions=self._schemas.definitions(),
            security_schemes=(*self._parts.schemes(), *operations.schemes()),
            tags=tuple(self._tags()),
            extensions=root.extensions(),
        )

    def _define_components(self) -> None:
        """Define the schemas that have names, in order and before any other, whether something uses them or not."""
        *holders, last = self._references.component_schemas
        owner: Node | None = self._root
        for holder in holders:
            owner = owner.child(holder) if owner else None
        for _, node in owner.members(last) if owner else ():
            self._schemas.define(Target(node.value, node.at))

    def _license(self, info: Node) -> str:
        """Return the SPDX expression (since OpenAPI 3.1) or the name of the licence, empty without one."""
        node = info.child("license")
        if node is None:
            return ""
        return (self._since_3_1 and node.text("identifier")) or node.text("name")

    def _tags(self) -> Iterator[Tag]:
        is_3_2 = self._references.version == "3.2"
        for node in self._root.items("tags"):
            if node.is_object("a tag"):
                yield Tag(
                    at=node.at,
                    name=node.text("name"),
                    summary=node.text("summary") if is_3_2 else "",
                    description=node.text("description"),
                    parent=node.text("parent") if is_3_2 else "",
                    kind=node.text("kind") if is_3_2 else "",
                    extensions=node.extensions(),
                )
