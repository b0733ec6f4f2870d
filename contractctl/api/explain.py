"""Explain codes: the manual pages of rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from contractctl.core.failures import UsageFailure
from contractctl.core.patterns import pattern
from contractctl.core.profiles import Profile, included
from contractctl.core.reports import RULES_PAGE, OtherCode, RuleHelp
from contractctl.core.suggestions import did_you_mean
from contractctl.lint.cross_check import DISAGREES, STOPPED, UNSEEN
from contractctl.lint.rule import Rule
from contractctl.lint.rules import RULES

# Kinds of changes are put together of who it reaches, what it is and what became of it.
_CHANGE = pattern(
    r"(request|response|operation|webhook|callback|server|security|version|path|tag)-([a-z]+-)*"
    r"(added|removed|changed|narrowed|widened|closed|opened|moved|increased|decreased|required|optional)"
)

_OPINIONS = {
    DISAGREES: "openapi-spec-validator, which `--cross-check` asks for a second opinion, refuses what no rule does",
    UNSEEN: "lint finds an error that openapi-spec-validator, asked by `--cross-check`, does not see",
    STOPPED: "openapi-spec-validator, which `--cross-check` asks for a second opinion, ended with an exception",
}


def explain(codes: Iterable[str]) -> tuple[RuleHelp | OtherCode, ...]:
    """Return the page of each code, in the order given. Raise UsageFailure for a code that nothing has."""
    pages = rule_help(codes)
    return tuple(pages.get(code) or _other(code) for code in dict.fromkeys(codes))


def list_rules(profiles: Sequence[Profile] = ()) -> tuple[RuleHelp, ...]:
    """Return the pages of the rules that run with these profiles (none: of all rules), in the order of the handbook."""
    chosen = included(profiles or Profile)
    return tuple(_page(rule) for rule in RULES if rule.profile in chosen)


def rule_help(codes: Iterable[str]) -> Mapping[str, RuleHelp]:
    """Return the pages of those codes that have one, sorted by code."""
    wanted = frozenset(codes)
    pages = (_page(rule) for rule in RULES if rule.code in wanted)
    return {page.code: page for page in sorted(pages, key=lambda page: page.code)}


def _page(rule: Rule) -> RuleHelp:
    manual = rule.manual
    text = (manual.title, manual.why, manual.source, manual.bad, manual.good)
    return RuleHelp(rule.code, *text, rule.severity, rule.family, rule.profile)


def _other(code: str) -> OtherCode:
    if message := _OPINIONS.get(code):
        return OtherCode(code, message)
    if not _CHANGE.fullmatch(code):
        hint = (
            did_you_mean(code, (rule.code for rule in RULES))
            or f"`contractctl explain` lists all; so does {RULES_PAGE}"
        )
        raise UsageFailure(f"no rule has the code `{code}`", hint=hint)
    message = (
        "a kind of change that `contractctl diff` tells, not a rule of lint; what it breaks stands in the line `why:` "
        "below the change, and `contractctl diff --help` says what fails a run"
    )
    return OtherCode(code, message)
