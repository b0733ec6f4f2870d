"""What is there before a client changed anything: a function of seed, collection and owner, equal on every replica."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from hashlib import blake2b
from typing import TypeAlias

from contractctl.encodings.bodies import compact
from contractctl.encodings.json_texts import NotJson, read_json
from contractctl.encodings.media import kind_of
from contractctl.mockserver.bundle import Bundle
from contractctl.mockserver.choosing import first_success
from contractctl.mockserver.model import Content, Json, Operation, Ref
from contractctl.mockserver.pages.corpus import Corpora
from contractctl.mockserver.record import record
from contractctl.mockserver.state.collections import THE_ONE, Collection, Owner, State, Steps, text_of
from contractctl.mockserver.state.fitting import Form, Forms, at
from contractctl.mockserver.state.things import typed_id

_STARTS_BYTES = 4 << 20
"""Bytes of items, as JSON, that are kept: as values these take some eight times as much."""
_DETAILS_BYTES = 8 << 20


Reading: TypeAlias = "tuple[Form, Content, Steps]"
"""The form of a body that holds a thing, the content that it is of, and the steps to the thing."""


@record
class Start:
    """The things of one copy of a collection, in order and by id; those without one have an empty text in `ids`.

    `largest` is the largest id that is a number. Nothing is made up of things that are `documented`.
    """

    ids: tuple[str, ...]
    items: tuple[Json, ...]
    by_id: dict[str, Json]
    largest: int
    documented: bool = False


NOTHING = Start((), (), {}, 0)


class Seeds:
    """What there is at the start in the collections of one contract."""

    def __init__(
        self, bundle: Bundle, corpora: Corpora, forms: Forms, operation: Callable[[Ref], Operation], seed: int
    ) -> None:
        self._bundle = bundle
        self._corpora = corpora
        self._forms = forms
        self._operation = operation
        self._seed = seed
        self._starts: OrderedDict[tuple[Collection, Owner], tuple[Start, int]] = OrderedDict()
        self._source = 0
        self._details: dict[tuple[Collection, Owner, str], bytes] = {}
        self._bytes = 0
        self._readings: dict[Collection, Reading | None] = {}
        self._numbered: tuple[tuple[str, Owner, str] | None, int] = (None, 0)

    def start(self, collection: Collection, owner: Owner) -> Start:
        """Return what a copy of a collection holds."""
        key = collection, owner
        known = self._starts.get(key)
        if known is not None:
            return known[0]
        made = _indexed(*self._items(collection, owner), collection)
        size = sum(len(compact(item)) + 100 for item in made.items) + 500
        self._starts[key] = made, size
        self._source += size
        while self._source > _STARTS_BYTES and len(self._starts) > 1:
            self._source -= self._starts.popitem(last=False)[1][1]
        return made

    def has(self, collection: Collection, owner: Owner, thing: str) -> bool:
        """Tell whether a thing is there."""
        return collection.open or collection.single or thing in self.start(collection, owner).by_id

    def value(self, collection: Collection, owner: Owner, thing: str) -> bytes:
        """Return a thing that is there, as JSON: what lists say of it, and what else is read of it."""
        key = collection, owner, thing
        known = self._details.get(key)
        if known is None:
            known = compact(self._detail(collection, owner, thing))
            if self._bytes + len(known) > _DETAILS_BYTES:
                self._details.clear()
                self._bytes = 0
            self._details[key] = known
            self._bytes += len(known) + 300
        return known

    def number(self, collection: Collection, owner: Owner, thing: str) -> int:
        """Return the number that what is made up of a thing depends on."""
        asked = collection.path, owner, thing
        if asked != self._numbered[0]:
            told = "\0".join((str(self._seed), collection.path, *owner, thing)).encode(errors="surrogatepass")
            self._numbered = asked, int.from_bytes(blake2b(told, digest_size=7).digest(), "big")
        return self._numbered[1]

    def _items(self, collection: Collection, owner: Owner) -> tuple[Iterable[Json], bool]:
        """Return what a list holds, and whether the contract documents it."""
        if collection.list is None:
            return (() if collection.single or collection.open else self._documented(collection)), True
        operation = self._operation(collection.list)
        content = listing(operation)
        if content is None:
            return (), False
        content = _as_documented(content, operation)
        is_documented = content.page is not None and content.page.total is None and _has_documented(content)
        return self._corpora.items(content, owner, self._seed), is_documented

    def _detail(self, collection: Collection, owner: Owner, thing: str) -> Json:
        start = self.start(collection, owner)
        listed = start.by_id.get(thing)
        reading = self.reading(collection)
        if reading is None:
            return listed if listed is not None else typed_member(collection, thing)
        form, content, steps = reading
        number = partial(self.number, collection, owner, thing)
        base = self._example(content, steps, collection, thing)
        said = listed if isinstance(listed, dict) else typed_member(collection, thing)
        if base is None:
            is_whole = start.documented and listed is not None
            base = {} if is_whole else at(form.make(number()), steps)
        if not isinstance(base, dict):
            return said
        return at(form.fitted({**base, **said}, number, steps), steps) or said

    def reading(self, collection: Collection) -> Reading | None:
        """Return the form of what is read of a thing, and where it stands in it."""
        if collection not in self._readings:
            self._readings[collection] = self._find_reading(collection)
        return self._readings[collection]

    def _find_reading(self, collection: Collection) -> Reading | None:
        operation = self._operation(collection.read) if collection.read is not None else None
        chosen = first_success(operation) if operation else None
        if operation is None or chosen is None or not operation.state:
            return None
        steps = State.of(operation.state).answer
        contents = sorted(chosen[0].content, key=lambda one: kind_of(_essence(one)) != "json")
        for content in contents if steps is not None else ():
            if (form := self._forms.of(content)) and steps is not None:
                return form, content, steps
        return None

    def _example(self, content: Content, steps: Steps, collection: Collection, thing: str) -> Json:
        """Return the documented example of a thing: the one with its id, or the only one there can be."""
        for value in self._examples(content, steps):
            is_one = collection.single or (collection.open and not collection.id)
            if is_one or text_of(value.get(collection.id)) == thing:
                return value
        return next(self._examples(content, steps), None) if collection.open else None

    def _documented(self, collection: Collection) -> list[Json]:
        """Return the examples of what is read in a collection that nothing lists."""
        reading = self.reading(collection)
        return list(self._examples(reading[1], reading[2])) if reading and collection.id else []

    def _examples(self, content: Content, steps: Steps) -> Iterator[dict[str, Json]]:
        if kind_of(_essence(content)) != "json":
            return
        for example in content.examples:
            value = at(_parsed(self._bundle.record(example.body)), steps) if not example.made else None
            if isinstance(value, dict):
                yield value


def listing(operation: Operation) -> Content | None:
    """Return the content of an operation's answer that holds a list."""
    chosen = first_success(operation)
    return next((content for content in chosen[0].content if content.page is not None), None) if chosen else None


def typed_member(collection: Collection, thing: str) -> dict[str, Json]:
    """Return the member that holds an id, as the type that it has."""
    if not collection.id:
        return {}
    return {collection.id: typed_id(collection, thing)}


def _as_documented(content: Content, operation: Operation) -> Content:
    """Return a content whose list is that of its example, where one is documented and pages go not before it."""
    page, paging = content.page, operation.paging
    if page is None or page.total is None or not _has_documented(content) or (paging is not None and paging.always):
        return content
    return replace(content, page=replace(page, total=None))


def _has_documented(content: Content) -> bool:
    return any(not example.made for example in content.examples)


def _indexed(items: Iterable[Json], documented: bool, collection: Collection) -> Start:
    """Return the items by their ids; of several with one id the first is there. Those without an id stay listed."""
    if collection.single:
        return Start((), (), {THE_ONE: None}, 0)
    ids: list[str] = []
    kept: list[Json] = []
    by_id: dict[str, Json] = {}
    largest = 0
    for item in items:
        value = item.get(collection.id) if isinstance(item, dict) and collection.id else None
        thing = text_of(value)
        if thing and thing in by_id:
            continue
        ids.append(thing)
        kept.append(item)
        if thing:
            by_id[thing] = item
        if isinstance(value, int) and not isinstance(value, bool):
            largest = max(largest, value)
    return Start(tuple(ids), tuple(kept), by_id, largest, documented)


def _parsed(data: bytes) -> Json:
    try:
        return read_json(data)
    except NotJson:
        return None  # an example that is kept although it is not what its media type says


def _essence(content: Content) -> str:
    return content.type.partition(";")[0].strip().lower()
