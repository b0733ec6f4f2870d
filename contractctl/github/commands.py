"""Workflow commands: lines of the log that the runner obeys. Foreign text never becomes one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = _DATA | {":": "%3A", ",": "%2C"}


def workflow_command(name: str, message: str, properties: Mapping[str, str | int | None] | None = None) -> str:
    """Return `::name key=value,…::message` on one line, escaped; properties that are None or "" are left out.

    Line breaks of the message survive; other control characters are spelled out in hexadecimal.
    """
    pairs = [f"{key}={_escaped(str(value), _PROPERTY)}" for key, value in (properties or {}).items() if value]
    return f"::{name}{' ' if pairs else ''}{','.join(pairs)}::{_escaped(message, _DATA)}"


def without_commands(text: str, *, token: str | None = None) -> str:
    """Return lines that print `text` while the runner obeys nothing in it.

    The runner finds the old form `##[…]` anywhere in a line, so escaping does not do. `token` ends the stretch: random,
    unless a test names it.
    """
    token = token or secrets.token_hex(16)
    ended = text if text.endswith("\n") or not text else text + "\n"
    return f"::stop-commands::{token}\n{ended}::{token}::\n"


def _escaped(text: str, table: Mapping[str, str]) -> str:
    return "".join(table.get(char) or _visible(char) for char in text)


def _visible(char: str) -> str:
    if char.isprintable() or char == "\t":
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
