"""The documents of one description: the entry, and those that it refers to, each read once and only when wanted."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import Protocol

from contractctl.core.failures import UnloadableDescription
from contractctl.source.document import Document, Unreachable
from contractctl.source.parse import parse_document, parse_part


class Origin(Protocol):
    """Where the bytes of a document are, and which others it may refer to."""

    @property
    def name(self) -> str:
        """The document's name as users see it; equal names are one document."""

    def beside(self, reference: str) -> Origin:
        """Return the origin that a reference without a fragment leads to. Raise Unreachable for a forbidden one."""

    def read(self) -> bytes:
        """Return the bytes. Raise Unreachable where there are none, DeliveryFailure where the world fails."""


class Library:
    """The neighbours of one another. Equal references give the same document, or the same refusal."""

    def __init__(self, entry: Origin) -> None:
        self._entry = entry
        self._origins: dict[str, Origin] = {entry.name: entry}
        self._documents: dict[str, Document] = {}
        self._refusals: dict[str, Unreachable] = {}

    def entry(self, data: bytes) -> Document:
        """Return the entry document, which has these bytes. Raise UnloadableDescription as `parse_document` does."""
        return self._keep(parse_document(self._entry.name, data))

    def open(self, base: str, reference: str, /) -> Document:
        """See `Neighbours.open`."""
        origin = self._origins[base].beside(reference)
        found = self._documents.get(origin.name)
        if found is not None:
            return found
        if origin.name not in self._refusals:
            try:
                document = parse_part(origin.name, origin.read())
            except Unreachable as refusal:
                self._refusals[origin.name] = refusal
            except UnloadableDescription as failure:
                message = f"{origin.name} cannot be read"
                self._refusals[origin.name] = Unreachable("reference-dangling", message, findings=failure.findings)
            else:
                self._origins[origin.name] = origin
                return self._keep(document)
        raise self._refusals[origin.name]

    def find(self, uri: str, /) -> Document | None:
        """See `Neighbours.find`."""
        return self._documents.get(uri)

    def opened(self) -> tuple[Document, ...]:
        """See `Neighbours.opened`."""
        return tuple(self._documents.values())

    def relative(self, uri: str, /) -> str:
        """See `Neighbours.relative`."""
        base = posixpath.dirname(self._entry.name)
        if "://" in uri and not uri.startswith(f"{base}/"):
            return uri
        return posixpath.relpath(uri, base or ".")

    def _keep(self, document: Document) -> Document:
        kept = self._documents[document.uri] = replace(document, neighbours=self)
        return kept
