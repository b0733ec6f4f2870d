"""The handbook of all rules as one Markdown page; docs/rules.md is what this gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contractctl.core.patterns import pattern
from contractctl.lint.manual import Manual
from contractctl.lint.rule import Rule
from contractctl.lint.rules import RULES

_INTRODUCTION = """# Rules

What `contractctl lint` checks: {count} rules. The code stands behind each finding; `contractctl explain CODE` shows its
section here.

A run takes the rules of a profile (`--profile`, or `lint.profile` in contractctl.yaml): `spec` is what the
specification forbids; `recommended`, the default, adds what goes wrong besides; `strict` adds what a team may want of
its own contracts; `owasp` is `spec` and what the OWASP API Security Top 10 warns of. `lint.rules` in contractctl.yaml
sets single rules to `error`, `warning`, `info` or `off`, whatever their profile:

```yaml
lint:
  rules: {{{example}: warning}}
```

In one place, a comment on the line or on the one above ignores a finding: `# contractctl: ignore[CODE] reason`; in JSON
it is a member of the object, `"x-lint-ignore": {{"CODE": "reason"}}`.

This page is made from the rules themselves: `tools/rules`.
"""
_HEAD = "| Rule | Severity | Profile | What is wrong |\n| --- | --- | --- | --- |"
_ANCHOR = pattern(r"[^\w -]")


def handbook() -> str:
    """Return the page: the table of all rules, then families in the order of the rules, a section a rule."""
    families: dict[str, list[Rule]] = {}
    for rule in RULES:
        families.setdefault(rule.family, []).append(rule)
    introduction = _INTRODUCTION.format(count=len(RULES), example=RULES[0].code)
    return "\n".join((introduction, *_contents(families), *_families(families)))


def _contents(families: Mapping[str, list[Rule]]) -> Iterator[str]:
    yield "## Contents\n"
    for family, rules in families.items():
        yield f"**[{_title(family)}](#{_anchor(_title(family))})**\n"
        yield _HEAD
        yield from map(_row, rules)
        yield ""


def _row(rule: Rule) -> str:
    title = rule.manual.title.removesuffix(".").replace("|", "\\|")
    return f"| [`{rule.code}`](#{rule.code}) | {rule.severity.value} | {rule.profile.value} | {title} |"


def _families(families: Mapping[str, list[Rule]]) -> Iterator[str]:
    for family, rules in families.items():
        yield f"## {_title(family)}\n"
        yield from (_section(rule, rule.manual) for rule in rules)


def _title(family: str) -> str:
    return "OWASP" if family == "owasp" else family[:1].upper() + family[1:]


def _anchor(heading: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    return _ANCHOR.sub("", heading.lower()).replace(" ", "-")


def _section(rule: Rule, manual: Manual) -> str:
    return (
        f"### {rule.code}\n\n{manual.title} *{rule.severity.value}, profile `{rule.profile.value}`*\n\n{manual.why}\n\n"
        f"Source: {manual.source}\n\n"
        f"Bad:\n\n```yaml\n{manual.bad}\n```\n\nGood:\n\n```yaml\n{manual.good}\n```\n"
    )
