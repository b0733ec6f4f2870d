"""How much work a question may cost: counted, never timed, so that the answer is the same on every machine."""

from __future__ import annotations

from contractctl.synth.failures import GaveUp


class Budget:
    """A number of nodes that may still be made."""

    __slots__ = ("_left", "_nodes")

    def __init__(self, nodes: int, *, of: int) -> None:
        """Allow a number of nodes, out of all those of the question."""
        self._left = nodes
        self._nodes = of

    def spend(self, nodes: int = 1) -> None:
        """Take nodes off. Raise GaveUp when none is left, now and from then on."""
        self._left -= nodes
        if self._left < 0:
            raise GaveUp(f"more than {self._nodes} values were needed")
