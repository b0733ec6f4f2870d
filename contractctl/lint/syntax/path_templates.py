"""Path templates: their variables, and whether they are well formed (OpenAPI 3.2.0 §Path Templating)."""

from __future__ import annotations

from contractctl.core.patterns import pattern

_EXPRESSION = pattern(r"\{([^{}]*)\}")
_BEFORE_QUERY = pattern(r"(?:\{[^{}]*\}|[^?#])*")


def variables(path: str) -> tuple[str, ...]:
    """Return the names of the variables in order, as often as they occur."""
    return tuple(_EXPRESSION.findall(path))


def shape(path: str) -> str:
    """Return the path with all its variables without their names: `/pets/{}`."""
    return _EXPRESSION.sub("{}", path)


def is_well_formed(path: str) -> bool:
    """Tell whether each brace has its partner and a name between the two."""
    rest = _EXPRESSION.sub(lambda found: "" if found[1] else "{}", path)
    return "{" not in rest and "}" not in rest


def before_query(path: str) -> str:
    """Return the path up to the first `?` or `#` that stands outside of braces."""
    found = _BEFORE_QUERY.match(path)
    return found[0] if found else path
