"""What a request has that the contract does not allow: where, what was expected, and the line that says so."""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from contractctl.mockserver.record import record

HEADER_LIMIT = 4096
"""Bytes that the header Mock-Violations may have."""
_LONGEST_TEXT = 60
"""Characters of a text in a violation that would fill the header; each may take twelve bytes."""


@record
class Violation:
    """One thing that the contract does not allow.

    `where` is `path`, `query`, `header`, `cookie` or `body`; `pointer` (RFC 6901) begins with the parameter's name, or
    is one into the body; `line` is `openapi.yaml:41`, or empty where it is not known.
    """

    where: str
    pointer: str
    expected: str
    message: str
    line: str

    def as_json(self) -> dict[str, str]:
        """Return the violation as answers show it."""
        return {
            "where": self.where,
            "pointer": self.pointer,
            "expected": self.expected,
            "message": self.message,
            "line": self.line,
        }


def violations_header(violations: Iterable[Violation]) -> str:
    """Return the header Mock-Violations: JSON in ASCII, as many violations as 4 096 bytes hold, one at least.

    The texts of a violation that is too long for it are cut.
    """
    texts: list[str] = []
    room = HEADER_LIMIT - 2
    for violation in violations:
        text = _fitting(violation.as_json())
        room -= len(text) + 1
        if room < 0:
            break
        texts.append(text)
    return "[" + ",".join(texts) + "]"


def _fitting(told: dict[str, str]) -> str:
    """Return a violation as JSON in ASCII; where it would fill half of the header, its texts are cut."""
    if sum(map(len, told.values())) <= HEADER_LIMIT // 2:
        text = _ascii_json(told)
        if len(text) <= HEADER_LIMIT // 2:
            return text
    return _ascii_json({name: _cut(value) for name, value in told.items()})


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"


def pointer_to(steps: Iterable[str | int]) -> str:
    """Return the JSON pointer (RFC 6901) that takes these steps."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _ascii_json(value: object) -> str:
    text = orjson.dumps(value).decode()
    if text.isascii():
        return text
    units = text.encode("utf-16-be", "surrogatepass")
    codes = (int.from_bytes(units[i : i + 2], "big") for i in range(0, len(units), 2))
    return "".join(chr(code) if code < 0x80 else f"\\u{code:04x}" for code in codes)
