"""Forms as values: `application/x-www-form-urlencoded` and multipart bodies (OpenAPI 3.1.1 §4.8.15).

In a bundle, BODY describes them. A member marked `?` may be missing; then it is what `=` says, else nothing.

FORM::

    fields?          object, = {}: name -> FIELD, of what the schema and its encodings know
    other?           FIELD, = {}: of every other name
    positions?       array of FIELD: the value is an array, and these are its first parts by their position (3.2
                     `prefixEncoding`); without it the value is an object of the parts' names
    rest?            FIELD, = {}: of the parts after these (3.2 `itemEncoding`)

FIELD is a READING (`types`, `items`, `properties`, `additional`; bundle.py specifies it), and::

    kind?            text, = "": `json`: its text is JSON; `binary`: any bytes; `sized`: any bytes, of which its schema
                     says something (their number, most often); `encoded`: a text that its schema says is encoded, so
                     that Content-Transfer-Encoding is not undone. A list has the kind of its items
    media?           array of text: the media types and ranges, one of which a part has to be where it says its own
    style?           text, with `explode?` bool: as OpenAPI, and `tabDelimited`; without it a list is a name that comes
                     again, and an object is JSON
    headers?         array of {name, required?, key?, types?, items?, at?}: those of its part: the key in `schemas`,
                     the types that its text, and each item in it, may stand for (= ["string"]), and its LINE
    form?            FORM: of a part that is multipart itself
    at?              LINE: of the encoding

The string that stands for bytes which are no text has one character a byte (Latin-1), so that their number can be
asked; of bytes of which nothing is asked it is empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from contractctl.encodings.values import Value

Steps: TypeAlias = "tuple[str | int, ...]"
"""Where something is in the value of a body."""

_DELIMITERS = {"spaceDelimited": " ", "pipeDelimited": "|", "tabDelimited": "\t"}


@dataclass(slots=True)
class PartHeader:
    """A header that a part may, or must, have. `key` names its schema, and is empty where it has none."""

    name: str
    required: bool
    key: str
    types: tuple[str, ...]
    items: tuple[str, ...]
    at: str


@dataclass(slots=True)
class Field:
    """How one field is read and written: a FIELD, which forms.py specifies."""

    types: tuple[str, ...] = ("string",)
    items: Field | None = None
    properties: Mapping[str, Field] = field(default_factory=dict)
    additional: Field | None = None
    kind: str = ""
    media: tuple[str, ...] = ()
    style: str = ""
    explode: bool = False
    headers: tuple[PartHeader, ...] = ()
    form: Form | None = None
    at: str = ""

    @classmethod
    def read(cls, value: Mapping[str, Any] | None) -> Field:
        """Type a FIELD; raise KeyError, TypeError or ValueError for one that is damaged."""
        if not value:
            return PLAIN
        return cls(
            types=tuple(value.get("types") or ("string",)),
            items=cls.read(value["items"]) if value.get("items") else None,
            properties={name: cls.read(inner) for name, inner in (value.get("properties") or {}).items()},
            additional=cls.read(value["additional"]) if value.get("additional") else None,
            kind=value.get("kind") or "",
            media=tuple(value.get("media") or ()),
            style=value.get("style") or "",
            explode=bool(value.get("explode")),
            headers=tuple(_header(header) for header in value.get("headers") or ()),
            form=Form.read(value["form"]) if value.get("form") else None,
            at=value.get("at") or "",
        )

    @property
    def item(self) -> Field:
        """How each item of a list is read, from a field of its own."""
        return self.items or PLAIN

    @property
    def delimiter(self) -> str:
        """What stands between the items of a list that is one text."""
        return _DELIMITERS.get(self.style, ",")

    def member(self, name: str) -> Field:
        """Return how an object's member is read."""
        return self.properties.get(name) or self.additional or PLAIN


PLAIN = Field()


@dataclass(slots=True)
class Form:
    """What a form or multipart body holds: fields by name or, with `positions`, parts by their place."""

    fields: Mapping[str, Field] = field(default_factory=dict)
    other: Field = field(default_factory=lambda: PLAIN)
    positions: tuple[Field, ...] | None = None
    rest: Field = field(default_factory=lambda: PLAIN)

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Form:
        """Type a FORM; raise KeyError, TypeError or ValueError for one that is damaged."""
        positions = value.get("positions")
        return cls(
            fields={name: Field.read(inner) for name, inner in (value.get("fields") or {}).items()},
            other=Field.read(value.get("other")),
            positions=None if positions is None else tuple(Field.read(inner) for inner in positions),
            rest=Field.read(value.get("rest")),
        )

    def field(self, name: str) -> Field:
        """Return how a field of that name is written."""
        return self.fields.get(name, self.other)

    def position(self, place: int) -> Field:
        """Return how the part at a place is written; places count from 0."""
        assert self.positions is not None
        return self.positions[place] if place < len(self.positions) else self.rest


@dataclass(slots=True)
class Fault:
    """What is wrong with a field, beside its value: where in the value, what was expected, and the line that asks."""

    steps: Steps
    expected: str
    message: str
    at: str


@dataclass(slots=True)
class HeaderValues:
    """The values that the header of a part may stand for, one of which must satisfy the schema `key`.

    The last of `steps` is the header's name.
    """

    steps: Steps
    key: str
    values: tuple[Value, ...]


@dataclass(slots=True)
class Fields:
    """What a form says. One of `values` has to satisfy its schema; none are there where that cannot be known."""

    values: tuple[Value, ...] = ()
    faults: tuple[Fault, ...] = ()
    headers: tuple[HeaderValues, ...] = ()


def _header(value: Mapping[str, Any]) -> PartHeader:
    return PartHeader(
        name=value["name"],
        required=bool(value.get("required")),
        key=value.get("key") or "",
        types=tuple(value.get("types") or ("string",)),
        items=tuple(value.get("items") or ("string",)),
        at=value.get("at") or "",
    )
