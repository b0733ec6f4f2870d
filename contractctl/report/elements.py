"""Elements of a page of HTML, in which foreign text is text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from contractctl.core.locations import Location
from contractctl.core.patterns import pattern
from contractctl.report.frame import frame_at
from contractctl.report.words import visible

_CODE = pattern(r"(?<!`)`([^`]+)`(?!`)")
_FOLDED = 200
"""A group of more findings than these is folded, so that the page opens fast."""


class Names:
    """The identifiers of a page: what two things would share gets a number. `rules` have their pages below."""

    def __init__(self, rules: Iterable[str]) -> None:
        self._seen: Counter[str] = Counter()
        self._rules = frozenset(rules)

    def rule(self, code: str) -> str:
        """Return the code as a link to its page, or alone where it has none."""
        text = escape(code)
        return f'<a href="#rule-{text}">{text}</a>' if code in self._rules else text

    def new(self, name: str) -> str:
        """Return the name, with a number from its second use on."""
        self._seen[name] += 1
        return name if self._seen[name] == 1 else f"{name}-{self._seen[name]}"


def section(title: str, summary: str, articles: Iterable[str], number: int) -> Iterator[str]:
    """Yield articles under a title, which is HTML; folded where they are many."""
    yield f'<section class="group"><h3>{title}</h3>'
    if number > _FOLDED:
        yield f"<details><summary>{escape(summary)}</summary>"
    else:
        yield f'<p class="dim">{escape(summary)}</p>'
    yield from articles
    yield "</details></section>" if number > _FOLDED else "</section>"


def source(location: Location) -> Iterator[str]:
    """Yield the line of the source with its mark, where it is known."""
    if frame := frame_at(location):
        before, marked, after = (escape(part) for part in (frame.before, frame.marked, frame.after))
        yield f'<pre><code><span class="dim">{frame.line} </span>{before}<mark>{marked}</mark>{after}</code></pre>'


def operations(titles: Sequence[str], words: str) -> Iterator[str]:
    """Yield the operations where there are several, after words such as `used by`."""
    shown = ", ".join(map(operation, titles))
    if len(titles) > 3:
        yield f"<details><summary>{words} {len(titles)} operations</summary><p>{shown}</p></details>"
    elif len(titles) > 1:
        yield f'<p class="dim">{words} {shown}</p>'


def operation(title: str) -> str:
    """Return an operation as code, by which the page finds what concerns it."""
    return f'<code class="operation">{escape(visible(title))}</code>'


def message(text: str, hint: str) -> Iterator[str]:
    """Yield a message, and what to do where that is known."""
    yield f"<p>{prose(text)}</p>"
    if hint:
        yield f"<p>{prose(hint)}</p>"


def label(word: str) -> str:
    """Return how bad something is, coloured as that."""
    return f'<span class="label {word}">{word}</span>'


def example(name: str, text: str) -> str:
    """Return a piece of a description under its name."""
    return f"<p>{name}:</p><pre><code>{escape(text)}</code></pre>"


def prose(text: str) -> str:
    """Return foreign text as HTML: no markup but code for what stands between two single backticks."""
    parts = _CODE.split(visible(text))
    return "".join(f"<code>{escape(part)}</code>" if index % 2 else escape(part) for index, part in enumerate(parts))


def where(location: Location) -> str:
    """Return a place as `path:line:column`."""
    return escape(visible(str(location)))
