"""Rules about keywords of another version of OpenAPI or of JSON Schema."""

from __future__ import annotations

from contractctl.lint.rule import Rule

RULES: tuple[Rule, ...] = ()
