"""Whether a text matches a pattern or a format, as the validator sees it."""

from __future__ import annotations

from functools import lru_cache

import jsonschema_rs


def matches(value: str, *, pattern: str = "", format_name: str = "") -> bool:
    """Tell whether the validator finds the pattern in `value`, and the format right.

    An empty one asks for nothing; a pattern that cannot be compiled matches nothing.
    """
    validator = _matcher(pattern, format_name)
    return validator is not None and validator.is_valid(value)


@lru_cache(maxsize=1024)
def _matcher(pattern: str, format_name: str) -> jsonschema_rs.Draft202012Validator | None:
    schema = {**({"pattern": pattern} if pattern else {}), **({"format": format_name} if format_name else {})}
    try:
        return jsonschema_rs.Draft202012Validator(schema, validate_formats=True, offline=True)
    except (jsonschema_rs.ValidationError, ValueError):
        return None
