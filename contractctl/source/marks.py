"""Where every node of a text stands, kept in flat arrays so that a quarter of a million of them cost 10 MB."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import field
from functools import cached_property

from contractctl.core.locations import Excerpt, Pointer, Span
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass

_SHOWN_BEFORE, _SHOWN_AFTER = 40, 120
_LINE_END = pattern(r"\r\n|\n|\r")
_LINE_FEED = pattern("\n")  # found three times as fast
_BRACKET = pattern(r"(?:[&!]\S*\s+)*[\[{]")
"""How an empty collection begins: YAML allows an anchor and a tag before it, as it does before every node."""


@dataclass(eq=False)
class Marks:
    """Offsets of all nodes in document order (preorder), filled by a parser.

    Node 0 is the root. `sizes[i]` counts node i and everything below it, so that `i + sizes[i]` is its next sibling.
    Offsets are code points from 0; a node that is no member of a mapping has an empty key span at its own start.
    """

    text: str
    sizes: array[int] = field(default_factory=lambda: array("I"))
    starts: array[int] = field(default_factory=lambda: array("I"))
    ends: array[int] = field(default_factory=lambda: array("I"))
    key_starts: array[int] = field(default_factory=lambda: array("I"))
    key_ends: array[int] = field(default_factory=lambda: array("I"))
    keys: list[str | None] = field(default_factory=list)
    aliases: dict[int, int] = field(default_factory=dict)
    _children: dict[int, dict[str, int]] = field(default_factory=dict)
    _lists: dict[int, list[int]] = field(default_factory=dict)

    def adder(self) -> Callable[[int, int, str | None, int, int], int]:
        """Return the function that appends a node, under `key` in a mapping, and returns its index.

        `close` says what stands below it, if any. The arrays are looked up once for a quarter of a million nodes.
        """
        size, starts, ends, keys = self.sizes.append, self.starts.append, self.ends.append, self.keys
        add_key, key_starts, key_ends = keys.append, self.key_starts.append, self.key_ends.append

        def add(start: int, end: int, key: str | None, key_start: int, key_end: int) -> int:
            node = len(keys)
            size(1)
            starts(start)
            ends(end)
            add_key(key)
            key_starts(start if key is None else key_start)
            key_ends(start if key is None else key_end)
            return node

        return add

    def close(self, node: int, end: int) -> None:
        """Say that everything below `node` has been appended and that it ends before `end`."""
        self.sizes[node] = len(self.sizes) - node
        self.ends[node] = end

    def find(self, pointer: Pointer) -> int:
        """Return the node at `pointer`, or its nearest ancestor that exists."""
        return self.path(pointer)[-1]

    def path(self, pointer: Pointer) -> list[int]:
        """Return the nodes on the way from the root to the one at `pointer`, as far as they exist."""
        path = [0]
        for token in pointer.tokens:
            child = self._child(self.aliases.get(path[-1], path[-1]), token)
            if child is None:
                break
            path.append(child)
        return path

    def _child(self, parent: int, token: str) -> int | None:
        """Return the child under `token`: the last one of that key, or the one at that index, or one merged in."""
        children = self._children.get(parent)
        if children is None:
            children = self._children[parent] = self._named_children(parent)
        found = children.get(token)
        if found is None and (merged := children.get("<<")) is not None:
            return self._merged_child(self.aliases.get(merged, merged), token)
        return found

    def _merged_child(self, merged: int, token: str) -> int | None:
        """Return what a mapping, or the first of a list of them, gives to the one that it is merged into."""
        sources = self._listed_children(merged)
        if not sources or self.keys[sources[0]] is not None:
            return self._child(merged, token)
        found = (self._child(self.aliases.get(source, source), token) for source in sources)
        return next((child for child in found if child is not None), None)

    def _named_children(self, parent: int) -> dict[str, int]:
        """Index the children of a node, once: a wide mapping with many findings in it would cost the square."""
        named: dict[str, int] = {}
        for index, child in enumerate(self._listed_children(parent)):
            key = self.keys[child]
            named[str(index) if key is None else key] = child
        return named

    def pointer(self, node: int) -> Pointer:
        """Return the pointer of a node that is not reached through an alias."""
        tokens: list[str] = []
        parent = 0
        while parent != node:
            children = self._listed_children(parent)
            index = bisect_right(children, node) - 1
            key = self.keys[children[index]]
            tokens.append(str(index) if key is None else key)
            parent = children[index]
        return Pointer(tuple(tokens))

    def _listed_children(self, parent: int) -> list[int]:
        """List the children of a node in document order, once, for the same reason as `_named_children`."""
        children = self._lists.get(parent)
        if children is None:
            children = self._lists[parent] = []
            child, end = parent + 1, parent + self.sizes[parent]
            while child < end:
                children.append(child)
                child += self.sizes[child]
        return children

    def span(self, pointer: Pointer, *, of_key: bool = False) -> Span:
        """Return what a reader should look at: the key of a collection, or of what is asked for, else the value."""
        node = self.find(pointer)
        is_collection = self.sizes[node] > 1 or _BRACKET.match(self.text, self.starts[node]) is not None
        if self.keys[node] is not None and (of_key or is_collection):
            return self.stretch(self.key_starts[node], self.key_ends[node])
        return self.stretch(self.starts[node], self.ends[node])

    def stretch(self, start: int, end: int) -> Span:
        """Turn two offsets into a span."""
        line, column = self._position(start)
        return Span(line, column, *self._position(end), excerpt=self._excerpt(line, start))

    def line_at(self, offset: int) -> range:
        """Return the offsets of the line that an offset is in, its end left out."""
        line, _ = self._position(offset)
        start = self._lines[line - 1]
        end = self._lines[line] if line < len(self._lines) else len(self.text)
        return range(start, start + len(self.text[start:end].rstrip("\r\n")))

    def begun_from(self, offset: int) -> int:
        """Return the first node that begins at an offset or after it, by its key where it has one.

        Where there is none, that is the number of nodes.
        """
        return bisect_left(self.key_starts, offset)

    def _excerpt(self, line: int, offset: int) -> Excerpt:
        """Cut out what a reader should see of a line: some files have all of their millions of characters in one."""
        start = self._lines[line - 1]
        end = self._lines[line] if line < len(self._lines) else len(self.text)
        first = max(start, offset - _SHOWN_BEFORE) if end - start > _SHOWN_BEFORE + _SHOWN_AFTER else start
        return Excerpt(self.text[first : min(end, offset + _SHOWN_AFTER)].rstrip("\r\n"), first - start + 1)

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    @cached_property
    def _lines(self) -> list[int]:
        ends = _LINE_END if "\r" in self.text else _LINE_FEED
        return [0, *[found.end() for found in ends.finditer(self.text)]]
