"""Bytes to a document: encoding, JSON or YAML, and in words why something is neither."""

from __future__ import annotations

from functools import cache

from contractctl.core.failures import UnloadableDescription
from contractctl.core.findings import Finding, Related, Severity
from contractctl.core.json import Json, is_object
from contractctl.core.locations import Location, Place, Span
from contractctl.source.collecting import without_collecting
from contractctl.source.document import Document
from contractctl.source.encodings import Undecodable, decode
from contractctl.source.faults import FatalFault, Fault
from contractctl.source.json_text import duplicate_keys, overflows, parse_json, scan_json
from contractctl.source.marks import Marks
from contractctl.source.yaml_text import compose_yaml

_WARNINGS = frozenset({"yaml-ambiguous-scalar"})
_WHAT_IT_SHOULD_BE = "an OpenAPI description is a mapping that begins with `openapi: 3.1.0` or so"


def parse_document(uri: str, data: bytes) -> Document:
    """Read a JSON or YAML text whose root is a mapping.

    `uri` is the name for messages; a file whose name ends in `.json` is never read as YAML. Faults that leave a value
    are in `problems` of the result; others raise UnloadableDescription with the place.
    """
    document = _parse(uri, data, _WHAT_IT_SHOULD_BE)
    if not is_object(document.root):
        message = f"not an OpenAPI description: the file {_content(document.root, document.text)}"
        raise _unloadable(uri, "document-not-openapi", message, _WHAT_IT_SHOULD_BE)
    return document


def parse_part(uri: str, data: bytes) -> Document:
    """Read a text that a description refers to, as `parse_document` does, with whatever root."""
    return _parse(uri, data, "write what the reference asks for, or correct the reference")


def _parse(uri: str, data: bytes, due: str) -> Document:
    text = _decode(uri, data)
    if not text.strip():
        raise _unloadable(uri, "document-not-openapi", "the file is empty", due)
    with without_collecting():
        return _read_json(uri, text) or _read_yaml(uri, text)


def _content(root: Json, text: str) -> str:
    """Say what a file holds that is no mapping."""
    if text.lstrip()[:1] == "<":
        return "is HTML"
    if root is None:
        return "holds nothing but comments" if "#" in text else "holds nothing"
    return "holds a list, not a mapping" if isinstance(root, list) else "holds plain text, not a mapping"


def _decode(uri: str, data: bytes) -> str:
    try:
        return decode(data)
    except Undecodable as error:
        span = Marks(error.before).stretch(len(error.before), len(error.before))
        raise _unloadable(uri, "document-encoding", error.message, "save the file as UTF-8", span) from None


def _read_json(uri: str, text: str) -> Document | None:
    """Read JSON; None for YAML. It is JSON by its name, or by its first character when what follows is JSON, too.

    A YAML flow mapping looks alike.
    """
    opens = text.lstrip()[:1] in ("{", "[")
    named = uri.endswith(".json") and (opens or "://" not in uri)  # servers write YAML under any name
    if not opens and (not named or text.lstrip()[:1] == "<"):
        return None
    try:
        parsed = parse_json(text)
    except FatalFault as fatal:
        if not named and fatal.fault.rule == "json-syntax":
            return None
        raise UnloadableDescription((_finding(uri, Marks(text), fatal.fault),)) from None
    marks = cache(lambda: scan_json(text))
    problems = _duplicates(uri, marks()) if parsed.repeats_keys else ()
    if parsed.overflows:
        problems += tuple(_finding(uri, marks(), fault) for fault in overflows(marks()))
    return Document(uri, parsed.root, text, problems, marks)


def _read_yaml(uri: str, text: str) -> Document:
    try:
        read = compose_yaml(text)
    except FatalFault as fatal:
        raise UnloadableDescription((_finding(uri, Marks(text), fatal.fault),)) from None
    problems = tuple(_finding(uri, read.marks, fault) for fault in read.faults)
    if read.repeats_keys:
        problems += _duplicates(uri, read.marks)
    return Document(uri, read.root, text, problems, lambda: read.marks)


def _finding(uri: str, marks: Marks, fault: Fault) -> Finding:
    severity = Severity.WARNING if fault.rule in _WARNINGS else Severity.ERROR
    location = Location(Place(uri, fault.pointer), marks.stretch(fault.start, fault.end))
    return Finding(fault.rule, severity, fault.message, location, fault.hint)


def _duplicates(uri: str, marks: Marks) -> tuple[Finding, ...]:
    return tuple(_duplicate(uri, marks, first, later) for first, later in duplicate_keys(marks))


def _duplicate(uri: str, marks: Marks, first: int, later: int) -> Finding:
    def key_of(node: int) -> Location:
        span = marks.stretch(marks.key_starts[node], marks.key_ends[node])
        return Location(Place(uri, marks.pointer(node)), span)

    key = marks.keys[later]
    return Finding(
        "document-key-duplicate",
        Severity.ERROR,
        f"the key `{key}` stands twice in one mapping; only the last one counts",
        key_of(later),
        "remove or rename one of them",
        (Related(f"`{key}` first stands here", key_of(first)),),
    )


def _unloadable(uri: str, rule: str, message: str, hint: str, span: Span | None = None) -> UnloadableDescription:
    location = Location(Place(uri), span or Span(1, 1, 1, 1))
    return UnloadableDescription((Finding(rule, Severity.ERROR, message, location, hint),))
