"""Things while they are made: of what a client sends, of what was there, and of what a patch says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from contractctl.encodings.bodies import compact
from contractctl.mockserver.clock import Clock
from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.model import Content, Json, Operation, Response
from contractctl.mockserver.record import record
from contractctl.mockserver.state.collections import Collection, State, Steps
from contractctl.mockserver.state.fitting import Form, Forms, at, placed
from contractctl.mockserver.state.identifiers import new_ids
from contractctl.mockserver.state.patching import merged, patched
from contractctl.mockserver.state.seeds import Seeds, Start
from contractctl.mockserver.state.world import Copy, Worlds

_LONGEST_NUMBER = 16
_LONGEST_MESSAGE = 200
_MOST_TRIES = 20


@record
class Part:
    """The part of an operation: its role, and the responses for what it makes and for what it finds.

    `usual` is the one of both that a request gets unless it is refused: its client has to accept it.
    """

    operation: Operation
    state: State
    collection: Collection
    made: tuple[Response, int]
    found: tuple[Response, int]
    usual: tuple[Response, int]


@dataclass(slots=True)
class Asked:
    """A request for a thing of a collection, or for all of it; `thing` is its id, empty where none is named.

    `contents` are what its client accepts of the usual response, the best first.
    """

    exchange: Exchange
    part: Part
    copy: Copy
    thing: str
    contents: tuple[Content, ...]


@record
class Made:
    """A thing to keep, and the same as JSON. `form` is one that holds it as it is; None where no such is known."""

    value: dict[str, Json]
    kept: bytes
    form: Form | None


class Making:
    """Makes the things of one contract."""

    def __init__(self, forms: Forms, seeds: Seeds, worlds: Worlds, clock: Clock) -> None:
        self._forms = forms
        self._seeds = seeds
        self._worlds = worlds
        self._clock = clock

    def now(self, copy: Copy) -> float:
        """Return what time it is in a world, 0 where no thing of the collection tells one."""
        has_times = copy.collection.created or copy.collection.updated
        return self._clock.now(copy.session) if has_times else 0.0

    def ids(self, asked: Asked, chosen: str, count: int) -> Iterator[str]:
        """Yield the ids that a thing may get, the one that its client chose alone."""
        copy = asked.copy
        start = self._worlds.start(copy)
        if chosen:
            if chosen.isascii() and chosen.isdigit() and len(chosen) < _LONGEST_NUMBER:
                self._worlds.count_on(copy, int(chosen) - start.largest)
            yield chosen
            return
        for _ in range(_MOST_TRIES):
            if copy.collection.counted:
                yield str(start.largest + count)
            else:
                yield from self._new_ids(asked, start, count)
            count = self._worlds.count(copy)

    def _new_ids(self, asked: Asked, start: Start, count: int) -> Iterator[str]:
        form, steps = self._reading(asked)
        place = (*steps, asked.part.collection.id)

        def number() -> int:
            return self._worlds.number(asked.copy, f"#{count}")

        def like(further: int) -> Json:
            return at(form.make(number() + further), place) if form else None

        def fits(thing: str) -> bool:
            if form is None or not form.validator.is_valid(base := form.make(number())):
                return True
            return form.validator.is_valid(placed(base, place, thing))

        return new_ids(asked.part.collection, start, count, like=like, fits=fits, number=number)

    def _reading(self, asked: Asked) -> tuple[Form | None, Steps]:
        """Return the form of a thing, as it is read or else as the operation answers with it."""
        if (reading := self._seeds.reading(asked.part.collection)) is not None:
            return reading[0], reading[2]
        contents = asked.part.made[0].content
        if asked.part.state.answer is None or not contents:
            return None, ()
        return self._forms.of(contents[0]), asked.part.state.answer

    def complete(self, asked: Asked, value: dict[str, Json], thing: str) -> Made:
        """Return a thing to keep, with everything that it has to have."""
        form, steps = self._reading(asked)
        hidden = asked.part.collection.write_only
        seen = value if hidden.isdisjoint(value) else _without(value, hidden)
        fitted = at(form.fitted(seen, partial(self._worlds.number, asked.copy, thing), steps), steps) if form else None
        if fitted is value and not steps:
            return Made(value, compact(value), form)
        if isinstance(fitted, dict):
            value = {**value, **{name: member for name, member in fitted.items() if name not in value}}
        return Made(value, compact(value), None)

    def patched(self, asked: Asked, before: dict[str, Json], patch: Json) -> Json:
        """Return what a patch makes of a thing; raise BadPatch or Inapplicable."""
        state = asked.part.state
        if _essence_of(asked.exchange).endswith("json-patch+json") or _is_patch(patch):
            steps = state.answer or ()
            return at(patched(placed({}, steps, before), patch), steps)
        return merged(before, at(patch, state.body))

    def fault(self, asked: Asked, before: Json, after: Json) -> str:
        """Say what is wrong with what a patch makes of a thing; empty where nothing is, or was before."""
        form, steps = self._reading(asked)
        if form is None:
            return ""
        base = form.make(self._worlds.number(asked.copy, asked.thing)) if steps else None
        hidden = asked.part.collection.write_only
        was, now = (placed(base, steps, _without(value, hidden)) for value in (before, after))
        fault = next(form.faults(now), None)
        if fault is None or not form.validator.is_valid(was):
            return ""
        return f"the result is not valid: {fault.message[:_LONGEST_MESSAGE]}"


def _essence_of(exchange: Exchange) -> str:
    """Return the media type of a request's body, without parameters."""
    return (exchange.request.header("content-type") or "").partition(";")[0].strip().lower()


def _is_patch(patch: Json) -> bool:
    """Tell whether a body is a list of operations, which some contracts take as plain JSON: no thing is a list."""
    return isinstance(patch, list) and bool(patch) and all(isinstance(one, dict) and "op" in one for one in patch)


def _without(value: Json, names: frozenset[str]) -> Json:
    if not isinstance(value, dict):
        return value
    return {name: member for name, member in value.items() if name not in names}
