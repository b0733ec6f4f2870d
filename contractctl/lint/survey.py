"""The structure of all documents of a description: each part is checked as what it is used as, and once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import unquote

from contractctl.contract.references import References, Target, Unresolved
from contractctl.contract.versions import Version
from contractctl.core.findings import Finding
from contractctl.core.json import Json, is_object
from contractctl.core.locations import Place, Pointer, unescape_token
from contractctl.core.records import dataclass
from contractctl.lint.structure.gate import inspect, table_of
from contractctl.lint.structure.kinds import Either, Fault, Kind, ObjectOf, Scalar, Table, Tokens
from contractctl.lint.structure.schema_faults import kind_at, type_at
from contractctl.lint.structure.walk import Objects, Reference, Walk
from contractctl.source.document import Document


@dataclass(frozen=True, slots=True)
class PlacedFault:
    """A fault of the structure, and where it is."""

    fault: Fault
    at: Place


@dataclass(frozen=True, slots=True)
class Lead:
    """A reference, where its `$ref` stands, and what it leads to.

    `target` is None for a reference that cannot be followed; `findings` say why. It is misled when the target is known
    to be a part of another kind.
    """

    reference: Reference
    at: Place
    target: Place | None
    is_misled: bool = False
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """An object of OpenAPI as it is written, at the pointer `tokens` of the document `uri`."""

    uri: str
    tokens: Tokens
    value: Mapping[str, Json]

    @property
    def at(self) -> Place:
        """The place, made when it is asked for: there are a hundred thousand parts, and few have faults."""
        return Place(self.uri, Pointer(self.tokens))

    @property
    def heading(self) -> Place:
        """Where a reader knows it by: an item of a list by its name or URL, for a brace shows nothing."""
        if self.tokens[-1:] and self.tokens[-1].isdecimal():
            return next((self.at / key for key in ("name", "url") if isinstance(self.value.get(key), str)), self.at)
        return self.at


@dataclass(frozen=True, slots=True)
class Survey:
    """What the documents of a description hold: faults, every reference outside of data, objects by document.

    `unread` are the fields that are there, but not so that anybody reads them: misspelt, or of a wrong type.
    """

    faults: tuple[PlacedFault, ...]
    leads: tuple[Lead, ...]
    objects: Mapping[str, Objects]
    unread: frozenset[tuple[str, Tokens]] = frozenset()

    def is_unread(self, place: Place) -> bool:
        """Tell whether a place is a field that a fault hides, or inside one: what is missing there follows from it."""
        tokens = place.pointer.tokens
        return bool(self.unread) and any((place.uri, tokens[:depth]) in self.unread for depth in range(len(tokens) + 1))

    def parts(self, kind: str) -> Iterator[Part]:
        """Yield every object of a type of the tables, wherever it stands, used or not, each once, as ordered there."""
        for uri, objects in self.objects.items():
            for tokens, value in objects.get(kind, ()):
                yield Part(uri, tokens, value)


def survey(entry: Document, references: References) -> Survey:
    """Check the entry, and whatever its references lead to, and so on.

    A document that names its version is a whole description, and checked as one. Of any other document, and of the
    extensions of a whole one, those parts are checked that references lead to, each as the kind that is due there and
    with the table of the version that its document is read as. Raise DeliveryFailure where the world fails.
    """
    surveyor = _Surveyor(references)
    surveyor.read(entry)
    leads = tuple(surveyor.follow())
    faults = tuple(surveyor.faults())
    found = Survey(faults, leads, surveyor.objects(), frozenset(_unread(faults)))
    return replace(found, leads=tuple(_excused(found))) if found.unread else found


def _unread(faults: Iterable[PlacedFault]) -> Iterator[tuple[str, Tokens]]:
    for placed in faults:
        fault = placed.fault
        if fault.code == "field-unknown" and fault.meant:
            yield placed.at.uri, (*fault.tokens[:-1], fault.meant)
        elif fault.code == "type-wrong":
            yield placed.at.uri, fault.tokens


def _excused(found: Survey) -> Iterator[Lead]:
    """Yield the references, those without blame that lead into a field whose name is misspelt."""
    for lead in found.leads:
        name, _, fragment = lead.reference.target.partition("#/")
        tokens = tuple(unescape_token(unquote(token)) for token in fragment.split("/"))
        is_local = lead.target is None and not name and bool(fragment)
        excused = is_local and found.is_unread(Place(lead.at.uri, Pointer(tokens)))
        yield replace(lead, findings=()) if excused else lead


class _Sheet:
    """What is known of one document so far."""

    def __init__(self, document: Document, version: Version, *, is_whole: bool) -> None:
        self.document = document
        self.table: Table = table_of(version)
        self.is_whole = is_whole
        self.faults: list[Fault] = []
        self._parts = Walk(self.table, version, faults=self.faults, seen=set())
        self._version = version

    def check_whole(self) -> Iterable[Reference]:
        """Check the document as a description and return its references."""
        root = self.document.root
        structure = inspect(root if is_object(root) else {}, self._version)
        self.faults.extend(structure.faults)
        self._parts.objects.update(structure.objects)
        return structure.references

    @property
    def objects(self) -> Objects:
        """The objects that were checked."""
        return self._parts.objects

    def check_part(self, target: Target, kind: ObjectOf) -> Iterable[Reference]:
        """Check one part as what is due where a reference to it stands, and return the references in it."""
        known = len(self._parts.references)
        self._parts.run(target.value, self._due(kind), target.at.pointer.tokens)
        return self._parts.references[known:]

    def _due(self, kind: ObjectOf) -> Kind:
        """Return the kind with what else may stand for it: a schema of OpenAPI 3.1 is an object or a boolean."""
        if kind.type == "schema" and self._version in {"3.1", "3.2"}:
            return Either(Scalar("boolean"), kind)
        return kind


class _Surveyor:
    """Follows references from document to document."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._sheets: dict[str, _Sheet] = {}
        self._waiting: list[tuple[str, Reference]] = []
        self._uses: dict[tuple[str, Tokens, str], bool] = {}

    def read(self, document: Document) -> _Sheet:
        """Open a document; one that names its version is checked as a whole."""
        is_whole = self._references.is_description(document.uri)
        sheet = _Sheet(document, self._references.version_at(document.uri), is_whole=is_whole)
        self._sheets[document.uri] = sheet
        if is_whole:
            self._note(document.uri, sheet.check_whole())
        return sheet

    def follow(self) -> Iterator[Lead]:
        """Yield every reference with what it leads to, and check that."""
        while self._waiting:
            uri, reference = self._waiting.pop()
            at = Place(uri, Pointer(reference.tokens))
            try:
                target = self._references.target(reference.target, at)
            except Unresolved as unresolved:
                yield Lead(reference, at, None, findings=unresolved.findings)
            else:
                yield Lead(reference, at, target.at, self._is_misled(target, reference.kind))

    def faults(self) -> Iterator[PlacedFault]:
        """Yield what is wrong, document by document."""
        for uri, sheet in self._sheets.items():
            for fault in sheet.faults:
                yield PlacedFault(fault, Place(uri, Pointer(fault.tokens)))

    def objects(self) -> Mapping[str, Objects]:
        """Return the objects that were checked, by document."""
        return {uri: sheet.objects for uri, sheet in self._sheets.items()}

    def _note(self, uri: str, references: Iterable[Reference]) -> None:
        self._waiting.extend((uri, reference) for reference in references)

    def _is_misled(self, target: Target, kind: ObjectOf) -> bool:
        use = (target.at.uri, target.at.pointer.tokens, kind.type)
        if use not in self._uses:
            self._uses[use] = self._use(target, kind)
        return self._uses[use]

    def _use(self, target: Target, kind: ObjectOf) -> bool:
        """Check a target as one of this kind, unless it was checked already; tell whether it is of another kind."""
        uri, tokens = target.at.uri, target.at.pointer.tokens
        sheet = self._sheets.get(uri) or self.read(self._document(uri))
        if sheet.is_whole and kind_at(sheet.table, tokens) is not None:
            return type_at(sheet.table, tokens) != kind.type
        if kind.type in sheet.table:
            self._note(uri, sheet.check_part(target, kind))
        return False

    def _document(self, uri: str) -> Document:
        return next(document for document in reversed(self._references.documents()) if document.uri == uri)
