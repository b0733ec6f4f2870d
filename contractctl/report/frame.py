"""The line of the source that a finding is about, with a mark below the stretch that it speaks of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from contractctl.core.locations import Location, Span
from contractctl.core.records import dataclass
from contractctl.report.words import visible

_WIDTH = 80
_TAB = 4
_LEAD = 16
"""How many columns before the marked stretch are kept of a line that is too long."""
_DIGITS = 4
_CUT = "…"


@dataclass(frozen=True, slots=True)
class Frame:
    """One line of a source as it is shown: printable, within a width, `before`, `marked` and `after`.

    `column` and `marks` say where the marks below the line begin and how many there are, in columns of a terminal.
    """

    line: int
    before: str
    marked: str
    after: str
    column: int
    marks: int


def frame_at(location: Location, *, width: int | None = None) -> Frame | None:
    """Return what to show of a place, None where its text is not known or is blank.

    A stretch of several lines is marked to the end of the first. With a width the line is cut around the stretch.
    """
    span = location.span
    if span is None or span.excerpt is None or not span.excerpt.text.strip():
        return None
    text, first, last = span.excerpt.text, *_stretch(span, span.excerpt.column, len(span.excerpt.text))
    cells = _cells(text)
    start, end = (0, len(cells)) if width is None else _window(cells, first, last, width)
    lead = _CUT if start or span.excerpt.column > 1 else ""
    before, marked = lead + _shown(cells[start:first]), _shown(cells[first : min(last, end)])
    after = _shown(cells[last:end]) + (_CUT if end < len(cells) else "")
    marks = _columns(cells[first : min(last, end)])
    column = len(lead) + _columns(cells[start:first])
    return Frame(span.line, before, marked, after.rstrip(), column, max(marks, 1))


def frame_lines(location: Location) -> Iterator[tuple[str, str]]:
    """Yield the line with its number, and the line with the marks: each as what leads to it and what it holds.

    Both fit into 80 columns.
    """
    span = location.span
    digits = max(_DIGITS, len(str(span.line))) if span else _DIGITS
    frame = frame_at(location, width=_WIDTH - digits - 3)
    if frame is not None:
        yield f"{frame.line:>{digits}} | ", frame.before + frame.marked + frame.after
        yield f"{'':>{digits}} | " + " " * frame.column, "^" * frame.marks


def _stretch(span: Span, column: int, length: int) -> tuple[int, int]:
    """Return the first and the last index (exclusive) of the span within an excerpt that begins at `column`."""
    first = min(max(span.column - column, 0), length)
    last = span.end_column - column if span.end_line == span.line else length
    return first, min(max(last, first), length)


def _cells(text: str) -> Sequence[tuple[str, int]]:
    """Return each character as it is shown, with the columns that it takes in a terminal."""
    if "\t" not in text:
        return [_cell(char) for char in text]
    cells: list[tuple[str, int]] = []
    at = 0
    for char in text:
        cell = (" " * (_TAB - at % _TAB), _TAB - at % _TAB) if char == "\t" else _cell(char)
        cells.append(cell)
        at += cell[1]
    return cells


@cache
def _cell(char: str) -> tuple[str, int]:
    import unicodedata

    shown = visible(char)
    if len(shown) > 1 or shown.isascii():
        return shown, len(shown)
    if unicodedata.category(shown) in {"Mn", "Me"}:
        return shown, 0
    return shown, 2 if unicodedata.east_asian_width(shown) in {"W", "F"} else 1


def _window(cells: Sequence[tuple[str, int]], first: int, last: int, width: int) -> tuple[int, int]:
    """Return which cells are shown, so that the beginning of the stretch is, with the marks that mark a cut."""
    room = width - 2 * len(_CUT)
    start = 0
    if _columns(cells[:last]) > room:
        start, kept = first, 0
        while start and kept + cells[start - 1][1] <= _LEAD:
            start -= 1
            kept += cells[start][1]
    end, kept = start, 0
    while end < len(cells) and kept + cells[end][1] <= room:
        kept += cells[end][1]
        end += 1
    return start, end


def _shown(cells: Sequence[tuple[str, int]]) -> str:
    return "".join(shown for shown, _ in cells)


def _columns(cells: Sequence[tuple[str, int]]) -> int:
    return sum(columns for _, columns in cells)
