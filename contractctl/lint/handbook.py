"""The handbook of all rules as one Markdown page; docs/rules.md is what this gives."""

from __future__ import annotations

from collections.abc import Iterator

from contractctl.lint.manual import Manual
from contractctl.lint.rule import Rule
from contractctl.lint.rules import RULES

_INTRODUCTION = """# Rules

What `contractctl lint` checks. The code stands behind each finding; `lint.rules` in contractctl.yaml takes it with
`error`, `warning`, `info` or `off`. This page is made from the rules themselves: `tools/rules`.
"""


def handbook() -> str:
    """Return the page: families in the order of the rules, a section a rule."""
    return "\n".join((_INTRODUCTION, *_families()))


def _families() -> Iterator[str]:
    families: dict[str, list[Rule]] = {}
    for rule in RULES:
        families.setdefault(rule.family, []).append(rule)
    for family, rules in families.items():
        yield f"## {family.capitalize()}\n"
        yield from (_section(rule, rule.manual) for rule in rules)


def _section(rule: Rule, manual: Manual) -> str:
    source = f"\n\nSource: {manual.source}" if manual.source else ""
    return (
        f"### {rule.code}\n\n{manual.title} ({rule.severity.value})\n\n{manual.why}{source}\n\n"
        f"Bad:\n\n```yaml\n{manual.bad}\n```\n\nGood:\n\n```yaml\n{manual.good}\n```\n"
    )
