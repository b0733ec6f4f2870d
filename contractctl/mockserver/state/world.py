"""One world: what a session changed, over what was there at the start. All of it lies in the memory, by swapping.

The space of a collection is `worlds/SESSION/state/PREFIX/users/7/orders`: what is below a thing is below its path.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from contractctl.mockserver.memory.interface import Memory
from contractctl.mockserver.record import record
from contractctl.mockserver.sessions import world_space
from contractctl.mockserver.state.collections import Collection, Owner, escaped
from contractctl.mockserver.state.kept import GONE, read_kept
from contractctl.mockserver.state.seeds import NOTHING, Seeds, Start

_CREATED = "created"
_REMEMBERED = 4096
_LONGEST_REMEMBERED = 512
"""Characters of the ids that a remembered copy goes by."""


@record
class Copy:
    """A collection of one owner in one world. One that is `fresh` held nothing at the start: what it is of was made."""

    session: str
    collection: Collection
    owner: Owner
    space: str
    fresh: bool


@record
class Sight:
    """A thing as it is now. `raw` is its entry, None where it has none; `value` is empty where it is not there."""

    raw: bytes | None
    made: int
    value: bytes

    @property
    def is_there(self) -> bool:
        """Whether there is such a thing."""
        return bool(self.value)


class Worlds:
    """The worlds of one contract, which is below `prefix`."""

    def __init__(self, memory: Memory, prefix: str, collections: Sequence[Collection], seeds: Seeds) -> None:
        self._memory = memory
        self._prefix = quote(prefix, safe="") or "="
        self._collections = collections
        self._seeds = seeds
        self._holders = frozenset(number for one in collections for number, _ in one.above)
        self._copies: dict[tuple[str, Collection, Owner, bool], Copy] = {}

    def copy(self, session: str, collection: Collection, owner: Owner) -> Copy | None:
        """Return the copy of a collection that an owner has; None where what it is below is not there."""
        fresh = False
        for number, variable in collection.above:
            above, thing = self._collections[number], owner[variable]
            holder = owner[:variable]
            raw = self._memory.get(self._space(session, above, holder), thing)
            if raw is None:
                if (fresh and not above.open) or not self._seeds.has(above, holder, thing):
                    return None
            elif raw == GONE:
                return None
            else:
                fresh = fresh or read_kept(raw)[0] > 0
        return self._copies.get((session, collection, owner, fresh)) or self._copy(
            session, collection, owner, fresh=fresh
        )

    def start(self, copy: Copy) -> Start:
        """Return what was there at the start."""
        return NOTHING if copy.fresh else self._seeds.start(copy.collection, copy.owner)

    def see(self, copy: Copy, thing: str) -> Sight:
        """Return a thing as it is now."""
        raw = self._memory.get(copy.space, thing)
        if raw is not None:
            return Sight(raw, *read_kept(raw))
        if self.began_with(copy, thing):
            return Sight(None, 0, self._seeds.value(copy.collection, copy.owner, thing))
        return Sight(None, 0, b"")

    def began_with(self, copy: Copy, thing: str) -> bool:
        """Tell whether a thing was there at the start."""
        is_empty = copy.fresh and not copy.collection.open
        return not is_empty and self._seeds.has(copy.collection, copy.owner, thing)

    def changes(self, copy: Copy) -> Mapping[str, bytes]:
        """Return the entries of what was changed, by id."""
        return self._memory.items(copy.space)

    def swap(self, copy: Copy, thing: str, sight: Sight, entry: bytes | None) -> bool:
        """Write an entry where a thing still is as it was seen."""
        return self._memory.swap(copy.space, thing, sight.raw, entry)

    def forget_below(self, copy: Copy, thing: str) -> None:
        """Forget everything that is below a thing."""
        if copy.collection.number in self._holders:
            self._memory.clear(f"{copy.space}/{escaped(thing)}")

    def count(self, copy: Copy) -> int:
        """Return a number that no other thing of this copy was created with; the first is 1."""
        return self._memory.add(copy.space, _CREATED, 1)

    def count_on(self, copy: Copy, number: int) -> None:
        """See to it that the next number is larger."""
        missing = number - self._memory.numbers(copy.space).get(_CREATED, 0)
        if missing > 0:
            self._memory.add(copy.space, _CREATED, missing)

    def number(self, copy: Copy, thing: str) -> int:
        """Return the number that what is made up of a thing depends on."""
        return self._seeds.number(copy.collection, copy.owner, thing)

    def _copy(self, session: str, collection: Collection, owner: Owner, *, fresh: bool) -> Copy:
        made = Copy(session, collection, owner, self._space(session, collection, owner), fresh)
        if sum(map(len, owner)) <= _LONGEST_REMEMBERED:
            if len(self._copies) >= _REMEMBERED:
                self._copies.clear()
            self._copies[session, collection, owner, fresh] = made
        return made

    def _space(self, session: str, collection: Collection, owner: Owner) -> str:
        return world_space(session, "state", self._prefix + collection.below(owner))
