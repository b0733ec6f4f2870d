"""What the schemas of a document call themselves: `$id`, `$anchor`, `$dynamicAnchor`, and the dialect by `$schema`."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from typing import Final, TypeAlias
from urllib.parse import urljoin

from contractctl.contract.dialects import DRAFT_2020_12, Dialect, dialect_named
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Place, Pointer
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass

RECURSIVE: Final = "$recursiveAnchor"
"""Stands for the name that `$recursiveAnchor: true` has not; no anchor can be called so."""

Tokens: TypeAlias = tuple[str, ...]

_SCHEME: Final = pattern(r"[A-Za-z][A-Za-z0-9+.-]*:")
_WORDS: Final = ("$id", "$anchor", "$dynamicAnchor", "$schema", "$recursiveAnchor", "/draft-04/")
_DATA: Final = frozenset(
    ("enum", "const", "default", "example", "examples", "links", "discriminator", "xml", "externalDocs", "required")
)
_NAMED: Final = frozenset(
    (
        *("properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"),
        *("schemas", "responses", "parameters", "requestBodies", "headers", "callbacks", "pathItems", "webhooks"),
        *("content", "mediaTypes", "encoding"),
    )
)


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """A document, or a schema in it that has an identifier; a part with a dialect of its own shares all but that.

    `identifier` is the base of the references in it (RFC 3986 §5.1.1), `location` the same as it is seen from the
    document's own location: relative, and empty for the document itself. `is_declared` tells that the description
    names it itself. Both kinds of anchors are in `anchors`, the dynamic ones in `dynamic` besides.
    """

    root: Place
    identifier: str
    dialect: Dialect
    location: str = ""
    is_declared: bool = False
    anchors: dict[str, Place] = field(default_factory=dict)
    dynamic: dict[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Identifiers:
    """The identifiers of one document: `resources` by where they begin, the document's own first.

    `duplicates` are places that claim an identifier or anchor which another one has already, each with its name.
    `unknown` are the dialects that nobody knows, with the places that name them.
    """

    resources: Mapping[Tokens, Resource]
    duplicates: tuple[tuple[Place, str], ...] = ()
    unknown: tuple[tuple[Place, str], ...] = ()

    def at(self, pointer: Pointer) -> Resource:
        """Return the resource that a part of the document belongs to."""
        tokens = pointer.tokens
        if len(self.resources) > 1:
            for depth in range(len(tokens), 0, -1):
                if (found := self.resources.get(tokens[:depth])) is not None:
                    return found
        return self.resources[()]


def has_scheme(uri: str) -> bool:
    """Tell whether a reference is absolute (RFC 3986 §4.3)."""
    return _SCHEME.match(uri) is not None


def resolve_uri(base: str, reference: str) -> str:
    """Return what `reference` means at `base`, which is absolute (RFC 3986 §5.2). A URN is no base for a path."""
    scheme, colon, rest = base.partition(":")
    if not reference:
        return base
    if has_scheme(reference) or not colon or not rest.startswith("/"):
        return reference
    try:
        # As http, since `urljoin` leaves references alone at schemes that it does not know.
        return scheme + ":" + urljoin("http:" + rest, reference).removeprefix("http:")
    except ValueError:
        return reference


def resolve_location(base: str, reference: str) -> str:
    """Return what `resolve_uri` does, where the base may be relative or empty and leading `..` count."""
    if has_scheme(base):
        return resolve_uri(base, reference)
    if has_scheme(reference) or reference.startswith("/") or not base:
        return reference
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), reference)) if reference else base


def identifiers(text: str, root: Json, document: Resource, *, is_description: bool) -> Identifiers:
    """Find the identifiers of a document. A text with none of the words is not walked.

    Of a whole description, `$schema` and `$id` at the root are no keywords: the root is no schema there.
    """
    words = (*_WORDS, document.dialect.id)
    if not document.dialect.id or not any(word in text for word in words):
        return Identifiers({(): document})
    finder = _Finder(document)
    finder.walk(root, is_description=is_description)
    return Identifiers(finder.resources, tuple(finder.duplicates), tuple(finder.unknown))


class _Finder:
    """Walks a document, but not into data: enumerations, examples, defaults, links, extensions."""

    def __init__(self, document: Resource) -> None:
        self.resources: dict[Tokens, Resource] = {(): document}
        self.duplicates: list[tuple[Place, str]] = []
        self.unknown: list[tuple[Place, str]] = []
        self._uri = document.root.uri
        self._claimed: set[str] = set()

    def walk(self, root: Json, *, is_description: bool) -> None:
        waiting: list[tuple[Tokens, Json, Resource]] = [((), root, self.resources[()])]
        while waiting:
            tokens, value, resource = waiting.pop()
            if is_array(value):
                items = [((*tokens, str(index)), item, resource) for index, item in enumerate(value)]
                waiting.extend(reversed(items))
            elif is_object(value):
                if tokens or not is_description:
                    resource = self._read(tokens, value, resource)
                waiting.extend(reversed(list(self._inner(tokens, value, resource))))

    def _inner(
        self, tokens: Tokens, value: Mapping[str, Json], resource: Resource
    ) -> Iterator[tuple[Tokens, Json, Resource]]:
        for key, member in value.items():
            if key in _DATA or key.startswith("x-"):
                continue
            if key in _NAMED and is_object(member):
                yield from (((*tokens, key, name), one, resource) for name, one in member.items())
            else:
                yield (*tokens, key), member, resource

    def _read(self, tokens: Tokens, schema: Mapping[str, Json], around: Resource) -> Resource:
        """Note what an object says of itself and return the resource that it belongs to."""
        resource = self._in_dialect(tokens, schema, around)
        if resource.dialect.ref_is_alone and isinstance(schema.get("$ref"), str):
            self.resources[tokens] = resource
            return resource
        at = Place(self._uri, Pointer(tokens))
        identifier = schema.get(resource.dialect.id)
        if isinstance(identifier, str) and not identifier.startswith("#"):
            resource = self._identified(at, identifier, resource)
        elif isinstance(identifier, str):
            self._anchor(at, identifier.removeprefix("#"), resource)
        if resource is not around:
            self.resources[tokens] = resource
        for keyword in ("$anchor", "$dynamicAnchor"):
            if isinstance(name := schema.get(keyword), str):
                self._anchor(at, name, resource)
                if keyword == "$dynamicAnchor":
                    resource.dynamic.setdefault(name, at)
        if schema.get("$recursiveAnchor") is True and at == resource.root:
            resource.dynamic[RECURSIVE] = at
        return resource

    def _in_dialect(self, tokens: Tokens, schema: Mapping[str, Json], around: Resource) -> Resource:
        name = schema.get("$schema")
        if not isinstance(name, str):
            return around
        dialect = dialect_named(name)
        if dialect is None:
            self.unknown.append((Place(self._uri, Pointer((*tokens, "$schema"))), name))
        dialect = dialect or DRAFT_2020_12
        return around if dialect is around.dialect else replace(around, dialect=dialect)

    def _identified(self, at: Place, identifier: str, around: Resource) -> Resource:
        uri = identifier.partition("#")[0]
        full = resolve_uri(around.identifier, uri)
        if full in self._claimed:
            self.duplicates.append((at, full))
        self._claimed.add(full)
        location = resolve_location(around.location, uri)
        return Resource(at, full, around.dialect, location, is_declared=True)

    def _anchor(self, at: Place, name: str, resource: Resource) -> None:
        if resource.anchors.setdefault(name, at) != at:
            self.duplicates.append((at, f"#{name}"))
