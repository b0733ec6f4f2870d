"""Globs over the ids of changes, over paths and over operations."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from contractctl.core.patterns import pattern

_VARIABLE = pattern(r"\{[^{}]*\}")
_PART = pattern(r"/\*\*$|/\*\*(?=/)|\*\*|\*|\?|[^*?/]+|/")
_MEANINGS = {"**": ".*", "*": "[^/]*", "?": "[^/]"}


def matches(glob: str, text: str) -> bool:
    """Tell whether a glob stands for a text. `/a/**` stands for `/a`, too; the names of variables do not count."""
    return _compiled(glob).fullmatch(_VARIABLE.sub("{}", text)) is not None


def matches_operation(glob: str, title: str) -> bool:
    """Tell whether `GET /pets/*` stands for an operation. Methods are compared without their case."""
    method, _, path = glob.partition(" ")
    own_method, _, own_path = title.partition(" ")
    return matches(method.upper(), own_method.upper()) and matches(path.strip(), own_path)


def matches_path(globs: Iterable[str], title: str) -> bool:
    """Tell whether one of the globs stands for the path of an operation."""
    path = title.partition(" ")[2]
    return any(matches(glob, path) for glob in globs)


@cache
def _compiled(glob: str) -> re.Pattern[str]:
    return re.compile("".join(map(_meaning, _PART.findall(_VARIABLE.sub("{}", glob)))), re.DOTALL)


def _meaning(part: str) -> str:
    if part == "/**":
        return "(?:/.*)?"
    return _MEANINGS.get(part) or re.escape(part)
