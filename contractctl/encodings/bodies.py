"""Values as bodies, whatever their media type."""

from __future__ import annotations

import orjson

from contractctl.encodings.media import Kind, is_stream, kind_of
from contractctl.encodings.values import Json
from contractctl.encodings.xml import FREE_TABLE, Table


class Unwritable(ValueError):
    """A value that bodies of the media type cannot hold. The message says why."""


def write(value: Json, essence: str, table: Table = FREE_TABLE, node: int = 0) -> bytes:
    """Return a value as a body of a media type, in lower case and without parameters; raise Unwritable.

    `table` and `node` say what XML looks like. What is no string, in a media type that says nothing of other values,
    is JSON: that is what servers send which document an object as `text/plain`.
    """
    kind = kind_of(essence)
    if kind == "json":
        return compact(value)
    if kind == "xml":
        return _write_xml(value, table, node)
    if is_stream(kind):
        from contractctl.encodings import streams

        return streams.write(value, kind)
    if isinstance(value, str):
        return value.encode(errors="replace")
    return _write_form(value, kind) if kind in {"form", "multipart"} else compact(value)


def compact(value: Json) -> bytes:
    """Return compact JSON; integers may be of any size."""
    try:
        # A copy: what orjson 3.13 returns takes 4 KB, however short it is, as long as somebody keeps it.
        return bytes(memoryview(orjson.dumps(value)))
    except (TypeError, ValueError):
        # Integers over 64 bits and lone surrogates, which orjson refuses.
        import json

        return json.dumps(value, separators=(",", ":")).encode()


def _write_xml(value: Json, table: Table, node: int) -> bytes:
    # Imported when it is needed: a mock of a contract without XML does not pay for it.
    from contractctl.encodings import xml_writing

    try:
        return xml_writing.write(value, table, node)
    except xml_writing.TooDeep as reason:
        raise Unwritable(str(reason)) from None


def _write_form(value: Json, kind: Kind) -> bytes:
    from contractctl.encodings import form_writing

    try:
        return form_writing.write_urlencoded(value) if kind == "form" else form_writing.write_parts(value)
    except form_writing.NotFields as reason:
        raise Unwritable(str(reason)) from None
