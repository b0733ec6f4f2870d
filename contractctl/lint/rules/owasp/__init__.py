"""Rules about what the OWASP API Security Top 10 (2023) warns of, one module a risk or a few."""

from __future__ import annotations

from contractctl.lint.rule import Rule

RULES: tuple[Rule, ...] = ()
