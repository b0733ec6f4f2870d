"""A page as a value: the items in their place, and what the answer says of them, as far as the contract lets it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from contractctl.mockserver.model import Json
from contractctl.mockserver.pages.corpus import value_at
from contractctl.mockserver.pages.layout import Page, Said, Steps
from contractctl.mockserver.record import record
from contractctl.mockserver.violations import pointer_to

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

INEXACT = "Mock-Page-Not-Exact"
"""The header that tells what of a page the contract does not let be as it is."""
_ROUNDS = 6
_MOST_ERRORS = 20

Members: TypeAlias = "dict[str, Json]"
Change: TypeAlias = "tuple[Steps, bool, Json]"
"""What a member becomes: its steps, whether it is there at all, and its value."""


class NoPage(Exception):
    """The contract allows no answer with such items; says why."""


@record
class Filled:
    """A page as a value. `wrong` are the pointers of what the contract does not let be as it is."""

    value: Json
    wrong: tuple[str, ...] = ()


class Filling:
    """Puts one page together: all items that there are, those that it shows, and what is said of them by role.

    `told` are the values of `page.says`, in their order; None says that there is nothing to say.
    """

    def __init__(self, page: Page, template: Json, shown: list[Json], told: Sequence[Json]) -> None:
        self._page = page
        self._template = template
        self._shown = shown
        self._changes = [list(_ways(said, value, template)) for said, value in zip(page.says, told, strict=True)]

    def filled(self, validator: Draft202012Validator, items: Sequence[Json]) -> Filled:
        """Return the page, or the nearest one that is valid; raise NoPage. `items` are all of the list."""
        shown, chosen = self._shown, [0] * len(self._changes)
        for _ in range(_ROUNDS):
            value = self._value(shown, chosen)
            if self._is_valid(validator, shown, chosen, value):
                return Filled(value, tuple(self._wrong(shown, chosen)))
            faults = [tuple(error.instance_path) for error in islice(validator.iter_errors(value), _MOST_ERRORS)]
            if self._page.at in faults and shown is self._shown:
                shown = self._nearest(items)
            elif not self._mend(faults, chosen):
                break
        last = [len(ways) - 1 for ways in self._changes]
        value = self._value(shown, last)
        if not validator.is_valid(value):
            raise NoPage("the contract allows no such page")
        return Filled(value, tuple(self._wrong(shown, last)))

    def _value(self, shown: list[Json], chosen: Sequence[int]) -> Json:
        changes = [ways[choice] for ways, choice in zip(self._changes, chosen, strict=True)]
        if not self._page.at:
            return shown
        writer = _Writer(self._template)
        for steps, is_there, value in changes:
            writer.write(steps, value, is_there=is_there)
        writer.write(self._page.at, shown, is_there=True)
        return writer.root

    def _is_valid(self, validator: Draft202012Validator, shown: list[Json], chosen: Sequence[int], value: Json) -> bool:
        """Tell whether a page is valid; of items that nothing looks at together, one is looked at."""
        page, few = self._page, max(self._page.least, 1)
        if page.free and few < len(shown) and (page.most is None or len(shown) <= page.most):
            return validator.is_valid(self._value(shown[:few], chosen))
        return validator.is_valid(value)

    def _mend(self, faults: Sequence[tuple[str | int, ...]], chosen: list[int]) -> bool:
        """Take the next way for each member that is at fault; false where there is none."""
        is_mended = False
        for index, (said, ways) in enumerate(zip(self._page.says, self._changes, strict=True)):
            is_faulty = any(fault[: said.cut] == said.at[: len(fault)] for fault in faults if fault)
            if is_faulty and chosen[index] + 1 < len(ways):
                chosen[index] += 1
                is_mended = True
        return is_mended

    def _nearest(self, items: Sequence[Json]) -> list[Json]:
        """Return as many items as a page may have: the last of all where there are too few."""
        page = self._page
        most = len(self._shown) if page.most is None else page.most
        if len(self._shown) < page.least:
            return list(items[max(len(items) - page.least, 0) :])
        return self._shown[:most]

    def _wrong(self, shown: list[Json], chosen: Sequence[int]) -> Iterator[str]:
        if shown is not self._shown:
            yield pointer_to(self._page.at)
        for said, ways, choice in zip(self._page.says, self._changes, chosen, strict=True):
            if choice and not (_says_nothing(ways[0]) and _says_nothing(ways[choice])):
                yield pointer_to(said.at)


class _Writer:
    """Writes into a value without changing what others hold: an object is copied when it is first written to."""

    def __init__(self, template: Json) -> None:
        self.root: Members = dict(template) if isinstance(template, dict) else {}
        self._own: dict[Steps, Members] = {(): self.root}

    def write(self, steps: Steps, value: Json, *, is_there: bool) -> None:
        """Put a value at the end of the steps, or take out what is there."""
        if is_there:
            self._holder(steps[:-1])[steps[-1]] = value
        elif isinstance(value_at(self.root, steps[:-1]), dict):
            self._holder(steps[:-1]).pop(steps[-1], None)

    def _holder(self, steps: Steps) -> Members:
        known = self._own.get(steps)
        if known is None:
            above = self._holder(steps[:-1])
            found = above.get(steps[-1])
            known = self._own[steps] = above[steps[-1]] = dict(found) if isinstance(found, dict) else {}
        return known


def _ways(said: Said, value: Json, template: Json) -> Iterator[Change]:
    """Yield what a member may become, the best first: what there is to say, nothing, and what it was."""
    where = said.at[: said.cut]
    if value is not None:
        yield said.at, True, value
    if said.missing == "null":
        yield where, True, None
    if said.missing == "empty" and value is None:
        yield said.at, True, "" if "string" in said.types else 0
    if said.missing != "empty" and (value is not None or said.missing == "omit"):
        yield where, False, None
    was = value_at(template, said.at)
    yield (said.at, True, was) if was is not None else (where, False, None)


def _says_nothing(change: Change) -> bool:
    _, is_there, value = change
    return not is_there or value is None or value == ""
