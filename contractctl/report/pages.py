"""The manual pages that go with a report."""

from __future__ import annotations

from collections.abc import Mapping

from contractctl.core.reports import ChangeHelp, CiReport, DiffReport, LintReport, Report, RuleHelp


def manual_pages(report: Report) -> Mapping[str, RuleHelp | ChangeHelp]:
    """Return the pages of the rules that have findings, and of the kinds of changes that are told, by code."""
    pages: dict[str, RuleHelp | ChangeHelp] = {}
    for part in report.reports if isinstance(report, CiReport) else (report,):
        if isinstance(part, LintReport):
            pages |= part.read_rules()
        elif isinstance(part, DiffReport):
            pages |= part.read_kinds()
    return pages
