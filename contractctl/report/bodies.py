"""JSON as readers see it: whole where that is short, else what leads to a place, with how much more there is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from contractctl.core.json import Json, is_array, is_object
from contractctl.core.records import dataclass

_COLUMNS = 80
_BESIDE = (8, 4, 2, 1, 0)
"""How many parts are shown beside the one that matters: as many as there is room for."""
_LONGEST_TEXT = 40
_PER_LINE = 70
"""Characters that a line takes at most on average: what is longer is not even laid out."""


Way: TypeAlias = tuple[str, ...] | None
"""The names of members, and the indexes of items, to a part; None aside of it."""


@dataclass(frozen=True, slots=True)
class _Node:
    """A part as it is written: the text of a leaf, or brackets around parts, each with what stands before it."""

    text: str = ""
    brackets: str = ""
    parts: tuple[tuple[str, _Node], ...] = ()


def in_line(value: Json, at: tuple[str, ...], room: int, *, elided_room: int) -> str:
    """Return JSON in one line: whole within `room`, else what leads to `at`, and as much more as `elided_room` takes.

    What does not fit even so is longer.
    """
    line = _compact(value)
    if len(line) <= room:
        return line
    for beside in _BESIDE:
        line = _line(_elided(value, at, beside))
        if len(line) <= elided_room:
            break
    return line


def in_lines(value: Json, at: tuple[str, ...], most: int) -> list[str]:
    """Return JSON in at most `most` lines, in which every part that fits into a line has one: whole, or elided."""
    if len(_compact(value)) <= most * _PER_LINE:
        whole = list(_spread(_whole(value), 0))
        if len(whole) <= most:
            return whole
    lines: list[str] = []
    for beside in _BESIDE:
        lines = list(_spread(_elided(value, at, beside), 0))
        if len(lines) <= most:
            return lines
    return [*lines[: most - 1], "…"]


def _compact(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _whole(value: Json) -> _Node:
    if is_object(value):
        return _Node("", "{}", tuple((f"{_compact(name)}: ", _whole(part)) for name, part in value.items()))
    if is_array(value):
        return _Node("", "[]", tuple(("", _whole(part)) for part in value))
    return _Node(_compact(value))


def _elided(value: Json, way: Way, beside: int) -> _Node:
    """Return what `way` leads to, and `beside` more on every level; of what is aside, half as much."""
    if is_object(value):
        names = _kept(list(value), way, beside)
        members = [(f"{_cut(name)}: ", _beneath(value[name], way, name, beside)) for name in names]
        return _Node("", "{}", (*members, *_more(len(value) - len(names), is_alone=not names)))
    if is_array(value):
        return _Node("", "[]", tuple(_items(value, way, beside)))
    return _Node(_cut(value) if isinstance(value, str) else _compact(value))


def _items(value: Sequence[Json], way: Way, beside: int) -> Iterator[tuple[str, _Node]]:
    """Yield the items that are kept, and in their places how many are not."""
    kept = [int(index) for index in _kept([str(index) for index in range(len(value))], way, beside)]
    after = 0
    for index in kept:
        yield from _more(index - after)
        yield "", _beneath(value[index], way, str(index), beside)
        after = index + 1
    yield from _more(len(value) - after, is_alone=not kept)


def _beneath(part: Json, way: Way, name: str, beside: int) -> _Node:
    is_on_way = way is not None and way[:1] == (name,)
    return _elided(part, way[1:] if way and is_on_way else None, beside if is_on_way else beside // 2)


def _kept(names: Sequence[str], way: Way, beside: int) -> Sequence[str]:
    """Return the names that are shown: the next one on the way, and the first others; one where the way ends."""
    step = way[0] if way and way[0] in names else None
    most = max(beside, 1) if way is not None and step is None else beside
    others = [name for name in names if name != step][:most]
    return others if step is None else [name for name in names if name == step or name in others]


def _more(number: int, *, is_alone: bool = False) -> Iterator[tuple[str, _Node]]:
    """Yield the remark on so many parts that are left out; where nothing is shown their number says little."""
    if number:
        yield "", _Node("…" if is_alone else f"… {number:,} more")


def _cut(text: str) -> str:
    """Return a text as JSON, its end counted where it is long."""
    if len(text) <= _LONGEST_TEXT:
        return _compact(text)
    return f'{_compact(text[:_LONGEST_TEXT])[:-1]}… {len(text) - _LONGEST_TEXT:,} more"'


def _line(node: _Node) -> str:
    if not node.brackets:
        return node.text
    return node.brackets[0] + ", ".join(lead + _line(part) for lead, part in node.parts) + node.brackets[1]


def _spread(node: _Node, indent: int, lead: str = "") -> Iterator[str]:
    """Yield the lines of a part: one where it fits, else one for each of its parts; leaves fill their lines."""
    line = _line(node)
    if len(line) + indent <= _COLUMNS or not node.brackets:
        yield " " * indent + lead + line
        return
    yield " " * indent + lead + node.brackets[0]
    if node.brackets == "[]" and not any(part.brackets for _, part in node.parts):
        yield from _filled([part.text for _, part in node.parts], " " * (indent + 2))
    else:
        for number, (name, part) in enumerate(node.parts, start=1):
            *lines, last = _spread(part, indent + 2, name)
            yield from lines
            yield last + ("," if number < len(node.parts) else "")
    yield " " * indent + node.brackets[1]


def _filled(words: Sequence[str], margin: str) -> Iterator[str]:
    """Yield lines of as many words as fit, commas between them."""
    line = margin + words[0]
    for word in words[1:]:
        if len(line) + len(word) + 3 > _COLUMNS:
            yield f"{line},"
            line = margin + word
        else:
            line += f", {word}"
    yield line
