"""Media-type names as HTTP compares them (RFC 9110 §8.3.1): case and blanks aside, parameters in any order."""

from __future__ import annotations


def canonical(name: str) -> str:
    """Return the one spelling of a media type or range: `Application/JSON; charset="UTF-8"` and so on."""
    essence, *parameters = (part.strip() for part in name.split(";"))
    pairs = sorted(_parameter(parameter) for parameter in parameters if parameter)
    return ";".join((essence.lower(), *pairs))


def covers(media_range: str, name: str) -> bool:
    """Tell whether the range (`*/*`, `image/*`, both canonical) takes in the name."""
    kind = media_range.partition(";")[0]
    return kind == "*/*" or (kind.endswith("/*") and name.startswith(kind[:-1]))


def _parameter(text: str) -> str:
    name, _, value = text.partition("=")
    name, value = name.strip().lower(), value.strip().strip('"')
    return f"{name}={value.lower() if name == 'charset' else value}"
