"""A document: the value that a text stands for, and where each part of it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from contractctl.core.findings import Finding
from contractctl.core.json import Json
from contractctl.core.locations import Location, Place, Span
from contractctl.source.marks import Marks


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A parsed JSON or YAML text.

    `uri` is the name that users know it by (a path as given, or a URL). `problems` are faults that do not stop the
    reading: duplicate keys, ambiguous scalars; each has its span. `marks` is asked only when something is reported.
    """

    uri: str
    root: Json
    text: str
    problems: tuple[Finding, ...]
    marks: Callable[[], Marks]

    def locate(self, place: Place) -> Span:
        """Return the span of a place of this document.

        A mapping or list that is a member is shown by its key, everything else by itself; a place that does not
        exist is shown by its nearest ancestor that does. The first call on a JSON text scans it once.
        """
        return self.marks().span(place.pointer)

    def located(self, location: Location) -> Location:
        """Return the location with its span, computed now when it has none yet and lies in this document."""
        if location.span is not None or location.place.uri != self.uri:
            return location
        return Location(location.place, self.locate(location.place))

    def located_finding(self, finding: Finding) -> Finding:
        """Return the finding with the spans of its place and of the related ones."""
        related = tuple(replace(one, location=self.located(one.location)) for one in finding.related)
        return replace(finding, location=self.located(finding.location), related=related)
