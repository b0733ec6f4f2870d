"""Schema in, valid value out: build a candidate, ask the validator, pass over what it objects to, build again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeAlias

import jsonschema_rs

from contractctl.synth.budget import Budget
from contractctl.synth.builder import Builder
from contractctl.synth.expand import Expander
from contractctl.synth.failures import GaveUp, Unsatisfiable
from contractctl.synth.manner import Manner, Shape
from contractctl.synth.proofs import Proofs
from contractctl.synth.references import Resolve, within
from contractctl.synth.values import Json, Schema
from contractctl.synth.verdicts import Judge
from contractctl.synth.where import Site, Where

Objection: TypeAlias = "jsonschema_rs.ValidationError | tuple[str | int, ...]"
"""What is wrong with a value: an error of the validator, or only the path of the place that is at fault."""
Objections: TypeAlias = Callable[[Json], Iterable[Objection]]

_ATTEMPTS: Final = 60
_MOST_OBJECTIONS: Final = 100
_MOST_NODES: Final = 30_000


class Solver:
    """Makes values for many schemas whose references lead into the same documents."""

    __slots__ = ("_manner", "_nodes", "_proofs", "_resolve", "_seed")

    def __init__(
        self,
        root: Schema | Resolve,
        *,
        seed: int = 0,
        shape: Shape | None = None,
        items: int | None = None,
        examples: bool = True,
        nodes: int = _MOST_NODES,
    ) -> None:
        """Take the document that references `#/…` point into, or what resolves them (`SideBySide` for several).

        `nodes` is the most values, of members and items too, that are made for one question, all attempts together, and
        branches that are conjoined on the way. For the others see `Manner`.
        """
        self._resolve = root if callable(root) else within(root)
        self._seed = seed
        self._manner = Manner(shape, items, examples)
        self._nodes = nodes
        self._proofs = Proofs()

    def solve(self, schema: Schema, objections: Objections, *, below: int = 0) -> Json:
        """Return a value to which there are no `objections`; or raise Unsatisfiable (proved: there is none) or GaveUp.

        An objection is an error of jsonschema-rs or the path of what is wrong in the value, `()` for the whole. They
        say at least what `schema` says, and may say more: that another schema rejects the value, for instance. What
        only they know is searched for and never proved, except that no value satisfies `schema` itself.

        `below` is the number of steps by which the paths begin above the value.
        """
        half = self._nodes // 2
        first, second = Budget(half, of=self._nodes), Budget(self._nodes - half, of=self._nodes)
        try:
            try:
                return self._solve(schema, objections, below, Expander(self._resolve, first))
            except GaveUp:
                return self._solve(schema, objections, below, Expander(self._resolve, second, thorough=True))
        except RecursionError:
            raise GaveUp("the schema leads through too many others") from None

    def _solve(self, schema: Schema, objections: Objections, below: int, expander: Expander) -> Json:
        skips: dict[Site, int] = {}
        judge = Judge(self._resolve)
        for _ in range(_ATTEMPTS):
            builder = Builder(expander, judge, self._proofs, self._manner, seed=self._seed, skips=skips)
            try:
                value = builder.make(schema, Where((), (), "", 1, (), self._manner.allowance))
            except Unsatisfiable as proof:
                if expander.sure:
                    raise
                raise GaveUp(str(proof)) from None
            blamed = _blamed(objections(value), builder, below)
            if not blamed:
                return value
            for site, index in blamed:
                skips[site] = index + 1
        raise GaveUp(f"none of {_ATTEMPTS} values was valid")


def _blamed(objections: Iterable[Objection], builder: Builder, below: int) -> set[tuple[Site, int]]:
    """Return the deepest sites that the objections speak of, with their candidates; none where there are none."""
    blamed: set[tuple[Site, int]] = set()
    for count, objection in enumerate(objections):
        if count >= _MOST_OBJECTIONS:
            break
        path = objection if isinstance(objection, tuple) else _deepest(objection)
        blamed.add(_site(path[below:], builder))
    return blamed


def _site(path: Sequence[str | int], builder: Builder) -> tuple[Site, int]:
    known = tuple(path)
    while known not in builder.sites:
        known = known[:-1]
    return builder.sites[known]


def _deepest(error: jsonschema_rs.ValidationError) -> Sequence[str | int]:
    """Return the path of an error; of an `anyOf` or `oneOf`, that of the branch with the fewest objections."""
    kind = error.kind
    if not isinstance(kind, (jsonschema_rs.ValidationErrorKind.AnyOf, jsonschema_rs.ValidationErrorKind.OneOfNotValid)):
        return error.instance_path
    branches = [branch for branch in kind.context if branch]
    if not branches:
        return error.instance_path
    return _deepest(min(branches, key=len)[0])
