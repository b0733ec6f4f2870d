"""Document to Contract. Building is total: a malformed part is skipped and told, and the rest stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from contractctl.contract.model import Contract, Schema, Server, Tag
from contractctl.contract.node import Node
from contractctl.contract.openapi3.parts import OpenApi3Parts
from contractctl.contract.operations import OperationBuilder
from contractctl.contract.parts import Parts
from contractctl.contract.references import References, Target
from contractctl.contract.schemas import SchemaBuilder
from contractctl.contract.versions import openapi_version
from contractctl.core.findings import Finding
from contractctl.core.json import Json
from contractctl.core.locations import Place
from contractctl.core.records import dataclass
from contractctl.source.collecting import without_collecting
from contractctl.source.document import Document

_UNREAD = frozenset({"part-malformed", "reference-wrong-kind", "reference-circular"})


@dataclass(frozen=True, slots=True)
class BuiltContract:
    """A contract, and what was wrong with the parts of the description that are not in it.

    `documents` are those that it was built from, the entry first. The findings are those of building; each document
    has its `problems` besides. `references` have followed all that is in the contract, and can be asked for more, as
    can `further` for schemas.
    """

    contract: Contract
    findings: tuple[Finding, ...]
    documents: tuple[Document, ...]
    references: References
    further: FurtherSchemas


class FurtherSchemas:
    """Normalises schemas that are in no contract, because nothing uses the part that they stand in."""

    def __init__(self, schemas: SchemaBuilder, findings: list[Finding]) -> None:
        self._schemas = schemas
        self._findings = findings
        self._known = len(findings)

    def schema(self, value: Json, at: Place) -> Schema:
        """Return the schema that is written at a place as JSON Schema 2020-12; that of the contract, if it has it."""
        return self._schemas.schema(Node(value, at, self._findings.append))

    def completed(self, contract: Contract) -> Contract:
        """Return the contract with the definitions besides that the schemas asked for so far refer to."""
        return contract if self._schemas.is_complete else replace(contract, definitions=self._schemas.definitions())

    def findings(self) -> tuple[Finding, ...]:
        """Return what was wrong with the schemas that were asked for, and with the definitions that came with them."""
        return tuple(dict.fromkeys(self._findings[self._known :]))


def build_contract(document: Document, *, scope: str = "") -> BuiltContract:
    """Build the contract of an OpenAPI 2.0, 3.0, 3.1 or 3.2 description.

    `scope` stands before every key of its definitions, so that those of several descriptions can be put together.
    Raise UnloadableDescription for a document of another kind or version, DeliveryFailure when the world fails while
    another document is fetched; nothing else is refused.
    """
    openapi = openapi_version(document)
    findings: list[Finding] = []
    references = References(document, openapi, scope=scope)
    root = Node(document.root, Place(document.uri), findings.append)
    with without_collecting():
        builder = _Builder(root, references)
        contract = builder.contract(openapi)
    unread = {finding.location.place for finding in findings if finding.rule in _UNREAD} | references.unresolved
    left = (place for place in unread if not any(_lies_in(place, target) for target in references.misled))
    contract = replace(contract, unread=tuple(sorted(left, key=str)))
    further = FurtherSchemas(builder.schemas, findings)
    return BuiltContract(contract, tuple(dict.fromkeys(findings)), references.documents(), references, further)


def _lies_in(place: Place, target: Place) -> bool:
    """Tell whether a place lies in a component that was taken for one of another kind: it is malformed only as that."""
    depth = len(target.pointer.tokens)
    return place.uri == target.uri and place.pointer.tokens[:depth] == target.pointer.tokens


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
        self.schemas = SchemaBuilder(references, root.tell)
        self._parts = _parts(root, references, self.schemas)

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
            definitions=self.schemas.definitions(),
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
            self.schemas.define(Target(node.value, node.at))

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
