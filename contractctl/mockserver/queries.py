"""Query strings and cookies, taken apart into names and values."""

from __future__ import annotations

from contractctl.mockserver.requests import decode_escapes


def parse_query(query: str) -> dict[str, list[str]]:
    """Return the values of each name, in order. Names are decoded, values are not: styles split them first.

    Raise BadTarget for a bad escape in a name.
    """
    values: dict[str, list[str]] = {}
    for part in query.split("&"):
        if part:
            name, _, value = part.partition("=")
            values.setdefault(decode_query(name), []).append(value)
    return values


def decode_query(text: str) -> str:
    """Undo the escapes of a query, where `+` is a space; raise BadTarget for a bad one."""
    return text if text.isalnum() and text.isascii() else decode_escapes(text.replace("+", " "), "query")


def decode_reserved(text: str) -> str:
    """Undo the escapes of a value that may have reserved characters, in which `+` is itself (RFC 6570 §3.2.3)."""
    return decode_escapes(text, "query")


def parse_cookies(header: str) -> dict[str, list[str]]:
    """Return the values of each cookie, as sent."""
    values: dict[str, list[str]] = {}
    for part in header.split(";"):
        name, equals, value = part.strip().partition("=")
        if equals:
            values.setdefault(name, []).append(_unquoted(value))
    return values


def _unquoted(value: str) -> str:
    """Take off the quotes that a cookie's value may stand in (RFC 6265 §4.1.1)."""
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
