"""The items of the lists of one contract: all pages of a list are cut from one corpus."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, overload
from urllib.parse import quote

import orjson

from contractctl.encodings.json_texts import loads
from contractctl.mockserver.model import Content, Example, Json
from contractctl.mockserver.pages.layout import Page, Steps

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

    from contractctl.mockserver.dynamic import Synthesis
    from contractctl.synth import Plan

Items: TypeAlias = "Sequence[Json]"
Ways: TypeAlias = "tuple[Draft202012Validator, Plan]"
"""What tells whether a value is an item, and what makes one."""

FEW = 5
"""How many items a list has that is not paged, where no example says it."""
_NUMBERS = 10_007
"""So many numbers make a difference to synth."""
_MOST = 1_000
_REMEMBERED_BYTES = 512 << 10
"""Bytes of items, as JSON, that are kept: as values these take some eight times as much."""
_REMEMBERED_SOURCE = 64 << 10
_MOST_FAILURES = 12
"""How many guesses may be refused before none is made any more."""
_MOST_STUCK = 3
_ROOT = "(response)"
_IDENTIFIERS = ("id", "uuid", "guid", "uid", "key", "sku", "slug", "code")
_LETTERS = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_HEXADECIMAL = ("0123456789", "abcdef", "ABCDEF")
_MOST_COUNTED = 40


class Corpora:
    """The items of every list; equal questions get equal items on every replica, whatever was asked before."""

    def __init__(self, synthesis: Synthesis) -> None:
        self._synthesis = synthesis
        self._known: OrderedDict[tuple[object, ...], Items] = OrderedDict()
        self._bytes = 0
        self._makers: OrderedDict[tuple[object, ...], tuple[Ways | None, int]] = OrderedDict()
        self._source = 0

    def items(self, content: Content, owner: tuple[str, ...], seed: int) -> Items:
        """Return the items of a list, of that which belongs to `owner` (the values of the path's variables).

        Each is valid as an item; where they have identifiers these differ and count up. A list that pages has as many
        as its `total` says, fewer where there are not so many different ones; another one those of its documented
        example, else five. Empty for a content that holds no list, and where no item can be made. Items are made when
        they are looked at first, with those ahead of them.
        """
        page = content.page
        if page is None:
            return ()
        examples = content.examples if page.total is None else ()
        key = (content.key, page.items, page.total, page.unique, examples, owner, seed)
        known = self._known.get(key)
        if known is not None:
            self._known.move_to_end(key)
            return known
        made = self._documented(content, page) if page.total is None else ()
        made = made or self._made(content, page, owner, seed)
        self._known[key] = made
        self._grow(_size_of(made))
        return made

    def _documented(self, content: Content, page: Page) -> Items:
        """Return the items of the first example that is documented, of the schema at least."""
        for example in content.examples:
            if not example.made or page.documented:
                listed = value_at(example_value(self._synthesis, example), page.at)
                return tuple(listed) if isinstance(listed, list) else ()
        return ()

    def _made(self, content: Content, page: Page, owner: tuple[str, ...], seed: int) -> Items:
        if not self._synthesis.can_make(content):
            return ()
        wanted = FEW if page.total is None else min(page.total, _MOST)
        making = _Making(lambda: self._ways(content.key, page), lambda: self._compiled(content, page))
        base = _base(owner, seed, wanted)
        numbers = range(base, base + wanted)
        if page.unique:
            return tuple(making.distinct(numbers))
        return _Corpus(making, numbers, self._grow) if wanted and making.add(base) else ()

    def _compiled(self, content: Content, page: Page) -> list[Json]:
        """Return the items of the answer that the bundle has."""
        found = [value_at(example_value(self._synthesis, example), page.at) for example in content.examples[:1]]
        return [item for items in found if isinstance(items, list) for item in items]

    def _ways(self, key: str, page: Page) -> Ways:
        if (key, page.items) not in self._makers:
            root, definitions = self._synthesis.closure(key)
            size = len(root) + sum(map(len, definitions.values()))
            self._makers[key, page.items] = item_ways(root, definitions, page.items), size
            self._source += size
            while self._source > _REMEMBERED_SOURCE and len(self._makers) > 1:
                self._source -= self._makers.popitem(last=False)[1][1]
        self._makers.move_to_end((key, page.items))
        ways = self._makers[key, page.items][0]
        if ways is None:
            raise _NoItem
        return ways

    def _grow(self, size: int) -> None:
        """Count what the list that was asked for last has more; the ones asked for longest ago go for it."""
        self._bytes += size
        while self._bytes > _REMEMBERED_BYTES and len(self._known) > 1:
            self._bytes -= _size_of(self._known.popitem(last=False)[1])


class _Corpus(Sequence[Json]):
    """The items of a list, of which those are there that somebody looked at, and those ahead of them.

    The first has been made: where there is one, there are as many as are wanted.
    """

    __slots__ = ("_grow", "_making", "_numbers", "size")

    def __init__(self, making: _Making, numbers: range, grow: Callable[[int], None]) -> None:
        """Make one item for each of the numbers; `grow` is told how many bytes of JSON are there more each time."""
        self._making = making
        self._numbers = numbers
        self._grow = grow
        self.size = _size_of(tuple(making.made))

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, index: int) -> Json: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Json]: ...

    def __getitem__(self, index: int | slice) -> Json | Sequence[Json]:
        asked = range(len(self))[index]
        if isinstance(asked, int):
            return self._reached(asked + 1)[asked]
        made = self._reached(max(asked, default=-1) + 1)
        return [made[place] for place in asked]

    def _reached(self, count: int) -> list[Json]:
        """Return the items that are made, which are so many at least."""
        made = self._making.made
        begun = len(made)
        for number in self._numbers[begun:count]:
            self._making.add(number)
        if begun < len(made):
            more = len(_compact(made[begun:]))
            self.size += more
            self._grow(more)
        return made


class _Making:
    """The items of one list while they are made: guesses, of which the validator has the last word.

    `known` returns some that may be valid. `ways` are asked for again each time: they take more than the items.
    """

    def __init__(self, ways: Callable[[], Ways], known: Callable[[], list[Json]]) -> None:
        self.made: list[Json] = []
        self._ways = ways
        self._known = known
        self._found: list[Json] = []
        self._failures = 0
        self._stuck = 0
        self._identifiers: set[Json] = set()
        self._last: Json = None

    def add(self, number: int) -> bool:
        """Make the item of a number; false where none is found, which is so for the first or for none."""
        try:
            self.made.append(self._item(number))
        except _NoItem:
            return False
        return True

    def distinct(self, numbers: range) -> list[Json]:
        """Return the items of the numbers, each once."""
        texts: set[bytes] = set()
        for number in numbers:
            if not self.add(number):
                break
            text = _compact(self.made[-1])
            if text in texts:
                self.made.pop()
            texts.add(text)
        return self.made

    def _item(self, number: int) -> Json:
        guess = self._guess(number) if self._failures < _MOST_FAILURES else None
        return self._identified(guess[0]) if guess else self._like_another(number)

    def _guess(self, number: int) -> tuple[Json] | None:
        from contractctl.synth import GaveUp

        validator, plan = self._ways()
        try:
            value: Any = plan.guess(validator.is_valid, seed=number)
        except GaveUp:
            self._failures += 1
            return None
        item: Json = value
        return (item,)

    def _like_another(self, number: int) -> Json:
        """Return what is known to be an item, with another identifier: searching takes long."""
        is_valid = self._ways()[0].is_valid
        if not self._found:
            compiled = [item for item in self._known() if is_valid(item)]
            self._found = compiled or self.made[:] or [self._search()]
        item = self._found[number % len(self._found)]
        name = identifier_name(item)
        if name and isinstance(item, dict):
            changed = {**item, name: counted_up(item[name], number)}
            item = changed if is_valid(changed) else item
        return self._identified(item)

    def _search(self) -> Json:
        from contractctl.synth import GaveUp, Unsatisfiable

        validator, plan = self._ways()
        try:
            value: Any = plan.value(validator.is_valid, validator.iter_errors, examples=False)
        except (GaveUp, Unsatisfiable):
            raise _NoItem from None
        item: Json = value
        return item

    def _identified(self, item: Json) -> Json:
        """Return an item whose identifier no other has, where the schema allows that."""
        name = identifier_name(item)
        if not name or not isinstance(item, dict):
            return item
        if item[name] in self._identifiers and self._stuck < _MOST_STUCK:
            item = self._counted(item, name)
        self._last = item[name]
        self._identifiers.add(self._last)
        return item

    def _counted(self, item: dict[str, Json], name: str) -> dict[str, Json]:
        """Return an item with the next identifier that is free; the same one where none of the next is valid."""
        is_valid = self._ways()[0].is_valid
        for _ in range(_MOST_COUNTED):
            self._last = counted_up(self._last, 1)
            changed = {**item, name: self._last}
            if self._last not in self._identifiers and is_valid(changed):
                return changed
        self._stuck += 1
        return item


class _NoItem(Exception):
    """No item was found."""


def example_value(synthesis: Synthesis, example: Example) -> Json:
    """Return what an example of JSON says; None where it is none, and sent all the same."""
    try:
        value: Json = loads(synthesis.record(example.body))
    except ValueError:
        return None
    return value


def identifier_name(item: Json) -> str:
    """Return the member that tells an item from others; empty where there is none that is a text or a whole number."""
    if not isinstance(item, dict):
        return ""
    names = {name.lower().replace("_", ""): name for name in reversed(item) if _is_identifier(item[name])}
    found = next((names[word] for word in _IDENTIFIERS if word in names), "")
    return found or next((name for name in item if name.lower().endswith("id") and _is_identifier(item[name])), "")


def counted_up(value: Json, by: int) -> Json:
    """Return the identifier that is so many after another: 7 and `a9` are 8 and `b0` one later."""
    if isinstance(value, int):
        return value + by
    if not isinstance(value, str):
        return value
    written = list(value)
    letters = _HEXADECIMAL if _is_hexadecimal(value) else _LETTERS
    for place in range(len(written) - 1, -1, -1):
        if by and (row := next((row for row in letters if written[place] in row), "")):
            by += row.index(written[place])
            written[place] = row[by % len(row)]
            by //= len(row)
    return "".join(written)


def value_at(value: Json, steps: Steps) -> Json:
    """Return what the steps lead to, None where that is nothing."""
    for step in steps:
        if not isinstance(value, dict) or step not in value:
            return None
        value = value[step]
    return value


def _is_identifier(value: Json) -> bool:
    return isinstance(value, (int, str)) and not isinstance(value, bool)


def _is_hexadecimal(text: str) -> bool:
    return all(letter in "0123456789abcdefABCDEF" for letter in text if letter.isalnum())


def _base(owner: tuple[str, ...], seed: int, wanted: int) -> int:
    """Return the number of the first item, from 0: those of another owner have other numbers."""
    block = 0
    if owner and wanted:
        # Imported when it is needed: it loads OpenSSL.
        from hashlib import blake2b

        told = "\0".join(owner).encode(errors="surrogatepass")
        block = 1 + int.from_bytes(blake2b(told, digest_size=4).digest(), "big") % (_NUMBERS // wanted - 1)
    return (seed + block * wanted) % (_NUMBERS - wanted)


def _size_of(items: Items) -> int:
    """Return how many bytes of JSON are kept of a list, and what it takes besides."""
    return items.size if isinstance(items, _Corpus) else len(_compact(items)) + 500


def _compact(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except (TypeError, ValueError):
        import json

        return json.dumps(value, separators=(",", ":")).encode()


def item_ways(root: bytes, definitions: dict[str, bytes], items: tuple[Steps, ...]) -> Ways | None:
    """Return what makes items of a response's schema; None where it cannot be compiled."""
    # Imported when it is needed: nothing else here needs synth.
    import jsonschema_rs

    from contractctl.synth import Plans

    references: list[Json] = [{"$ref": _reference(steps)} for steps in items]
    known: dict[str, Any] = {name: loads(data) for name, data in definitions.items()}
    if any(steps[0] != "$defs" for steps in items):
        known[_ROOT] = loads(root)
    schema: Any = references[0] if len(references) == 1 else {"allOf": references}
    document = {**schema, "$defs": known}
    try:
        validator = jsonschema_rs.Draft202012Validator(document, validate_formats=True, offline=True)
    except (jsonschema_rs.ValidationError, ValueError):
        return None
    return validator, Plans(document).plan(schema)


def _reference(steps: Steps) -> str:
    """Return the reference to a part of a response's schema, as `item_ways` has it."""
    path = steps if steps[0] == "$defs" else ("$defs", _ROOT, *steps)
    return "#/" + "/".join(quote(step.replace("~", "~0").replace("/", "~1"), safe="~") for step in path)
