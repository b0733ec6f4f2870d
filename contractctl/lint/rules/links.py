"""Rules about links, and the expressions in links and callbacks."""

from __future__ import annotations

from contractctl.lint.rule import Rule

RULES: tuple[Rule, ...] = ()
