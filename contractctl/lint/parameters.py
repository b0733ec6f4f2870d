"""The parameters that a path item or operation lists, with where each is listed and what it turns out to be."""

from __future__ import annotations

from collections.abc import Iterator

from contractctl.core.json import is_array, is_object
from contractctl.core.locations import Place
from contractctl.core.records import dataclass
from contractctl.lint.subject import Subject


@dataclass(frozen=True, slots=True)
class Use:
    """One entry of a `parameters` list; name and location are empty when not known."""

    at: Place
    name: str
    location: str

    @property
    def is_known(self) -> bool:
        """Whether references lead to a parameter with a name and a location."""
        return bool(self.name and self.location)


def uses(subject: Subject, owner: Place) -> Iterator[Use]:
    """Yield the entries of the `parameters` of a path item or operation, in order."""
    listed = owner / "parameters"
    entries = subject.value_at(listed)
    for index in range(len(entries)) if is_array(entries) else ():
        at = listed / index
        target = subject.follow(at)
        value = subject.value_at(target) if target is not None else None
        name, location = (value.get("name"), value.get("in")) if is_object(value) else (None, None)
        yield Use(at, name if isinstance(name, str) else "", location if isinstance(location, str) else "")
