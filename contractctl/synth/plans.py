"""Guess, then solve: a schema is compiled once, and values are guessed from that at the speed of a template.

A guess is asked of the validator. What is refused, and what is not plain, goes to the Solver.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from contractctl.synth.failures import GaveUp, Unsatisfiable
from contractctl.synth.makers import Make, Run, nothing
from contractctl.synth.manner import Manner, Shape
from contractctl.synth.planner import Planner
from contractctl.synth.references import Resolve, within
from contractctl.synth.solver import Objections, Solver
from contractctl.synth.values import Json, Schema

IsValid: TypeAlias = Callable[[Json], bool]

_SEEDS: Final = 10_007
"""So many seeds make a difference: what counts up from them stays readable."""

_GUESSES: Final = ((True, False), (False, False), (True, True), (False, True))
"""Whether branches take turns, and whether they are tried: what costs most comes last, and only where there are any."""


class Plans:
    """Plans for schemas whose references lead into the same documents."""

    __slots__ = ("_planners", "_resolve", "_solvers")

    def __init__(self, root: Schema | Resolve) -> None:
        """Take the document that references `#/…` point into, or what resolves them."""
        self._resolve = root if callable(root) else within(root)
        self._planners: dict[Manner, Planner] = {}
        self._solvers: dict[tuple[Manner, int], Solver] = {}

    def plan(self, schema: Schema) -> Plan:
        """Return what makes values of a schema. Nothing is compiled before a value is asked for."""
        return Plan(self, schema)

    def maker(self, schema: Schema, manner: Manner) -> Make:
        """Return what guesses values of a schema in the shape of a manner."""
        kind = Manner(manner.shape, None, manner.examples)
        if kind not in self._planners:
            self._planners[kind] = Planner(self._resolve, kind)
        return self._planners[kind].whole_value(schema)

    def solver(self, manner: Manner, seed: int) -> Solver:
        """Return what solves what could not be guessed; the last one asked for is kept with its proofs."""
        key = manner, seed
        if key not in self._solvers:
            shape, items, examples = manner.shape, manner.items, manner.examples
            self._solvers = {key: Solver(self._resolve, seed=seed, shape=shape, items=items, examples=examples)}
        return self._solvers[key]


class Plan:
    """Makes values of one schema."""

    __slots__ = ("_makers", "_plans", "_proof", "_schema")

    def __init__(self, plans: Plans, schema: Schema) -> None:
        self._plans = plans
        self._schema = schema
        self._proof = ""
        self._makers: dict[tuple[Shape | None, bool], Make] = {}

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
        """Return a value that `is_valid`, or to which there are no `objections`; raise as `Solver.solve` does.

        `shape`, `items` and `examples` are those of `Manner`, `below` is that of `Solver.solve`. Equal arguments give
        equal values, whatever was asked before.
        """
        number, manner = seed % _SEEDS, Manner(shape, items, examples)
        try:
            return self._guessed(is_valid, number, manner)
        except GaveUp:
            return self._solved(self._plans.solver(manner, number), objections, below)

    def guess(self, is_valid: IsValid, *, seed: int = 0) -> Json:
        """Return the same as `value` without examples, where it is not long searched for; else raise GaveUp."""
        return self._guessed(is_valid, seed % _SEEDS, Manner(examples=False))

    def _guessed(self, is_valid: IsValid, number: int, manner: Manner) -> Json:
        key = manner.shape, manner.examples
        make = self._makers.get(key)
        if make is None:
            make = self._makers[key] = self._plans.maker(self._schema, manner)
        for varies, tries in _GUESSES if make is not nothing else ():
            run = Run(number, manner, varies=varies, tries=tries)
            try:
                value = make(number, manner.allowance, run)
            except (GaveUp, RecursionError):
                break
            if is_valid(value):
                return value
            if not run.branches:
                break
        raise GaveUp("no guess was right")

    def _solved(self, solver: Solver, objections: Objections, below: int) -> Json:
        # A proof holds for every seed and shape, and is worth keeping: it took longer than any value.
        if self._proof:
            raise Unsatisfiable(self._proof)
        try:
            return solver.solve(self._schema, objections, below=below)
        except Unsatisfiable as proof:
            self._proof = str(proof)
            raise
