"""Checks of single values: their type, their form, how many there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from contractctl.core.json import Json
from contractctl.core.suggestions import did_you_mean
from contractctl.lint.structure.conditions import one_of
from contractctl.lint.structure.kinds import Fault, Form, Scalar, Tokens, compiled
from contractctl.lint.structure.wording import not_scalar

_LONGEST = 80


def misfits(value: Json, kind: Scalar, tokens: Tokens) -> Iterator[Fault]:
    """Yield what is wrong with a value where a scalar is due; one thing at most."""
    if not _has_type(value, kind):
        yield not_scalar(value, kind, tokens)
    elif kind.form is not None:
        yield from _malformed(value, kind.form, tokens)
    elif kind.choices and isinstance(value, str) and value not in kind.choices:
        name = tokens[-2] if tokens[-1].isdecimal() and len(tokens) > 1 else tokens[-1]
        noun = kind.noun or f"a value of `{name}`"
        hint = kind.unwanted.get(value) or _nearest_choice(value, kind.choices) or f"use {one_of(kind.choices)}"
        yield Fault("value-not-allowed", tokens, f"`{value}` is not {noun}", hint, value)
    elif isinstance(value, (int, float)) and not _is_over(value, kind):
        bound = f"over {kind.minimum}" if kind.above else f"{kind.minimum} or more"
        yield Fault("value-not-allowed", tokens, f"`{tokens[-1]}` is {value}; it must be {bound}")


@lru_cache(maxsize=1000)  # a description that is wrong is often wrong in one way a thousand times
def _nearest_choice(value: str, choices: Tokens) -> str:
    return did_you_mean(value, choices)


def _malformed(value: Json, form: Form, tokens: Tokens) -> Iterator[Fault]:
    if isinstance(value, str) and not compiled(form.pattern).fullmatch(value):
        shown = value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"
        yield Fault(form.code, tokens, f"`{shown}` is not {form.noun}", form.hint, value)


def _is_over(value: float, kind: Scalar) -> bool:
    return kind.minimum is None or value > kind.minimum or (value == kind.minimum and not kind.above)


def _has_type(value: Json, kind: Scalar) -> bool:
    match kind.type:
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "number":
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case "integer":
            return (isinstance(value, int) and not isinstance(value, bool)) or (
                isinstance(value, float) and value.is_integer()
            )


def missized(value: Mapping[str, Json] | Sequence[Json], low: int, high: int | None, tokens: Tokens) -> Iterator[Fault]:
    """Yield a fault where something has fewer entries than `low`, or more than `high`."""
    if len(value) < low:
        yield Fault("value-not-allowed", tokens, f"`{tokens[-1]}` is empty", "add an entry, or remove it")
    if high is not None and len(value) > high:
        message = f"`{tokens[-1]}` has {len(value)} entries; only {high} is allowed"
        yield Fault("value-not-allowed", tokens, message, "keep one")
