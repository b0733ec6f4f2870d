"""The manual page of a kind of change, for a terminal and as Markdown; what SARIF, HTML and `explain` show of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contractctl.core.changes import Direction
from contractctl.core.json import Json
from contractctl.core.reports import ChangeHelp, Judged
from contractctl.report.json import witness_as_json
from contractctl.report.markup import fenced
from contractctl.report.rule_page import bold, wrapped
from contractctl.report.witness import full, proof

_COLORS = {"breaking": "31", "warning": "33", "compatible": "32"}
_WHERE = {
    Direction.REQUEST: "In a request",
    Direction.RESPONSE: "In a response",
    Direction.NEITHER: "In the contract",
}
_PARTS = {
    "schema": ", the schema of what `POST /pets` takes and answers",
    "operation": ", in `PUT /pets/{id}`",
    "description": "",
}
_TURNED = "A webhook's request, and a callback's, travels to the client: there, a request is judged as a response is."


def text(page: ChangeHelp, *, color: bool = False) -> str:
    """Return the page for a terminal of 80 columns, its last line ended."""
    return "".join(f"{line}\n" for line in _lines(page, color=color))


def text_list(pages: Sequence[ChangeHelp], *, color: bool = False) -> str:
    """Return a line a kind: its name, how its example is judged in a request and in a response, its title."""
    width = max((len(page.name) for page in pages), default=0)
    column = len("compatible  ")
    return "".join(
        f"{page.name:<{width}}  "
        + "".join(_painted(word, color=color) + " " * (column - len(word)) for word in _both_ways(page))
        + page.title.removesuffix(".")
        + "\n"
        for page in pages
    )


def markdown(page: ChangeHelp, *, heading: str = "##") -> str:
    """Return the page as Markdown, under a heading (none: without one), its last line ended."""
    parts = [f"{heading} {page.code}"] if heading else []
    parts += [page.title, "\n".join(f"- {_sentence(one)}" for one in page.judged)]
    for name, example in ((f"Base{_PARTS[page.part]}", page.base), ("Revision", page.revision)):
        parts.append("\n".join((f"{name}:", "", *fenced("yaml", example.split("\n")))))
    parts += ["\n".join(_shown(one)) for one in page.judged if one.witness is not None]
    if page.hint:
        parts.append(f"Instead: {page.hint}.")
    return "\n\n".join(parts) + "\n"


def markdown_list(pages: Sequence[ChangeHelp]) -> str:
    """Return a table of the kinds as Markdown."""
    head = "| Change | Request | Response | What happened |\n| --- | --- | --- | --- |\n"
    return head + "".join(f"| [`{page.name}`]({page.docs}) | {cells(page)} |\n" for page in pages)


def cells(page: ChangeHelp) -> str:
    """Return what a table of kinds says of one after its name: the impact either way, and the title."""
    return " | ".join((*_both_ways(page), page.title.removesuffix(".").replace("|", "\\|")))


def as_json(page: ChangeHelp) -> dict[str, Json]:
    """Return the page as a JSON value."""
    return {
        "change": page.code,
        "family": page.family,
        "title": page.title,
        "judged": [_judged(one) for one in page.judged],
        "hint": page.hint,
        "part": page.part,
        "base": page.base,
        "revision": page.revision,
        "docs": page.docs,
    }


def _judged(one: Judged) -> Json:
    return {
        "direction": one.direction.value,
        "severity": one.impact.value,
        "why": one.why,
        "law": one.law,
        "witness": witness_as_json(one.witness),
    }


def _sentence(one: Judged) -> str:
    return f"{_WHERE[one.direction]}: **{one.impact.value}**. {one.why[:1].upper()}{one.why[1:]}. The law: {one.law}."


def _shown(one: Judged) -> Iterator[str]:
    """Yield the message that shows the verdict, fenced."""
    assert one.witness is not None
    yield f"What shows it{_way(one)}:"
    yield ""
    yield from fenced("http" if one.witness.message else "json", full(one.witness))
    yield ""
    yield f"{proof(one.witness)}."


def _way(one: Judged) -> str:
    return "" if one.direction is Direction.NEITHER else f" {_WHERE[one.direction].lower()}"


def _lines(page: ChangeHelp, *, color: bool) -> Iterator[str]:
    yield bold(page.code, color=color) + f": {_impacts(page, color=color)}"
    yield ""
    yield from wrapped(page.title)
    for one in page.judged:
        yield ""
        yield from wrapped(_sentence(one).replace("**", ""))
    for name, what, example in (("Base", _PARTS[page.part], page.base), ("Revision", "", page.revision)):
        yield from ("", f"{bold(name, color=color)}{what}:", "")
        yield from (f"  {line}".rstrip() for line in example.splitlines())
    for one in page.judged:
        yield from _witness_lines(one, color=color)
    if page.hint:
        yield ""
        yield from wrapped(f"Instead: {page.hint}.")
    if _has_direction(page):
        yield ""
        yield from wrapped(_TURNED)
    yield from _settings(page, color=color)
    yield ""
    yield f"More: {page.docs}"


def _settings(page: ChangeHelp, *, color: bool) -> Iterator[str]:
    """Yield how a team judges the kind otherwise, and how it lets one change be."""
    every = f'"*-{page.name}"' if page.code == page.name and _has_direction(page) else page.code
    yield ""
    yield f"{bold('Judge it otherwise', color=color)} in contractctl.yaml as breaking, warning, compatible or off:"
    yield ""
    yield from ("  diff:", "    severity:", f"      - {{id: {every}, severity: warning}}")
    yield ""
    yield f"{bold('Accept it', color=color)} once, with a reason:"
    yield ""
    yield '  contractctl diff BASE REVISION --accept --reason "nobody calls it"'


def _has_direction(page: ChangeHelp) -> bool:
    return any(one.direction is not Direction.NEITHER for one in page.judged)


def _witness_lines(one: Judged, *, color: bool) -> Iterator[str]:
    if one.witness is not None:
        yield from ("", f"{bold('What shows it', color=color)}{_way(one)}:", "")
        yield from (f"  {line}".rstrip() for line in full(one.witness))
        yield ""
        yield from wrapped(f"{proof(one.witness)}.")


def _both_ways(page: ChangeHelp) -> tuple[str, str]:
    """Return the impact in a request and in a response: empty for no example, twice the same without a direction."""
    by_way = {one.direction: one.impact.value for one in page.judged}
    neither = by_way.get(Direction.NEITHER, "")
    return by_way.get(Direction.REQUEST, neither), by_way.get(Direction.RESPONSE, neither)


def _impacts(page: ChangeHelp, *, color: bool) -> str:
    """Return `breaking request, compatible response`, or the one word of what has no direction."""
    return ", ".join(
        _painted(one.impact.value, color=color)
        + ("" if one.direction is Direction.NEITHER else f" in a {one.direction.value}")
        for one in page.judged
    )


def _painted(word: str, *, color: bool) -> str:
    return f"\x1b[{_COLORS[word]}m{word}\x1b[0m" if color and word else word
