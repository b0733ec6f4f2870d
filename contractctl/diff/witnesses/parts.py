"""Values of the part that an edit speaks of, by itself: each edit is looked into once, however often it shows."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from contractctl.contract.subschemas import subschemas
from contractctl.contract.vetting import build_validator
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.records import dataclass
from contractctl.diff.schemas.shape import freeze
from contractctl.diff.witnesses.readings import is_textual
from contractctl.synth import GaveUp, Solver, Unsatisfiable

if TYPE_CHECKING:
    from contractctl.contract.model import SchemaValue
    from contractctl.diff.facts import Claim

_MOST_NODES: Final = 1_000
_PATTERN_NODES: Final = 40
_MOST_ROOM: Final = 40_000
_PER_MEMBER: Final = 4
"""Nodes that one more item or member may take: itself, and what is tried in vain."""
_COUNTS: Final = ("minItems", "maxItems", "minProperties", "maxProperties")


class Answer(Enum):
    """What the solver says to a question: a value, that there is none, nothing, or that it was not asked."""

    VALUE = "value"
    NONE = "none"
    UNKNOWN = "unknown"
    UNASKED = "unasked"


@dataclass(frozen=True, slots=True)
class Part:
    """The schema of what one side says and the other does not, and what is known of its values."""

    schema: SchemaValue
    answer: Answer


class Parts:
    """The parts that were looked into so far."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int, bool], tuple[object, Part]] = {}

    def between(self, said: SchemaValue, refused: SchemaValue, claim: Claim) -> Part:
        """Return the part in which `said` holds and `refused` does not, which is what the claim says, as it is read.

        A value that was found is preferred from then on, so that it need not be looked for in each whole again.
        """
        says = claim.says
        key = id(says[0]), id(says[1]), is_textual(claim.use.carrier)
        if key not in self._known:
            # What the keys are made of is kept, so that no other edit comes to have them.
            self._known[key] = says, _solved(_between(said, refused))
        return self._known[key][1]


def room_of(*schemas: SchemaValue) -> int:
    """Return the nodes that the largest value may take which schemas ask for by a count; references aside."""
    largest = 0
    for schema in schemas:
        for node in subschemas(schema):
            counts = [count for key in _COUNTS if isinstance(count := node.get(key), int)]
            required = node.get("required")
            largest = max((largest, *counts, len(required) if is_array(required) else 0))
    return min(_PER_MEMBER * largest, _MOST_ROOM)


def _nodes_for(schema: SchemaValue) -> int:
    """Return how long to search: a text that is beyond patterns at first sight seldom turns up later."""
    has_patterns = any("pattern" in node for node in subschemas(schema))
    return _PATTERN_NODES if has_patterns else _MOST_NODES + room_of(schema)


def _between(said: SchemaValue, refused: SchemaValue) -> SchemaValue:
    """Return the schema in which one holds and not the other; of two lists, what is left of the first."""
    if is_object(said) and is_object(refused) and said.keys() == refused.keys() == {"enum"}:
        values, gone = said["enum"], refused["enum"]
        if is_array(values) and is_array(gone):
            known = set(map(freeze, gone))
            left = [value for value in values if freeze(value) not in known]
            return {"enum": left} if left else False
    return {"allOf": [said, {"not": refused}]}


def _solved(schema: SchemaValue) -> Part:
    if any("$ref" in node for node in subschemas(schema)):
        return Part(schema, Answer.UNASKED)
    validator = build_validator({"allOf": [schema]})
    if validator is None:
        return Part(schema, Answer.UNASKED)
    try:
        solver = Solver(True, shape="min", nodes=_nodes_for(schema))
        value: Json = solver.solve(schema, validator.iter_errors)
    except Unsatisfiable:
        return Part(schema, Answer.NONE)
    except GaveUp:
        return Part(schema, Answer.UNKNOWN)
    if is_object(value) or is_array(value) or not is_object(schema):
        return Part(schema, Answer.VALUE)
    return Part({**schema, "prefer": [value]}, Answer.VALUE)
