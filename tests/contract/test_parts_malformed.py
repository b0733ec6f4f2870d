"""The law of total building: what is malformed is told and skipped, and nothing else changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contractctl.contract.model import Example, Schema
from contractctl.core.json import Json
from contractctl.core.locations import Place, Pointer
from tests.contract.descriptions import build_root, complete, told
from tests.contract.replacing import ANY_JSON, REPLACEMENTS, Path, kind, members, replaced, value_at

VERSIONS = ("3.0", "3.1", "3.2")
ROOTS = {version: complete(version) for version in VERSIONS}
CONTRACTS = {version: build_root(ROOTS[version]).contract for version in VERSIONS}
_SHARED = ("openapi", "security", "servers", "components")
"""What many operations use."""
_FREE = ("example", "value", "dataValue", "requestBody")
"""Fields that hold any value; a link's `requestBody` is one, an operation's is not."""


def nodes(value: Json, path: Path = ()) -> Iterator[Path]:
    """Yield the path of every node below the root, but for those that may hold any value."""
    for key, member in members(value):
        inner = (*path, key)
        if _is_free(inner):
            continue
        yield inner
        if not _is_schema(inner):
            yield from nodes(member, inner)


def _is_schema(path: Path) -> bool:
    """Tell whether a schema stands there, whose inside is not looked at here."""
    return path[-1] in ("schema", "itemSchema") or path[:-1] == ("components", "schemas")


def _is_free(path: Path) -> bool:
    *holders, key = path
    if str(key).startswith("x-"):
        return True
    if key == "requestBody" or (len(path) > 1 and path[-2] == "parameters" and isinstance(key, str)):
        return "links" in holders
    return key in _FREE and "links" not in holders


def changed_places(before: object, after: object, at: Place) -> Iterator[Place]:
    """Yield the places of the smallest parts that differ; `at` is that of the part that holds these two."""
    if before == after:
        return
    if is_dataclass(before) and type(before) is type(after) and _place(before, at) == _place(after, at):
        for field in fields(before):
            old, new = getattr(before, field.name), getattr(after, field.name)
            yield from changed_places(old, new, _place(before, at))
    elif isinstance(before, tuple) and isinstance(after, tuple) and all(hasattr(one, "at") for one in before + after):
        yield from _changed_items(before, after, at)
    elif isinstance(before, dict) and all(isinstance(one, Schema) for one in before.values()):
        assert isinstance(after, dict)
        yield from _changed_items(tuple(before.values()), tuple(after.values()), at)
    else:
        yield at


def _changed_items(before: Sequence[Any], after: Sequence[Any], at: Place) -> Iterator[Place]:
    """Compare parts that have equal places; one that went or came by a reference changes the part that holds it."""
    olds, news = ({(_place(one, at), getattr(one, "name", "")): one for one in side} for side in (before, after))
    for key in dict.fromkeys((*olds, *news)):
        old, new = olds.get(key), news.get(key)
        if old is not None and new is not None:
            yield from changed_places(old, new, at)
        else:
            yield key[0] if _contains(at, key[0]) and not _is_referenced_item(key[0]) else at


def _place(part: object, holder: Place) -> Place:
    found = getattr(part, "at", holder)
    assert isinstance(found, Place)
    return _parent(found) if isinstance(part, Example) and part.name and part.has_value else found


def _parent(at: Place) -> Place:
    """Return the place of an example, whose `at` is that of its value."""
    return Place(at.uri, Pointer(at.pointer.tokens[:-1]))


def _contains(outer: Place, inner: Place) -> bool:
    return inner.pointer.tokens[: len(outer.pointer.tokens)] == outer.pointer.tokens


def _is_referenced_item(at: Place) -> bool:
    return at.pointer.tokens[:2] == ("components", "pathItems")


def test_nothing_is_told_of_the_complete_description() -> None:
    assert [told(build_root(complete(version))) for version in VERSIONS] == [[], [], []]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_node_of_another_type_is_told_or_changes_nothing(version: str) -> None:
    """The newest has nearly all nodes of the others, so each of theirs has one replacement, in turn."""
    root = ROOTS[version]
    turns = range(len(REPLACEMENTS)) if version == VERSIONS[-1] else (0,)
    silent = [
        (path, value)
        for number, path in enumerate(nodes(root))
        if path != ("openapi",)
        for value in (REPLACEMENTS[(number + turn) % len(REPLACEMENTS)] for turn in turns)
        if kind(value) != kind(value_at(root, path))
        and not (value is True and _is_schema(path) and version != "3.0")
        and not (built := build_root(replaced(root, path, value))).findings
        and built.contract != CONTRACTS[version]
    ]
    assert silent == []


@settings(deadline=None, max_examples=40)  # the first description is built with cold caches
@given(st.data())
def test_what_stands_outside_of_a_changed_node_stays_as_it_is(data: st.DataObject) -> None:
    version = data.draw(st.sampled_from(VERSIONS))
    root = ROOTS[version]
    path = data.draw(st.sampled_from([path for path in nodes(root) if path[0] not in _SHARED]))
    built = build_root(replaced(root, path, data.draw(ANY_JSON)))
    inherited = (index for index, key in enumerate(path) if key in ("parameters", "servers"))
    tokens = tuple(map(str, path[: next(inherited, len(path))]))
    strangers = [
        str(at)
        for at in changed_places(CONTRACTS[version], built.contract, CONTRACTS[version].at)
        if at.pointer.tokens[: len(tokens)] != tokens[: len(at.pointer.tokens)]
    ]
    assert strangers == []
