"""What libyaml says of a text that is not YAML, in words that tell what to do."""

from __future__ import annotations

import yaml

from contractctl.core.patterns import pattern
from contractctl.source.faults import FatalFault, half_character

_LONGEST_KEY = 1_024
_HALF = pattern(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\U0000[dD][89a-fA-F][0-9a-fA-F]{2}")
_LINE = pattern(r"[^\r\n]*")
_BEGINNINGS = {
    "\t": "indent with spaces, not tabs",
    "@": "quote the text: it begins with `@`",
    "`": "quote the text: it begins with a backtick",
    "%": "quote the text: it begins with `%`",
}
_HINTS = {
    "mapping values are not allowed in this context": "quote text that holds `: `, or mend the indentation",
    "found unknown escape character": r"write `\\` for a backslash, or use single quotes",
    "found unexpected end of stream": "close the quotes",
    "did not find expected <document start>": "remove what follows `...`",
    "found unknown directive name": "remove the line",
    "found duplicate %YAML directive": "remove the line",
}


def not_yaml(error: yaml.MarkedYAMLError, text: str, last: tuple[int, int]) -> FatalFault:
    """Make the fault for what libyaml refuses in `text`; `last` is where the last scalar stands that is not empty."""
    mark = error.problem_mark or error.context_mark
    at = min(mark.index, len(text)) if mark else 0
    problem = error.problem or ""
    if problem == "found invalid Unicode character escape code":
        half = _HALF.match(text, max(0, at - 2))
        if half is not None:
            return half_character(half[0], half.start(), half.end())
    if problem == "found incompatible YAML document":
        return _version(text, at)
    key = _overlong_key(error, text, at, last)
    if key is not None:
        message = f"not YAML: a key of more than {_LONGEST_KEY:,} characters stands before `:`"
        return FatalFault("yaml-syntax", message, "write `? ` before it, and `: ` on the next line", *key)
    message = "not YAML: " + " ".join(filter(None, (error.context, problem)))
    hint = _BEGINNINGS.get(text[at : at + 1]) if problem == "found character that cannot start any token" else None
    return FatalFault("yaml-syntax", message, hint or _HINTS.get(problem, "mend the syntax here"), at, at)


def _version(text: str, at: int) -> FatalFault:
    line = _LINE.match(text, at)
    assert line is not None
    message = f"not YAML: `{line[0].strip()}` asks for a version that is not read"
    return FatalFault("yaml-syntax", message, "write `%YAML 1.2`, or remove the line", at, line.end())


def _overlong_key(error: yaml.MarkedYAMLError, text: str, at: int, last: tuple[int, int]) -> tuple[int, int] | None:
    """Return where the key stands that libyaml did not take for one because of its length (YAML 1.2.2 §7.4.2)."""
    start, end = last
    if error.context == "while scanning a simple key" and error.context_mark is not None:
        start = error.context_mark.index
        line = _LINE.match(text, start)
        assert line is not None
        end = line.end() if ":" in line[0] else start
    elif text[at : at + 1] != ":" or text[end:at].strip(" "):
        return None
    return (start, end) if end - start > _LONGEST_KEY else None
