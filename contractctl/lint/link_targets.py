"""What links lead to: the operation with an operationId, or the one at a URI."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from contractctl.contract.model import Operation
from contractctl.contract.references import Unresolved
from contractctl.core.json import is_object, text_at
from contractctl.core.locations import Place, Pointer, unescape_token
from contractctl.core.records import dataclass
from contractctl.lint.parameters import LOCATIONS, uses_of
from contractctl.lint.structure.schema_faults import type_at
from contractctl.lint.subject import Subject
from contractctl.lint.syntax.path_templates import variables

Destination: TypeAlias = Place | Literal["elsewhere", "nowhere", "something else"]
"""Where an operation is, or why it is not known; `elsewhere` is another API, which nobody looks at here."""


@dataclass(frozen=True, slots=True)
class Signature:
    """The parameters of an operation as pairs of location and name, names of headers in lower case; and the names."""

    parameters: frozenset[tuple[str, str]]
    names: frozenset[str]

    def has(self, key: str) -> bool:
        """Tell whether the key of a link's parameter, `name` or `in.name`, is one of them."""
        location, _, name = key.partition(".")
        own = (location, _cased(location, name))
        return own in self.parameters or any((place, _cased(place, key)) in self.parameters for place in LOCATIONS)


def _cased(location: str, name: str) -> str:
    return name.lower() if location == "header" else name


def destination(subject: Subject, reference: str, at: Place) -> Destination:
    """Return the operation that an `operationRef` leads to, which is written at `at`.

    Documents are opened that are named relative to a file. Those on the network are another API's, mostly, and not
    asked for: a link does not bring them into the description.
    """
    name, _, fragment = reference.partition("#")
    if _is_remote(name) or (name and _is_remote(at.uri)):
        return "elsewhere"
    try:
        found = subject.references.target(reference, at).at
    except Unresolved as unresolved:
        if any(finding.rule != "reference-dangling" for finding in unresolved.findings):
            return "elsewhere"
        return "nowhere" if name else _behind_references(subject, fragment, at.uri)
    if not subject.references.is_description(found.uri):
        return found
    table = subject.table_at(found)
    return found if type_at(table, found.pointer.tokens) == "operation" else "something else"


def _is_remote(uri: str) -> bool:
    scheme, colon, _ = uri.partition(":")
    return uri.startswith("//") or (bool(colon) and scheme.isalpha() and len(scheme) > 1)


def _behind_references(subject: Subject, fragment: str, uri: str) -> Destination:
    """Return the operation of a path item that is written elsewhere, which a pointer alone does not reach."""
    from urllib.parse import unquote

    tokens = tuple(map(unescape_token, unquote(fragment).split("/")[1:]))
    item = subject.follow(Place(uri, Pointer(tokens[:2]))) if tokens[:1] == ("paths",) and len(tokens) == 3 else None
    if item is None:
        return "nowhere"
    return item / tokens[2] if is_object(subject.value_at(item / tokens[2])) else "nowhere"


class Operations:
    """The operations of a description, by what links call them."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._by_place = {operation.at: operation for operation in subject.operations}
        self._signatures: dict[Place, Signature | None] = {}
        self.by_id: Mapping[str, Place] = dict(_identified(subject))

    def signature(self, at: Place) -> Signature | None:
        """Return the parameters of the operation at a place, None where they are not all known."""
        if at not in self._signatures:
            operation = self._by_place.get(at)
            self._signatures[at] = self._signature(operation) if operation else None
        return self._signatures[at]

    def _signature(self, operation: Operation) -> Signature | None:
        listed = list(uses_of(self._subject, operation))
        if not all(use.is_known for use in listed):
            return None
        pairs = [(use.location, use.name) for use in listed]
        pairs.extend((parameter.location, parameter.name) for parameter in operation.parameters)
        pairs.extend(("path", name) for name in variables(operation.path))  # not declared is another fault
        parameters = frozenset((location, _cased(location, name)) for location, name in pairs)
        return Signature(parameters, frozenset(name for _, name in parameters))


def _identified(subject: Subject) -> Iterator[tuple[str, Place]]:
    """Yield every operationId that is written somewhere, with its operation; the first one last, so that it counts."""
    for part in reversed(tuple(subject.parts("operation"))):
        name = text_at(part.value, "operationId")
        if name:
            yield name, part.at
