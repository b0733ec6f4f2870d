"""Changes as HTML: by operation, each with its source on both sides and the message that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape

from contractctl.core.changes import Verdict, Witness
from contractctl.core.reports import ChangeHelp, DiffReport, DriftReport
from contractctl.report.elements import Names, example, label, operation, operations, prose, section, source, where
from contractctl.report.witness import full, proof
from contractctl.report.words import change_counts, counted, told

_LINES = 200
"""What is shown of a body: a page has room."""


def diff_body(report: DiffReport, names: Names) -> Iterator[str]:
    """Yield what a diff found, but for what is wrong inside either side."""
    yield f"<p>{escape(change_counts(report))}</p>"
    if report.version is not None:
        word = "good" if report.version.is_enough else "error"
        yield f'<p><span class="label {word}">version</span> {prose(report.version.message)}</p>'
    yield from (f"<p>{prose(note)}</p>" for note in report.notes)
    pages = report.read_kinds()
    yield from _groups(report.verdicts, names, pages)
    if report.excused:
        articles = (line for verdict in report.excused for line in _verdict(verdict, names, pages))
        yield from section("Excused", counted(len(report.excused), "change"), articles, len(report.excused))


def drift_body(report: DriftReport, names: Names) -> Iterator[str]:
    """Yield the changes between a contract and upstream."""
    yield f"<p>{escape(change_counts(report))}</p>"
    yield from _groups(report.verdicts, names, {})


def kind_page(page: ChangeHelp) -> Iterator[str]:
    """Yield the manual page of a kind, folded."""
    code = escape(page.code)
    yield f"<details><summary><code>{code}</code> {prose(page.title)}</summary>"
    # A link to something inside opens the fold; one to the fold would not.
    yield f'<ul id="rule-{code}">'
    for one in page.judged:
        yield f"<li>{one.direction.value}: {label(one.impact.value)} {prose(one.why)}</li>"
    yield "</ul>"
    yield from (example(name, text) for name, text in (("Base", page.base), ("Revision", page.revision)))
    if page.hint:
        yield f"<p>Instead: {prose(page.hint)}</p>"
    yield f'<p><a href="{escape(page.docs)}">{escape(page.docs)}</a></p></details>'


def _groups(verdicts: Iterable[Verdict], names: Names, pages: Mapping[str, ChangeHelp]) -> Iterator[str]:
    """Yield a section for each operation that a change reaches first, in the order of the changes."""
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault(next(iter(verdict.change.operations), ""), []).append(verdict)
    for name, group in groups.items():
        title = operation(name) if name else "The whole contract"
        articles = (line for verdict in group for line in _verdict(verdict, names, pages))
        yield from section(title, counted(len(group), "change"), articles, len(group))


def _verdict(verdict: Verdict, names: Names, pages: Mapping[str, ChangeHelp]) -> Iterator[str]:
    change, impact = verdict.change, verdict.impact.value
    name = names.new(f"c-{change.fingerprint}")
    yield f'<article class="{impact}" id="{name}" data-level="{impact}" data-rule="{escape(change.kind)}">'
    yield f'<p><span class="label">{impact}</span> {prose(told(verdict))}</p>'
    places = " → ".join(where(side) for side in (change.base, change.revision) if side)
    yield f'<p class="where"><a href="#{name}">{places or escape(change.kind)}</a> · {names.rule(change.kind)}</p>'
    yield f"<p>{prose(verdict.reason)}</p>"
    if verdict.excused:
        yield f"<p>Accepted: {prose(verdict.excused)}</p>"
    for side in (change.base, change.revision):
        if side:
            yield from source(side)
    if verdict.witness is not None:
        yield from _witness(verdict.witness)
    page = pages.get(change.kind)
    if page and page.hint:
        yield f"<p>Instead: {prose(page.hint)}</p>"
    yield from operations(change.operations, "reaches")
    yield "</article>"


def _witness(witness: Witness) -> Iterator[str]:
    shown = "\n".join(full(witness, most=_LINES))
    yield f"<pre><code>{escape(shown)}</code></pre>"
    yield f"<p>{prose(proof(witness))}</p>"
