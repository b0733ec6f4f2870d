"""GitHub-flavoured Markdown of foreign text: words, code, tables and fences in which nothing of it is markup."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import groupby

from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.report.words import visible

GROUP = 130
"""Bytes of what stands around the rows of a group, but for its name: a fold and the head of a table, or two."""
# A colon before two slashes and the dot of `www.` make links of addresses (GitHub Flavored Markdown §6.9).
_SPECIAL = pattern(r"([\\`*_{}\[\]<>()#+!|~@$&]|:(?=//)|(?<=www)\.)", re.IGNORECASE)
# GitHub looks for mentions and issues in what was rendered, where nothing is left of a backslash.
_CALLS = pattern(r"(?<!&)([@#])(?=\w)")
_BREAK = r"\1<!-- -->"
_CODE = pattern(r"(?<!`)`([^`|]+)`(?!`)")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: the group that it belongs to, how bad it is (0 is worst), its cells."""

    group: str
    rank: int
    cells: tuple[str, ...]


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is: no markup, no HTML, no mention, one line.

    What stands between two single backticks stays code; every other backtick is text.
    """
    parts = _CODE.split(flat(text))
    return "".join(f"`{part}`" if index % 2 else _words(part) for index, part in enumerate(parts))


def html_words(text: str) -> str:
    """Return text as HTML on one line, for a summary: no markup but code, no mention."""
    parts = _CODE.split(flat(text))
    shown = (
        f"<code>{_plain(part)}</code>" if index % 2 else _CALLS.sub(_BREAK, _plain(part))
        for index, part in enumerate(parts)
    )
    return "".join(shown)


def _words(text: str) -> str:
    return _CALLS.sub(_BREAK, _SPECIAL.sub(r"\\\1", text))


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def flat(text: str) -> str:
    """Return text on one line, its control characters shown."""
    return visible(" ".join(text.split()))


def code(text: str) -> str:
    """Return text as an inline code span, in which nothing is markup."""
    shown = flat(text).replace("`", "'")
    return f"`{shown}`" if shown else ""


def cell_code(text: str) -> str:
    """Return text as code for the cell of a table; as words where a bar in it would end the cell."""
    return escaped(text) if "|" in text else code(text)


def as_html(span: str) -> str:
    """Return a code span, or plain words, as HTML in which nothing is markup: a backtick is none within a tag."""
    text = _plain(span)
    return f"<code>{text[1:-1]}</code>" if text.startswith("`") else text


def fenced(language: str, lines: Sequence[str]) -> Iterator[str]:
    """Yield printable lines between two fences that none of them can end."""
    runs = (sum(1 for _ in run) for line in lines for char, run in groupby(line) if char == "`")
    fence = "`" * max(3, 1 + max(runs, default=0))
    yield from (f"{fence}{language}", *lines, fence)


def folded(summary: str, lines: Iterable[str]) -> Iterator[str]:
    """Yield lines that a reader opens; the summary is HTML."""
    yield from ("", f"<details><summary>{summary}</summary>", "", *lines, "", "</details>")


def table(head: tuple[str, ...], rows: Iterable[Row]) -> Iterator[str]:
    """Yield a table; an empty row has no cell."""
    yield from (line(head), "|" + " --- |" * len(head))
    yield from (line(row.cells) for row in rows)


def line(cells: tuple[str, ...]) -> str:
    """Return a line of a table."""
    return "| " + " | ".join(cells) + " |"


def size(text: str) -> int:
    """Return how many bytes a line takes, with its end."""
    return len(text.encode(errors="replace")) + 1


def fitting(rows: Sequence[Row], room: int) -> Sequence[Row]:
    """Return the rows that fit, in their order: the worst ones, and among equals the first ones."""
    kept: set[int] = set()
    groups: set[Hashable] = set()
    for index in sorted(range(len(rows)), key=lambda index: rows[index].rank):
        row = rows[index]
        room -= size(line(row.cells)) + (0 if row.group in groups else size(as_html(row.group)) + GROUP)
        if room < 0:
            break
        groups.add(row.group)
        kept.add(index)
    return [row for index, row in enumerate(rows) if index in kept]
