"""Schemas to forms: references followed, `allOf` merged, a branch of each `anyOf`, `oneOf`, `if` and `not` chosen."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, TypeAlias

from contractctl.synth.apart import Sight, Sights
from contractctl.synth.budget import Budget
from contractctl.synth.combine import SUGGESTIONS, combine
from contractctl.synth.complement import implied, spelled, ways_to_fail, without
from contractctl.synth.failures import Unsatisfiable
from contractctl.synth.likeness import meaning
from contractctl.synth.references import Resolve
from contractctl.synth.shallow import contradiction
from contractctl.synth.values import TYPES, Json, Keywords, Schema, as_schema, elements, members, strings, types

_APPLICATORS: Final = frozenset(("$ref", "allOf", "anyOf", "oneOf", "if", "then", "else", "not"))
# Keywords of which a form keeps every one that it is made of, because two of them have no conjunction.
_KEPT: Final = (
    *("pattern", "format", "properties", "patternProperties", "additionalProperties", "propertyNames"),
    *("prefixItems", "items", "contains"),
)


_TELLING: Final = ("type", "const", "enum", "required")
_COMPARED_FOR_A_NODE: Final = 3
"""So many looks at a schema cost as much as making one value."""
_EVALUATING: Final = frozenset(
    (
        *("$ref", "allOf", "anyOf", "oneOf", "if", "then", "else", "$dynamicRef", "$recursiveRef"),
        *("dependentSchemas", "dependencies", "contains"),
    )
)
_UNEVALUATED: Final = (("unevaluatedProperties", "additionalProperties"), ("unevaluatedItems", "items"))
_MOST_DECIDED: Final = 6
_MOST_COUNTED: Final = 8
_MOST_SPELLED: Final = 24
_NO_OBJECT: Final[Schema] = {"type": [name for name in TYPES if name != "object"]}
_SEVERAL: Final = "every combination of branches contradicts itself"


@dataclass(frozen=True, slots=True)
class Form:
    """One conjunction of keywords that apply to a value itself.

    Every value that satisfies a schema satisfies one of its forms; the other direction is left to the validator.
    `keywords` are what all say together. `parts` are the keyword sets as they are written, of those that speak of
    texts, members or items: where two cannot be one keyword, only `parts` have both. `denied` are schemas that the
    value must not satisfy, each one keyword (`complement.implied` knows which). `entered` are the references on the
    way, outermost first, and `refused` those whose complement was taken. `known` are the branches taken
    (True) or failed (False), as far as they were looked at. `told` are the keyword sets around: what the rest of the
    conjunction that this one becomes a part of says. `counted` tells that it matters what evaluates members and items,
    and `open` that something which may do that is in no part.
    """

    keywords: Keywords
    parts: tuple[Keywords, ...] = ()
    denied: tuple[Keywords, ...] = ()
    entered: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    known: frozenset[tuple[Hashable, bool]] = frozenset()
    told: tuple[Keywords, ...] = ()
    counted: bool = False
    open: bool = False

    @property
    def references(self) -> frozenset[tuple[str, bool]]:
        """What was entered (True) and refused (False)."""
        return frozenset((*((name, True) for name in self.entered), *((name, False) for name in self.refused)))


@dataclass(frozen=True, slots=True)
class _Failing:
    """The ways in which something excluded fails, made when they are asked for: there may be very many."""

    excluded: Schema

    def __iter__(self) -> Iterator[Schema]:
        if _only_reference(self.excluded):
            return iter((without(self.excluded),))
        return ways_to_fail(self.excluded)


@dataclass(frozen=True, slots=True)
class _ExactlyOne:
    """Each branch, with the failure of all others."""

    branches: Sequence[Schema]

    def __iter__(self) -> Iterator[Schema]:
        for index, branch in enumerate(self.branches):
            others = (*self.branches[:index], *self.branches[index + 1 :])
            yield {"allOf": [branch, *map(without, others)]}


_Choice: TypeAlias = "tuple[Schema, ...] | _Failing | _ExactlyOne"
"""Schemas of which one has to hold."""


class Expander:
    """Expands schemas whose references `resolve` follows.

    A `thorough` one takes with a branch of a `oneOf` that the others are failed, and of a dependent schema whether it
    applies. That costs time, and is for what could not be solved otherwise: the validator objects often enough.
    """

    __slots__ = ("_compared", "_outermost", "_resolve", "_sights", "_thorough", "budget", "reason", "sure")

    def __init__(self, resolve: Resolve, budget: Budget, *, thorough: bool = False) -> None:
        self._resolve = resolve
        self.budget = budget
        self._thorough = thorough
        self._outermost: Schema = False
        self._sights = Sights(resolve)
        self._compared = 0
        self.reason = ""
        """Why combinations of branches were left out, where there is one reason."""
        self.sure = True
        """Whether all that was expanded is understood, so that no form means that there is no value."""

    def forms(self, schema: Schema, on: Form | None = None) -> Iterator[Form]:
        """Yield the forms in the order of the branches; none for a schema that excludes itself.

        `on` is what is known of the value already: its references are not entered again. Raise GaveUp for a reference
        that leads nowhere.
        """
        on = on or Form({})
        if schema is False:
            return
        if schema is True:
            yield _nothing_more(on)
            return
        form = self._own(schema, on)
        suggestions = {keyword: schema[keyword] for keyword in SUGGESTIONS if keyword in schema}
        choices = tuple(self._choices(schema, counted=form.counted)) if form else ()
        for found in self._conjoin(choices, form) if form else ():
            yield replace(found, keywords={**found.keywords, **suggestions}) if suggestions else found

    def _own(self, schema: Keywords, on: Form) -> Form | None:
        """Return the form of the schema's own keywords, None where they contradict each other."""
        self._outermost = self._outermost or schema
        # References below an identifier of its own are not what they look like.
        self.sure = self.sure and ("$id" not in schema or schema is self._outermost)
        own = {keyword: value for keyword, value in schema.items() if keyword not in _APPLICATORS}
        for unevaluated, keyword in _UNEVALUATED:
            if unevaluated in own:
                _settle(own, schema, unevaluated, keyword)
        if "discriminator" in own and on.entered:
            own["discriminator"] = {**members(own, "discriminator"), "holder": on.entered[-1]}
        parts = (own,) if any(keyword in own for keyword in _KEPT) else ()
        counts = any(unevaluated in own for unevaluated, _ in _UNEVALUATED)
        is_open = on.open or (counts and on.counted) or self._leaves_open(schema)
        form = replace(on, keywords=own, parts=parts, denied=(), counted=on.counted or counts, open=is_open)
        demand = _exclusion(schema)
        if demand is not None:
            return self._merged(form, replace(on, keywords=demand, parts=(), denied=(members(schema, "not"),)))
        reason = contradiction(own, ())
        if reason:
            self._leave_out(reason)
        return None if reason else form

    def _leaves_open(self, schema: Keywords) -> bool:
        """Tell whether more of the schema may evaluate something than the branches that are taken."""
        if "$dynamicRef" in schema or "$recursiveRef" in schema:
            return True
        if not self._thorough and ("dependentSchemas" in schema or "dependencies" in schema):
            return True
        return len(elements(schema, "anyOf")) > (_MOST_DECIDED if self._thorough else 1)

    def _leave_out(self, reason: str) -> None:
        self.reason = reason if self.reason in ("", reason) else _SEVERAL

    def _merged(self, first: Form, second: Form) -> Form | None:
        """Return the conjunction; None where the two exclude each other at first sight."""
        denied = (*first.denied, *second.denied)
        try:
            keywords = combine(first.keywords, second.keywords)
        except Unsatisfiable as proof:
            self._leave_out(str(proof))
            return None
        reason = contradiction(keywords, denied)
        if reason:
            self._leave_out(reason)
            return None
        return replace(second, keywords=keywords, parts=(*first.parts, *second.parts), denied=denied)

    def _conjoin(self, choices: Sequence[_Choice], form: Form) -> Iterator[Form]:
        if not choices:
            yield form
            return
        telling = {keyword: form.keywords[keyword] for keyword in _TELLING if keyword in form.keywords}
        told = (*form.told, *((telling,) if telling else ()), *form.parts)
        seen = Sight.of(told)
        left = self._in_order(choices, seen)
        if not left:
            yield form
            return
        for branch in self._possible(left[0], seen):
            for found in self._branch(branch, replace(form, told=told)):
                self.budget.spend()
                merged = self._merged(form, found)
                if merged is not None:
                    yield from self._conjoin(left[1:], replace(merged, told=form.told))

    def _in_order(self, choices: Sequence[_Choice], seen: Sight) -> Sequence[_Choice]:
        """Return the choices from the first one on that is left to make; a thorough search begins with a forced one."""
        at = next((at for at, choice in enumerate(choices) if not self._is_met(choice, seen)), len(choices))
        if self._thorough:
            for forced in range(at, len(choices)):
                if self._is_forced(choices[forced], seen):
                    return (choices[forced], *choices[at:forced], *choices[forced + 1 :])
        return choices[at:]

    def _is_forced(self, choice: _Choice, seen: Sight) -> bool:
        """Tell whether a choice leaves one branch at most of those that there are."""
        if isinstance(choice, _Failing):
            return False
        branches = choice.branches if isinstance(choice, _ExactlyOne) else choice
        if not 1 < len(branches) <= _MOST_COUNTED:
            return False
        possible = (branch for branch in branches if not self._is_apart(branch, seen))
        return len(tuple(islice(possible, 2))) < 2

    def _is_met(self, choice: _Choice, seen: Sight) -> bool:
        """Tell whether what is seen of the value leaves no choice: it fails what it has to fail."""
        excluded = _excluded(choice)
        return excluded is not None and self._is_apart(excluded, seen)

    def _possible(self, choice: _Choice, seen: Sight) -> Iterable[Schema]:
        """Yield the branches that what is seen of the value does not exclude."""
        if isinstance(choice, _Failing):
            for way in replace(choice, excluded=self._narrowed(choice.excluded, seen)):
                if not self._sights.is_impossible(seen, way):
                    yield way
        elif isinstance(choice, tuple) and len(choice) == 1:
            yield choice[0]
        else:
            for branch in choice:
                if self._is_apart(branch, seen):
                    self._leave_out("what it must be and what it may be exclude each other")
                else:
                    yield branch

    def _narrowed(self, excluded: Schema, seen: Sight) -> Schema:
        """Return what is to be failed without the alternatives that are failed already."""
        if isinstance(excluded, bool) or _only_reference(excluded):
            return excluded
        kept: dict[str, Json] = {
            keyword: [one for one in elements(excluded, keyword) if not self._is_apart(as_schema(one), seen)]
            for keyword in ("anyOf", "oneOf")
            if keyword in excluded
        }
        return {**excluded, **kept} if kept else excluded

    def _is_apart(self, schema: Schema, seen: Sight) -> bool:
        self._compared += 1
        if self._compared % _COMPARED_FOR_A_NODE == 0:
            self.budget.spend()
        return self._sights.are_apart(seen, schema)

    def _branch(self, schema: Schema, on: Form) -> Iterator[Form]:
        reference = _only_reference(schema)
        if reference:
            return self._entered(reference, on)
        excluded = as_schema(schema["not"]) if isinstance(schema, Mapping) and schema.keys() == {"not"} else True
        reference = _only_reference(excluded)
        if reference:
            return self._refused(reference, on)
        return self._looked_at(schema, on) if self._thorough else self.forms(schema, on)

    def _looked_at(self, schema: Schema, on: Form) -> Iterator[Form]:
        """Expand a branch, unless what is known of the value includes or excludes it."""
        is_failed = isinstance(schema, Mapping) and schema.keys() == {"not"}
        key = meaning(as_schema(schema["not"]) if isinstance(schema, Mapping) and is_failed else schema)
        if (key, is_failed) in on.known:
            return iter(())
        if (key, not is_failed) in on.known:
            return iter((_nothing_more(on),))
        return self.forms(schema, replace(on, known=on.known | {(key, not is_failed)}))

    def _entered(self, reference: str, on: Form) -> Iterator[Form]:
        if reference in on.refused:
            return iter(())
        # Entered before on the way to the same value: it is part of the conjunction already.
        if reference in on.entered:
            return iter((_nothing_more(on),))
        known = replace(_nothing_more(on), entered=(*on.entered, reference))
        return self.forms(self._resolve(reference), known)

    def _refused(self, reference: str, on: Form) -> Iterator[Form]:
        if reference in on.entered:
            return iter(())
        if reference in on.refused:
            return iter((_nothing_more(on),))
        known = replace(_nothing_more(on), refused=(*on.refused, reference))
        return self.forms(without(self._resolve(reference)), known)

    def _choices(self, schema: Keywords, *, counted: bool) -> Iterator[_Choice]:
        """Yield what has to hold besides the keywords themselves: of each choice one branch.

        Where it is `counted` what evaluates members and items, every branch that may hold is a choice of its own.
        """
        if "$ref" in schema:
            yield ({"$ref": schema["$ref"]},)
        for part in elements(schema, "allOf"):
            if self._thorough and not counted and isinstance(part, Mapping) and part.keys() == {"anyOf"}:
                # Alternatives that are all of a part are a choice like any other, which may be forced.
                yield tuple(map(as_schema, elements(part, "anyOf")))
            else:
                yield (as_schema(part),)
        if "anyOf" in schema:
            branches = [as_schema(branch) for branch in elements(schema, "anyOf")]
            yield tuple(branches)
            if counted and self._thorough and 1 < len(branches) <= _MOST_DECIDED:
                yield from ((branch, without(branch)) for branch in branches)
        if "oneOf" in schema:
            branches = [as_schema(branch) for branch in elements(schema, "oneOf")]
            yield _ExactlyOne(branches) if self._thorough else tuple(branches)
        if "if" in schema:
            condition = as_schema(schema["if"])
            yield (
                {"allOf": [condition, schema.get("then", True)]},
                {"allOf": [without(condition), schema.get("else", True)]},
            )
        yield from self._dependents(schema)
        excluded = schema.get("not")
        if isinstance(excluded, (bool, Mapping)) and _exclusion(schema) is None:
            yield _Failing(excluded)
        elif isinstance(excluded, Mapping) and self._thorough:
            composed = [value for value in elements(excluded, "enum") if isinstance(spelled(value), Mapping)]
            if len(composed) <= _MOST_SPELLED:
                yield from (_Failing(spelled(value)) for value in composed)

    def _dependents(self, schema: Keywords) -> Iterator[_Choice]:
        required = strings(schema, "required")
        listed = members(schema, "dependencies").items()
        older = [(key, one if isinstance(one, (bool, Mapping)) else {"required": one}) for key, one in listed]
        for key, dependent in (*members(schema, "dependentSchemas").items(), *older):
            if key in required:
                yield (as_schema(dependent),) if types(schema) == ("object",) else (as_schema(dependent), _NO_OBJECT)
            elif self._thorough:
                present: Schema = {"type": "object", "required": [key], "allOf": [dependent]}
                yield ({"properties": {key: False}}, present)


def _settle(own: dict[str, Json], schema: Keywords, unevaluated: str, keyword: str) -> None:
    """Take what is unevaluated for what is additional, where nothing else evaluates (core §11.2 and §11.3)."""
    if keyword in own:
        del own[unevaluated]
    elif own[unevaluated] is True or not any(applicator in schema for applicator in _EVALUATING):
        own[keyword] = own.pop(unevaluated)


def _nothing_more(on: Form) -> Form:
    return replace(on, keywords={}, parts=(), denied=())


def _exclusion(schema: Keywords) -> Keywords | None:
    """Return what `not` implies where it stays as it is."""
    excluded = schema.get("not")
    return implied(excluded) if isinstance(excluded, Mapping) else None


def _only_reference(schema: Schema) -> str:
    """Return the reference of a schema that is nothing else; an empty text for another one."""
    reference = schema.get("$ref") if isinstance(schema, Mapping) and len(schema) == 1 else None
    return reference if isinstance(reference, str) else ""


def _excluded(choice: _Choice) -> Schema | None:
    """Return what must fail where a choice is that and nothing else."""
    if isinstance(choice, _Failing):
        return choice.excluded
    only = choice[0] if isinstance(choice, tuple) and len(choice) == 1 else None
    return as_schema(only["not"]) if isinstance(only, Mapping) and only.keys() == {"not"} else None
