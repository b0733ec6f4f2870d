"""How bad a change is to a team, where that is not what the law says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from contractctl.core.changes import Impact, Verdict
from contractctl.core.policies import ChangeSetting, SeverityRule
from contractctl.diff.policies.scopes import is_in_scope


def with_severities(verdicts: Iterable[Verdict], rules: Sequence[SeverityRule]) -> Iterator[Verdict]:
    """Yield the verdicts with the impacts that the first rule for each says; those that are off are left out.

    Who makes light of a change has to name all operations that it reaches, who makes much of it one of them: what a
    team says of its internal paths says nothing of the public ones.
    """
    for verdict in verdicts:
        rule = next((rule for rule in rules if _applies(rule, verdict)), None)
        if rule is None:
            yield verdict
        elif rule.severity != "off":
            yield _judged_by(rule, Impact(rule.severity), verdict)


def _applies(rule: SeverityRule, verdict: Verdict) -> bool:
    return is_in_scope(verdict, rule.scope, of=any if _rank(rule.severity) < verdict.impact.rank else all)


def _rank(setting: ChangeSetting) -> int:
    return len(Impact) if setting == "off" else Impact(setting).rank


def _judged_by(rule: SeverityRule, impact: Impact, verdict: Verdict) -> Verdict:
    if impact is verdict.impact:
        return verdict
    law = verdict.judged or verdict.impact
    reason = f"{rule.origin} says {impact}; by the law it is {law}: {verdict.reason}"
    return replace(verdict, impact=impact, judged=law, reason=reason)
