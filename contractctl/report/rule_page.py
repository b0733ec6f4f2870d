"""The manual page of a rule, for a terminal and as Markdown; what SARIF, HTML and `explain` show of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contractctl.core.json import Json
from contractctl.core.reports import RuleHelp

_COLORS = {"error": "31", "warning": "33", "info": "36"}
_WIDTH = 80


def text(page: RuleHelp, *, color: bool = False) -> str:
    """Return the page for a terminal of 80 columns, its last line ended."""
    return "".join(f"{line}\n" for line in _lines(page, color=color))


def text_list(pages: Sequence[RuleHelp], *, color: bool = False) -> str:
    """Return a line a rule: code, severity, profile, title. Titles are not cut: a terminal wraps what is long."""
    code = max((len(page.code) for page in pages), default=0)
    lines = (
        f"{page.code:<{code}}  {_severity(page, color=color)}{'':{9 - len(page.severity.value)}}"
        f"{page.profile.value:<12} {page.title.removesuffix('.')}"
        for page in pages
    )
    return "".join(f"{line}\n" for line in lines)


def markdown(page: RuleHelp, *, heading: str = "##") -> str:
    """Return the page as Markdown, under a heading (none: without one), its last line ended."""
    parts = [f"{heading} {page.code}"] if heading else []
    parts += [f"{page.title} *{page.severity.value}, profile {page.profile.value}*", page.why, f"Source: {page.source}"]
    parts += [f"Bad:\n\n```yaml\n{page.bad}\n```", f"Good:\n\n```yaml\n{page.good}\n```"]
    return "\n\n".join(parts) + "\n"


def markdown_list(pages: Sequence[RuleHelp]) -> str:
    """Return a table of the rules as Markdown."""
    rows = (
        f"| [`{page.code}`]({page.docs}) | {page.severity.value} | {page.profile.value} | {_cell(page.title)} |\n"
        for page in pages
    )
    return "".join(("| Rule | Severity | Profile | What is wrong |\n| --- | --- | --- | --- |\n", *rows))


def as_json(page: RuleHelp) -> dict[str, Json]:
    """Return the page as a JSON value."""
    return {
        "rule": page.code,
        "severity": page.severity.value,
        "profile": page.profile.value,
        "family": page.family,
        "title": page.title,
        "why": page.why,
        "source": page.source,
        "bad": page.bad,
        "good": page.good,
        "docs": page.docs,
    }


def wrapped(paragraph: str, indent: str = "") -> Iterator[str]:
    """Yield the lines of a paragraph, 80 columns at most but for a word that is longer."""
    import textwrap

    yield from textwrap.wrap(
        paragraph, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _lines(page: RuleHelp, *, color: bool) -> Iterator[str]:
    yield f"{bold(page.code, color=color)}: {_severity(page, color=color)}, profile {page.profile.value}"
    yield ""
    yield from wrapped(page.title)
    yield ""
    yield from wrapped(page.why)
    yield ""
    yield from wrapped(f"Source: {page.source}", "        ")
    yield from _examples(page, color=color)
    yield from _settings(page, color=color)
    yield ""
    yield f"More: {page.docs}"


def _examples(page: RuleHelp, *, color: bool) -> Iterator[str]:
    for name, example in (("Bad", page.bad), ("Good", page.good)):
        yield ""
        yield f"{bold(name, color=color)}:"
        yield ""
        yield from (f"  {line}".rstrip() for line in example.splitlines())


def _settings(page: RuleHelp, *, color: bool) -> Iterator[str]:
    """Yield how a team sets the rule, and how it lets one place be."""
    other = "warning" if page.severity.value == "error" else "error"
    yield ""
    yield f"{bold('Set it', color=color)} in contractctl.yaml to error, warning, info or off:"
    yield ""
    yield from ("  lint:", "    rules:", f"      {page.code}: {other}")
    yield ""
    yield f"{bold('Ignore it', color=color)} in one place of YAML, above the line or at its end:"
    yield ""
    yield f"  # contractctl: ignore[{page.code}] the reason"
    yield ""
    yield "and in an object of JSON:"
    yield ""
    yield f'  "x-lint-ignore": {{"{page.code}": "the reason"}}'


def _cell(title: str) -> str:
    return title.removesuffix(".").replace("|", "\\|")


def _severity(page: RuleHelp, *, color: bool) -> str:
    word = page.severity.value
    return f"\x1b[{_COLORS[word]}m{word}\x1b[0m" if color else word


def bold(word: str, *, color: bool) -> str:
    """Return a word of a terminal, bold where colours are wanted."""
    return f"\x1b[1m{word}\x1b[0m" if color else word
