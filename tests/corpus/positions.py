"""Where the nodes of a text stand, as PyYAML's pure-Python parser says: another one than the loader's two.

A JSON text is a flow collection of YAML to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import yaml

Tokens = tuple[str, ...]


class Stretch(NamedTuple):
    """From line and column to line and column, from 1, columns in code points; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Position(NamedTuple):
    """A node's own stretch, that of its key where it is a member of a mapping, and whether it is a collection."""

    key: Stretch | None
    value: Stretch
    is_collection: bool

    @property
    def shown(self) -> Stretch:
        """What a reader is shown: a collection that is a member by its key, all else by itself."""
        return self.key if self.key and self.is_collection else self.value


@dataclass
class Holder:
    """A collection that is being read."""

    tokens: Tokens
    start: yaml.Mark
    key: Stretch | None
    is_mapping: bool
    is_flow: bool
    end: tuple[int, int]
    items: int = 0
    member: tuple[str, Stretch] | None = None


@dataclass
class Positions:
    """The positions of all nodes that are written out, by the tokens of their pointers; and where the aliases lead."""

    text: str
    found: dict[Tokens, Position] = field(default_factory=dict)
    _aliases: dict[Tokens, Tokens] = field(default_factory=dict)
    _anchors: dict[str, Tokens] = field(default_factory=dict)
    _open: list[Holder] = field(default_factory=list)

    def __post_init__(self) -> None:
        for event in yaml.parse(self.text, Loader=yaml.SafeLoader):
            match event:
                case yaml.CollectionEndEvent():
                    self._close(event)
                case yaml.ScalarEvent() if self._awaits_key():
                    self._open[-1].member = event.value, stretch(event.start_mark, self._end(event))
                case yaml.NodeEvent():
                    self._node(event)

    def at(self, tokens: Tokens) -> Position:
        """Return the position of a node; below an alias, that of the node under its anchor."""
        place: Tokens = ()
        for token in tokens:
            place = (*self._aliases.get(place, place), token)
        return self.found[place]

    def _awaits_key(self) -> bool:
        return bool(self._open) and self._open[-1].is_mapping and self._open[-1].member is None

    def _node(self, event: yaml.NodeEvent) -> None:
        tokens, key = self._take_place()
        if isinstance(event, yaml.AliasEvent):
            self._aliases[tokens] = self._anchors[event.anchor]
        elif event.anchor is not None:
            self._anchors[event.anchor] = tokens
        if isinstance(event, yaml.CollectionStartEvent):
            is_mapping = isinstance(event, yaml.MappingStartEvent)
            end = place(event.end_mark)
            self._open.append(Holder(tokens, event.start_mark, key, is_mapping, bool(event.flow_style), end))
        else:
            self._note(tokens, Position(key, stretch(event.start_mark, self._end(event)), is_collection=False))

    def _close(self, event: yaml.CollectionEndEvent) -> None:
        """Note a collection. The mark of a block collection's end is that of the next token: its last child ends it."""
        holder = self._open.pop()
        end = place(event.end_mark) if holder.is_flow else holder.end
        self._note(holder.tokens, Position(holder.key, stretch(holder.start, end), is_collection=True))

    def _note(self, tokens: Tokens, position: Position) -> None:
        self.found[tokens] = position
        if self._open:
            self._open[-1].end = position.value[2:]

    def _take_place(self) -> tuple[Tokens, Stretch | None]:
        """Return pointer and key of the node that comes now."""
        if not self._open:
            return (), None
        holder = self._open[-1]
        if holder.member is not None:
            name, key = holder.member
            holder.member = None
            return (*holder.tokens, name), key
        holder.items += 1
        return (*holder.tokens, str(holder.items - 1)), None

    def _end(self, event: yaml.NodeEvent) -> tuple[int, int]:
        """Return the end of a scalar or alias; of a block scalar, whose mark is after the breaks, that of its text."""
        if not isinstance(event, yaml.ScalarEvent) or event.style not in {"|", ">"}:
            return place(event.end_mark)
        written = self.text[: event.end_mark.index].rstrip()
        return written.count("\n") + 1, len(written) - (written.rfind("\n") + 1) + 1


def place(mark: yaml.Mark) -> tuple[int, int]:
    return mark.line + 1, mark.column + 1


def stretch(start: yaml.Mark, end: tuple[int, int]) -> Stretch:
    return Stretch(*place(start), *end)
