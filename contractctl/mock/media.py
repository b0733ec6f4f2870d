"""Media types: which names are some, and what a range becomes when something is sent."""

from __future__ import annotations

from typing import Final

from contractctl.contract.media_types import essence
from contractctl.core.patterns import pattern
from contractctl.encodings import media
from contractctl.encodings.media import Kind
from contractctl.encodings.multipart import BOUNDARY

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
    return media.kind_of(essence(name))


def concrete(name: str, *, has_schema: bool) -> str:
    """Return the media type to send for one that may be a range; others are sent as they are written."""
    kind = essence(name)
    if "*" not in kind:
        return name
    if "*+" in kind:
        # RFC 6839 names suffixes after types, which every reader of the suffix reads.
        return "application/" + kind.rpartition("+")[2]
    if kind in {"*/*", "*", "application/*"}:
        return "application/json" if has_schema else "application/octet-stream"
    return _CONCRETE.get(kind, "application/octet-stream")


def with_boundary(name: str) -> str:
    """Return a multipart type with the boundary of the bodies that are written here; any other name as it is."""
    if kind_of(name) != "multipart":
        return name
    kind, *parameters = (part.strip() for part in name.split(";"))
    others = (one for one in parameters if not one.lower().startswith("boundary="))
    return "; ".join([kind, *others, f"boundary={BOUNDARY}"])
