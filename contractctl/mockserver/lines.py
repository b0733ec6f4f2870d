"""Where in the contract things are written. bundle.py specifies a TREE."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from contractctl.mockserver.model import Json
from contractctl.mockserver.record import record


@record
class Lines:
    """Which line of the contract holds each schema and keyword. `tree` is a TREE as bundle.py specifies it."""

    file: str = ""
    tree: Json = 0

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Lines:
        """Type the record of lines; one of a kind that is not known names no line."""
        return cls(value.get("file") or "", value.get("tree") or 0)

    def of(self, path: Iterable[str | int]) -> str:
        """Return the line of the deepest known step of `path`, or an empty text."""
        line, below = _split(self.tree)
        for step in path:
            if (tree := below.get(str(step))) is None:
                break
            own, below = _split(tree)
            line = own or line
        return f"{self.file}:{line}" if isinstance(line, int) and line else str(line or "")


def _split(tree: Json) -> tuple[Json, dict[str, Json]]:
    """Return a TREE's own line and what is below it."""
    match tree:
        case [line, dict() as below]:
            return line, below
    return tree, {}
