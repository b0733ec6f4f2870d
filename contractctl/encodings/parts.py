"""Multipart bodies as values, both ways: what each part says by its type, and whether it may say it so.

OpenAPI 3.1.1 §4.8.15 and RFC 7578. multipart.py takes bodies apart; forms.py says what parts mean.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from contractctl.encodings.choices import Reader, StyleError, both, text_choices
from contractctl.encodings.forms import Fault, Field, Fields, Form, HeaderValues, PartHeader, Steps
from contractctl.encodings.json_texts import NotJson, read_json
from contractctl.encodings.media import kind_of
from contractctl.encodings.multipart import Malformed, Part, boundary_of, parse_multipart, parse_parameters
from contractctl.encodings.scalars import candidates
from contractctl.encodings.urlencoded import known_charset
from contractctl.encodings.values import Value

_DEEPEST = 4
_AS_THEY_ARE = frozenset({"", "7bit", "8bit", "binary"})


def read_multipart(data: bytes, content_type: str, form: Form) -> Fields:
    """Read a body whose Content-Type is multipart; raise Malformed."""
    return _Multipart(form, content_type, 0).read(data)


@dataclass(slots=True)
class _Content:
    """What a part says: its `text` and, where it is JSON or has parts itself, the values that it may stand for.

    `is_text` tells that the text may stand for a value of another type.
    """

    text: str
    parsed: tuple[Value, ...] = ()
    is_text: bool = True


class _Unreadable(ValueError):
    """A part that is not what its type says: what was expected, and why it is not."""

    def __init__(self, expected: str, message: str) -> None:
        super().__init__(message)
        self.expected = expected


class _Multipart:
    """Reads one multipart body, or a part that is one. `depth` counts those around it."""

    def __init__(self, form: Form, content_type: str, depth: int) -> None:
        self._form = form
        self._type = content_type
        self._depth = depth
        self._charset = "utf-8"
        self._faults: list[Fault] = []
        self._headers: list[HeaderValues] = []
        self._is_known = True

    def read(self, data: bytes) -> Fields:
        parts = parse_multipart(data, boundary_of(self._type))
        if self._form.positions is not None:
            values = self._by_position(parts)
        elif self._is_named(parts):
            values = self._by_name(parts)
        else:
            # Parts without names in a body that has no positions: nobody says which is which.
            values = ()
        return Fields(values if self._is_known else (), tuple(self._faults), tuple(self._headers))

    def _is_named(self, parts: Sequence[Part]) -> bool:
        nameless = next((part for part in parts if part.name is None), None)
        if nameless is not None and parse_parameters(self._type)[0] == "multipart/form-data":
            raise Malformed("a part has no name", nameless.at)
        return nameless is None

    def _by_name(self, parts: Sequence[Part]) -> tuple[Value, ...]:
        if "_charset_" not in self._form.fields:
            for part in parts:
                if part.name == "_charset_":
                    self._charset = known_charset(part.data.decode("latin-1"))
            parts = [part for part in parts if part.name != "_charset_"]
        sent: dict[str, list[_Content]] = {}
        for part in parts:
            name = part.name or ""
            field, before = self._form.field(name), sent.setdefault(name, [])
            is_item = "array" in field.types and field.form is None
            steps: Steps = (name, len(before)) if is_item else (name,)
            before.extend(self._contents(part, field, steps))
        if not self._is_known:
            return ()
        try:
            return self._reader({name: contents for name, contents in sent.items() if contents}).values(self._form)
        except StyleError as error:
            self._faults.append(error.fault(self._form))
            return ()

    def _by_position(self, parts: Sequence[Part]) -> tuple[Value, ...]:
        reader, items = self._reader({}), []
        for place, part in enumerate(parts):
            field = self._form.position(place)
            items += [reader.one(content, field) for content in self._contents(part, field, (place,))]
        return tuple(both(items))

    def _reader(self, sent: dict[str, list[_Content]]) -> Reader[_Content]:
        return Reader(sent, value=self._values, text=lambda content: content.text, split=_split)

    def _values(self, content: _Content, field: Field) -> Sequence[Value]:
        if content.parsed and "string" not in field.types:
            return content.parsed
        if content.is_text:
            return [*content.parsed, *text_choices(content.text, field)]
        return [*content.parsed, *([content.text] if "string" in field.types else [])]

    def _contents(self, part: Part, field: Field, steps: Steps) -> Iterator[_Content]:
        """Yield what a part says: one thing, or several where it is the old way to send many files in one field."""
        kind, _ = parse_parameters(part.type)
        if field.media and part.type and not any(_covers(media, part.type) for media in field.media):
            expected = " or ".join(field.media)
            self._faults.append(Fault(steps, expected, f"the part is {kind}, not {expected}", field.at))
        self._check_headers(part, field, steps)
        try:
            if kind.startswith("multipart/"):
                yield from self._nested(part, field, steps)
            else:
                yield self._content(part, field, kind)
        except _Unreadable as error:
            self._is_known = False
            self._faults.append(Fault(steps, error.expected, str(error), field.at))

    def _check_headers(self, part: Part, field: Field, steps: Steps) -> None:
        for header in field.headers:
            text = part.headers.get(header.name.lower())
            if text is not None:
                if header.key:
                    values = tuple(_header_values(text, header))
                    self._headers.append(HeaderValues((*steps, header.name), header.key, values))
            elif header.required:
                message = f"the part's header `{header.name}` is required"
                self._faults.append(Fault(steps, f"header {header.name}", message, header.at))

    def _nested(self, part: Part, field: Field, steps: Steps) -> Iterator[_Content]:
        if self._depth >= _DEEPEST:
            raise _Unreadable("fewer parts in parts", f"parts are more than {_DEEPEST} deep in each other")
        try:
            if field.form is None and "array" in field.types:
                for inner in parse_multipart(part.data, boundary_of(part.type)):
                    yield self._content(inner, field, parse_parameters(inner.type)[0])
                return
            read = _Multipart(field.form or Form(), part.type, self._depth + 1).read(part.data)
        except Malformed as error:
            raise _Unreadable(parse_parameters(part.type)[0], f"in the part, {error}") from None
        self._faults += (
            Fault((*steps, *fault.steps), fault.expected, fault.message, fault.at) for fault in read.faults
        )
        self._headers += (HeaderValues((*steps, *one.steps), one.key, one.values) for one in read.headers)
        self._is_known = self._is_known and field.form is not None and bool(read.values)
        yield _Content("", read.values, is_text=False)

    def _content(self, part: Part, field: Field, kind: str) -> _Content:
        data = part.data if field.kind == "encoded" else _transferred(part)
        if field.kind in {"binary", "sized"}:
            return _Content(data.decode("latin-1") if field.kind == "sized" else "", is_text=False)
        written = kind_of(kind) if kind else "text"
        if written == "json" or (field.kind == "json" and not kind):
            return _Content(_text(data), (_parsed(data),))
        if written == "text":
            return _Content(self._decoded(part, data))
        if not {"string", "integer", "number", "boolean"}.intersection(field.types + field.item.types):
            # XML and the like, which is not read here: what it says cannot be held against a schema.
            self._is_known = False
        return _Content(_text(data), is_text=kind == "application/octet-stream")

    def _decoded(self, part: Part, data: bytes) -> str:
        charset = known_charset(parse_parameters(part.type)[1].get("charset", self._charset))
        try:
            return data.decode(charset)
        except UnicodeDecodeError as error:
            if part.filename is not None:
                return data.decode("latin-1")
            message = f"the part is not {charset} at byte {error.start}"
            raise _Unreadable(f"text in {charset}", message) from None


def _split(content: _Content, delimiter: str) -> Iterator[Sequence[_Content]]:
    yield [_Content(piece) for piece in content.text.split(delimiter)] if content.text else ()


def _header_values(text: str, header: PartHeader) -> list[Value]:
    """Return what a header's text may stand for; it is in style simple, not exploded."""
    types = tuple(kind for kind in header.types if kind not in {"array", "object"})
    if "array" not in header.types:
        return [*candidates(text, types)] or [text]
    return [[next(iter(candidates(piece.strip(), header.items)), piece.strip()) for piece in text.split(",")]]


def _parsed(data: bytes) -> Value:
    try:
        return read_json(data)
    except NotJson as reason:
        raise _Unreadable("JSON", f"the part is not JSON: {reason}") from None


def _text(data: bytes) -> str:
    """Return bytes as text: as what they say, or one character a byte where they are no text."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _transferred(part: Part) -> bytes:
    """Undo Content-Transfer-Encoding, which RFC 7578 §4.7 deprecates and older clients send."""
    encoding = part.headers.get("content-transfer-encoding", "").strip().lower()
    if encoding in _AS_THEY_ARE:
        return part.data
    if encoding == "quoted-printable":
        return binascii.a2b_qp(part.data)
    if encoding != "base64":
        raise _Unreadable("a Content-Transfer-Encoding that is known", f"the part is encoded as {encoding}")
    try:
        return base64.b64decode(b"".join(part.data.split()), validate=True)
    except binascii.Error as error:
        raise _Unreadable("base64", f"the part is not base64: {error}") from None


def _covers(media_range: str, content_type: str) -> bool:
    """Tell whether a media type falls into a range; `charset` never decides."""
    wanted, asked = parse_parameters(media_range)
    kind, given = parse_parameters(content_type)
    top, _, subtype = wanted.partition("/")
    if top not in {"*", kind.partition("/")[0]} or subtype not in {"*", kind.partition("/")[2]}:
        return False
    return all(given.get(name, "").lower() == text.lower() for name, text in asked.items() if name != "charset")
