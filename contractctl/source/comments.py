"""Comments of a YAML text, told from text in scalars that looks like one, by where its scalars stand."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.source.marks import Marks

# What may stand before the `#` of a comment: YAML 1.2.2 §6.6 asks for a blank, libyaml takes these besides.
_HASH = pattern(r"""(?:^|(?<=[ \t,\[\]{}"']))#""")
_PROPERTIES = r"(?:[&!]\S*\s+)*"
_BLOCK = pattern(rf"{_PROPERTIES}[|>]")
_COLLECTION = pattern(rf"{_PROPERTIES}[\[{{]")
_NOTHING_YET = pattern(r"[-?\s]*")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment from its `#`, at the offset `start`, to the end of its line.

    `is_alone` tells that nothing of the document is on that line, but for the dash of an item that begins below.
    """

    text: str
    start: int
    is_alone: bool


def comments_holding(word: str, marks: Marks) -> Iterator[Comment]:
    """Yield the comments that hold a word, in order. A text without the word costs one search; JSON has no comments."""
    text = marks.text
    found = text.find(word)
    while found >= 0:
        line = marks.line_at(found)
        comment = _comment_on(line, marks)
        if comment is not None and word in comment.text:
            yield comment
        found = text.find(word, max(line.stop, found + 1))


def _comment_on(line: range, marks: Marks) -> Comment | None:
    written = marks.text[line.start : line.stop]
    found = _HASH.search(written)
    while found is not None:
        start = line.start + found.start()
        end = _end_of_scalar(start, marks)
        if end == start:
            is_alone = _NOTHING_YET.fullmatch(written, 0, found.start()) is not None
            return Comment(written[found.start() :], start, is_alone)
        found = _HASH.search(written, end - line.start)
    return None


def _end_of_scalar(offset: int, marks: Marks) -> int:
    """Return where the key or the value ends that an offset lies in; the offset where it lies in none.

    The line with the mark of a block scalar may end in a comment; those below are its text (YAML 1.2.2 §8.1.1).
    """
    node = bisect_right(marks.starts, offset) - 1
    following = node + 1
    if following < len(marks.keys) and marks.key_starts[following] <= offset < marks.key_ends[following]:
        return marks.key_ends[following]
    if node < 0 or offset >= marks.ends[node] or marks.sizes[node] > 1:
        return offset
    if _COLLECTION.match(marks.text, marks.starts[node]):
        return offset
    block = _BLOCK.match(marks.text, marks.starts[node])
    return offset if block and offset < marks.line_at(block.end() - 1).stop else marks.ends[node]
