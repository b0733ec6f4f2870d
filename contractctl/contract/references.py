"""References (RFC 6901 fragments): where one points, and the keys that normalised schemas use for definitions."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from contractctl.core.findings import Finding, Severity
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Location, Place, Pointer, escape_token, unescape_token

_DEFINITIONS = "#/$defs/"
_INDEX = re.compile(r"0|[1-9][0-9]{0,9}")
_COMPONENT_SCHEMAS = ("components", "schemas")


class Missing(LookupError):
    """A pointer that leads nowhere; the message says at which step."""


def local_pointer(reference: str) -> Pointer | None:
    """Return the pointer of a reference into its own document, or None when it names another one.

    Raise ValueError for a fragment that is no JSON Pointer.
    """
    document, _, fragment = reference.partition("#")
    if document:
        return None
    return Pointer.parse(unquote(fragment))


def resolve_pointer(root: Json, pointer: Pointer) -> Json:
    """Return the value at `pointer`; an index is written as RFC 6901 §4 has it. Raise Missing when there is none."""
    value = root
    for depth, token in enumerate(pointer.tokens):
        if is_object(value) and token in value:
            value = value[token]
        elif is_array(value) and _INDEX.fullmatch(token) and int(token) < len(value):
            value = value[int(token)]
        else:
            raise Missing(f"`{token}` is missing in `#{Pointer(pointer.tokens[:depth])}`")
    return value


def definition_key(pointer: Pointer) -> str:
    """Return the key in `Contract.definitions` for the schema at `pointer`: a component's name, or `#` and pointer."""
    if len(pointer.tokens) == 3 and pointer.tokens[:2] == _COMPONENT_SCHEMAS:
        return pointer.tokens[2]
    return f"#{pointer}"


def definition_reference(key: str) -> str:
    """Return the `$ref` by which normalised schemas name the definition `key`."""
    return _DEFINITIONS + quote(escape_token(key), safe="~!$&'()*+,;=:@/-._")


def referenced_definition(reference: str) -> str:
    """Undo `definition_reference`. Raise ValueError for a reference that is not of its form."""
    if not reference.startswith(_DEFINITIONS):
        raise ValueError(f"not a reference to a definition: {reference!r}")
    return unescape_token(unquote(reference.removeprefix(_DEFINITIONS)))


def dangling(at: Place, reference: str, reason: str) -> Finding:
    """Make the finding for a reference that leads nowhere."""
    message = f"`{reference}` leads nowhere: {reason}"
    return Finding("reference-dangling", Severity.ERROR, message, Location(at), "name a component that exists")


def not_local(at: Place, reference: str) -> Finding:
    """Make the finding for a reference that leaves the document."""
    message = f"`{reference}` leaves the description; this version follows local references only"
    hint = "bundle the description into one file"
    return Finding("reference-not-local", Severity.ERROR, message, Location(at), hint)
