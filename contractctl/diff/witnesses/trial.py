"""Try one value after another: the sender has to accept it, the refuser to refuse it, for the reason in question."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, TypeAlias

from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Pointer
from contractctl.core.records import dataclass
from contractctl.diff.facts import Claim
from contractctl.diff.steps import Branch, Item, Name, Property, Undeclared
from contractctl.diff.witnesses.acceptance import Acceptance
from contractctl.diff.witnesses.declared import declared_part
from contractctl.diff.witnesses.focus import relates
from contractctl.diff.witnesses.objections import Meant, complaint, first_of
from contractctl.diff.witnesses.readings import readings

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

    from contractctl.contract.model import SchemaValue
    from contractctl.synth import Objection

_MOST_ERRORS: Final = 50
_COMPOSED: Final = frozenset(("anyOf", "oneOf", "not", "contains", "propertyNames", "unevaluatedProperties"))
"""What a validator objects to at a value although the fault may lie deeper in it."""


Root: TypeAlias = tuple[Acceptance, str]
"""A whole schema that travels: the side that has it, and its key there."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A value that the sender may send, what the refuser objects to, and where in the value."""

    value: Json
    because: str
    at: Pointer


class Trial:
    """The search for a value that proves one claim. `evidence` is what was found at last.

    `stray` is a value that was refused too, yet for something else than what the claim speaks of.
    """

    def __init__(
        self,
        sender: Root,
        refuser: Root,
        claim: Claim,
        kind: str,
        refused: SchemaValue,
    ) -> None:
        self._sender, self._sending = sender
        self._refuser, self._refusing = refuser
        self._claim = claim
        self._meant = Meant(self._is_meant, refused)
        self._is_open = _speaks_of_undeclared(claim, kind)
        self.evidence: Evidence | None = None
        self.stray: Evidence | None = None

    def objections(self, candidate: Json) -> Iterator[Objection]:
        """Yield what keeps a value from being a proof; the paths begin above the value."""
        errors = first_of(self._sender.errors(self._sending, candidate), _MOST_ERRORS)
        yield from errors
        if errors:
            return
        value = candidate if self._is_open else self._declared(candidate)
        if not self._is_proof(value):
            yield (self._sending, *self._place(value))

    def _declared(self, value: Json) -> Json:
        """Return the value without what the sender does not declare, if it can do without."""
        declared = declared_part(value, self._sender.schema(self._sending), self._sender.definition)
        can_do_without = declared is value or self._sender.accepts(self._sending, declared)
        return declared if can_do_without else value

    def _is_proof(self, value: Json) -> bool:
        """Hand a value to the refuser, in every way in which it may be read off the wire."""
        refusals = [self._refusal(reading) for reading in readings(self._claim.use.carrier, value)]
        if not all(refusals):
            return False
        relevant = [error for errors in refusals for error in self._nearest(errors)]
        if relevant:
            # Of text it says little that it is not the number which was meant.
            telling = next((error for error in relevant if error.kind.name != "type"), relevant[0])
            self.evidence = self._evidence(value, telling)
            return True
        self.stray = self.stray or self._evidence(value, refusals[0][0])
        return False

    def _evidence(self, value: Json, error: ValidationError) -> Evidence:
        said = complaint(error, self._meant, below=1)
        return Evidence(value, said.text, said.at)

    def _refusal(self, reading: Json) -> list[ValidationError]:
        if self._refuser.accepts(self._refusing, reading):
            return []
        return first_of(self._refuser.errors(self._refusing, reading), _MOST_ERRORS)

    def _nearest(self, errors: list[ValidationError]) -> list[ValidationError]:
        """Return the error that the claim itself makes, or the one nearest to what it speaks of, if any is near."""
        relevant = [error for error in errors if self._is_relevant(error)]
        if len(relevant) > 1 and (own := self._meant.first(relevant)):
            return [own]
        return [max(relevant, key=lambda error: len(error.instance_path))] if relevant else []

    def _is_meant(self, error: ValidationError) -> bool:
        """Tell whether an error is about the very part that the claim speaks of, or about what is in it."""
        return relates(self._claim.steps, error.instance_path[1:], may_end_above=False)

    def _is_relevant(self, error: ValidationError) -> bool:
        return relates(self._claim.steps, error.instance_path[1:], may_end_above=error.kind.name in _COMPOSED)

    def _place(self, value: Json) -> Iterator[str | int]:
        """Yield the path of the part that the claim speaks of, as far as it is plain."""
        for step in self._claim.steps:
            match step:
                case Property(name) if is_object(value) and name in value:
                    value = value[name]
                    yield name
                case Item(index) if is_array(value) and len(value) > (index or 0):
                    value = value[index or 0]
                    yield index or 0
                case Branch():
                    continue
                case _:
                    return


def _speaks_of_undeclared(claim: Claim, kind: str) -> bool:
    """Tell whether members count that no schema declares: elsewhere such a member is never sent."""
    leads_there = any(isinstance(step, Undeclared | Name) for step in claim.steps)
    return leads_there or "-properties-" in kind or "-names-" in kind
