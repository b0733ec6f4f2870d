"""References: what one leads to, in its own document or another, and the keys that definitions have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from contractctl.contract.versions import Version, own_version, version_of
from contractctl.core.findings import Finding, Severity
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Location, Place, Pointer, escape_token, unescape_token
from contractctl.source.document import Document, Unreachable

_DEFINITIONS = "#/$defs/"
_INDEX = re.compile(r"0|[1-9][0-9]{0,9}")


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
    """The references of one description, followed through all of its documents."""

    def __init__(self, entry: Document, openapi: str) -> None:
        self._entry = entry
        self._documents: dict[str, Document] = {entry.uri: entry}
        self._versions: dict[str, Version] = {entry.uri: version_of(openapi)}
        self._targets: dict[tuple[str, str], Target] = {}
        self.version = self._versions[entry.uri]
        self.component_schemas = ("definitions",) if self.version == "2.0" else ("components", "schemas")

    def target(self, reference: str, at: Place) -> Target:
        """Return what `reference` leads to, which is written at `at`.

        Raise Unresolved for one that leads nowhere or where nobody may go, DeliveryFailure where the world fails.
        """
        key = (at.uri, reference)
        if key not in self._targets:
            self._targets[key] = self._find(reference, at)
        return self._targets[key]

    def version_at(self, uri: str) -> Version:
        """Return the version that a document is written in; a fragment has that of the document it was opened from."""
        return self._versions[uri]

    def key(self, at: Place) -> str:
        """Return the key in `Contract.definitions` of the schema at `at`.

        That is a component's name, `#` and the pointer for a schema elsewhere in the entry document, and the same
        after the relative name of any other document.
        """
        if at.uri != self._entry.uri:
            return f"{self._entry.neighbours.relative(at.uri)}#{at.pointer}"
        *holder, name = at.pointer.tokens or ("",)
        return name if tuple(holder) == self.component_schemas and "#" not in name else f"#{at.pointer}"

    def documents(self) -> tuple[Document, ...]:
        """Return the documents that references have led to so far, the entry first."""
        return tuple(self._documents.values())

    def _find(self, reference: str, at: Place) -> Target:
        name, _, fragment = reference.partition("#")
        document = self._documents[at.uri]
        if name:
            document = self._open(name, reference, at)
        try:
            pointer = Pointer.parse(unquote(fragment))
            return Target(resolve_pointer(document.root, pointer), Place(document.uri, pointer))
        except (ValueError, Missing) as error:
            raise Unresolved((dangling(at, reference, str(error)),)) from None

    def _open(self, name: str, reference: str, at: Place) -> Document:
        base = self._documents[at.uri]
        try:
            document = base.neighbours.open(base.uri, name)
        except Unreachable as refusal:
            raise Unresolved(refusal.findings or (unreachable(at, reference, refusal),)) from None
        self._documents[document.uri] = document
        self._versions.setdefault(document.uri, own_version(document) or self._versions[base.uri])
        return document


def local_pointer(reference: str) -> Pointer | None:
    """Return the pointer of a reference into its own document, or None when it names another one.

    Raise ValueError for a fragment that is no JSON Pointer.
    """
    document, _, fragment = reference.partition("#")
    if document:
        return None
    return Pointer.parse(unquote(fragment))


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


def not_local(at: Place, reference: str) -> Finding:
    """Make the finding for a reference that leaves the document."""
    message = f"`{reference}` leaves the description; this version follows local references only"
    hint = "bundle the description into one file"
    return Finding("reference-not-local", Severity.ERROR, message, Location(at), hint)


def unreachable(at: Place, reference: str, refusal: Unreachable) -> Finding:
    """Make the finding for a reference to a document that cannot be had."""
    if refusal.rule == "reference-dangling":
        message = f"`{reference}` leads nowhere: {refusal}"
    else:
        message = f"`{reference}` is not followed: {refusal}"
    return Finding(refusal.rule, Severity.ERROR, message, Location(at), refusal.hint)
