"""Changing one thing in a description, which stays as it is: what is changed is copied, what is not is shared."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from contractctl.contract.versions import Version, version_of
from contractctl.core.json import Json, is_array, is_object
from contractctl.lint.structure.gate import inspect
from contractctl.lint.structure.kinds import Tokens
from contractctl.lint.structure.walk import Objects

Root: TypeAlias = dict[str, Json]
Spot: TypeAlias = tuple[Tokens, Mapping[str, Json]]
"""An object and the pointer to it."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A description with one thing broken: the pointer to it, and a word that a finding about it must mention."""

    root: Root
    at: Tokens
    word: str


class Whole:
    """A valid description, and where its objects are."""

    def __init__(self, root: Root, chance: random.Random) -> None:
        written = root.get("openapi", root.get("swagger"))
        self.root = root
        self.chance = chance
        self.version: Version = version_of(written if isinstance(written, str) else "")
        self._objects: Objects = inspect(root, self.version).objects

    def spots(self, *kinds: str) -> list[Spot]:
        """Return the objects of these types of the tables, wherever they are, in a random order."""
        found = [spot for kind in kinds for spot in self._objects.get(kind, ())]
        self.chance.shuffle(found)
        return found

    def holding(self, kind: str, *names: str) -> Iterator[Spot]:
        """Yield the objects of a type that have all of these fields, in a random order."""
        return (spot for spot in self.spots(kind) if all(name in spot[1] for name in names))

    def put(self, tokens: Tokens, value: Json, word: str = "") -> Broken:
        """Break the description by a value at a place, which need not be there yet."""
        return Broken(_put(self.root, tokens, value), tokens, word or tokens[-1])

    def drop(self, tokens: Tokens, word: str = "") -> Broken:
        """Break the description by leaving a field out."""
        return Broken(_changed(self.root, tokens[:-1], _without(tokens[-1])), tokens, word or tokens[-1])

    def rename(self, tokens: Tokens, name: str, word: str = "") -> Broken:
        """Break the description by another name for a field."""
        changed = _changed(self.root, tokens[:-1], _renamed(tokens[-1], name))
        return Broken(changed, (*tokens[:-1], name), word or name)


Make: TypeAlias = Callable[[Whole], Broken | None]
"""What breaks one thing; None where a description has nothing of the sort."""


def misspelt(word: str, chance: random.Random) -> str:
    """Leave a letter out, or swap two; the word has three letters at least, and changes."""
    index = chance.randrange(1, len(word) - 1)
    swapped = word[:index] + word[index + 1] + word[index] + word[index + 2 :]
    return swapped if swapped != word and chance.random() < 0.5 else word[:index] + word[index + 1 :]


def first(found: Iterator[Broken]) -> Broken | None:
    """Return the first of several ways to break a description."""
    return next(found, None)


_Change: TypeAlias = Callable[[Json], Json]


def _put(root: Root, tokens: Tokens, value: Json) -> Root:
    return _changed(root, tokens, lambda _: value)


def _changed(root: Root, tokens: Tokens, change: _Change) -> Root:
    changed = _inner(root, tokens, change)
    assert isinstance(changed, dict)
    return changed


def _inner(value: Json, tokens: Tokens, change: _Change) -> Json:
    if not tokens:
        return change(value)
    token, *rest = tokens
    if is_object(value):
        return {**value, token: _inner(value.get(token), tuple(rest), change)}
    assert is_array(value)
    items = list(value)
    index = int(token)
    child = _inner(items[index] if index < len(items) else None, tuple(rest), change)
    items[index : index + 1] = [child]
    return items


def _without(name: str) -> _Change:
    def change(value: Json) -> Json:
        assert is_object(value)
        return {key: child for key, child in value.items() if key != name}

    return change


def _renamed(name: str, other: str) -> _Change:
    def change(value: Json) -> Json:
        assert is_object(value)
        return {(other if key == name else key): child for key, child in value.items()}

    return change
