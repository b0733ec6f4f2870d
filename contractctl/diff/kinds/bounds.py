"""Rows for the kinds about bounds: eight keywords that may come, go, rise or fall, all by one law."""

from __future__ import annotations

from collections.abc import Mapping

from contractctl.core.json import Json
from contractctl.core.records import dataclass


@dataclass(frozen=True, slots=True)
class _Bound:
    """A keyword, the type that it bounds, and two of its amounts, the lower one first."""

    keyword: str
    type: str
    amounts: tuple[int, int]
    outside: str

    @property
    def is_lower(self) -> bool:
        return self.keyword.startswith("min")


_BOUNDS = {
    "minimum": _Bound("minimum", "integer", (1, 10), "smaller numbers"),
    "maximum": _Bound("maximum", "integer", (10, 100), "greater numbers"),
    "min-length": _Bound("minLength", "string", (1, 3), "shorter texts"),
    "max-length": _Bound("maxLength", "string", (3, 10), "longer texts"),
    "min-items": _Bound("minItems", "array", (1, 2), "shorter lists"),
    "max-items": _Bound("maxItems", "array", (2, 5), "longer lists"),
    "min-properties": _Bound("minProperties", "object", (1, 2), "objects with fewer members"),
    "max-properties": _Bound("maxProperties", "object", (2, 5), "objects with more members"),
}
_EDITS = ("added", "removed", "raised", "lowered")


def bound_rows() -> Mapping[str, Json]:
    """Return a row for each bound and what may become of it, as the tables have them."""
    return {f"{name}-{edit}": _row(bound, edit) for name, bound in _BOUNDS.items() for edit in _EDITS}


def _row(bound: _Bound, edit: str) -> dict[str, Json]:
    low, high = bound.amounts
    sides = {"added": (None, low), "removed": (low, None), "raised": (low, high), "lowered": (high, low)}[edit]
    is_tighter = edit in ("added", "raised" if bound.is_lower else "lowered")
    verb = {"added": "came", "removed": "went", "raised": "was raised", "lowered": "was lowered"}[edit]
    row: dict[str, Json] = {"title": f"The bound `{bound.keyword}` {verb}."}
    row |= _tighter(bound) if is_tighter else _looser(bound)
    return row | {"base": _schema(bound, sides[0]), "revision": _schema(bound, sides[1])}


def _tighter(bound: _Bound) -> dict[str, Json]:
    return {
        "request": f"breaking: clients send {bound.outside}, which base takes and revision refuses",
        "response": "compatible: what is answered keeps to what clients were told before",
        "hint": "keep the old bound, and refuse in the server only what it cannot handle",
    }


def _looser(bound: _Bound) -> dict[str, Json]:
    return {
        "request": "compatible: revision takes all that base took",
        "response": f"breaking: clients meet {bound.outside}, for which base gave them no room to make",
        "hint": "keep the old bound for what is answered, and loosen it only for what is taken",
    }


def _schema(bound: _Bound, amount: int | None) -> str:
    return f"{{type: {bound.type}{f', {bound.keyword}: {amount}' if amount is not None else ''}}}"
