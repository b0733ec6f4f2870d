"""The documents of one description: the entry, and those that it refers to, each read once and only when wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol, TypeAlias

from contractctl.core.failures import UnloadableDescription
from contractctl.core.records import dataclass
from contractctl.source.document import Document, Unreachable
from contractctl.source.parse import parse_document, parse_part


class Origin(Protocol):
    """Where the bytes of a document are, and which others it may refer to."""

    @property
    def name(self) -> str:
        """The document's name as users see it; equal names are one document."""

    @property
    def relative(self) -> str:
        """The document's name as it is seen from the entry: the same in whatever folder or revision the two lie."""

    def beside(self, reference: str) -> Origin:
        """Return the origin that a reference without a fragment leads to. Raise Unreachable for a forbidden one."""

    def read(self) -> bytes:
        """Return the bytes. Raise Unreachable where there are none, DeliveryFailure where the world fails."""


Remote: TypeAlias = Callable[[str], Origin]
"""Gives the origin of a URL that a document refers to. Raises Unreachable for one that may not be asked."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one description may be, entry included: documents that are asked for, bytes of all together."""

    documents: int = 10_000
    size: int = 256 * 1024 * 1024


class Library:
    """The neighbours of one another. Equal references give the same document, or the same refusal."""

    def __init__(self, entry: Origin, bounds: Bounds | None = None) -> None:
        self._entry = entry
        self._bounds = bounds or Bounds()
        self._origins: dict[str, Origin] = {entry.name: entry}
        self._documents: dict[str, Document] = {}
        self._refusals: dict[str, Unreachable] = {}
        self._fetched: dict[str, None] = {}
        self._size = 0

    def entry(self, data: bytes) -> Document:
        """Return the entry document, which has these bytes. Raise UnloadableDescription as `parse_document` does."""
        self._size += len(data)
        return self._keep(parse_document(self._entry.name, data))

    def open(self, base: str, reference: str, /) -> Document:
        """See `Neighbours.open`."""
        origin = self._origins[base].beside(reference)
        found = self._documents.get(origin.name)
        if found is not None:
            return found
        if origin.name not in self._refusals:
            try:
                document = self._read(origin)
            except Unreachable as refusal:
                self._refusals[origin.name] = refusal
            else:
                self._origins[origin.name] = origin
                return self._keep(document)
        raise self._refusals[origin.name]

    def fetch(self, base: str, reference: str, /) -> bytes:
        """See `Neighbours.fetch`."""
        origin = self._origins[base].beside(reference)
        try:
            return self._bytes(origin)
        finally:
            self._fetched[origin.name] = None

    def find(self, uri: str, /) -> Document | None:
        """See `Neighbours.find`."""
        return self._documents.get(uri)

    def opened(self) -> tuple[Document, ...]:
        """See `Neighbours.opened`."""
        return tuple(self._documents.values())

    def asked(self) -> tuple[str, ...]:
        """See `Neighbours.asked`."""
        return tuple(dict.fromkeys((*self._documents, *self._refusals, *self._fetched)))

    def relative(self, uri: str, /) -> str:
        """See `Neighbours.relative`."""
        origin = self._origins.get(uri)
        return uri if origin is None else origin.relative

    def _read(self, origin: Origin) -> Document:
        """Read and parse a document that is not the entry. Raise Unreachable."""
        try:
            return parse_part(origin.name, self._bytes(origin))
        except UnloadableDescription as failure:
            message = f"{origin.name} cannot be read"
            raise Unreachable("reference-dangling", message, findings=failure.findings) from None

    def _bytes(self, origin: Origin) -> bytes:
        """Read within the bounds of the description. Raise Unreachable."""
        if len(self._documents) + len(self._refusals) + len(self._fetched) >= self._bounds.documents:
            raise _too_much(f"the description has more than {self._bounds.documents:,} documents")
        data = origin.read()
        self._size += len(data)
        if self._size > self._bounds.size:
            raise _too_much(f"the description has more than {self._bounds.size:,} bytes")
        return data

    def _keep(self, document: Document) -> Document:
        kept = self._documents[document.uri] = replace(document, neighbours=self)
        return kept


def _too_much(message: str) -> Unreachable:
    return Unreachable("reference-forbidden", message, hint="join its parts to fewer files, or split the description")
