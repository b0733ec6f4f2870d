"""JSON texts: read strictly, exactly, and no deeper than the validator explains."""

from __future__ import annotations

import orjson

from contractctl.encodings.values import Value

DEEPEST = 250
"""jsonschema-rs explains what is wrong with a value that is nested 255 levels deep, and fails on the next."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LONGEST_INTEGER = 400
_LONG = b"0" * 19
_DIGITS = bytes(0x30 if 0x30 <= code <= 0x39 else 0 for code in range(256))


class NotJson(ValueError):
    """The bytes are no JSON text. The message says why, with the byte."""


def read_json(data: bytes, start: int = 0) -> Value:
    """Return what a JSON text says; raise NotJson. `start` is added to the byte that an error names.

    Of members of one name the last one counts, a byte order mark is passed over (RFC 8259 §4, §8.1); lone surrogates,
    NaN and numbers beyond a double are refused (RFC 7493 §2). A charset parameter means nothing (RFC 8259 §11).
    """
    try:
        value: Value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        if start == 0 and data.startswith(_BYTE_ORDER_MARK):
            return read_json(data[3:], start + 3)
        raise NotJson(_reason(data, error, start)) from None
    size = len(data)
    if size > 2 * DEEPEST and data.count(b"[") + data.count(b"{") > DEEPEST and _is_deep(value):
        raise NotJson(f"it is nested deeper than {DEEPEST} levels")
    return _exact(data) if size >= len(_LONG) and _LONG in data.translate(_DIGITS) else value


def loads(data: bytes) -> Value:
    """Return what a JSON text of ours says, integers exactly."""
    return _exact(data) if _LONG in data.translate(_DIGITS) else orjson.loads(data)


def _exact(data: bytes) -> Value:
    """Read a valid text with integers beyond 64 bits; floats, which orjson makes of them, are not what they say."""
    # Imported when it is needed, which is hardly ever.
    import json

    value: Value = json.loads(data, parse_int=_integer)
    return value


def _reason(data: bytes, error: orjson.JSONDecodeError, start: int) -> str:
    try:
        data.decode()
    except UnicodeDecodeError as fault:
        return f"it is not UTF-8 at byte {start + fault.start}"
    return f"{error.msg} at byte {start + len(error.doc[: error.pos].encode())}"


def _integer(text: str) -> int | float:
    return int(text) if len(text) <= _LONGEST_INTEGER else float(text)


def _is_deep(value: Value) -> bool:
    level: list[Value] = [value]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _inside(outer)]
    return bool(level)


def _inside(value: Value) -> list[Value]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
