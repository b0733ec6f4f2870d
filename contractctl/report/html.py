"""Reports as one page of HTML that needs nothing else: for whoever gets it as an artifact of a CI run.

It can be read without its script, which only filters. A policy within the page lets nothing run or load but what is in
it, so that not even a mistake in this module could let a description act.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import assert_never

from contractctl import __version__
from contractctl.core.findings import Finding
from contractctl.core.reports import (
    BuildReport,
    ChangeHelp,
    CiReport,
    DiffReport,
    DriftReport,
    LintReport,
    Report,
    RuleHelp,
)
from contractctl.report.elements import Names, example, message, operations, prose, section, source, where
from contractctl.report.html_changes import diff_body, drift_body, kind_page
from contractctl.report.pages import manual_pages
from contractctl.report.words import counted, counts, hidden_counts, tally, visible


def render(report: Report) -> str:
    """Return the whole page."""
    pages = manual_pages(report)
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
            *_body(report, Names(pages)),
            "</main>",
            *_rules(pages),
            f'<footer class="dim"><p>contractctl {escape(__version__)}</p></footer>',
            f"<script>{script}</script>",
            "</body>",
            "</html>",
            "",
        )
    )


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


def _body(report: Report, names: Names) -> Iterator[str]:
    match report:
        case LintReport():
            told = f"{counts(report.findings)} in {counted(len(report.consulted), 'file')}{hidden_counts(report)}"
            yield f"<p>{escape(told)}</p>"
            yield from _summary(report.findings, names)
            yield from _findings(report.findings, names)
        case DiffReport():
            yield from diff_body(report, names)
            yield from _findings(report.diagnostics, names)
        case DriftReport():
            yield from message(report.message, report.hint)
            yield from drift_body(report, names)
        case BuildReport():
            yield from _build(report)
            yield from _findings(report.findings, names)
        case CiReport():
            yield from _ci(report, names)
        case _:
            assert_never(report)


def _ci(report: CiReport, names: Names) -> Iterator[str]:
    for undone in report.undone:
        yield f'<article class="error"><p><span class="label">{escape(visible(undone.task))}</span></p>'
        yield from message(undone.message, undone.hint)
        yield "</article>"
    yield from (f"<p>{prose(note)}</p>" for note in report.notes)
    for part in report.told_once():
        yield f"<h2>{escape(_title(part))}</h2>"
        yield from _body(part, names)


def _summary(findings: Sequence[Finding], names: Names) -> Iterator[str]:
    """Yield how often each rule was broken, each with a link to its page below."""
    if not findings:
        return
    yield '<table><thead><tr><th>Rule</th><th>Severity</th><th class="number">Findings</th></tr></thead><tbody>'
    for code, severity, number in tally(findings):
        label = f'<span class="label {severity.value}">{severity.value}</span>'
        yield f'<tr><td>{names.rule(code)}</td><td>{label}</td><td class="number">{number}</td></tr>'
    yield "</tbody></table>"


def _findings(findings: Iterable[Finding], names: Names) -> Iterator[str]:
    """Yield a section for each file."""
    files: dict[str, list[Finding]] = {}
    for finding in findings:
        files.setdefault(finding.location.place.uri, []).append(finding)
    for file, found in files.items():
        articles = (line for finding in found for line in _finding(finding, names))
        yield from section(f"<code>{escape(visible(file))}</code>", counts(found), articles, len(found))


def _finding(finding: Finding, names: Names) -> Iterator[str]:
    severity, code = finding.severity.value, escape(finding.rule)
    name = names.new(f"f-{finding.fingerprint}")
    yield f'<article class="{severity}" id="{name}" data-level="{severity}" data-rule="{code}">'
    yield f'<p><span class="label">{severity}</span> {prose(finding.message)}</p>'
    yield f'<p class="where"><a href="#{name}">{where(finding.location)}</a> · {names.rule(finding.rule)}</p>'
    yield from source(finding.location)
    if finding.hint:
        yield f"<p>{prose(finding.hint)}</p>"
    if finding.related:
        yield "<ul>"
        for related in finding.related:
            yield f'<li>{prose(related.message)} <span class="where">{where(related.location)}</span>'
            yield from source(related.location)
            yield "</li>"
        yield "</ul>"
    yield from operations(finding.operations, "used by")
    yield "</article>"


def _build(report: BuildReport) -> Iterator[str]:
    yield f"<p><code>{escape(visible(report.reference))}</code></p>"
    yield '<table><thead><tr><th>Layer</th><th class="number">Bytes</th><th>Digest</th></tr></thead><tbody>'
    for layer in report.layers:
        digest = f"<code>{escape(layer.digest)}</code>"
        yield f'<tr><td>{escape(layer.name)}</td><td class="number">{layer.size:,}</td><td>{digest}</td></tr>'
    yield "</tbody></table>"
    yield from (f"<p>{prose(done)}</p>" for done in report.delivered)


def _rules(pages: Mapping[str, RuleHelp | ChangeHelp]) -> Iterator[str]:
    rules = [page for code, page in sorted(pages.items()) if isinstance(page, RuleHelp)]
    kinds = [page for code, page in sorted(pages.items()) if isinstance(page, ChangeHelp)]
    if rules:
        yield "<h2>Rules</h2>"
        yield from (line for page in rules for line in _rule(page))
    if kinds:
        yield "<h2>Kinds of changes</h2>"
        yield from (line for page in kinds for line in kind_page(page))


def _rule(page: RuleHelp) -> Iterator[str]:
    code, severity = escape(page.code), page.severity.value
    label = f'<span class="label {severity}">{severity}</span>'
    yield f"<details><summary><code>{code}</code> {prose(page.title)}</summary>"
    # A link to something inside opens the fold; one to the fold would not.
    yield f'<p id="rule-{code}">{label} <span class="dim">profile {page.profile.value}</span></p>'
    yield f"<p>{prose(page.why)}</p>"
    yield f'<p class="dim">{prose(page.source)}</p>'
    yield from (example(name, text) for name, text in (("Bad", page.bad), ("Good", page.good)))
    yield f'<p><a href="{escape(page.docs)}">{escape(page.docs)}</a></p></details>'
