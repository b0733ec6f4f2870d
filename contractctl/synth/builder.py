"""Building one candidate value: every node tries its candidates in order, from the documented to the synthesised.

The validator's objections come back as `skips`: how many candidates of a site to pass over in the next attempt.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import Final, TypeAlias

from contractctl.synth.arrays import make_array
from contractctl.synth.chance import Chance
from contractctl.synth.expand import Expander, Form
from contractctl.synth.extremes import extreme_numbers, extreme_texts, turned
from contractctl.synth.failures import GaveUp, Unsatisfiable
from contractctl.synth.likely import documented_examples, likely_types, named_values, says_null
from contractctl.synth.likeness import question
from contractctl.synth.manner import Manner
from contractctl.synth.names import named_number
from contractctl.synth.numbers import numbers
from contractctl.synth.objects import make_object
from contractctl.synth.proofs import Proofs
from contractctl.synth.shallow import admits
from contractctl.synth.texts import texts
from contractctl.synth.values import Json, Schema, elements, identity, members
from contractctl.synth.verdicts import Judge
from contractctl.synth.where import Site, Where

_MOST_FORMS: Final = 256
_RETRIED_FORMS: Final = 48
_MOST_RETURNS: Final = 6
_DEEPEST: Final = 72
_EFFORTS: Final = 6
_REJECTED: Final = (-1, "rejected")
_NOWHERE: Final = float("inf")


@dataclass(frozen=True, slots=True)
class _Given:
    """A value that the schema itself names; where it is one of a list, its failure counts towards a proof."""

    value: Json
    listed: bool


@dataclass(frozen=True, slots=True)
class _Made:
    """A value of one type of one form; `key` is the same for all efforts."""

    key: tuple[int, str]
    build: partial[Json]


_Candidate: TypeAlias = "_Given | _Made"


@dataclass(frozen=True, slots=True)
class _Trial:
    """One form of a schema, the `index`-th, to be made with an effort."""

    schema: Schema
    form: Form
    index: int
    effort: int


class Builder:
    """Builds values of schemas. One Builder is one attempt."""

    __slots__ = ("_budget", "_expander", "_judge", "_manner", "_proofs", "_rests", "_seed", "_skips", "sites")

    def __init__(
        self, expander: Expander, judge: Judge, proofs: Proofs, manner: Manner, *, seed: int, skips: Mapping[Site, int]
    ) -> None:
        self._expander = expander
        self._budget = expander.budget
        self._judge = judge
        self._manner = manner
        self._proofs = proofs
        self._rests: float = _NOWHERE
        self._seed = seed
        self._skips = skips
        self.sites: dict[tuple[str | int, ...], tuple[Site, int]] = {}
        """By path: who made the value there, and with which of its candidates."""

    def make(self, schema: Schema, where: Where) -> Json:
        """Make a value at a place. Raise Unsatisfiable (proved: there is none) or GaveUp."""
        self._budget.spend()
        if len(where.path) > _DEEPEST:
            raise GaveUp("the schema nests too deeply")
        known = self._proofs.find(schema)
        if known:
            raise Unsatisfiable(known)
        above, self._rests = self._rests, _NOWHERE
        try:
            return self._first_possible(schema, where)
        except Unsatisfiable as proof:
            # What rests on a question further up holds only while that one is open.
            if self._rests >= len(where.trail) and self._expander.sure:
                self._proofs.keep(schema, str(proof))
            raise
        finally:
            self._rests = min(above, self._rests if self._rests < len(where.trail) else _NOWHERE)

    def _first_possible(self, schema: Schema, where: Where) -> Json:
        skip = self._skips.get(where.site, 0)
        stuck: dict[tuple[int, str], GaveUp] = {}
        refuted: dict[tuple[int, str], Unsatisfiable] = {}
        for index, candidate in enumerate(self._candidates(schema, where)):
            if index < skip:
                if not isinstance(candidate, _Given) or candidate.listed:
                    stuck[_REJECTED] = GaveUp("every value that was tried is rejected")
                continue
            self.sites[where.path] = (where.site, index)
            if isinstance(candidate, _Given):
                return candidate.value
            if candidate.key in refuted:
                continue
            try:
                return candidate.build()
            except Unsatisfiable as proof:
                refuted[candidate.key] = proof
                stuck.pop(candidate.key, None)
            except GaveUp as reason:
                stuck[candidate.key] = reason
        if stuck:
            raise list(stuck.values())[-1]
        proofs = (*refuted.values(), Unsatisfiable(self._expander.reason or f"nothing satisfies {_name(where)}"))
        raise proofs[0]

    def verdict(self, schema: Schema, value: Json) -> bool | None:
        """Tell whether a value satisfies a schema; None where that is not known."""
        return self._judge.verdict(schema, value)

    def _candidates(self, schema: Schema, where: Where) -> Iterator[_Candidate]:
        self._expander.reason = ""
        if self._manner.shape == "null" and self._may_be_null(schema):
            yield _Given(None, listed=False)
        forms: list[Form] = []
        for form in islice(self._expander.forms(schema), _MOST_FORMS):
            yield from self._of_form(schema, form, len(forms), where)
            forms.append(form)
        for effort in range(1, _EFFORTS):
            for index, form in enumerate(forms[:_RETRIED_FORMS]):
                if named_values(form.keywords) is None:
                    yield from self._built(_Trial(schema, form, index, effort), where)
        if len(forms) == _MOST_FORMS:
            yield _Made((-1, ""), partial(_too_many))

    def _may_be_null(self, schema: Schema) -> bool:
        forms = islice(self._expander.forms(schema), _RETRIED_FORMS)
        return any(says_null(form.keywords) for form in forms) and self._judge.verdict(schema, None) is not False

    def _of_form(self, schema: Schema, form: Form, index: int, where: Where) -> Iterator[_Candidate]:
        """Yield the first candidates of a form: what it suggests, what it lists, else one of each type."""
        keywords, takes = form.keywords, self._manner.suggested
        suggested = documented_examples(keywords) if takes else ()
        for value in (*elements(keywords, "prefer"), *suggested):
            if self._may_be(schema, form, value):
                yield _Given(value, listed=False)
        defaults = [keywords["default"]] if takes and "default" in keywords else []
        composed = members(keywords, "properties") or "items" in keywords
        if defaults and not composed and self._may_be(schema, form, defaults[0]):
            yield _Given(defaults[0], listed=False)
        named = named_values(keywords)
        if named is None:
            yield from self._built(_Trial(schema, form, index, 0), where)
        else:
            values = (value for value in self._turned(named, where) if self._may_be(schema, form, value))
            yield from (_Given(value, listed=True) for value in values)
        if defaults and composed and self._may_be(schema, form, defaults[0]):
            yield _Given(defaults[0], listed=False)

    def _may_be(self, schema: Schema, form: Form, value: Json) -> bool:
        return admits(form.keywords, value) and self._judge.verdict(schema, value) is not False

    def _turned(self, named: tuple[Json, ...], where: Where) -> tuple[Json, ...]:
        """Return the listed values starting with the one that is this item's turn."""
        start = (where.ordinal - 1 + self._seed + where.turn) % len(named) if named else 0
        return (*named[start:], *named[:start])

    def _built(self, trial: _Trial, where: Where) -> Iterator[_Candidate]:
        inside = where.inside(trial.index + trial.effort * _MOST_FORMS, effort=trial.effort)
        references = trial.form.references
        above = [at for at, (entered, _) in enumerate(where.trail) if entered == references] if references else []
        inside = inside.entering(references, trial.schema)
        key = question(trial.schema) if above else None
        same = next((at for at in above if question(where.trail[at][1]) == key), None)
        if same is not None:
            # A value that holds another one of the same schema is not the smallest: if there is one, there is one
            # that was made another way.
            yield _Made((trial.index, ""), partial(self._hold_itself, same))
        elif above and ((trial.effort == 0 and inside.allowance > 0) or len(above) > _MOST_RETURNS):
            yield _Made((trial.index, "again"), partial(_recurs))
        else:
            for kind in likely_types(trial.form.keywords, named=bool(inside.name)):
                yield _Made((trial.index, kind), partial(self._build, kind, trial.form, inside, trial.effort))

    def _hold_itself(self, above: int) -> Json:
        self._rests = min(self._rests, above)
        raise Unsatisfiable("the schema asks for itself without end")

    def _build(self, kind: str, form: Form, where: Where, effort: int) -> Json:
        chance = Chance(self._seed, where.path, where.turn, kind)
        match kind:
            case "object" | "array":
                return self._composed(kind, form, where, chance, effort)
            case "string":
                ordinal = where.ordinal + self._seed + where.turn - effort
                usual = texts(form, name=where.name, ordinal=ordinal, chance=chance)
                return _nth(chain(self._extreme_texts(form, where), usual), effort)
            case "integer" | "number":
                wish = named_number(where.name, where.ordinal + self._seed + where.turn - effort)
                integral = kind == "integer"
                found = numbers(form.keywords, form.denied, integral=integral, wish=wish, chance=chance)
                return _nth(chain(self._extreme_numbers(form, where, integral=integral), found), effort)
            case "boolean":
                return self._listed((True, False), form, self._seed + where.turn)
            case _:
                return self._listed((None,), form, 0)

    def _extreme_texts(self, form: Form, where: Where) -> Iterator[str]:
        if self._manner.shape == "edge":
            yield from turned(extreme_texts(form, where.name), where.ordinal - 1 + self._seed, where.name)

    def _extreme_numbers(self, form: Form, where: Where, *, integral: bool) -> Iterator[int | float]:
        if self._manner.shape == "edge":
            found = extreme_numbers(form.keywords, form.denied, integral=integral)
            yield from turned(found, where.ordinal - 1 + self._seed, where.name)

    def _listed(self, values: tuple[Json, ...], form: Form, turn: int) -> Json:
        denied = {identity(value) for schema in form.denied for value in elements(schema, "enum")}
        left = [value for value in values if identity(value) not in denied]
        if not left:
            raise Unsatisfiable("every value of the type is excluded")
        return left[turn % len(left)]

    def _composed(self, kind: str, form: Form, where: Where, chance: Chance, effort: int) -> Json:
        if kind == "array":
            made: Json = make_array(form, where, self, effort=effort, manner=self._manner)
        else:
            made = make_object(form, where, self, effort=effort, chance=chance)
        if any(identity(made) == identity(value) for schema in form.denied for value in elements(schema, "enum")):
            raise GaveUp("the value that was made is excluded")
        return made


def _nth(found: Iterable[Json], effort: int) -> Json:
    """Return the `effort`-th distinct value, counted from 0."""
    seen: set[Hashable] = set()
    for value in found:
        seen.add(identity(value))
        if len(seen) > effort:
            return value
    raise GaveUp("no further value was found")


def _name(where: Where) -> str:
    return f"the schema of {'/'.join(map(str, where.path)) or 'the value'}"


def _recurs() -> Json:
    raise GaveUp("the schema asks for itself without end")


def _too_many() -> Json:
    raise GaveUp(f"more than {_MOST_FORMS} combinations of branches were possible")
