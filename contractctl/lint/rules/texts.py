"""Rules about texts that cannot be read at all."""

from __future__ import annotations

from contractctl.lint.rule import Rule

RULES: tuple[Rule, ...] = ()
