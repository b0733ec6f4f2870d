"""Values that are made to be as the contract has them: what is required is added, what is not allowed left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from contractctl.encodings.bodies import compact
from contractctl.encodings.json_texts import loads
from contractctl.mockserver.dynamic import Synthesis, Unmade, Wish
from contractctl.mockserver.model import Content, Json
from contractctl.mockserver.pages.corpus import item_ways
from contractctl.mockserver.record import record
from contractctl.mockserver.state.collections import Steps

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator, ValidationError

_ROUNDS = 8
_MOST_ERRORS = 100
_MOST_FORMS = 64
_CLOSED = frozenset(("additionalProperties", "unevaluatedProperties"))


@record
class Form:
    """What a value has to be. `make` gives a valid one for a number, None where none is found."""

    validator: Draft202012Validator
    make: Callable[[int], Json]

    def fitted(self, value: Json, number: Callable[[], int], steps: Steps = ()) -> Json:
        """Return the body that holds a value at the steps, with what is missing, without what must not be there.

        What is valid without steps is returned as it is. What is added depends on the number alone, which is asked for
        only then. None where that cannot be done.
        """
        if not steps and self.validator.is_valid(value):
            return value
        base = self.make(number())
        body = placed(base, steps, value)
        if self.validator.is_valid(body):
            return body
        return self._mended(body, base) or self._overlaid(base, value, steps)

    def faults(self, value: Json) -> Iterator[ValidationError]:
        """Yield what is wrong with a value."""
        return islice(self.validator.iter_errors(value), _MOST_ERRORS)

    def _mended(self, body: Json, base: Json) -> Json:
        """Mend what is wrong where it is wrong; None where that does not help."""
        mended: Json = loads(compact(body))
        for _ in range(_ROUNDS):
            found = [_mend(mended, base, error) for error in self.faults(mended)]
            if not any(found):
                return None
            if self.validator.is_valid(mended):
                return mended
        return None

    def _overlaid(self, base: Json, value: Json, steps: Steps) -> Json:
        """Return a valid value with as much of another one as it may have; None where there is none."""
        held = at(base, steps)
        if not isinstance(held, dict) or not isinstance(value, dict):
            return base
        for name, member in value.items():
            changed = {**held, name: member}
            if self.validator.is_valid(placed(base, steps, changed)):
                held = changed
        for name in [name for name in held if name not in value]:
            changed = {other: member for other, member in held.items() if other != name}
            if self.validator.is_valid(placed(base, steps, changed)):
                held = changed
        return placed(base, steps, held)


class Forms:
    """The forms of the contents of one contract."""

    def __init__(self, synthesis: Synthesis) -> None:
        self._synthesis = synthesis
        self._known: dict[tuple[str, tuple[Steps, ...]], Form | None] = {}

    def of(self, content: Content) -> Form | None:
        """Return the form of a content's value; None where nothing is known of it."""
        if (content.key, ()) not in self._known:
            self._remember((content.key, ()), self._made(content))
        return self._known[content.key, ()]

    def of_items(self, content: Content) -> Form | None:
        """Return the form of what a content's list holds; None where it holds none, or nothing is known of them."""
        if content.page is None or not self._synthesis.can_make(content):
            return None
        key = content.key, content.page.items
        if key not in self._known:
            ways = item_ways(*self._synthesis.closure(content.key), content.page.items)
            self._remember(key, Form(ways[0], _maker(*ways)) if ways else None)
        return self._known[key]

    def _made(self, content: Content) -> Form | None:
        if not self._synthesis.can_make(content):
            return None
        try:
            validator = self._synthesis.validator(content)
        except Unmade:
            return None

        def make(number: int) -> Json:
            try:
                return self._synthesis.value(content, Wish(number))
            except Unmade:
                return None

        return Form(validator, make)

    def _remember(self, key: tuple[str, tuple[Steps, ...]], form: Form | None) -> None:
        if len(self._known) >= _MOST_FORMS:
            self._known.clear()
        self._known[key] = form


def _maker(validator: Draft202012Validator, plan: Any) -> Callable[[int], Json]:
    from contractctl.synth import GaveUp, Unsatisfiable

    def make(number: int) -> Json:
        try:
            made: Json = plan.value(validator.is_valid, validator.iter_errors, seed=number, examples=False)
        except (GaveUp, Unsatisfiable):
            return None
        return made

    return make


def at(body: Json, steps: Steps) -> Json:
    """Return what the steps lead to in a body; None where there is nothing."""
    for step in steps:
        body = body.get(step) if isinstance(body, dict) else None
    return body


def placed(body: Json, steps: Steps, value: Json) -> Json:
    """Return a body, which is not changed, with a value where the steps lead."""
    if not steps:
        return value
    holder = body if isinstance(body, dict) else {}
    return {**holder, steps[0]: placed(holder.get(steps[0]), steps[1:], value)}


def _mend(body: Json, base: Json, error: ValidationError) -> bool:
    """Change a body where an error is, and tell whether that was done."""
    path = list(error.instance_path)
    kind = error.kind.name
    if kind == "required":
        return _completed(_inside(body, path), _inside(base, path), str(error.kind.as_dict()["property"]))
    if kind in _CLOSED:
        holder = _inside(body, path)
        return isinstance(holder, dict) and _emptied(holder, error.kind.as_dict()["unexpected"])
    return bool(path) and _replaced(_inside(body, path[:-1]), _inside(base, path[:-1]), path[-1])


def _emptied(holder: dict[str, Json], names: Iterable[object]) -> bool:
    found = [name for name in map(str, names) if name in holder]
    for name in found:
        del holder[name]
    return bool(found)


def _completed(holder: Json, model: Json, name: str) -> bool:
    if not isinstance(holder, dict) or not isinstance(model, dict) or name not in model:
        return False
    holder[name] = model[name]
    return True


def _replaced(holder: Json, model: Json, step: int | str) -> bool:
    """Put in the place of a member what a valid value has there; without any, take it out."""
    if not isinstance(holder, dict) or not isinstance(step, str) or step not in holder:
        return False
    if isinstance(model, dict) and step in model and model[step] != holder[step]:
        holder[step] = model[step]
    else:
        del holder[step]
    return True


def _inside(value: Json, path: list[int | str]) -> Json:
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value
