"""What a long task tells of itself while it runs."""

from __future__ import annotations

from typing import Protocol


class Steps(Protocol):
    """Hears what is being done; may be called from several threads."""

    def __call__(self, step: str) -> None:
        """Take the name of a step as it begins."""
        ...

    def moved(self, name: str, done: int, size: int) -> None:
        """Take how many bytes of what travels in this step are there; fewer than before where it begins anew."""
        ...


class Silence:
    """Says nothing of it; see `SILENCE`."""

    def __call__(self, step: str) -> None:
        """Ignore the step."""

    def moved(self, name: str, done: int, size: int) -> None:
        """Ignore the bytes."""


SILENCE = Silence()
"""For whoever wants to hear nothing."""
