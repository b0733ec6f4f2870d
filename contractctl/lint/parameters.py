"""The parameters that a path item or operation lists, with where each is listed and what it turns out to be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from contractctl.contract.model import Operation
from contractctl.contract.references import Unresolved
from contractctl.core.json import Json, is_array, is_object, text_at
from contractctl.core.locations import Place
from contractctl.core.records import dataclass
from contractctl.lint.subject import Subject

LOCATIONS: Final = frozenset(("query", "querystring", "header", "path", "cookie", "body", "formData"))


@dataclass(frozen=True, slots=True)
class Use:
    """One entry of the `parameters` list at a place; name and location are empty when not known."""

    listed: Place
    index: int
    name: str
    location: str

    @property
    def at(self) -> Place:
        """The place of the entry, made when it is asked for: thousands are listed, and few have faults."""
        return self.listed / self.index

    @property
    def is_known(self) -> bool:
        """Whether references lead to a parameter with a name and a location."""
        return bool(self.name and self.location)


def uses(subject: Subject, owner: Place) -> Iterator[Use]:
    """Yield the entries of the `parameters` of a path item or operation, in order."""
    listed = owner / "parameters"
    entries = subject.value_at(listed)
    if subject.survey.is_unread(listed):
        yield Use(listed, 0, "", "")  # nobody knows what there is
        return
    for index, entry in enumerate(entries if is_array(entries) else ()):
        value = _meant(subject, entry, listed)
        yield Use(listed, index, text_at(value, "name"), _location(value))


def _location(parameter: Mapping[str, Json]) -> str:
    """Return where a parameter is, empty for a place that there is not: that is told already."""
    location = text_at(parameter, "in")
    return location if location in LOCATIONS else ""


def uses_of(subject: Subject, operation: Operation) -> Iterator[Use]:
    """Yield the entries of the path item of an operation, then its own."""
    for owner in (operation.template, operation.at):
        yield from uses(subject, owner)


def _meant(subject: Subject, entry: Json, listed: Place) -> Mapping[str, Json]:
    """Return the parameter that an entry is or leads to, an empty one when nobody knows.

    Most entries lead straight to a parameter, which references remember; only the others are followed step by step.
    """
    reference = entry.get("$ref") if is_object(entry) else None
    if not isinstance(reference, str):
        return entry if is_object(entry) else {}
    try:
        found = subject.references.target(reference, listed)
    except Unresolved:
        return {}
    if is_object(found.value) and "$ref" not in found.value:
        return found.value
    target = subject.follow(found.at)
    value = subject.value_at(target) if target is not None else None
    return value if is_object(value) else {}
