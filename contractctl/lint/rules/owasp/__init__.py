"""Rules about what the OWASP API Security Top 10 (2023) warns of, one module a risk or a part of one.

Nothing in a contract shows how a server uses other APIs (API10) but for callbacks, nor which flows are worth abusing
(API6) but for those that anybody may start.
"""

from __future__ import annotations

from contractctl.lint.rule import Rule
from contractctl.lint.rules.owasp import (
    access,
    forgery,
    identifiers,
    inventory,
    oauth,
    objects,
    origins,
    rates,
    responses,
    schemes,
    sizes,
    transport,
    urls,
)

_MODULES = (
    identifiers,
    schemes,
    oauth,
    urls,
    access,
    objects,
    sizes,
    rates,
    forgery,
    transport,
    origins,
    responses,
    inventory,
)
RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.RULES)
