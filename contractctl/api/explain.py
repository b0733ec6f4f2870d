"""Explain codes: the manual pages of rules and of kinds of changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from contractctl.core.failures import UsageFailure
from contractctl.core.profiles import Profile, included
from contractctl.core.reports import CHANGES_PAGE, RULES_PAGE, ChangeHelp, OtherCode, RuleHelp
from contractctl.core.suggestions import did_you_mean
from contractctl.diff.kinds.manual import change_page, change_pages
from contractctl.lint.cross_check import DISAGREES, STOPPED, UNSEEN
from contractctl.lint.rule import Rule
from contractctl.lint.rules import RULES

_OTHERS = {
    DISAGREES: "openapi-spec-validator, which `--cross-check` asks for a second opinion, refuses what no rule does",
    UNSEEN: "lint finds an error that openapi-spec-validator, asked by `--cross-check`, does not see",
    "version-too-low": "`info.version` has not risen as far as the changes ask for under `--version-policy semver`",
    STOPPED: "openapi-spec-validator, which `--cross-check` asks for a second opinion, ended with an exception",
}


def explain(codes: Iterable[str]) -> tuple[RuleHelp | ChangeHelp | OtherCode, ...]:
    """Return the page of each code, in the order given. A kind of change may be named without its direction.

    The example of a kind is compared for its page, which shows the witnesses. Raise UsageFailure for a code that
    nothing has.
    """
    pages = rule_help(codes)
    return tuple(pages.get(code) or change_page(code) or _other(code) for code in dict.fromkeys(codes))


def list_changes() -> tuple[ChangeHelp, ...]:
    """Return the pages of all kinds of changes, without witnesses, in the order of the handbook."""
    return change_pages()


def change_manuals() -> tuple[ChangeHelp, ...]:
    """Return the pages of all kinds of changes with their witnesses: every example is compared."""
    pages = (change_page(page.name) for page in change_pages())
    return tuple(page for page in pages if page is not None)


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
    if message := _OTHERS.get(code):
        return OtherCode(code, message)
    known = (*(rule.code for rule in RULES), *(page.name for page in change_pages()))
    bare = code.removeprefix("request-").removeprefix("response-")
    hint = did_you_mean(code, known) or did_you_mean(bare, known)
    hint = hint or f"`contractctl explain` lists all; so do {RULES_PAGE} and {CHANGES_PAGE}"
    raise UsageFailure(f"no rule and no kind of change has the code `{code}`", hint=hint)
