"""Values as forms and multipart bodies, as clients write them who are told nothing else.

Encodings are for requests (OpenAPI 3.1.1 §4.8.14), and what is written here are responses: a list is a name that comes
again, an object is JSON, text is text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from urllib.parse import quote_plus

from contractctl.encodings.multipart import Part, write_multipart
from contractctl.encodings.values import Json, is_array


class NotFields(ValueError):
    """A value that a form cannot hold; says why."""


def write_urlencoded(value: Json) -> bytes:
    """Write the members of an object as a form; raise NotFields."""
    pairs = (f"{_quoted(name)}={_quoted(_text(item))}" for name, member in _members(value) for item in _items(member))
    return "&".join(pairs).encode()


def write_parts(value: Json) -> bytes:
    """Write the members of an object as named parts, the items of an array as parts without names; raise NotFields."""
    members = enumerate(value) if is_array(value) else _members(value)
    parts = [
        _part(name if isinstance(name, str) else None, item)
        for name, member in members
        for item in (_items(member) if isinstance(name, str) else (member,))
    ]
    try:
        return write_multipart(parts)
    except ValueError as error:
        raise NotFields(str(error)) from None


def _members(value: Json) -> Iterator[tuple[str, Json]]:
    if not isinstance(value, Mapping):
        raise NotFields("a form has named fields, so that it can only hold an object")
    yield from value.items()


def _items(member: Json) -> Iterator[Json]:
    if is_array(member):
        yield from member
    else:
        yield member


def _part(name: str | None, value: Json) -> Part:
    headers: dict[str, str] = {}
    if isinstance(value, Mapping) or is_array(value):
        headers["content-type"] = "application/json"
    elif isinstance(value, str) and not value.isascii():
        headers["content-type"] = "text/plain; charset=utf-8"
    return Part(name, None, _text(value).encode(errors="replace"), headers)


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def _quoted(text: str) -> str:
    return quote_plus(text, errors="replace")
