"""Media-type names as HTTP compares them (RFC 9110 §8.3.1), and how the sets that they name stand to each other."""

from __future__ import annotations

from contractctl.diff.relation import EQUAL, MAY_NARROW, NARROWS, Relation


def canonical(name: str) -> str:
    """Return the one spelling of a media type or range: `Application/JSON; charset="UTF-8"` and so on.

    The boundary of a multipart type is no part of what it is, nor is the character set where it is the usual one:
    `charset=utf-8`, and any of JSON, which knows none (RFC 8259 §11).
    """
    essence, *parameters = (part.strip() for part in name.split(";"))
    essence = essence.lower()
    pairs = sorted(_parameter(parameter) for parameter in parameters if parameter)
    return ";".join((essence, *(pair for pair in pairs if not _is_usual(pair, essence))))


def covers(media_range: str, name: str) -> bool:
    """Tell whether the range (`*/*`, `image/*`, both canonical) takes in the name."""
    kind = media_range.partition(";")[0]
    return kind == "*/*" or (kind.endswith("/*") and name.startswith(kind[:-1]))


def special(general: str, name: str) -> Relation | None:
    """Say how the media type `general` stands to one that it takes in; None where it takes the other not in.

    Both are canonical. A range takes in what it names, and a media type itself with further parameters, but not those
    that end in it (`application/hal+json`): who asks for JSON is not sent them.
    """
    if general == name:
        return EQUAL
    if covers(general, name):
        return NARROWS
    essence, *parameters = general.split(";")
    other, *others = name.split(";")
    return MAY_NARROW if essence == other and set(parameters) < set(others) else None


def _parameter(text: str) -> str:
    name, _, value = text.partition("=")
    name, value = name.strip().lower(), value.strip().strip('"')
    return f"{name}={value.lower() if name == 'charset' else value}"


def _is_usual(pair: str, essence: str) -> bool:
    is_json = essence == "application/json" or essence.endswith("+json")
    return pair == "charset=utf-8" or pair.startswith("boundary=") or (is_json and pair.startswith("charset="))
