"""How far wishes reach in one document: over the parts that begin on a line, over an object, over the whole file."""

from __future__ import annotations

from collections.abc import Iterator

from contractctl.core.locations import Location, Place, Pointer
from contractctl.lint.ignores.wishes import Unclear, Wish, wishes_of_comment
from contractctl.lint.structure.kinds import Tokens
from contractctl.source.comments import Comment
from contractctl.source.document import Document


class Reach:
    """The wishes of one document, asked about places in it. What a question costs is the depth of the place."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._lines: dict[tuple[int, str], list[Wish]] = {}
        self._whole: dict[str, list[Wish]] = {}
        self._objects: dict[tuple[Tokens, str], list[Wish]] = {}
        self._depths: set[int] = set()

    def add_comment(self, comment: Comment) -> Iterator[Wish | Unclear]:
        """Take what a comment wishes, and yield it.

        It is for the parts that begin on its line, or, when it stands alone, on the next line on which one does. Above
        the first line of the document that is the whole of it. At the end of a text of several lines it is for the
        line on which that begins.
        """
        marks = self._document.marks()
        line = marks.line_at(comment.start)
        node = marks.begun_from(comment.start if comment.is_alone else line.start)
        if not comment.is_alone and (node == len(marks.keys) or marks.key_starts[node] >= line.stop):
            node -= 1
        is_below_everything = node == len(marks.keys)
        pointer = Pointer() if is_below_everything else marks.pointer(node)
        span = marks.stretch(comment.start, comment.start + len(comment.text.rstrip()))
        for read in wishes_of_comment(comment.text, Location(Place(self._document.uri, pointer), span)):
            if isinstance(read, Wish) and not is_below_everything:
                self._take(read, node, is_whole=node == 0 and comment.is_alone)
            yield read

    def add_object(self, tokens: Tokens, wish: Wish) -> None:
        """Take what an object wishes for itself and everything in it."""
        self._depths.add(len(tokens))
        self._objects.setdefault((tokens, wish.code), []).append(wish)

    def over(self, place: Place, code: str) -> Iterator[Wish]:
        """Yield the wishes that findings of this rule at this place are not told."""
        tokens = place.pointer.tokens
        for depth in self._depths:
            if depth <= len(tokens):
                yield from self._objects.get((tokens[:depth], code), ())
        yield from self._whole.get(code, ())
        if self._lines:
            yield from self._over_by_line(place, code)

    def _take(self, wish: Wish, node: int, *, is_whole: bool) -> None:
        if is_whole:
            self._whole.setdefault(wish.code, []).append(wish)
        else:
            self._lines.setdefault((self._line_of(node), wish.code), []).append(wish)

    def _over_by_line(self, place: Place, code: str) -> Iterator[Wish]:
        path = self._document.marks().path(place.pointer)
        # The document itself begins on its first line, too; a comment behind the first key is not meant for all of it.
        for node in path if len(path) == 1 else path[1:]:
            yield from self._lines.get((self._line_of(node), code), ())

    def _line_of(self, node: int) -> int:
        """Return the offset of the line on which a node begins."""
        marks = self._document.marks()
        return marks.line_at(marks.key_starts[node]).start
