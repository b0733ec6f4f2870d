"""A document: the value that a text stands for, and where each part of it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol

from contractctl.core.findings import Finding
from contractctl.core.json import Json
from contractctl.core.locations import Location, Place, Span
from contractctl.core.records import dataclass
from contractctl.source.marks import Marks


class Unreachable(LookupError):
    """A document that a reference names and that cannot be had.

    The text says why, `rule` is the code of the finding, `hint` what to do. `findings` are the faults of a document
    that was read and has no value; they tell more than the reference does.
    """

    def __init__(self, rule: str, message: str, *, hint: str = "", findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(message)
        self.rule = rule
        self.hint = hint
        self.findings = findings


class Neighbours(Protocol):
    """The documents of one description: the entry and those that it refers to, by their names."""

    def open(self, base: str, reference: str, /) -> Document:
        """Return the document that `reference` (RFC 3986 §4.1, without a fragment) names in the document `base`.

        Raise Unreachable where there is none or none may be read, and DeliveryFailure where the world fails.
        """

    def fetch(self, base: str, reference: str, /) -> bytes:
        """Return the bytes of a file that is no document; raise as `open` does."""

    def find(self, uri: str, /) -> Document | None:
        """Return a document that was opened already."""

    def opened(self) -> tuple[Document, ...]:
        """Return what was opened so far, the entry first; nothing for a document that was given alone."""

    def asked(self) -> tuple[str, ...]:
        """Return the names of all documents that were wanted so far, those that could not be had included."""

    def relative(self, uri: str, /) -> str:
        """Return the name of a document as it is seen from the entry: the same in whatever folder the two lie."""


class _Nobody:
    """A document that was given alone."""

    def open(self, base: str, reference: str, /) -> Document:
        raise Unreachable("reference-forbidden", f"{base} was given without `{reference}`", hint="give it as a file")

    def fetch(self, base: str, reference: str, /) -> bytes:
        raise Unreachable("reference-forbidden", f"{base} was given without `{reference}`", hint="give it as a file")

    def find(self, _uri: str, /) -> None:
        return None

    def opened(self) -> tuple[Document, ...]:
        return ()

    def asked(self) -> tuple[str, ...]:
        return ()

    def relative(self, uri: str, /) -> str:
        return uri


NOBODY: Final[Neighbours] = _Nobody()


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A parsed JSON or YAML text.

    `uri` is the name that users know it by (a path as given, or a URL). `problems` are faults that do not stop the
    reading: duplicate keys, ambiguous scalars; each has its span. `marks` is asked only when something is reported.
    `neighbours` are the documents that its references may lead to.
    """

    uri: str
    root: Json
    text: str
    problems: tuple[Finding, ...]
    marks: Callable[[], Marks]
    neighbours: Neighbours = NOBODY

    def locate(self, place: Place, *, of_key: bool = False) -> Span:
        """Return the span of a place of this document.

        A mapping or list that is a member is shown by its key, so is any member `of_key`, everything else by itself;
        a place that does not exist is shown by its nearest ancestor that does. The first call on a JSON text scans it
        once.
        """
        return self.marks().span(place.pointer, of_key=of_key)

    def located(self, location: Location) -> Location:
        """Return the location with its span, computed now when it has none yet, in this document or a neighbour."""
        uri = location.place.uri
        document = self if uri == self.uri else self.neighbours.find(uri)
        if location.span is not None or document is None:
            return location
        return replace(location, span=document.locate(location.place, of_key=location.of_key))

    def located_finding(self, finding: Finding) -> Finding:
        """Return the finding with the spans of its place and of the related ones."""
        related = tuple(replace(one, location=self.located(one.location)) for one in finding.related)
        return replace(finding, location=self.located(finding.location), related=related)
