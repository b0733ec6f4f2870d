"""What a long task told of itself."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Heard:
    """Steps as they began, and how far what travels in them got at last."""

    steps: list[str] = field(default_factory=list)
    moves: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def __call__(self, step: str) -> None:
        self.steps.append(step)

    def moved(self, name: str, done: int, size: int) -> None:
        self.moves.setdefault(name, []).append((done, size))
