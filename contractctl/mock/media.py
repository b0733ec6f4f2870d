"""Media types: what a range becomes when something is sent, and which of them carry JSON."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from contractctl.contract.media_types import essence
from contractctl.core.patterns import pattern

Kind: TypeAlias = Literal["json", "text"]
"""How a body is written: a value as JSON, or a string as it is."""

_NAME: Final = pattern(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+(\s*;[\x20-\x7e\t]*)?")
_CONCRETE: Final = {
    "image/*": "image/png",
    "text/*": "text/plain",
    "audio/*": "audio/mpeg",
    "video/*": "video/mp4",
    "font/*": "font/woff2",
}


def is_media_type(name: str) -> bool:
    """Tell whether a name may stand in a header (RFC 9110 §8.3.1); ranges and parameters included."""
    return _NAME.fullmatch(name) is not None


def kind_of(name: str) -> Kind:
    """Tell how bodies of a concrete media type are written."""
    kind = essence(name)
    is_json = kind in {"application/json", "text/json"} or kind.endswith("+json")
    return "json" if is_json else "text"


def concrete(name: str, *, has_schema: bool) -> str:
    """Return the media type to send for one that may be a range; others are sent as they are written."""
    kind = essence(name)
    if "*" not in kind:
        return name
    if kind in {"*/*", "*", "application/*"}:
        return "application/json" if has_schema else "application/octet-stream"
    return _CONCRETE.get(kind, "application/octet-stream")
