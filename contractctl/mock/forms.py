"""What forms and multipart bodies hold, derived from schemas and encodings. encodings/forms.py specifies a FORM."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from contractctl.contract.media_types import essence
from contractctl.contract.model import Contract, Encoding, Header, MediaType
from contractctl.core.json import Json, is_array, is_object
from contractctl.encodings.media import kind_of
from contractctl.mock.lines import Locate
from contractctl.mock.readings import Readings
from contractctl.mock.schemas import SchemaTable

_URLENCODED: Final = "application/x-www-form-urlencoded"
_NAMED: Final = frozenset({"multipart/form-data", "multipart/*", "*/*"})
_RANGES: Final = frozenset({"*/*", "application/*"})
_ENCODED: Final = frozenset({"byte", "base64", "base64url"})
_ASKING: Final = frozenset({"minLength", "maxLength", "pattern", "enum", "const", "not", "if"})
_DEEPEST: Final = 4


def register_forms(media: MediaType, table: SchemaTable) -> None:
    """Make the schemas of the headers of parts known to the table."""
    for header in _headers(media):
        if header.schema:
            table.key(header.schema, "request")


class Forms:
    """Derives the forms of one contract."""

    __slots__ = ("_locate", "_readings", "_table", "_version")

    def __init__(self, contract: Contract, table: SchemaTable, readings: Readings, locate: Locate) -> None:
        self._version = contract.openapi
        self._table = table
        self._readings = readings
        self._locate = locate

    def form(self, media: MediaType) -> dict[str, Json] | None:
        """Return the FORM of a media type that has a schema and may be a form; None of any other."""
        name = essence(media.name)
        # A body of 2.0 is described by a schema or as a form, never both.
        may_be = name in _RANGES and not self._version.startswith("2")
        if media.schema is None or not (may_be or kind_of(name) in {"form", "multipart"}):
            return None
        return _Form(self, name, media.schema.value, media).record()

    def field(self, schemas: Sequence[Json], encoding: Encoding | None, name: str, depth: int) -> dict[str, Json]:
        """Return the FIELD of what each of `schemas` says something about, in a body of type `name`."""
        value = schemas[0] if len(schemas) == 1 else {"anyOf": list(schemas)}
        style = self._style(encoding, name, is_structure="object" in self._readings.types(value))
        field = {**self._reading(value, self._kind(value, encoding, 0), has_style=bool(style)), **style}
        if encoding and name != _URLENCODED:
            field.update(self._of_part(encoding))
            if depth < _DEEPEST and (encoding.encodings or encoding.prefix_encodings or encoding.item_encoding):
                inner = next((essence(one) for one in encoding.content_types), "multipart/mixed")
                field["form"] = _Form(self, inner, value, encoding, depth + 1).record()
        return field

    def _reading(self, value: Json, kind: str, *, has_style: bool) -> dict[str, Json]:
        """Return the READING of a field with its kind, which a list shares with its items."""
        field = self._readings.reading(value)
        types, items = field["types"], field.get("items")
        if kind == "json" and not has_style:
            # JSON says itself what is in it.
            field = {"types": types}
            items = {"types": items["types"]} if is_object(items) else None
        if types == ["string"]:
            del field["types"]
        if kind:
            field["kind"] = kind
            if is_object(items):
                field["items"] = {**items, "kind": kind}
        return field

    def parts(self, value: Json) -> tuple[Mapping[str, Json], ...]:
        """Return the schemas that may apply to the same value."""
        return self._readings.parts(value, 0)

    def _kind(self, value: Json, encoding: Encoding | None, depth: int) -> str:
        """Return what the text of a field is; of a list, what that of its items is."""
        parts, types = self.parts(value), self._readings.types(value)
        items = [part["items"] for part in parts if "items" in part]
        if "array" in types and items and depth < _DEEPEST:
            return self._kind({"anyOf": items}, encoding, depth + 1)
        kinds = {kind_of(essence(name)) for name in encoding.content_types} if encoding else set[str]()
        if kinds == {"json"} or ("object" in types and "string" not in types and not kinds):
            return "json"
        formats = {part.get("format") for part in parts}
        if any("contentEncoding" in part for part in parts) or not formats.isdisjoint(_ENCODED):
            return "encoded"
        if "binary" in formats or kinds == {"binary"} or any("contentMediaType" in part for part in parts):
            return "sized" if any(not _ASKING.isdisjoint(part) for part in parts) else "binary"
        return ""

    def _style(self, encoding: Encoding | None, name: str, *, is_structure: bool) -> dict[str, Json]:
        """Return how a field is written: as its encoding says, where this version of OpenAPI heeds it."""
        is_3_0 = self._version.startswith("3.0")
        if encoding and encoding.style and (name == _URLENCODED or not is_3_0):
            style: dict[str, Json] = {"style": encoding.style, "at": self._locate(encoding.at)}
            style.update({"explode": True} if encoding.explode else {})
            return style
        # OpenAPI 3.0.3 §4.7.14.3: complex objects are written in the style `form`; others made JSON of it.
        has_type = encoding is not None and bool(encoding.content_types)
        if is_3_0 and name == _URLENCODED and is_structure and not has_type:
            return {"style": "form", "explode": True}
        return {}

    def _of_part(self, encoding: Encoding) -> dict[str, Json]:
        part: dict[str, Json] = {}
        if encoding.content_types:
            part["media"] = list(encoding.content_types)
        if encoding.headers:
            part["headers"] = [self._header(header) for header in encoding.headers]
        return {**part, "at": self._locate(encoding.at)} if part else {}

    def _header(self, header: Header) -> dict[str, Json]:
        record: dict[str, Json] = {"name": header.name, "at": self._locate(header.at)}
        if header.required:
            record["required"] = True
        if header.schema:
            reading = self._readings.reading(header.schema.value)
            record["key"] = self._table.key(header.schema, "request")
            record["types"] = reading["types"]
            if is_object(items := reading.get("items")):
                record["items"] = items["types"]
        return record


class _Form:
    """Derives one form: that of a body of type `name`, or of a part that has parts itself."""

    def __init__(self, forms: Forms, name: str, value: Json, holder: MediaType | Encoding, depth: int = 0) -> None:
        self._forms = forms
        self._name = name
        self._parts = forms.parts(value)
        self._holder = holder
        self._depth = depth

    def record(self) -> dict[str, Json]:
        """Return the FORM."""
        return self._by_position() if self._is_by_position() else self._by_name()

    def _is_by_position(self) -> bool:
        if self._name in _NAMED or self._name == _URLENCODED or self._name in _RANGES:
            return False
        has_positions = bool(self._holder.prefix_encodings or self._holder.item_encoding)
        return has_positions or any("items" in part or "prefixItems" in part for part in self._parts)

    def _by_name(self) -> dict[str, Json]:
        encodings = {encoding.name: encoding for encoding in self._holder.encodings}
        properties: dict[str, list[Json]] = {}
        others: list[Json] = []
        for part in self._parts:
            for name, member in _object(part.get("properties")).items():
                properties.setdefault(name, []).append(member)
            others.extend(_object(part.get("patternProperties")).values())
            if is_object(free := part.get("additionalProperties")):
                others.append(free)
        fields = {name: self._field(members, encodings.get(name)) for name, members in properties.items()}
        form: dict[str, Json] = {"fields": fields} if fields else {}
        return {**form, "other": self._field(others, None)} if others else form

    def _by_position(self) -> dict[str, Json]:
        prefix = next((_list(part["prefixItems"]) for part in self._parts if "prefixItems" in part), ())
        items = [part["items"] for part in self._parts if "items" in part] or [True]
        encodings, item = self._holder.prefix_encodings, self._holder.item_encoding
        places = range(max(len(prefix), len(encodings)))
        positions: list[Json] = [
            self._field(
                [prefix[place]] if place < len(prefix) else items, encodings[place] if place < len(encodings) else item
            )
            for place in places
        ]
        return {"positions": positions, "rest": self._field(items, item)}

    def _field(self, schemas: Sequence[Json], encoding: Encoding | None) -> dict[str, Json]:
        return self._forms.field(schemas, encoding, self._name, self._depth)


def _object(value: Json) -> Mapping[str, Json]:
    """Return an object, empty for what is none."""
    return value if is_object(value) else {}


def _list(value: Json) -> Sequence[Json]:
    """Return a list, empty for what is none."""
    return value if is_array(value) else ()


def _headers(holder: MediaType | Encoding) -> Iterator[Header]:
    """Yield the headers of all parts, those of parts in parts too."""
    item = holder.item_encoding
    for encoding in (*holder.encodings, *holder.prefix_encodings, *((item,) if item else ())):
        yield from encoding.headers
        yield from _headers(encoding)
