"""Schemas to forms: references followed, `allOf` merged, a branch of each `anyOf`, `oneOf`, `if` and `not` chosen."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from contractctl.synth.budget import Budget
from contractctl.synth.combine import SUGGESTIONS, combine
from contractctl.synth.complement import implied, ways_to_fail, without
from contractctl.synth.failures import Unsatisfiable
from contractctl.synth.likeness import meaning
from contractctl.synth.references import Resolve
from contractctl.synth.shallow import contradiction
from contractctl.synth.values import Json, Keywords, Schema, as_schema, elements, members, strings

_APPLICATORS: Final = frozenset(("$ref", "allOf", "anyOf", "oneOf", "if", "then", "else", "not"))
# Keywords of which a form keeps every one that it is made of, because two of them have no conjunction.
_KEPT: Final = (
    *("pattern", "format", "properties", "patternProperties", "additionalProperties", "propertyNames"),
    *("prefixItems", "items", "contains"),
)


_EVALUATING: Final = _APPLICATORS | {"$dynamicRef", "$recursiveRef", "dependentSchemas", "contains"}
_UNEVALUATED: Final = (("unevaluatedProperties", "additionalProperties"), ("unevaluatedItems", "items"))
_SEVERAL: Final = "every combination of branches contradicts itself"


@dataclass(frozen=True, slots=True)
class Form:
    """One conjunction of keywords that apply to a value itself.

    Every value that satisfies a schema satisfies one of its forms; the other direction is left to the validator.
    `keywords` are what all say together. `parts` are the keyword sets as they are written, of those that speak of
    texts, members or items: where two cannot be one keyword, only `parts` have both. `denied` are schemas that the
    value must not satisfy, each one keyword (`complement.implied` knows which). `entered` are the references on the
    way, outermost first, and `refused` those whose complement was taken. `known` are the branches taken
    (True) or failed (False), as far as they were looked at.
    """

    keywords: Keywords
    parts: tuple[Keywords, ...] = ()
    denied: tuple[Keywords, ...] = ()
    entered: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    known: frozenset[tuple[Hashable, bool]] = frozenset()

    @property
    def references(self) -> frozenset[tuple[str, bool]]:
        """What was entered (True) and refused (False)."""
        return frozenset((*((name, True) for name in self.entered), *((name, False) for name in self.refused)))


class Expander:
    """Expands schemas whose references `resolve` follows.

    A `thorough` one takes with a branch of a `oneOf` that the others are failed, and of a dependent schema whether it
    applies. That costs time, and is for what could not be solved otherwise: the validator objects often enough.
    """

    __slots__ = ("_outermost", "_resolve", "_thorough", "budget", "reason", "sure")

    def __init__(self, resolve: Resolve, budget: Budget, *, thorough: bool = False) -> None:
        self._resolve = resolve
        self.budget = budget
        self._thorough = thorough
        self._outermost: Schema = False
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
        for found in self._conjoin(tuple(self._choices(schema)), form) if form else ():
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
        form = replace(on, keywords=own, parts=parts, denied=())
        demand = _exclusion(schema)
        if demand is not None:
            return self._merged(form, replace(on, keywords=demand, parts=(), denied=(members(schema, "not"),)))
        reason = contradiction(own, ())
        if reason:
            self._leave_out(reason)
        return None if reason else form

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

    def _conjoin(self, choices: Sequence[Sequence[Schema]], form: Form) -> Iterator[Form]:
        if not choices:
            yield form
            return
        for branch in choices[0]:
            for found in self._branch(branch, form):
                self.budget.spend()
                merged = self._merged(form, found)
                if merged is not None:
                    yield from self._conjoin(choices[1:], merged)

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

    def _choices(self, schema: Keywords) -> Iterator[Sequence[Schema]]:
        """Yield what has to hold besides the keywords themselves: of each sequence one member."""
        if "$ref" in schema:
            yield ({"$ref": schema["$ref"]},)
        for part in elements(schema, "allOf"):
            yield (as_schema(part),)
        if "anyOf" in schema:
            yield tuple(as_schema(branch) for branch in elements(schema, "anyOf"))
        if "oneOf" in schema:
            branches = [as_schema(branch) for branch in elements(schema, "oneOf")]
            yield _exactly_one(branches) if self._thorough else branches
        if "if" in schema:
            condition = as_schema(schema["if"])
            yield (
                {"allOf": [condition, schema.get("then", True)]},
                {"allOf": [without(condition), schema.get("else", True)]},
            )
        yield from self._dependents(schema)
        excluded = schema.get("not")
        if isinstance(excluded, (bool, Mapping)) and _exclusion(schema) is None:
            yield _failing(excluded)

    def _dependents(self, schema: Keywords) -> Iterator[Sequence[Schema]]:
        required = strings(schema, "required")
        for key, dependent in members(schema, "dependentSchemas").items():
            if key in required:
                yield (as_schema(dependent),)
            elif self._thorough:
                present: Schema = {"type": "object", "required": [key], "allOf": [dependent]}
                yield ({"properties": {key: False}}, present)


def _settle(own: dict[str, Json], schema: Keywords, unevaluated: str, keyword: str) -> None:
    """Take what is unevaluated for what is additional, where nothing else evaluates (core §11.2 and §11.3)."""
    if keyword in own:
        del own[unevaluated]
    elif not any(applicator in schema for applicator in _EVALUATING):
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


def _failing(excluded: Schema) -> Sequence[Schema]:
    return (without(excluded),) if _only_reference(excluded) else tuple(ways_to_fail(excluded))


def _exactly_one(branches: Sequence[Schema]) -> Sequence[Schema]:
    others = [
        [without(other) for other in (*branches[:index], *branches[index + 1 :])] for index in range(len(branches))
    ]
    return [{"allOf": [branch, *rest]} for branch, rest in zip(branches, others, strict=True)]
