"""What a plain YAML scalar means: the core schema of YAML 1.2.2 §10.3.2, and where YAML 1.1 reads it otherwise."""

from __future__ import annotations

import re

from contractctl.core.patterns import pattern

_INTEGER = pattern(r"[-+]?[0-9]+")
_LONGEST_INTEGER = 3_500
_OCTAL_OR_HEXADECIMAL = pattern(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = pattern(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = pattern(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_DATE = r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
_TIME = r"[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?"
# Of the 1.1 types (yaml.org/type) two are taken as programs have them, not as they are written: `y` and `n` are text,
# as in libyaml's users, for they are names of coordinates; a number has one dot, or `3.1.0` were one.
_OTHERWISE_IN_1_1 = tuple(
    (re.compile(pattern), meaning)
    for pattern, meaning in (
        (r"yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF", "a boolean"),
        # Up to 7 the two agree.
        (r"[-+]?0+[1-7][0-7]+|[-+]?0(?=.*_)[0-7_]+", "an octal number"),
        (r"[-+]?0[0-7]*[89][0-9]*", "a string"),
        (r"[-+]?0b[01_]+", "a binary number"),
        (r"[-+]?0x(?=.*_)[0-9a-fA-F_]+|[-+]0x[0-9a-fA-F]+", "a hexadecimal number"),
        (r"0o[0-7]+", "a string"),
        (r"[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+", "a number to base 60"),
        (r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*", "a number to base 60"),
        (r"[-+]?(?=.*_)[1-9][0-9_]*", "a number"),
        (r"[-+]?(?=.*_)(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?", "a number"),
        # There an exponent needs a dot before it and a sign.
        (r"[-+]?[0-9]+[eE][-+]?[0-9]+|[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)[eE][0-9]+", "a string"),
        (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a date"),
        (rf"{_DATE}(?:[Tt]|[ \t]+){_TIME}(?:[ \t]*(?:Z|[-+][0-9]{{1,2}}(?::[0-9]{{2}})?))?", "a time"),
        (r"=", "a mark for a default"),
        (r"<<", "a mark for merging"),
    )
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
    if text[:1] not in "+-.0123456789yYnNoO=<":
        return None
    return next((meaning for pattern, meaning in _OTHERWISE_IN_1_1 if pattern.fullmatch(text)), None)
