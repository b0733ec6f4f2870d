"""What a plain YAML scalar means: the core schema of YAML 1.2.2 §10.3.2, and where YAML 1.1 reads it otherwise."""

from __future__ import annotations

import re

_INTEGER = re.compile(r"[-+]?[0-9]+")
_LONGEST_INTEGER = 3_500
_OCTAL_OR_HEXADECIMAL = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_OTHERWISE_IN_1_1 = (
    (re.compile(r"(?:yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)"), "a boolean"),
    (re.compile(r"[-+]?0[0-7]+"), "an octal number"),
    (re.compile(r"[-+]?0b[01_]+"), "a binary number"),
    (re.compile(r"[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+"), "a number to base 60"),
    (re.compile(r"[-+]?[0-9][0-9]*_[0-9_]*"), "a number"),
    (re.compile(r"[-+]?[0-9]+[eE][0-9]+"), "a string"),
)


class NotJson(ValueError):
    """A scalar that YAML has and JSON has not: infinity, not a number."""


class TooLong(ValueError):
    """An integer of so many digits that Python refuses to read or to write it."""


def resolve_plain(text: str) -> bool | int | float | str | None:
    """Return the value of an unquoted scalar; one beyond the largest number is infinite.

    Raise NotJson for .inf and .nan, and TooLong for an integer of more than 3 500 characters.
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INTEGER.fullmatch(text):
        return _integer(text, 10)
    if _OCTAL_OR_HEXADECIMAL.fullmatch(text):
        return _integer(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _NOT_FINITE.fullmatch(text):
        raise NotJson(text)
    return text


def _integer(text: str, base: int) -> int:
    if len(text) > _LONGEST_INTEGER:
        raise TooLong(text)
    return int(text, base)


def meaning_in_yaml_1_1(text: str) -> str | None:
    """Say what YAML 1.1 takes an unquoted scalar for where 1.2 reads something else, or None where they agree."""
    return next((meaning for pattern, meaning in _OTHERWISE_IN_1_1 if pattern.fullmatch(text)), None)
