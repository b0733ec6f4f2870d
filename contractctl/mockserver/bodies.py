"""Request bodies: bytes of a media type become the values that they may stand for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from contractctl.encodings.charsets import is_known
from contractctl.encodings.json_texts import NotJson, read_json
from contractctl.encodings.media import Kind, is_yaml, kind_of
from contractctl.encodings.scalars import candidates
from contractctl.mockserver.model import BodyContent, Json
from contractctl.mockserver.negotiation import MediaRange, parse_media_range
from contractctl.mockserver.record import record
from contractctl.mockserver.validation import Claim
from contractctl.mockserver.violations import Violation

if TYPE_CHECKING:
    from contractctl.encodings.forms import Form
    from contractctl.encodings.xml import Table


@record
class Read:
    """What a body says. One of `values` has to satisfy its schema; none are there where nothing can be checked.

    `violations` are of what is no part of the value, such as the headers of a part; `claims` are what else has to be
    valid. `is_form` tells that the members of the value are fields.
    """

    values: tuple[Json, ...] = ()
    violations: tuple[Violation, ...] = ()
    claims: tuple[Claim, ...] = ()
    is_form: bool = False


class Unreadable(ValueError):
    """Bytes that are not of their media type: `expected` names it, the message says why."""

    def __init__(self, expected: str, message: str) -> None:
        super().__init__(message)
        self.expected = expected


def is_json(content_type: str) -> bool:
    """Tell whether bodies of a media type are JSON texts."""
    media = parse_media_range(content_type)
    return media is not None and (media.is_json or kind_of(f"{media.type}/{media.subtype}") == "json")


def may_be_empty(content_type: str) -> bool:
    """Tell whether no bytes at all are a body of a media type: a text, a form without fields, a file."""
    media = parse_media_range(content_type)
    return media is not None and kind_of(f"{media.type}/{media.subtype}") in {"text", "form", "binary"}


def read_body(content: BodyContent, content_type: str, data: bytes, xml: Callable[[], Table] | None = None) -> Read:
    """Read a body, as the `content` that its type fits; raise Unreadable.

    `xml` gives the table of the bundle; without it XML has to be well-formed, and says nothing.
    """
    media = parse_media_range(content_type)
    if media is None:
        return Read()
    kind = "json" if media.is_json else kind_of(f"{media.type}/{media.subtype}")
    match kind:
        case "json" if is_yaml(media.subtype):
            return _read_yaml(data)
        case "json":
            return Read((_read_json(data),))
        case "xml":
            return Read(_read_xml(data, media, xml, content.xml))
        case "text" if content.key:
            return Read(_read_text(data, media, content))
        case "lines" | "sequence" | "events" if "*" not in content.media:
            return Read(_read_stream(data, kind))
        case "form" | "multipart":
            return _read_form(data, content_type, content.form)
    return Read()


def _read_json(data: bytes) -> Json:
    try:
        return read_json(data)
    except NotJson as reason:
        raise Unreadable("JSON", f"the body is not JSON: {reason}") from None


def _read_yaml(data: bytes) -> Read:
    try:
        return Read((read_json(data),))
    except NotJson:
        return Read()


def _read_xml(data: bytes, media: MediaRange, xml: Callable[[], Table] | None, node: int | None) -> tuple[Json, ...]:
    # Imported when it is needed: the first XML pays for it.
    from contractctl.encodings.xml_reading import NotXml, parse, read

    charset = media.parameters.get("charset")
    try:
        if xml is not None and node is not None:
            return read(data, xml(), node, charset)
        parse(data, charset)
    except NotXml as reason:
        raise Unreadable("XML", f"the body is not the XML that is due: {reason}") from None
    return ()


def _read_text(data: bytes, media: MediaRange, content: BodyContent) -> tuple[Json, ...]:
    """Return what a text may stand for; one that fits no type stays text, for validation to refuse."""
    text = _decoded(data, media.parameters.get("charset") or "utf-8")
    types = content.reading.types
    structures = _structures(text) if "object" in types or "array" in types else ()
    return (*structures, *candidates(text, types)) or (text,)


def _structures(text: str) -> tuple[Json, ...]:
    """Return the object or array that a text is, as JSON."""
    try:
        value = read_json(text.encode(errors="surrogatepass"))
    except NotJson:
        return ()
    return (value,) if isinstance(value, dict | list) else ()


def _decoded(data: bytes, charset: str) -> str:
    if not is_known(charset):
        raise Unreadable("a known charset", f"the body is in the charset {charset}, which this mock does not know")
    try:
        return data.decode(charset)
    except LookupError:
        raise Unreadable("a known charset", f"there is no charset {charset}") from None
    except UnicodeDecodeError as error:
        raise Unreadable(charset, f"the body is not {charset} at byte {error.start}") from None


def _read_stream(data: bytes, kind: Kind) -> tuple[Json, ...]:
    """Return the array of a stream's items, and the text as it is, for descriptions that have a string of it."""
    from contractctl.encodings import streams

    text = _decoded(data, "utf-8")
    if kind == "events":
        return streams.read_events(data), text
    if kind == "sequence" and not data.lstrip().startswith(b"\x1e"):
        raise Unreadable("a JSON text sequence", "the body does not begin with a record separator (0x1E)")
    items: list[Json] = []
    for start, piece in streams.split(data, kind):
        try:
            items.append(read_json(piece, start))
        except NotJson as reason:
            message = f"item {len(items)} of the body is not JSON: {reason}"
            raise Unreadable("JSON", message) from None
    return items, text


def _read_form(data: bytes, content_type: str, form: Form | None) -> Read:
    """Read a form; without a FORM it has to be well-formed, and says nothing."""
    # Imported when it is needed: the first form pays for it.
    from contractctl.mockserver import forms

    try:
        fields = forms.read_form(form, content_type, data)
    except forms.Malformed as reason:
        raise Unreadable(content_type.partition(";")[0], str(reason)) from None
    if form is None:
        return Read()
    return Read(fields.values, forms.violations_of(fields), forms.claims_of(fields), is_form=True)
