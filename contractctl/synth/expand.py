"""Schemas to forms: references followed, `allOf` merged, a branch of each `anyOf`, `oneOf` and `if` chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from contractctl.synth.combine import SUGGESTIONS, combine
from contractctl.synth.failures import Unsatisfiable
from contractctl.synth.likeness import meaning
from contractctl.synth.references import Resolve
from contractctl.synth.values import Keywords, Schema, as_schema, elements, members, strings

_APPLICATORS: Final = frozenset(("$ref", "allOf", "anyOf", "oneOf", "if", "then", "else"))


@dataclass(frozen=True, slots=True)
class Form:
    """One conjunction of keywords that apply to a value itself.

    Every value that satisfies a schema satisfies one of its forms; the other direction is left to the validator.
    `entered` are the references on the way, outermost first.
    """

    keywords: Keywords
    entered: tuple[str, ...] = ()


class Expander:
    """Expands schemas whose references `resolve` follows.

    An `exclusive` one leaves out the branches of a `oneOf` that say the same as another of its branches: a value of
    one is a value of both, and therefore of neither. That costs time, and is for what could not be solved otherwise.
    """

    __slots__ = ("_exclusive", "_resolve")

    def __init__(self, resolve: Resolve, *, exclusive: bool = False) -> None:
        self._resolve = resolve
        self._exclusive = exclusive

    def forms(self, schema: Schema, entered: tuple[str, ...] = ()) -> Iterator[Form]:
        """Yield the forms in the order of the branches; none for a schema that excludes itself.

        Raise GaveUp for a reference that leads nowhere.
        """
        if schema is False or (schema is not True and schema.get("not") in ({}, True)):
            return
        if schema is True:
            yield Form({}, entered)
            return
        own = {keyword: value for keyword, value in schema.items() if keyword not in _APPLICATORS}
        if "discriminator" in own and entered:
            own["discriminator"] = {**members(own, "discriminator"), "holder": entered[-1]}
        suggestions = {keyword: schema[keyword] for keyword in SUGGESTIONS if keyword in schema}
        for form in self._conjoin(tuple(self._choices(schema)), Form(own, entered)):
            yield Form({**form.keywords, **suggestions}, form.entered) if suggestions else form

    def _conjoin(self, choices: Sequence[Sequence[Schema]], form: Form) -> Iterator[Form]:
        if not choices:
            yield form
            return
        for branch in choices[0]:
            for found in self._branch(branch, form.entered):
                try:
                    merged = combine(form.keywords, found.keywords)
                except Unsatisfiable:
                    continue
                yield from self._conjoin(choices[1:], Form(merged, found.entered))

    def _branch(self, schema: Schema, entered: tuple[str, ...]) -> Iterator[Form]:
        reference = schema.get("$ref") if isinstance(schema, Mapping) and len(schema) == 1 else None
        if not isinstance(reference, str):
            return self.forms(schema, entered)
        # Entered before on the way to the same value: it is part of the conjunction already.
        if reference in entered:
            return iter((Form({}, entered),))
        return self.forms(self._resolve(reference), (*entered, reference))

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
            yield self._singular(branches) if self._exclusive else branches
        if "if" in schema:
            then = {"allOf": [schema["if"], schema.get("then", True)]}
            yield (then, as_schema(schema.get("else", True)))
        required = strings(schema, "required")
        for key, dependent in members(schema, "dependentSchemas").items():
            if key in required:
                yield (as_schema(dependent),)

    def _singular(self, branches: Sequence[Schema]) -> Sequence[Schema]:
        meanings = [meaning(self._followed(branch)) for branch in branches]
        count = Counter(meanings)
        return [branch for branch, key in zip(branches, meanings, strict=True) if count[key] == 1]

    def _followed(self, schema: Schema) -> Schema:
        """Return the target of a schema that is only a reference; itself for another one, and for a long chain."""
        for _ in range(20):
            reference = schema.get("$ref") if isinstance(schema, Mapping) and len(schema) == 1 else None
            if not isinstance(reference, str):
                return schema
            schema = self._resolve(reference)
        return schema
