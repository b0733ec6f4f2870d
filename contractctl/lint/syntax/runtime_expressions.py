"""Runtime expressions, which stand for a part of a message: `$request.body#/url` (OpenAPI 3.1.1 §4.8.20.4)."""

from __future__ import annotations

from collections.abc import Iterator

from contractctl.lint.structure.kinds import compiled
from contractctl.lint.syntax.http import is_token

_START = r"\$[A-Za-z]"
_INNER = r"\{(\$[A-Za-z][^{}]*)(\}?)"
_POINTER = r"(?:/(?:[^/~]|~[01])*)*"
_WHOLE = ("$url", "$method", "$statusCode")
_MESSAGES = ("$request.", "$response.")


def expressions(text: str) -> Iterator[str]:
    """Yield the expressions of a text: all of it where it begins with a dollar sign, else those in braces.

    One whose brace is not closed comes with that brace. A dollar sign before anything but a letter is a constant.
    """
    if compiled(_START).match(text):
        yield text
        return
    for found in compiled(_INNER).finditer(text):
        yield found[1] if found[2] else found[0]


def is_expression(text: str) -> bool:
    """Tell whether a text follows the grammar of runtime expressions."""
    if text in _WHOLE:
        return True
    source = next((text.removeprefix(message) for message in _MESSAGES if text.startswith(message)), "")
    kind, dot, name = source.partition(".")
    if dot and kind in ("header", "query", "path"):
        return is_token(name) if kind == "header" else True
    body, sharp, pointer = source.partition("#")
    return body == "body" and (not sharp or bool(compiled(_POINTER).fullmatch(pointer)))
