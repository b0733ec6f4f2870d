"""Guess, then solve: a schema is compiled once, and values are guessed from that at the speed of a template.

A guess is asked of the validator. What is refused, and what is not plain, goes to the Solver.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from contractctl.synth.references import Resolve, within
from contractctl.synth.synthesize import Objections, Shape, Solver
from contractctl.synth.values import Json, Schema

IsValid: TypeAlias = Callable[[Json], bool]


class Plans:
    """Plans for schemas whose references lead into the same documents."""

    __slots__ = ("_resolve",)

    def __init__(self, root: Schema | Resolve) -> None:
        """Take the document that references `#/…` point into, or what resolves them."""
        self._resolve = root if callable(root) else within(root)

    def plan(self, schema: Schema) -> Plan:
        """Return what makes values of a schema. Nothing is compiled before a value is asked for."""
        return Plan(self._resolve, schema)


class Plan:
    """Makes values of one schema."""

    __slots__ = ("_resolve", "_schema")

    def __init__(self, resolve: Resolve, schema: Schema) -> None:
        self._resolve = resolve
        self._schema = schema

    def value(
        self,
        is_valid: IsValid,
        objections: Objections,
        *,
        seed: int = 0,
        shape: Shape | None = None,
        items: int | None = None,
        examples: bool = True,
        below: int = 0,
    ) -> Json:
        """Return a value that `is_valid`, or to which there are no `objections`; raise as `Solver.solve` does."""
        return Solver(self._resolve, seed=seed % 10_007, shape=shape).solve(self._schema, objections, below=below)
