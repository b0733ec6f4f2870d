"""Rules about how clients prove who they are."""

from __future__ import annotations

from contractctl.lint.rule import Rule

RULES: tuple[Rule, ...] = ()
