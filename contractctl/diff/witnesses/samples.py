"""The smallest values that one side takes, to fill up a message about something else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from contractctl.contract.model import Example, Header, MediaType, Parameter, Schema
from contractctl.core.json import Json
from contractctl.diff.witnesses.acceptance import Acceptance
from contractctl.diff.witnesses.vocabulary import Vocabulary
from contractctl.synth import GaveUp, Solver, Unsatisfiable

_PLACEHOLDER: Final = "…"
_MOST_NODES: Final = 2_000


class Samples:
    """Values of the parts of one side in one direction: a documented example that fits, else the smallest."""

    def __init__(self, acceptance: Acceptance) -> None:
        self._acceptance = acceptance
        self._vocabulary = Vocabulary({"base": self._acceptance})
        self._known: dict[str, Json] = {}

    def of(self, part: Parameter | Header | MediaType, *, wishes: Sequence[Json] = ()) -> Json:
        """Return a value of a parameter, header or body; an ellipsis where none was found.

        The first of the schemas that are wished for is satisfied, of which there is such a value.
        """
        holder = part if isinstance(part, MediaType) or not part.content else part.content[0]
        schema = holder.schema if holder.schema is not None else Schema(holder.at, True)
        return self._value(schema, (*part.examples, *holder.examples), wishes)

    def _value(self, schema: Schema, examples: Iterable[Example], wishes: Sequence[Json]) -> Json:
        root = self._acceptance.note(schema)
        for example in examples:
            if example.has_value and self._acceptance.accepts(root, example.value):
                return example.value
        for wish in wishes:
            if (value := self._made(root, wish)) != _PLACEHOLDER:
                return value
        if root not in self._known:
            self._known[root] = self._made(root, True)
        return self._known[root]

    def _made(self, root: str, wish: Json) -> Json:
        schema = self._vocabulary.translated("base", self._acceptance.schema(root))
        if wish is not True:
            schema = {"allOf": [schema, wish]}
        solver = Solver(self._vocabulary.resolve, shape="min", nodes=_MOST_NODES)
        try:
            return solver.solve(
                {"type": "string"} if schema is True else schema,
                lambda value: self._acceptance.errors(root, value),
                below=1,
            )
        except (GaveUp, Unsatisfiable):
            return _PLACEHOLDER
