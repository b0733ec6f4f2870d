"""Ids for what is created: after the largest, or of the kind that the others are of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from hashlib import blake2b
from uuid import UUID

from contractctl.mockserver.model import Json
from contractctl.mockserver.pages.corpus import counted_up
from contractctl.mockserver.state.collections import Collection, text_of
from contractctl.mockserver.state.seeds import Start

_MOST_TRIED = 1000
_MOST_MADE = 20
_UUID = re.compile(r"[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


def new_ids(
    collection: Collection,
    start: Start,
    count: int,
    *,
    like: Callable[[int], Json],
    fits: Callable[[str], bool],
    number: Callable[[], int],
) -> Iterator[str]:
    """Yield ids for the `count`-th thing that is created, until one is free.

    None of them is a number. Where nothing was there at the start, or what is counted up does not fit the contract,
    they are as those that are made up are: `like` makes one for each number. `number` gives what ids depend on that
    are not counted.
    """
    if not collection.id:
        yield from map(str, range(count, count + _MOST_TRIED))
        return
    last = next(reversed(start.by_id), None)
    model = last if last is not None else text_of(like(0))
    for further in range(_MOST_TRIED):
        if _UUID.fullmatch(model):
            yield _uuid(number(), further)
        elif model:
            counted = text_of(counted_up(model, further + (count if last is not None else 0)))
            has_made = further < _MOST_MADE and not fits(counted)
            yield (text_of(like(further)) if has_made else "") or counted
        else:
            yield str(count + further)


def _uuid(number: int, further: int) -> str:
    told = blake2b(b"%d %d" % (number, further), digest_size=16).digest()
    return str(UUID(bytes=told, version=4))
