"""Rules about schemas that no value, or not the values that were meant, can satisfy."""

from __future__ import annotations

from contractctl.lint.rule import Rule

RULES: tuple[Rule, ...] = ()
