"""How bodies of a media type are written, told by its name alone (RFC 6838 §4.2.8, RFC 6839)."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["json", "xml", "lines", "sequence", "events", "form", "multipart", "text", "binary"]
"""`lines`, `sequence` and `events` are streams: an array is written item by item. `binary` is what is not known."""

_EXACT: dict[str, Kind] = {
    "application/json": "json",
    "text/json": "json",
    "application/x-json": "json",
    "text/x-json": "json",
    # JSON is YAML (YAML 1.2 §1.2): what is written is JSON, and of what is read, only this is understood.
    "application/yaml": "json",
    "application/x-yaml": "json",
    "text/yaml": "json",
    "text/x-yaml": "json",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/jsonl": "lines",
    "application/jsonlines": "lines",
    "application/x-jsonlines": "lines",
    "application/ndjson": "lines",
    "application/x-ndjson": "lines",
    "application/json-seq": "sequence",
    "text/event-stream": "events",
    "application/x-www-form-urlencoded": "form",
}
_SUFFIXES: tuple[tuple[str, Kind], ...] = (
    ("+json", "json"),
    ("+yaml", "json"),
    ("+xml", "xml"),
    ("+json-seq", "sequence"),
    ("+jsonl", "lines"),
)
_STREAMS = frozenset({"lines", "sequence", "events"})


@lru_cache(maxsize=512)
def kind_of(essence: str) -> Kind:
    """Return how bodies of a media type are written; `essence` is it in lower case, without parameters."""
    if essence in _EXACT:
        return _EXACT[essence]
    for suffix, kind in _SUFFIXES:
        if essence.endswith(suffix):
            return kind
    top, _, subtype = essence.partition("/")
    # `application/json+sarif` is no structured suffix (RFC 6839 puts `json` last), and is JSON wherever it is met.
    if subtype.startswith("json+"):
        return "json"
    if top == "multipart":
        return "multipart"
    return "text" if top == "text" else "binary"


def is_yaml(essence: str) -> bool:
    """Tell of a media type of kind `json` whether its bodies may be other YAML, too."""
    return essence.endswith("yaml")


def is_stream(kind: Kind) -> bool:
    """Tell whether a body of this kind is a sequence of items (OpenAPI 3.2.0 §4.14.2)."""
    return kind in _STREAMS
