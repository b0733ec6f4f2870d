"""What HTTP allows in the names of fields, cookies and media types."""

from __future__ import annotations

import re
from functools import lru_cache

from contractctl.lint.structure.kinds import compiled

_NAME = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"  # RFC 9110 §5.6.2; RFC 6265 §4.1.1 has the same for cookies
_QUOTED = r'"(?:[\t !#-\[\]-~\x80-\U0010ffff]|\\[\t -~\x80-\U0010ffff])*"'  # RFC 9110 §5.6.4
_PARAMETER = rf"[ \t]*;[ \t]*(?:({_NAME})=({_NAME}|{_QUOTED}))?"
_TYPE = rf"{_NAME}/{_NAME}"


def is_token(text: str) -> bool:
    """Tell whether a text is a token of HTTP: the name of a field, a cookie or a method (RFC 9110 §5.6.2)."""
    return bool(compiled(_NAME).fullmatch(text))


@lru_cache(maxsize=1000)
def media_type(text: str) -> tuple[str, ...] | None:
    """Return a media type or range as type and sorted parameters, None for what is none (RFC 9110 §8.3.1, §12.5.1).

    Two are equal that mean the same however they are written; `*/json` is none.
    """
    found = compiled(_TYPE).match(text)
    if not found or (text.startswith("*/") and found[0] != "*/*"):
        return None
    at, parameters = found.end(), []
    while at < len(text):
        one = compiled(_PARAMETER).match(text, at)
        if not one:
            return None
        if one[1] is not None:
            parameters.append(_parameter(one[1], one[2]))
        at = one.end()
    return (found[0].lower(), *sorted(parameters))


def _parameter(name: str, value: str) -> str:
    """Return a parameter in one way of writing it; those of a charset have no case (RFC 9110 §8.3.2)."""
    plain = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
    return f"{name.lower()}={plain.lower() if name.lower() == 'charset' else plain}"
