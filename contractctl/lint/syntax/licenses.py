"""The grammar of SPDX license expressions (SPDX 2.3 annex D, SPDX 3.0.1 annex B); which licenses exist is not asked."""

from __future__ import annotations

from typing import Final

from contractctl.lint.structure.kinds import compiled

_WORD: Final = r"[()]|[^\s()]+"
_IDENTIFIER: Final = r"[A-Za-z0-9.\-]+"
_LICENSE: Final = rf"(?:DocumentRef-{_IDENTIFIER}:)?LicenseRef-{_IDENTIFIER}|{_IDENTIFIER}\+?"
_EXCEPTION: Final = rf"(?:(?:DocumentRef-{_IDENTIFIER}:)?AdditionRef-)?{_IDENTIFIER}"
_JOINING: Final = frozenset(("AND", "OR", "and", "or"))
_ADDING: Final = frozenset(("WITH", "with"))
_OPERATORS: Final = _JOINING | _ADDING


def expression_fault(text: str) -> str:
    """Return why a text is no license expression, empty for one that is."""
    expected = _LICENSE
    depth = 0
    previous = ""
    is_due = True  # a license, rather than an operator
    for word in compiled(_WORD).findall(text):
        if is_due:
            if word == "(" and expected == _LICENSE:
                depth += 1
            elif word in _OPERATORS or not compiled(expected).fullmatch(word):
                return f"`{word}` stands where {_noun(expected)} is due"
            else:
                is_due = False
        elif word == ")":
            depth -= 1
        elif word in _JOINING or (word in _ADDING and compiled(_LICENSE).fullmatch(previous) and expected == _LICENSE):
            is_due, expected = True, _EXCEPTION if word in _ADDING else _LICENSE
        else:
            return f"`{word}` stands where `AND` or `OR` is due"
        if depth < 0:
            return "`)` closes nothing"
        previous = word
    if is_due:
        return f"{_noun(expected)} is missing at its end" if previous else "it is empty"
    return "a `)` is missing" if depth else ""


def _noun(expected: str) -> str:
    return "a license" if expected == _LICENSE else "an exception"
