"""Files that a command writes into a repository: what each would hold, and what stands there now."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias

from contractctl.core.records import dataclass

FileState: TypeAlias = Literal["new", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class ScaffoldFile:
    """A file to write. `path` is as it resolves from the current folder, `before` its text there now, None for none."""

    path: Path
    text: str
    before: str | None = None

    @property
    def state(self) -> FileState:
        """`new`, `unchanged` where the same text stands there, `changed` where another one does."""
        if self.before is None:
            return "new"
        return "unchanged" if self.before == self.text else "changed"


@dataclass(frozen=True, slots=True)
class Scaffold:
    """What `init` writes: the files by path, the image in them, what to know of it, and the commands that come next."""

    image: str
    files: tuple[ScaffoldFile, ...]
    notes: tuple[str, ...] = ()
    next: tuple[str, ...] = ()

    @property
    def changed(self) -> tuple[ScaffoldFile, ...]:
        """The files in whose place something else stands."""
        return tuple(file for file in self.files if file.state == "changed")
