"""Documents that refer to each other, made one: each foreign target becomes a component with a name of its own."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Final, Literal, TypeAlias
from urllib.parse import quote

from contractctl.contract.keywords import SCHEMA_KEYWORDS, SCHEMA_LIST_KEYWORDS, SCHEMA_MAP_KEYWORDS
from contractctl.contract.references import References, Target, Unresolved
from contractctl.core.failures import DeliveryFailure
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Place
from contractctl.core.patterns import pattern
from contractctl.source.document import Document

_Shape: TypeAlias = Literal["one", "list", "map"]
_Members: TypeAlias = Mapping[str, tuple[str, _Shape]]

_NOT_A_NAME: Final = pattern(r"[^A-Za-z0-9._-]+")
_FRAGMENT: Final = "/~!$&'()*+,;=:@-._"
_MOST_STEPS: Final = 100
"""Path items that refer to one another."""

_HOLDERS: Final[Mapping[str, str]] = {
    "schema": "schemas",
    "response": "responses",
    "parameter": "parameters",
    "example": "examples",
    "body": "requestBodies",
    "header": "headers",
    "scheme": "securitySchemes",
    "link": "links",
    "callback": "callbacks",
    "path item": "pathItems",
    "media": "mediaTypes",
}
"""Where the components of a kind are."""
_HOLDERS_OF_SWAGGER: Final[Mapping[str, str]] = {
    "schema": "definitions",
    "response": "responses",
    "parameter": "parameters",
    "scheme": "securityDefinitions",
}

_SCHEMAS: Final[_Members] = {
    **dict.fromkeys(sorted(SCHEMA_KEYWORDS | {"additionalItems"}), ("schema", "one")),
    **dict.fromkeys(sorted(SCHEMA_LIST_KEYWORDS), ("schema", "list")),
    **dict.fromkeys(sorted(SCHEMA_MAP_KEYWORDS | {"dependencies"}), ("schema", "map")),
}
_VALUE: Final[_Members] = {"schema": ("schema", "one"), "content": ("media", "map"), "examples": ("example", "map")}
_MEMBERS: Final[Mapping[str, _Members]] = {
    "root": {
        "paths": ("path item", "map"),
        "webhooks": ("path item", "map"),
        "components": ("components", "one"),
        **{holder: (kind, "map") for kind, holder in _HOLDERS_OF_SWAGGER.items()},
    },
    "components": {holder: (kind, "map") for kind, holder in _HOLDERS.items()},
    "path item": {
        "parameters": ("parameter", "list"),
        "additionalOperations": ("operation", "map"),
        **dict.fromkeys(
            ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query"), ("operation", "one")
        ),
    },
    "operation": {
        "parameters": ("parameter", "list"),
        "requestBody": ("body", "one"),
        "responses": ("response", "map"),
        "callbacks": ("callback", "map"),
    },
    "parameter": _VALUE,
    "header": _VALUE,
    "body": {"content": ("media", "map")},
    "response": {
        "headers": ("header", "map"),
        "content": ("media", "map"),
        "links": ("link", "map"),
        "schema": ("schema", "one"),
    },
    "media": {
        "schema": ("schema", "one"),
        "itemSchema": ("schema", "one"),
        "examples": ("example", "map"),
        "encoding": ("encoding", "map"),
        "prefixEncoding": ("encoding", "list"),
        "itemEncoding": ("encoding", "one"),
    },
    "encoding": {
        "headers": ("header", "map"),
        "encoding": ("encoding", "map"),
        "prefixEncoding": ("encoding", "list"),
        "itemEncoding": ("encoding", "one"),
    },
    "schema": _SCHEMAS,
}
"""What the members of a kind of object are, where a reference may stand in them; the others are data."""


def join(document: Document, references: References) -> Mapping[str, Json]:
    """Return the description with everything in it that it refers to elsewhere.

    References within it, and those that lead nowhere, stay as they are written; so does a description of one document.
    """
    root = document.root
    if not is_object(root) or len(references.documents()) == 1:
        return root if is_object(root) else {}
    return _Joiner(document, root, references).joined()


class _Joiner:
    """Makes one document of several. What is referred to waits until its user is done: no chain is too long."""

    def __init__(self, document: Document, root: Mapping[str, Json], references: References) -> None:
        self._document = document
        self._root = root
        self._references = references
        self._is_swagger = references.version == "2.0"
        self._holders = _HOLDERS_OF_SWAGGER if self._is_swagger else _HOLDERS
        self._inlines = references.version in {"2.0", "3.0"}
        self._names: dict[tuple[str, Place], str] = {}
        self._taken = {kind: set(self._holder(holder)) for kind, holder in self._holders.items()}
        self._waiting: deque[tuple[str, str, Target]] = deque()

    def joined(self) -> Mapping[str, Json]:
        """Return the whole."""
        root = self._object("root", self._root, Place(self._document.uri))
        added: dict[str, dict[str, Json]] = {}
        while self._waiting:
            kind, name, target = self._waiting.popleft()
            added.setdefault(self._holders[kind], {})[name] = self._node(kind, target.value, target.at)
        if not added:
            return root
        if self._is_swagger:
            return _extended(root, added)
        components = root.get("components")
        return {**root, "components": _extended(components if is_object(components) else {}, added)}

    def _holder(self, holder: str) -> Mapping[str, Json]:
        owner = self._root if self._is_swagger else self._root.get("components")
        found = owner.get(holder) if is_object(owner) else None
        return found if is_object(found) else {}

    def _node(self, kind: str, value: Json, at: Place) -> Json:
        if not is_object(value):
            return value
        if isinstance(value.get("$ref"), str) and (kind in self._holders or kind == "path item"):
            return self._reference(kind, value, at)
        return self._object(kind, value, at)

    def _object(self, kind: str, value: Mapping[str, Json], at: Place) -> Mapping[str, Json]:
        is_foreign = at.uri != self._document.uri
        if kind == "callback":
            return {name: self._node("path item", member, at / name) for name, member in value.items()}
        members = _MEMBERS.get(kind, {})
        found = {
            name: self._member(*members[name], member, at / name) if name in members else member
            for name, member in value.items()
        }
        if kind == "schema":
            self._redirect(found, at)
            if is_foreign:
                # Its references lead to components now; below an identifier of its own they would lead elsewhere.
                found.pop("$id", None)
        return found

    def _member(self, kind: str, shape: _Shape, member: Json, at: Place) -> Json:
        if shape == "map" and is_object(member):
            return {name: self._node(kind, one, at / name) for name, one in member.items()}
        if is_array(member) and (shape == "list" or kind == "schema"):
            return [self._node(kind, one, at / place) for place, one in enumerate(member)]
        return self._node(kind, member, at) if shape == "one" else member

    def _reference(self, kind: str, value: Mapping[str, Json], at: Place) -> Json:
        """Return what stands in the place of a reference: one within the document, or a path item itself."""
        target = self._target(str(value["$ref"]), at)
        if target is None or (target.at.uri == at.uri == self._document.uri):
            return self._object(kind, value, at)
        if kind == "path item" and self._inlines:
            return self._inlined(value, target)
        return {**self._object(kind, value, at), "$ref": self._pointer(kind, target)}

    def _inlined(self, value: Mapping[str, Json], target: Target) -> Json:
        """Return a path item with what it refers to, since before OpenAPI 3.1 there is no component of the kind."""
        siblings = {name: member for name, member in value.items() if name != "$ref"}
        found: Target | None = target
        for _ in range(_MOST_STEPS):
            if found is None or not is_object(found.value):
                break
            if not isinstance(reference := found.value.get("$ref"), str):
                return {**self._object("path item", found.value, found.at), **siblings}
            found = self._target(reference, found.at)
        return siblings

    def _target(self, reference: str, at: Place) -> Target | None:
        try:
            return self._references.target(reference, at)
        except (Unresolved, DeliveryFailure):
            # Told where the contract uses it; what it does not use cannot be missed.
            return None

    def _pointer(self, kind: str, target: Target) -> str:
        """Return the reference that leads to a target from now on."""
        if target.at.uri == self._document.uri:
            return "#" + quote(str(target.at.pointer), safe=_FRAGMENT)
        key = (kind, target.at)
        if key not in self._names:
            name = self._names[key] = self._free_name(kind, target.at)
            self._waiting.append((kind, name, target))
        below = "" if self._is_swagger else "components/"
        return f"#/{below}{self._holders[kind]}/{self._names[key]}"

    def _free_name(self, kind: str, at: Place) -> str:
        stem = PurePath(self._document.neighbours.relative(at.uri)).stem
        last = next((token for token in reversed(at.pointer.tokens) if not token.isdecimal()), stem)
        name = first = _NOT_A_NAME.sub("_", last).strip("_") or kind
        number = 1
        while name in self._taken[kind]:
            number += 1
            name = f"{first}-{number}"
        self._taken[kind].add(name)
        return name

    def _redirect(self, schema: dict[str, Json], at: Place) -> None:
        """Have a discriminator lead to the schemas where they are now."""
        discriminator = schema.get("discriminator")
        mapping = discriminator.get("mapping") if is_object(discriminator) else None
        if not (is_object(discriminator) and is_object(mapping)):
            return
        led = {name: self._mapped(value, at) for name, value in mapping.items()}
        schema["discriminator"] = {**discriminator, "mapping": led}

    def _mapped(self, value: Json, at: Place) -> Json:
        if not isinstance(value, str) or not re.search(r"[/#.]", value):
            return value
        target = self._target(value, at)
        if target is None or (target.at.uri == at.uri == self._document.uri):
            return value
        return self._pointer("schema", target)


def _extended(holder: Mapping[str, Json], added: Mapping[str, Mapping[str, Json]]) -> Mapping[str, Json]:
    return {**holder, **dict(_merged(holder, added))}


def _merged(holder: Mapping[str, Json], added: Mapping[str, Mapping[str, Json]]) -> Iterator[tuple[str, Json]]:
    for name, components in added.items():
        known = holder.get(name)
        yield name, {**(known if is_object(known) else {}), **components}
