"""What is wrong with a text, in offsets into it: what the readers of JSON and of YAML tell alike."""

from __future__ import annotations

import sys
from dataclasses import field

from contractctl.core.locations import Pointer
from contractctl.core.records import dataclass

DEPTH_LIMIT = 200
"""How many collections may stand inside each other. Deeper texts are attacks, and code that recurses is safe below."""

LARGEST_NUMBER = sys.float_info.max
"""What a number beyond it is read as (binary64). .NET writes its own largest rounded up: 1.79769313486232E+308."""

_DIGITS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong at a stretch of the text, in offsets into the text."""

    rule: str
    message: str
    hint: str
    start: int
    end: int
    pointer: Pointer = field(default_factory=Pointer)


class FatalFault(ValueError):
    """The text has no value; `fault` says why."""

    def __init__(self, rule: str, message: str, hint: str, start: int, end: int) -> None:
        super().__init__(message)
        self.fault = Fault(rule, message, hint, start, end)


def too_deep(start: int, end: int) -> FatalFault:
    """Make the fault for the collection that is one too deep."""
    message = f"the text is nested deeper than {DEPTH_LIMIT} levels"
    return FatalFault("document-too-deep", message, "flatten it, or use references", start, end)


def too_long(digits: str, start: int, end: int) -> FatalFault:
    """Make the fault for an integer of more digits than Python turns into a number (4 300)."""
    message = f"the number `{digits[:_DIGITS_SHOWN]}…` has {len(digits):,} characters; no program reads that many"
    return FatalFault("number-too-large", message, "write a shorter number, or quote it", start, end)


def too_large(number: str, start: int, end: int, pointer: Pointer) -> Fault:
    """Make the fault for a number beyond `LARGEST_NUMBER`, which is read as that."""
    shown = number if len(number) <= _DIGITS_SHOWN else number[:_DIGITS_SHOWN] + "…"
    message = f"`{shown}` is beyond the largest number that programs read, 1.7976931348623157e308"
    return Fault("number-too-large", message, "leave the bound out, or write a smaller number", start, end, pointer)


def half_character(escape: str, start: int, end: int) -> FatalFault:
    """Make the fault for the escape of a surrogate without its other half (RFC 8259 §8.2): no text can hold it."""
    message = f"`{escape}` is half of a character: a surrogate without the other one of its pair"
    return FatalFault("document-encoding", message, "write the character itself", start, end)
