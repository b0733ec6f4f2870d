"""Origins that lie at a position below a root: what files and git have alike."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace

from contractctl.core.records import dataclass
from contractctl.source.library import Origin, Remote
from contractctl.source.positions import Naming, Position, Root, follow, is_remote


@dataclass(frozen=True, slots=True)
class PlacedOrigin(ABC):
    """One file of a description; all but its position is shared with the others. See `Origin`."""

    position: Position
    root: Root
    naming: Naming
    remote: Remote

    @property
    def name(self) -> str:
        """The entry as given; the others as its user would write them from where the entry is named."""
        return self.naming.name(self.position)

    @property
    def relative(self) -> str:
        """The path from the entry's folder."""
        return self.naming.relative(self.position)

    def beside(self, reference: str) -> Origin:
        """Return the file below the root, or the URL, that a reference leads to."""
        if is_remote(reference):
            return self.remote(reference)
        return replace(self, position=follow(self.position, reference, self.root))

    @abstractmethod
    def read(self) -> bytes:
        """See `Origin.read`."""
