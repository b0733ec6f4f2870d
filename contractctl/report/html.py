"""Reports as one page of HTML that needs nothing else: for whoever gets it as an artifact of a CI run.

It can be read without its script, which only filters. A policy within the page lets nothing run or load but what is in
it, so that not even a mistake in this module could let a description act.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import assert_never

from contractctl import __version__
from contractctl.core.changes import Impact, Verdict
from contractctl.core.findings import Finding
from contractctl.core.locations import Location
from contractctl.core.patterns import pattern
from contractctl.core.reports import BuildReport, CiReport, DiffReport, DriftReport, LintReport, Report, RuleHelp
from contractctl.report.frame import frame_at
from contractctl.report.words import counted, counts, hidden_counts, tally, visible

_CODE = pattern(r"(?<!`)`([^`]+)`(?!`)")
_FOLDED = 200
"""A group of more findings than these is folded, so that the page opens fast."""


def render(report: Report) -> str:
    """Return the whole page."""
    pages = _pages(report)
    style, script = _asset("page.css"), _asset("page.js")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{escape(_title(report))}</title>",
            f"<style>{style}</style>",
            "</head>",
            "<body>",
            f"<h1>{escape(_title(report))}</h1>",
            "<main>",
            *_body(report, _Names(pages)),
            "</main>",
            *_rules(pages),
            f'<footer class="dim"><p>contractctl {escape(__version__)}</p></footer>',
            f"<script>{script}</script>",
            "</body>",
            "</html>",
            "",
        )
    )


class _Names:
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


def _asset(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _title(report: Report) -> str:
    match report:
        case LintReport():
            return "Lint"
        case DiffReport():
            return visible(f"Changes from {report.base} to {report.revision}")
        case DriftReport():
            return visible(f"Drift of {report.spec}")
        case BuildReport():
            return visible(f"Mock image {report.name}")
        case CiReport():
            return f"Contract: {'closed' if report.exit_code else 'clean'}"
        case _:
            assert_never(report)


def _body(report: Report, names: _Names) -> Iterator[str]:
    match report:
        case LintReport():
            told = f"{counts(report.findings)} in {counted(len(report.consulted), 'file')}{hidden_counts(report)}"
            yield f"<p>{escape(told)}</p>"
            yield from _summary(report.findings, names)
            yield from _findings(report.findings, names)
        case DiffReport():
            yield from _changes(report.verdicts, names)
            yield from _findings(report.diagnostics, names)
        case DriftReport():
            yield from _message(report.message, report.hint)
            yield from _changes(report.verdicts, names)
        case BuildReport():
            yield from _build(report)
            yield from _findings(report.findings, names)
        case CiReport():
            yield from _ci(report, names)
        case _:
            assert_never(report)


def _ci(report: CiReport, names: _Names) -> Iterator[str]:
    for undone in report.undone:
        yield f'<article class="error"><p><span class="label">{escape(visible(undone.task))}</span></p>'
        yield from _message(undone.message, undone.hint)
        yield "</article>"
    yield from (f"<p>{_prose(note)}</p>" for note in report.notes)
    for part in report.told_once():
        yield f"<h2>{escape(_title(part))}</h2>"
        yield from _body(part, names)


def _summary(findings: Sequence[Finding], names: _Names) -> Iterator[str]:
    """Yield how often each rule was broken, each with a link to its page below."""
    if not findings:
        return
    yield '<table><thead><tr><th>Rule</th><th>Severity</th><th class="number">Findings</th></tr></thead><tbody>'
    for code, severity, number in tally(findings):
        label = f'<span class="label {severity.value}">{severity.value}</span>'
        yield f'<tr><td>{names.rule(code)}</td><td>{label}</td><td class="number">{number}</td></tr>'
    yield "</tbody></table>"


def _findings(findings: Iterable[Finding], names: _Names) -> Iterator[str]:
    """Yield a section for each file."""
    files: dict[str, list[Finding]] = {}
    for finding in findings:
        files.setdefault(finding.location.place.uri, []).append(finding)
    for file, found in files.items():
        articles = (line for finding in found for line in _finding(finding, names))
        yield from _group(f"<code>{escape(visible(file))}</code>", counts(found), articles, len(found))


def _group(title: str, summary: str, articles: Iterable[str], number: int) -> Iterator[str]:
    yield f'<section class="group"><h3>{title}</h3>'
    if number > _FOLDED:
        yield f"<details><summary>{escape(summary)}</summary>"
    else:
        yield f'<p class="dim">{escape(summary)}</p>'
    yield from articles
    yield "</details></section>" if number > _FOLDED else "</section>"


def _finding(finding: Finding, names: _Names) -> Iterator[str]:
    severity, code = finding.severity.value, escape(finding.rule)
    name = names.new(f"f-{finding.fingerprint}")
    yield f'<article class="{severity}" id="{name}" data-level="{severity}" data-rule="{code}">'
    yield f'<p><span class="label">{severity}</span> {_prose(finding.message)}</p>'
    yield f'<p class="where"><a href="#{name}">{_where(finding.location)}</a> · {names.rule(finding.rule)}</p>'
    yield from _frame(finding.location)
    if finding.hint:
        yield f"<p>{_prose(finding.hint)}</p>"
    if finding.related:
        yield "<ul>"
        for related in finding.related:
            yield f'<li>{_prose(related.message)} <span class="where">{_where(related.location)}</span>'
            yield from _frame(related.location)
            yield "</li>"
        yield "</ul>"
    yield from _operations(finding.operations)
    yield "</article>"


def _frame(location: Location) -> Iterator[str]:
    if frame := frame_at(location):
        before, marked, after = (escape(part) for part in (frame.before, frame.marked, frame.after))
        yield f'<pre><code><span class="dim">{frame.line} </span>{before}<mark>{marked}</mark>{after}</code></pre>'


def _operations(operations: Sequence[str]) -> Iterator[str]:
    shown = ", ".join(f"<code>{escape(visible(title))}</code>" for title in operations)
    if len(operations) > 3:
        yield f"<details><summary>used by {len(operations)} operations</summary><p>{shown}</p></details>"
    elif len(operations) > 1:
        yield f'<p class="dim">used by {shown}</p>'


def _changes(verdicts: Sequence[Verdict], names: _Names) -> Iterator[str]:
    number = Counter(verdict.impact for verdict in verdicts)
    warnings = counted(number[Impact.WARNING], "warning")
    yield f"<p>{number[Impact.BREAKING]} breaking, {warnings}, {number[Impact.COMPATIBLE]} compatible</p>"
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault(next(iter(verdict.change.operations), ""), []).append(verdict)
    for operation, group in groups.items():
        title = f"<code>{escape(visible(operation))}</code>" if operation else "The whole contract"
        articles = (line for verdict in group for line in _verdict(verdict, names))
        yield from _group(title, counted(len(group), "change"), articles, len(group))


def _verdict(verdict: Verdict, names: _Names) -> Iterator[str]:
    change, impact = verdict.change, verdict.impact.value
    name = names.new(f"c-{change.fingerprint}")
    code = escape(change.kind)
    yield f'<article class="{impact}" id="{name}" data-level="{impact}" data-rule="{code}">'
    yield f'<p><span class="label">{impact}</span> {_prose(change.message)}</p>'
    places = " → ".join(_where(side) for side in (change.base, change.revision) if side)
    yield f'<p class="where"><a href="#{name}">{places or code}</a> · {code}</p>'
    yield f"<p>{_prose(verdict.reason)}</p>"
    for side in (change.base, change.revision):
        if side:
            yield from _frame(side)
    yield from _operations(change.operations)
    yield "</article>"


def _build(report: BuildReport) -> Iterator[str]:
    yield f"<p><code>{escape(visible(report.reference))}</code></p>"
    yield '<table><thead><tr><th>Layer</th><th class="number">Bytes</th><th>Digest</th></tr></thead><tbody>'
    for layer in report.layers:
        digest = f"<code>{escape(layer.digest)}</code>"
        yield f'<tr><td>{escape(layer.name)}</td><td class="number">{layer.size:,}</td><td>{digest}</td></tr>'
    yield "</tbody></table>"
    yield from (f"<p>{_prose(done)}</p>" for done in report.delivered)


def _pages(report: Report) -> Mapping[str, RuleHelp]:
    """Return the manual pages of the rules that have findings."""
    parts = report.reports if isinstance(report, CiReport) else (report,)
    return {code: page for part in parts if isinstance(part, LintReport) for code, page in part.read_rules().items()}


def _rules(pages: Mapping[str, RuleHelp]) -> Iterator[str]:
    if pages:
        yield "<h2>Rules</h2>"
        yield from (line for code in sorted(pages) for line in _rule(pages[code]))


def _rule(page: RuleHelp) -> Iterator[str]:
    code, severity = escape(page.code), page.severity.value
    label = f'<span class="label {severity}">{severity}</span>'
    yield f"<details><summary><code>{code}</code> {_prose(page.title)}</summary>"
    # A link to something inside opens the fold; one to the fold would not.
    yield f'<p id="rule-{code}">{label} <span class="dim">profile {page.profile.value}</span></p>'
    yield f"<p>{_prose(page.why)}</p>"
    yield f'<p class="dim">{_prose(page.source)}</p>'
    for name, example in (("Bad", page.bad), ("Good", page.good)):
        yield f"<p>{name}:</p><pre><code>{escape(example)}</code></pre>"
    yield f'<p><a href="{escape(page.docs)}">{escape(page.docs)}</a></p></details>'


def _message(message: str, hint: str) -> Iterator[str]:
    yield f"<p>{_prose(message)}</p>"
    if hint:
        yield f"<p>{_prose(hint)}</p>"


def _prose(text: str) -> str:
    """Return foreign text as HTML: no markup but code for what stands between two single backticks."""
    parts = _CODE.split(visible(text))
    return "".join(f"<code>{escape(part)}</code>" if index % 2 else escape(part) for index, part in enumerate(parts))


def _where(location: Location) -> str:
    return escape(visible(str(location)))
