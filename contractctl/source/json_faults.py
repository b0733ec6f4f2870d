"""What Python's parser says of a text that is not JSON, in words that tell what to do."""

from __future__ import annotations

import json

from contractctl.core.patterns import pattern
from contractctl.source.faults import FatalFault

_COMMENT = pattern(r"//|/\*|#")
_MEND = "mend the syntax here"


def not_json(error: json.JSONDecodeError, text: str) -> FatalFault:
    """Make the fault for what Python's parser refuses in `text`: what people write most often has words of its own."""
    at, character = error.pos, text[error.pos : error.pos + 1]
    comma = _comma_before_end(text, at)
    if comma is not None:
        return _fault(f"a comma stands before `{text[comma + 1 :].lstrip()[0]}`", "remove the comma", comma)
    if _COMMENT.match(text, at):
        return _fault("JSON has no comments", "remove the comment", at)
    if character == "'":
        return _fault("strings and keys stand in double quotes", "write \" for '", at)
    if error.msg.startswith("Invalid control character"):
        return _fault("a string goes over the end of its line, or holds a control character", "write \\n or \\t", at)
    if error.msg.startswith("Invalid \\escape"):
        return _fault(r"no character is written so", r"write \\ for a backslash", at)
    if error.msg == "Extra data":
        return _fault("the text goes on after its end", "remove what follows, or mend the brackets before it", at)
    return _fault(error.msg, _MEND, at)


def _fault(message: str, hint: str, at: int) -> FatalFault:
    return FatalFault("json-syntax", f"not JSON: {message}", hint, at, at)


def _comma_before_end(text: str, at: int) -> int | None:
    """Return where a comma stands with a closing bracket after it: Python 3.13 points at it, older ones after it."""
    if text[at : at + 1] == "," and text[at + 1 :].lstrip()[:1] in ("}", "]"):
        return at
    before = text[:at].rstrip()
    return len(before) - 1 if before.endswith(",") and text[at : at + 1] in ("}", "]") else None
