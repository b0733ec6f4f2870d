"""References: what one leads to, in its own document or another, and the keys that definitions have."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import quote, unquote

from contractctl.contract.dialects import Dialect, dialect_named, dialect_of
from contractctl.contract.identifiers import (
    Identifiers,
    Resource,
    Tokens,
    identifiers,
    resolve_location,
    resolve_uri,
)
from contractctl.contract.versions import Version, own_version, version_of
from contractctl.core.findings import Finding, Related, Severity
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Location, Place, Pointer, escape_token, unescape_token
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.source.document import Document, Unreachable

_DEFINITIONS = "#/$defs/"
_URL = pattern(r"https?://", re.IGNORECASE)
_INDEX = pattern(r"0|[1-9][0-9]{0,9}")


class Missing(LookupError):
    """A pointer that leads nowhere; the message says at which step."""


class Unresolved(LookupError):
    """A reference that cannot be followed; `findings` say why, each with its place."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("; ".join(finding.message for finding in findings))
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Target:
    """What a reference leads to: a value, and where it is written."""

    value: Json
    at: Place


class References:
    """The references of one description, followed through all of its documents.

    A reference is resolved against the identifier that the schema around it has (`$id`), or its document (`$self` of
    OpenAPI 3.2, else where it was read). What it then names is looked for among the identifiers of the documents that
    are known by then. If nothing claims it, the document is opened by location: beside the file that was read where
    the reference is relative, whatever `$self` says.
    """

    def __init__(self, entry: Document, openapi: str, *, scope: str = "") -> None:
        """Begin with the entry. `scope` stands before every key of a definition, to tell those of two entries apart.

        `unresolved` are the places of the references that led nowhere so far, `misled` the targets of those that led to
        a component of another kind.
        """
        self._entry = entry
        self._scope = scope
        self.unresolved: set[Place] = set()
        self.misled: set[Place] = set()
        self._documents: dict[str, Document] = {}
        self._versions: dict[str, Version] = {}
        self._dialects: dict[str, Dialect] = {}
        self._identifiers: dict[str, Identifiers] = {}
        self._claimed: dict[str, Resource] = {}
        self._targets: dict[tuple[str, Tokens, str], Target] = {}
        self._problems: dict[tuple[str, str], Finding] = {}
        self._missing: dict[Place, tuple[Finding, ...]] = {}
        self.version = version_of(openapi)
        self.component_schemas = ("definitions",) if self.version == "2.0" else ("components", "schemas")
        self._add(entry, self.version, dialect_of(self.version))

    def target(self, reference: str, at: Place) -> Target:
        """Return what `reference` leads to, which is written at `at`.

        Raise Unresolved for one that leads nowhere or where nobody may go, DeliveryFailure where the world fails.
        """
        resource = self.resource_at(at)
        key = (at.uri, resource.root.pointer.tokens, reference)
        if key not in self._targets:
            try:
                self._targets[key] = self._find(reference, at, resource)
            except Unresolved:
                self.unresolved.add(at)
                raise
        return self._targets[key]

    def resource_at(self, at: Place) -> Resource:
        """Return the schema resource that a place belongs to: the document, or a schema in it with an identifier."""
        return self._identifiers[at.uri].at(at.pointer)

    def version_at(self, uri: str) -> Version:
        """Return the version that a document is written in; a fragment has that of the document it was opened from."""
        return self._versions[uri]

    def is_description(self, uri: str) -> bool:
        """Tell whether a document names a version of OpenAPI for itself, so that it is more than a fragment."""
        return own_version(self._documents[uri]) is not None

    def key(self, at: Place) -> str:
        """Return the key in `Contract.definitions` of the schema at `at`.

        That is a component's name, `#` and the pointer for a schema elsewhere in the entry document, and the same
        after the relative name of any other document.
        """
        if at.uri != self._entry.uri:
            return f"{self._scope}{self._entry.neighbours.relative(at.uri)}#{at.pointer}"
        *holder, name = at.pointer.tokens or ("",)
        is_named = tuple(holder) == self.component_schemas and "#" not in name
        return self._scope + (name if is_named else f"#{at.pointer}")

    def documents(self) -> tuple[Document, ...]:
        """Return the documents that references have led to so far, the entry first."""
        return tuple(self._documents.values())

    def missing(self) -> tuple[Finding, ...]:
        """Return what was told so far of documents that cannot be had."""
        return tuple(finding for told in self._missing.values() for finding in told)

    def problems(self) -> tuple[Finding, ...]:
        """Return what is wrong with the identifiers and dialects of the documents so far."""
        return tuple(self._problems.values())

    def _find(self, reference: str, at: Place, resource: Resource) -> Target:
        name, _, fragment = reference.partition("#")
        if name:
            resource = self._named(name, reference, at, resource)
        document = self._documents[resource.root.uri]
        try:
            place = _place(document, resource, unquote(fragment))
            return Target(resolve_pointer(document.root, place.pointer), place)
        except (ValueError, Missing) as error:
            where = f" of {document.uri}" if document.uri != at.uri else ""
            raise Unresolved((dangling(at, reference, f"{error}{where}"),)) from None

    def _named(self, name: str, reference: str, at: Place, resource: Resource) -> Resource:
        """Return the resource that a reference names: by identifier, else the document at that location."""
        claimed = self._claimed.get(resolve_uri(resource.identifier, name)) if self._claimed else None
        if claimed is not None:
            return claimed
        document = self._open(resolve_location(resource.location, name), reference, at)
        return self._identifiers[document.uri].at(Pointer())

    def _open(self, name: str, reference: str, at: Place) -> Document:
        base = self._documents[at.uri]
        try:
            document = base.neighbours.open(base.uri, name)
        except Unreachable as refusal:
            raise Unresolved(self._refused(refusal, reference, at)) from None
        if document.uri not in self._documents:
            self._add(document, self._versions[base.uri], self._dialects[base.uri])
        return document

    def _refused(self, refusal: Unreachable, reference: str, at: Place) -> tuple[Finding, ...]:
        """Return what is told of a document that cannot be had: where it is broken, with the first that wanted it."""
        user = Related("it is wanted here", Location(at))
        told = tuple(replace(finding, related=(*finding.related, user)) for finding in refusal.findings)
        told = told or (unreachable(at, reference, refusal),)
        return self._missing.setdefault(told[0].location.place, told)

    def _add(self, document: Document, version: Version, dialect: Dialect) -> None:
        """Take in a document; `version` and `dialect` are those of its user, for a fragment that has none itself."""
        own = own_version(document)
        uri = document.uri
        self._documents[uri] = document
        self._versions[uri] = own or version
        self._dialects[uri] = self._dialect(document, own) if own else dialect
        found = identifiers(document.text, document.root, self._resource(document), is_description=own is not None)
        self._identifiers[uri] = found
        for resource in found.resources.values():
            if resource.is_declared:
                self._claim(resource)
        for at, name in found.duplicates:
            self._problems.setdefault(("identifier", str(at)), duplicate(at, name))
        for at, name in found.unknown:
            self._problems.setdefault(("dialect", name), unknown_dialect(at, name))

    def _claim(self, resource: Resource) -> None:
        holder = self._claimed.setdefault(resource.identifier, resource)
        if holder.root.uri != resource.root.uri:
            problem = duplicate(resource.root, resource.identifier)
            self._problems.setdefault(("identifier", str(resource.root)), problem)

    def _dialect(self, document: Document, version: Version) -> Dialect:
        """Return the dialect of a description, which `jsonSchemaDialect` names since OpenAPI 3.1."""
        root = document.root
        name = root.get("jsonSchemaDialect") if is_object(root) and version in {"3.1", "3.2"} else None
        if not isinstance(name, str):
            return dialect_of(version)
        at = Place(document.uri) / "jsonSchemaDialect"
        dialect = dialect_named(name)
        if dialect is None:
            self._problems.setdefault(("dialect", name), unknown_dialect(at, name))
        return dialect or dialect_of(version)

    def _resource(self, document: Document) -> Resource:
        """Return a document as a resource: its base is where it was read, or what `$self` (OpenAPI 3.2) says."""
        at, dialect = Place(document.uri), self._dialects[document.uri]
        # A file's name may have bytes that are no text (PEP 383), and so may its folder's.
        path = quote(document.neighbours.relative(document.uri), errors="surrogateescape")
        base = document.uri if _URL.match(document.uri) else f"document:///{path}"
        own = document.root.get("$self") if is_object(document.root) and own_version(document) == "3.2" else None
        if not isinstance(own, str):
            return Resource(at, base, dialect)
        return Resource(at, resolve_uri(base, own.partition("#")[0]), dialect, is_declared=True)


def _place(document: Document, resource: Resource, fragment: str) -> Place:
    """Return the place that a fragment names in a resource. Raise ValueError for what is no anchor and no pointer.

    A pointer that leads nowhere in a schema with an identifier is one into its document: many name their components
    (`$id: Pet`) and go on to refer to others by `#/components/schemas/…`.
    """
    if fragment in resource.anchors:
        return resource.anchors[fragment]
    pointer = Pointer.parse(fragment)
    root = resource.root.pointer
    inner = Pointer((*root.tokens, *pointer.tokens))
    if root.tokens and pointer.tokens and not _leads(document.root, inner) and _leads(document.root, pointer):
        inner = pointer
    return Place(document.uri, inner)


def _leads(root: Json, pointer: Pointer) -> bool:
    try:
        resolve_pointer(root, pointer)
    except Missing:
        return False
    return True


def resolve_pointer(root: Json, pointer: Pointer) -> Json:
    """Return the value at `pointer`; an index is written as RFC 6901 §4 has it. Raise Missing when there is none."""
    value = root
    for depth, token in enumerate(pointer.tokens):
        if is_object(value) and token in value:
            value = value[token]
        elif is_array(value) and _INDEX.fullmatch(token) and int(token) < len(value):
            value = value[int(token)]
        else:
            raise Missing(f"`{token}` is missing in `#{Pointer(pointer.tokens[:depth])}`")
    return value


def definition_reference(key: str) -> str:
    """Return the `$ref` by which normalised schemas name the definition `key`."""
    return _DEFINITIONS + quote(escape_token(key), safe="~!$&'()*+,;=:@/-._")


def referenced_definition(reference: str) -> str:
    """Undo `definition_reference`. Raise ValueError for a reference that is not of its form."""
    if not reference.startswith(_DEFINITIONS):
        raise ValueError(f"not a reference to a definition: {reference!r}")
    return unescape_token(unquote(reference.removeprefix(_DEFINITIONS)))


def dangling(at: Place, reference: str, reason: str) -> Finding:
    """Make the finding for a reference that leads nowhere."""
    message = f"`{reference}` leads nowhere: {reason}"
    return Finding("reference-dangling", Severity.ERROR, message, Location(at), "name a component that exists")


def unreachable(at: Place, reference: str, refusal: Unreachable) -> Finding:
    """Make the finding for a reference to a document that cannot be had."""
    if refusal.rule == "reference-dangling":
        message = f"`{reference}` leads nowhere: {refusal}"
    else:
        message = f"`{reference}` is not followed: {refusal}"
    return Finding(refusal.rule, Severity.ERROR, message, Location(at), refusal.hint)


def duplicate(at: Place, name: str) -> Finding:
    """Make the finding for an identifier or anchor that stands for something else already."""
    message = f"`{name}` is the identifier of another schema already; that one is meant by it"
    return Finding("schema-identifier-duplicate", Severity.ERROR, message, Location(at), "give each one of its own")


def unknown_dialect(at: Place, name: str) -> Finding:
    """Make the finding for a dialect that nobody knows here."""
    message = f"the schema dialect `{name}` is not known; it is read as JSON Schema 2020-12"
    hint = "name draft-04, -06, -07, 2019-09, 2020-12 or a dialect of OpenAPI 3.1 or 3.2"
    return Finding("schema-dialect-unknown", Severity.WARNING, message, Location(at), hint)
