"""From schemas to makers: the first forms of a schema, and of each what its values are made of.

What is compiled here need not know all that a schema says, since every guess is asked of the validator: what is not
plain is left out where that may do, and is no guess at all where it cannot.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Final

from contractctl.synth.arrays import is_plain, item_schema
from contractctl.synth.budget import Budget
from contractctl.synth.expand import Expander, Form
from contractctl.synth.failures import GaveUp, Unsatisfiable
from contractctl.synth.leaves import number_maker, text_maker
from contractctl.synth.likely import documented_examples, likely_types, named_values, says_null
from contractctl.synth.makers import (
    ArrayMaker,
    Choice,
    Lengths,
    Make,
    Member,
    ObjectMaker,
    constant,
    guarded,
    nothing,
    one_of,
)
from contractctl.synth.manner import Manner
from contractctl.synth.members import needs, possible_names, with_dependencies
from contractctl.synth.names import singular
from contractctl.synth.objects import member_schema, optional_names
from contractctl.synth.plainness import branches, is_null, only_reference, plain_form
from contractctl.synth.references import Resolve
from contractctl.synth.shallow import admits
from contractctl.synth.values import Json, Keywords, Schema, as_schema, elements, identity, members, strings, whole
from contractctl.synth.verdicts import Judge

_MOST_FORMS: Final = 24
_MOST_WAYS: Final = 48
_MOST_MADE_UP: Final = 50
_NODES: Final = 2_000
_TOP: Final = 2
"""How many levels the top has: the value itself, and the members of an object."""


class Planner:
    """Compiles schemas to makers, in one manner."""

    __slots__ = ("_judge", "_keys", "_known", "_manner", "_resolve")

    def __init__(self, resolve: Resolve, manner: Manner) -> None:
        """Take what follows references. Of the manner, shape and examples count here, items only in each run."""
        self._resolve = resolve
        self._manner = manner
        self._judge = Judge(resolve)
        self._keys: dict[frozenset[tuple[str, bool]], int] = {}
        self._known: dict[tuple[str, str], Make] = {}

    def whole_value(self, schema: Schema) -> Make:
        """Return what makes values of a schema."""
        return self._compiled(schema, "", _TOP)

    def maker(self, schema: Schema, name: str, top: int = 0) -> Make:
        """Return what makes the value of a member (or of the items of one); `nothing` where no guess is possible.

        What a reference leads to is compiled once for each name that it has, and an object once for all of them.
        """
        reference = only_reference(schema)
        if top or not reference:
            return self._compiled(schema, name, top)
        key = reference, "" if self._is_object(reference) else name
        if key not in self._known:
            self._known[key] = self._compiled(schema, key[1], 0)
        return self._known[key]

    def _is_object(self, reference: str) -> bool:
        target = self._resolve(reference)
        return not isinstance(target, bool) and target.get("type") == "object"

    def _compiled(self, schema: Schema, name: str, top: int) -> Make:
        try:
            if self._manner.shape != "null" and (leaves := branches(schema, self._resolve)):
                return self._of_branches(schema, leaves, name, top)
            forms = self._forms(schema)
            if self._manner.shape == "null" and self._may_be_null(schema, forms):
                return constant(None)
            found = [self._ways(schema, form, name, top) for form in forms]
        except (GaveUp, Unsatisfiable, RecursionError):
            return nothing
        return self._in_order(schema, found)

    def _of_branches(self, schema: Schema, leaves: Sequence[Schema], name: str, top: int) -> Make:
        """Return what makes values of the branches, each compiled by itself and so once for all who refer to it."""
        found = [([self.maker(one, name, top)], is_null(one)) for one in leaves]
        return self._in_order(schema, [([make for make in ways if make is not nothing], null) for ways, null in found])

    def _in_order(self, schema: Schema, found: Sequence[tuple[list[Make], bool]]) -> Make:
        # Null is the last resort, whichever branch it is in.
        usual = [ways for ways, is_null in found if ways and not is_null]
        last = [ways for ways, is_null in found if ways and is_null]
        ordered = [*(ways[0] for ways in usual), *(way for ways in usual for way in ways[1:])]
        ordered += [way for ways in last for way in ways]
        if not ordered:
            return nothing
        if len(ordered) == 1:
            return ordered[0]
        return Choice(ordered[:_MOST_WAYS], max(len(usual), 1), partial(self._is_right, schema)).make

    def _is_right(self, schema: Schema, value: Json) -> bool:
        return self._judge.verdict(schema, value) is not False

    def _may_be_null(self, schema: Schema, forms: Sequence[Form]) -> bool:
        return any(says_null(form.keywords) for form in forms) and self._judge.verdict(schema, None) is not False

    def _forms(self, schema: Schema) -> Sequence[Form]:
        """Return the first few forms: as many as are found with little effort."""
        plain = plain_form(schema, self._resolve)
        if plain is not None:
            return (plain,)
        expander = Expander(self._resolve, Budget(_NODES, of=_NODES))
        found: list[Form] = []
        try:
            found.extend(islice(expander.forms(schema), _MOST_FORMS))
        except GaveUp:
            if not found:
                raise
        return found

    def _ways(self, schema: Schema, form: Form, name: str, top: int) -> tuple[list[Make], bool]:
        """Return what makes values of a form, the likeliest first, and whether all that it makes is null."""
        keywords = form.keywords
        suggested = next(self._suggested(schema, form), None)
        if suggested is not None:
            return [constant(suggested[0])], suggested[0] is None
        named = named_values(keywords)
        if named is not None:
            left = self._shaped([value for value in named if self._may_be(schema, form, value)])
            return [one_of(left)] if left else [], all(value is None for value in left)
        kinds = likely_types(keywords, named=bool(name))
        return [make for kind in kinds for make in self._of_type(kind, form, name, top)], kinds == ("null",)

    def _suggested(self, schema: Schema, form: Form) -> Iterator[tuple[Json]]:
        """Yield what is taken before anything is made: preferences, examples, and defaults of what has no parts."""
        keywords = form.keywords
        found = list(elements(keywords, "prefer"))
        if self._manner.suggested:
            found += documented_examples(keywords)
            composed = members(keywords, "properties") or "items" in keywords
            found += [keywords["default"]] if "default" in keywords and not composed else []
        yield from ((value,) for value in found if self._may_be(schema, form, value))

    def _shaped(self, values: list[Json]) -> list[Json]:
        """Leave null out of several values, or everything else, as the manner has it."""
        others: list[Json] = [value for value in values if value is not None]
        if len(others) < len(values) and self._manner.shape == "null":
            return [None]
        return others or values

    def _may_be(self, schema: Schema, form: Form, value: Json) -> bool:
        return admits(form.keywords, value) and self._judge.verdict(schema, value) is not False

    def _of_type(self, kind: str, form: Form, name: str, top: int) -> Iterator[Make]:
        """Yield what makes values of a type; nothing where that cannot be guessed."""
        shape = self._manner.shape
        try:
            match kind:
                case "object":
                    yield self._guarded(form, self._object(form, top))
                case "array":
                    yield self._guarded(form, self._array(form, name, top))
                case "string":
                    yield text_maker(form, name, shape)
                case "integer" | "number":
                    yield number_maker(form, name, shape, integral=kind == "integer")
                case "boolean":
                    yield from _listed((True, False), form)
                case _:
                    yield from _listed((None,), form)
        except (GaveUp, Unsatisfiable):
            return

    def _guarded(self, form: Form, make: Make) -> Make:
        references = form.references
        return guarded(make, self._keys.setdefault(references, len(self._keys))) if references else make

    def _object(self, form: Form, top: int) -> Make:
        if any(needs(form)):
            raise GaveUp("members have to be there so that others are excluded")
        outline = _Outline(form, self._manner, self._judge)
        below = top - 1 if top == _TOP else 0

        def compiled(everything: bool) -> Sequence[Member]:
            return [
                Member(one, self.maker(member_schema(form, one), one, below), one in outline.required)
                for one in outline.names(everything=everything)
            ]

        return ObjectMaker(compiled).make

    def _array(self, form: Form, name: str, top: int) -> Make:
        if not is_plain(form):
            raise GaveUp("items are asked for that have to be searched")
        keywords = form.keywords
        lengths = Lengths(
            whole(keywords, "minItems") or 0,
            whole(keywords, "maxItems"),
            max((len(elements(part, "prefixItems")) for part in form.parts), default=0),
            unique=keywords.get("uniqueItems") is True,
            at_top=top > 0,
        )
        one = singular(name)
        return ArrayMaker(lengths, lambda index: self.maker(item_schema(form, index), one)).make


class _Outline:
    """Which members an object has."""

    __slots__ = ("_form", "_judge", "_manner", "_optional", "required")

    def __init__(self, form: Form, manner: Manner, judge: Judge) -> None:
        keywords = form.keywords
        self._form, self._manner, self._judge = form, manner, judge
        self.required = with_dependencies(strings(keywords, "required"), keywords)
        self._optional = optional_names(keywords, self.required)
        most = whole(keywords, "maxProperties")
        if most is not None:
            self._optional = self._optional[: max(most - len(self.required), 0)]

    def names(self, *, everything: bool) -> list[str]:
        """Return the names of all members, or of those that have to be there, in the order of the schema."""
        keywords = self._form.keywords
        chosen = {*self.required, *(filter(self._may_be, self._optional) if everything else ())}
        declared = [name for name in members(keywords, "properties") if name in chosen]
        named = list(dict.fromkeys((*declared, *self.required)))
        return [*named, *self._made_up(named, everything=everything)]

    def _may_be(self, name: str) -> bool:
        naming = self._form.keywords.get("propertyNames", True)
        return naming is True or self._judge.verdict(as_schema(naming), name) is not False

    def _made_up(self, named: Sequence[str], *, everything: bool) -> Iterator[str]:
        """Yield names of further members, where the schema counts them or is a map."""
        missing = self._wanted(len(named), everything=everything) - len(named)
        if missing <= 0:
            return
        if missing > _MOST_MADE_UP:
            raise GaveUp("too many members have to be made up")
        known = possible_names(self._form)
        usual = sorted(known) if known is not None else [f"key{at}" for at in range(1, missing + len(named) + 1)]
        names = (name for name in usual if name not in named and self._may_be(name))
        yield from islice(names, missing)

    def _wanted(self, there: int, *, everything: bool) -> int:
        keywords = self._form.keywords
        least, most = whole(keywords, "minProperties") or 0, whole(keywords, "maxProperties")
        entries = 0
        if everything and not there and _is_map(keywords):
            entries = self._manner.length(1, 0, 0) if self._manner.shape == "edge" else 1
        return max(least, entries if most is None else min(entries, most))


def _is_map(keywords: Keywords) -> bool:
    free = keywords.get("additionalProperties")
    return not isinstance(free, bool) and bool(free) and not members(keywords, "properties")


def _listed(values: tuple[Json, ...], form: Form) -> Iterator[Make]:
    denied = {identity(value) for schema in form.denied for value in elements(schema, "enum")}
    left = [value for value in values if identity(value) not in denied]
    if left:
        yield one_of(left)
