"""Prove what a schema edit breaks: look for a value that the side which sends it may send and the other refuses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from contractctl.core.changes import Direction
from contractctl.core.records import dataclass
from contractctl.diff.facts import MOST_CLAIMS, Claim, Fact
from contractctl.diff.schemas.normalise import SchemaDirection
from contractctl.diff.steps import Branch
from contractctl.diff.witnesses.focus import focused
from contractctl.diff.witnesses.hints import hints_of
from contractctl.diff.witnesses.parties import PARTIES, Parties, Party, other, sender_of
from contractctl.diff.witnesses.parts import Answer, Parts, room_of
from contractctl.diff.witnesses.readings import is_textual, read_as_text, says_nothing_of_texts
from contractctl.diff.witnesses.trial import Evidence, Trial
from contractctl.diff.witnesses.vocabulary import Vocabulary
from contractctl.synth import GaveUp, Solver, Unsatisfiable

if TYPE_CHECKING:
    from contractctl.contract.model import SchemaValue

_SEEDS: Final = (0, 1)
_MOST_NODES: Final = 5_000
"""As many values, members and items too, are made for one question."""
_FEW_NODES: Final = 200
"""As many when no answer was found to the question in another place."""
_FEWEST_NODES: Final = 30
"""As many when none was found for the part alone, so that only what stands around it can help."""
_MOST_IN_VAIN: Final = 21_000
"""As many in all for the schemas that travel in one place, as long as no answer is found; then only the fewest."""
_MOST_STEPS: Final = 150
"""How deep in a value a part may lie: one nested deeper is no message that anybody reads, or that a validator takes."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What the search came to: evidence for a claim, or that there can be none, or neither."""

    claim: Claim | None = None
    evidence: Evidence | None = None
    is_harmless: bool = False


UNPROVEN: Final = Proof()
HARMLESS: Final = Proof(is_harmless=True)


@dataclass(frozen=True, slots=True)
class _Question:
    """A schema of values that would show the difference. `is_complete`: there is no other such value."""

    schema: SchemaValue
    is_complete: bool
    nodes: int


class Prover:
    """Both sides, ready to be asked. All facts that will be asked about are named in advance."""

    def __init__(self, parties: Parties, facts: Iterable[Fact]) -> None:
        self._courts: dict[Direction, _Court] = {
            Direction.REQUEST: _Court(parties, Direction.REQUEST),
            Direction.RESPONSE: _Court(parties, Direction.RESPONSE),
        }
        for fact in facts:
            for claim in fact.claims:
                self._courts[fact.direction].note(claim)

    def prove(self, fact: Fact, *, is_refuted: bool) -> Proof:
        """Search through the ways in which an edit shows, until one has a witness.

        With `is_refuted` it is known that there is one; then any value that only one side accepts will do, although
        the other objects to something else in it.
        """
        court = self._courts[fact.direction]
        proofs: list[Proof] = []
        for claim in fact.claims:
            nodes = _FEW_NODES if proofs else _MOST_NODES
            proofs.append(court.hear(claim, fact.kind, nodes, is_refuted=is_refuted))
            if proofs[-1].evidence is not None:
                return proofs[-1]
        is_all = 0 < len(proofs) < MOST_CLAIMS
        return HARMLESS if is_all and all(one.is_harmless for one in proofs) else UNPROVEN


class _Court:
    """One direction: who sends, who refuses, and what either accepts."""

    def __init__(self, parties: Parties, direction: SchemaDirection) -> None:
        self._sender = sender_of(direction)
        self._refuser = other(self._sender)
        self._sides = {party: parties.acceptance(party, direction) for party in PARTIES}
        self._vocabulary = Vocabulary(self._sides)
        self._parts = Parts()
        self._in_vain: Counter[str] = Counter()

    def note(self, claim: Claim) -> dict[Party, str]:
        """Return the keys of the whole schemas that a claim is about."""
        schemas = zip(PARTIES, claim.use.schemas, strict=True)
        return {party: self._sides[party].note(schema) for party, schema in schemas}

    def hear(self, claim: Claim, kind: str, nodes: int, *, is_refuted: bool) -> Proof:
        """Look for a witness of one claim, with so many nodes for each question."""
        if len(claim.steps) > _MOST_STEPS:
            return UNPROVEN
        roots = self.note(claim)
        sending, refusing = ((self._sides[party], roots[party]) for party in (self._sender, self._refuser))
        trial = Trial(sending, refusing, claim, kind, claim.says[PARTIES.index(self._refuser)])
        for question in self._questions(claim, roots, nodes):
            answer = self._ask(question, trial, roots[self._sender])
            if answer is Answer.VALUE:
                return Proof(claim, trial.evidence)
            if answer is Answer.NONE and question.is_complete:
                # Nothing will turn up; but where the validator does not check what differs, that proves nothing.
                return HARMLESS if self._is_exact(claim, roots) else UNPROVEN
        return Proof(claim, trial.stray) if is_refuted and trial.stray else UNPROVEN

    def _ask(self, question: _Question, trial: Trial, root: str) -> Answer:
        """Ask with one seed after the other. Where many questions about one schema came to nothing, so will others."""
        for seed in _SEEDS:
            nodes = question.nodes if self._in_vain[root] < _MOST_IN_VAIN else min(question.nodes, _FEWEST_NODES)
            try:
                solver = Solver(self._vocabulary.resolve, seed=seed, shape="min", nodes=nodes)
                solver.solve(question.schema, trial.objections, below=1)
            except Unsatisfiable:
                return Answer.NONE
            except GaveUp:
                self._in_vain[root] += nodes
            else:
                return Answer.VALUE
        return Answer.UNKNOWN

    def _is_exact(self, claim: Claim, roots: dict[Party, str]) -> bool:
        """Tell whether the validator checks everything in which the sides differ."""
        base, revision = map(hints_of, claim.says)
        return base == revision and all(self._sides[party].is_exact(roots[party]) for party in PARTIES)

    def _questions(self, claim: Claim, roots: dict[Party, str], nodes: int) -> Iterator[_Question]:
        """Yield what to ask for: a value that breaks what the refuser says there, then one that it refuses at all.

        Where everything is text, the refuser takes for a text whatever was sent, and what it says of one thing settles
        nothing if it says more of texts.
        """
        said = {party: self._read(party, value) for party, value in zip(PARTIES, claim.says, strict=True)}
        known = {party: self._sides[party].schema(roots[party]) for party in PARTIES}
        whole = {party: self._vocabulary.translated(party, known[party]) for party in PARTIES}
        if claim.use.carrier.location == "path":
            # Without anything in its place the URL is another, which no server takes for this operation's.
            whole[self._sender] = {"allOf": [whole[self._sender], {"minLength": 1}]}
        refused = whole[self._refuser]
        is_settled = True
        if is_textual(claim.use.carrier):
            followed = self._vocabulary.followed(refused)
            refused, is_settled = read_as_text(followed), says_nothing_of_texts(followed)
            said[self._refuser] = read_as_text(said[self._refuser])
        if is_settled and said[self._refuser] is not True:
            part = self._parts.between(said[self._sender], said[self._refuser], claim)
            nodes = _FEWEST_NODES if part.answer is Answer.UNKNOWN else nodes
            if part.answer is Answer.NONE:
                yield _Question(schema=False, is_complete=True, nodes=nodes)
            else:
                yield from self._asked(claim, part.schema, (whole[self._sender],), nodes)
        yield from self._asked(claim, said[self._sender], (whole[self._sender], {"not": refused}), nodes)

    def _read(self, party: Party, value: SchemaValue) -> SchemaValue:
        return self._vocabulary.translated(party, self._sides[party].read(value))

    def _asked(
        self, claim: Claim, part: SchemaValue, around: tuple[SchemaValue, ...], nodes: int
    ) -> Iterator[_Question]:
        for number, focus in enumerate(focused(claim.steps, part, self._read_branch)):
            room = room_of(focus, around[0])
            yield _Question({"allOf": [focus, *around]}, is_complete=number == 0, nodes=nodes + room)

    def _read_branch(self, branch: Branch) -> SchemaValue:
        return self._read(self._sender, branch.base if self._sender == "base" else branch.revision)
