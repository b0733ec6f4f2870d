"""Quantities as people write them in settings: sizes, durations, shares, and rules that name methods."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeAlias, TypeVar

T = TypeVar("T")

LARGEST_SIZE: Final = (1 << 63) - 1
_LONGEST_DURATION: Final = 100 * 365.25 * 86_400
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w)")
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}
_METHODS: Final = re.compile(r"[A-Za-z-]+(,[A-Za-z-]+)*:")
_NUMBER: Final = re.compile(r"\d+(\.\d+)?")
_OFF: Final = frozenset({"off", "false"})
"""What turns a rule off; in YAML `off` is `false`."""
FAULTS: Final = ("error", "reset", "drip", "truncate")
"""Kinds of faults that have a name; the others are statuses. `error` is any error that the contract documents."""

Range: TypeAlias = "tuple[float, float]"


@dataclass(slots=True, match_args=False)
class Rules(Generic[T]):
    """What holds for which methods, in the order of writing; `text` is what was written.

    None is what `off` says: nothing holds.
    """

    text: str
    rules: tuple[tuple[frozenset[str], T | None], ...]

    def of(self, method: str) -> T | None:
        """Return what the last rule for a method (upper case) says; one that names none is for all."""
        place = self.place(method)
        return None if place is None else self.rules[place][1]

    def place(self, method: str) -> int | None:
        """Return which rule is the last one for a method, counted from 0."""
        places = range(len(self.rules) - 1, -1, -1)
        return next((at for at in places if not self.rules[at][0] or method in self.rules[at][0]), None)


@dataclass(slots=True, match_args=False)
class Rate:
    """So many requests in a window of so many seconds."""

    requests: int
    seconds: float


def parse_size(text: str) -> int:
    """Return bytes: `1mb`, `50kb`, `512`, `1.5m`; k is 1024, and more than a Bundle's JSON can say is 2^63 - 1.

    Raise ValueError for anything else.
    """
    number = text.strip().lower().removesuffix("b").removesuffix("i")
    factor = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}.get(number[-1:], 1)
    digits = number[:-1] if factor > 1 else number
    whole, _, fraction = digits.partition(".")
    if not all(part.isascii() and part.isdigit() for part in (whole, fraction or "0")):
        raise ValueError(f"not a size: {text!r}")
    size = int(whole) * factor + (int(fraction) * factor // 10 ** len(fraction) if fraction else 0)
    return min(size, LARGEST_SIZE)


def parse_duration(text: str) -> float:
    """Return seconds: `2h`, `90s`, `1h30m`, `500ms`, `0.5d`; a bare number is of seconds. Raise ValueError."""
    written = text.strip().lower()
    if _NUMBER.fullmatch(written):
        written += "s"
    parts = _DURATION.findall(written)
    if not parts or "".join(number + unit for number, unit in parts) != written or not written.isascii():
        raise ValueError(f"not a duration: {text!r}")
    return min(sum(float(number) * _SECONDS[unit] for number, unit in parts), _LONGEST_DURATION)


def parse_share(text: str) -> float:
    """Return a part of one: `10%`, `0.1`, `1`. Raise ValueError for anything else."""
    number = text.strip().removesuffix("%")
    if not (number.isascii() and _NUMBER.fullmatch(number)):
        raise ValueError(f"not a share: {text!r}")
    share = float(number) / (100 if text.strip().endswith("%") else 1)
    if share > 1:
        raise ValueError(f"more than all: {text!r}")
    return share


def parse_latency(text: str) -> Rules[Range]:
    """Read `[METHOD,…:]MIN-MAX[;…]`, milliseconds, into seconds; one number is both. Raise ValueError.

    Here and in what follows, `off` may stand in the place of what a rule says.
    """
    return _parse_rules(text, _latency)


def parse_faults(text: str) -> Rules[tuple[tuple[str, float], ...]]:
    """Read `[METHOD,…:]KIND=SHARE[,…][;…]` into kinds with their shares, which are at most one together.

    A kind is one of `FAULTS` or a status from 400 to 599. Raise ValueError.
    """
    return _parse_rules(text, _faults)


def parse_rate_limit(text: str) -> Rules[Rate]:
    """Read `[METHOD,…:]REQUESTS/WINDOW[;…]`: `100/1m`, `10/s`. Raise ValueError."""
    return _parse_rules(text, _rate)


def _parse_rules(text: str, parse: Callable[[str], T]) -> Rules[T]:
    rules = []
    for rule in text.split(";"):
        methods = _METHODS.match(rule.strip())
        names = methods.group()[:-1].upper().split(",") if methods else ()
        said = rule.strip()[methods.end() if methods else 0 :].strip()
        rules.append((frozenset(names), None if said.lower() in _OFF else parse(said)))
    return Rules(text, tuple(rules))


def _latency(text: str) -> Range:
    low, dash, high = text.partition("-")
    if not all(number.isascii() and _NUMBER.fullmatch(number.strip()) for number in (low, high if dash else low)):
        raise ValueError(f"no range of milliseconds: {text!r}")
    least, most = float(low) / 1000, float(high if dash else low) / 1000
    if least > most or most > _LONGEST_DURATION:
        raise ValueError(f"no range of milliseconds: {text!r}")
    return least, most


def _faults(text: str) -> tuple[tuple[str, float], ...]:
    shares = tuple(map(_fault, text.split(",")))
    if sum(share for _, share in shares) > 1:
        raise ValueError(f"more than all: {text!r}")
    return shares


def _fault(text: str) -> tuple[str, float]:
    kind, equals, share = (part.strip() for part in text.partition("="))
    is_status = kind.isascii() and kind.isdigit() and 400 <= int(kind) <= 599
    if not equals or not (is_status or kind in FAULTS):
        raise ValueError(f"no fault: {text!r}")
    return kind, parse_share(share)


def _rate(text: str) -> Rate:
    requests, _, window = text.partition("/")
    if not window.strip() or not (requests.strip().isascii() and requests.strip().isdigit()):
        raise ValueError(f"no rate: {text!r}")
    seconds = parse_duration(window if window.strip()[:1].isdigit() else f"1{window.strip()}")
    if seconds <= 0:
        raise ValueError(f"no window: {text!r}")
    return Rate(int(requests), seconds)
