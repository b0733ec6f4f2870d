"""Building one candidate value: every node tries its candidates in order, from the documented to the synthesised.

The validator's objections come back as `skips`: how many candidates of a site to pass over in the next attempt.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Final, Protocol

from contractctl.synth.arrays import make_array
from contractctl.synth.budget import Budget
from contractctl.synth.chance import Chance
from contractctl.synth.expand import Expander, Form
from contractctl.synth.failures import GaveUp, Unsatisfiable
from contractctl.synth.names import named_number
from contractctl.synth.numbers import numbers
from contractctl.synth.objects import make_object
from contractctl.synth.shallow import admits
from contractctl.synth.texts import texts
from contractctl.synth.values import Json, Keywords, Schema, elements, identity, members, types
from contractctl.synth.where import Site, Where

_MOST_FORMS: Final = 48
_DEEPEST: Final = 48
_EFFORTS: Final = 6
_CONTAINERS: Final = frozenset(("object", "array"))
_HINTS: Final[Mapping[str, frozenset[str]]] = {
    "object": frozenset(
        ("properties", "required", "additionalProperties", "patternProperties", "minProperties", "propertyNames")
    ),
    "array": frozenset(("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains")),
    "string": frozenset(("minLength", "maxLength", "pattern", "format")),
    "number": frozenset(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
}


class _Candidate(Protocol):
    """Makes a value; `proves` tells whether its failure counts towards a proof that there is none."""

    @property
    def proves(self) -> bool: ...

    def make(self) -> Json: ...


@dataclass(frozen=True, slots=True)
class _Given:
    """A value that the schema itself names."""

    value: Json
    proves: bool

    def make(self) -> Json:
        return self.value


@dataclass(frozen=True, slots=True)
class _Made:
    """A value of one type of one form."""

    build: partial[Json]
    proves: bool = True

    def make(self) -> Json:
        return self.build()


class Builder:
    """Builds values of the schemas of one document. One Builder is one attempt."""

    __slots__ = ("_budget", "_expander", "_seed", "_skips", "sites")

    def __init__(self, expander: Expander, budget: Budget, *, seed: int, skips: Mapping[Site, int]) -> None:
        self._expander = expander
        self._budget = budget
        self._seed = seed
        self._skips = skips
        self.sites: dict[tuple[str | int, ...], Site] = {}

    def make(self, schema: Schema, where: Where) -> Json:
        """Make a value at a place. Raise Unsatisfiable (proved: there is none) or GaveUp."""
        self._budget.spend()
        if len(where.path) > _DEEPEST:
            raise GaveUp("the schema nests too deeply")
        self.sites[where.path] = where.site
        skip = self._skips.get(where.site, 0)
        obstacle: Exception | None = None
        for index, candidate in enumerate(self._candidates(schema, where)):
            if index < skip:
                obstacle = GaveUp("every value that was tried is rejected") if candidate.proves else obstacle
                continue
            try:
                return candidate.make()
            except Unsatisfiable as proof:
                obstacle = obstacle or proof
            except GaveUp as stuck:
                obstacle = stuck
        raise obstacle or Unsatisfiable(f"nothing satisfies the schema of {_name(where)}")

    def _candidates(self, schema: Schema, where: Where) -> Iterator[_Candidate]:
        forms = tuple(islice(self._expander.forms(schema), _MOST_FORMS + 1))
        for index, form in enumerate(forms[:_MOST_FORMS]):
            yield from self._of_form(form, where.inside(index, form.entered))
        for effort in range(1, _EFFORTS):
            for index, form in enumerate(forms[:_MOST_FORMS]):
                if _named_values(form.keywords) is None:
                    inside = where.inside(index + effort * _MOST_FORMS, form.entered)
                    yield from self._built(form, inside, effort)
        if len(forms) > _MOST_FORMS:
            yield _Made(partial(_too_many))

    def _of_form(self, form: Form, where: Where) -> Iterator[_Candidate]:
        """Yield the first candidates of a form: what it suggests, what it lists, else one of each type."""
        keywords = form.keywords
        for value in (*elements(keywords, "prefer"), *_examples(keywords)):
            if admits(keywords, value):
                yield _Given(value, proves=False)
        defaults = [keywords["default"]] if "default" in keywords and admits(keywords, keywords["default"]) else []
        composed = members(keywords, "properties") or "items" in keywords
        if defaults and not composed:
            yield _Given(defaults[0], proves=False)
        named = _named_values(keywords)
        if named is None:
            yield from self._built(form, where, 0)
        else:
            yield from (_Given(value, proves=True) for value in self._turned(named, where) if admits(keywords, value))
        if defaults and composed:
            yield _Given(defaults[0], proves=False)

    def _turned(self, named: tuple[Json, ...], where: Where) -> tuple[Json, ...]:
        """Return the listed values starting with the one that is this item's turn."""
        start = (where.ordinal - 1 + self._seed) % len(named) if named else 0
        return (*named[start:], *named[:start])

    def _built(self, form: Form, where: Where, effort: int) -> Iterator[_Candidate]:
        if form.entered and where.trail.count(frozenset(form.entered)) > 1:
            yield _Made(partial(_recurs))
            return
        for kind in _likely_types(form.keywords, where):
            yield _Made(partial(self._build, kind, form, where, effort))

    def _build(self, kind: str, form: Form, where: Where, effort: int) -> Json:
        chance = Chance(self._seed, where.path, effort, kind)
        match kind:
            case "object":
                return make_object(form, where, self.make, effort=effort, chance=chance)
            case "array":
                return make_array(form.keywords, where, self.make, effort=effort)
            case "string":
                found = texts(form.keywords, name=where.name, ordinal=where.ordinal + self._seed, chance=chance)
                return _nth(found, effort)
            case "integer" | "number":
                wish = named_number(where.name, where.ordinal + self._seed)
                integral = kind == "integer"
                return _nth(numbers(form.keywords, integral=integral, wish=wish, chance=chance), effort)
            case "boolean":
                return (effort + self._seed) % 2 == 0
            case _:
                return None


def _nth(found: Iterable[Json], effort: int) -> Json:
    """Return the `effort`-th distinct value, counted from 0."""
    seen: set[Hashable] = set()
    for value in found:
        seen.add(identity(value))
        if len(seen) > effort:
            return value
    raise GaveUp("no further value was found")


def _examples(keywords: Keywords) -> tuple[Json, ...]:
    single = (keywords["example"],) if "example" in keywords else ()
    return (*single, *elements(keywords, "examples"))


def _named_values(keywords: Keywords) -> tuple[Json, ...] | None:
    """Return the values that `const` or `enum` leaves, None where there is neither."""
    if "const" in keywords:
        return (keywords["const"],)
    return tuple(elements(keywords, "enum")) if "enum" in keywords else None


def _likely_types(keywords: Keywords, where: Where) -> tuple[str, ...]:
    """Return the admitted types, those that the other keywords speak of first, null last."""
    allowed = [kind for kind in types(keywords) if kind != "integer" or "number" not in types(keywords)]
    hinted = [kind for kind, hints in _HINTS.items() if kind in allowed and hints & keywords.keys()]
    if not hinted and "type" not in keywords:
        hinted = ["string"] if where.name else ["object"]
    others = [kind for kind in allowed if kind not in hinted and kind != "null"]
    if "type" not in keywords:
        others.sort(key=_CONTAINERS.__contains__)
    return (*hinted, *others, *(("null",) if "null" in allowed else ()))


def _name(where: Where) -> str:
    return "/".join(map(str, where.path)) or "the value"


def _recurs() -> Json:
    raise GaveUp("the schema asks for itself without end")


def _too_many() -> Json:
    raise GaveUp(f"more than {_MOST_FORMS} combinations of branches were possible")
