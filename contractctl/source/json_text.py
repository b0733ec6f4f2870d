"""JSON texts: values by the standard library's C parser, positions by a scan that runs only when asked for."""

from __future__ import annotations

import json
import re
from math import copysign, isinf

from contractctl.core.json import Json
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.source.faults import (
    DEPTH_LIMIT,
    LARGEST_NUMBER,
    FatalFault,
    Fault,
    half_character,
    too_deep,
    too_large,
    too_long,
)
from contractctl.source.json_faults import not_json
from contractctl.source.marks import Marks

_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_BLANKS = r"[ \t\r\n]*+"
_BARE = r'[^ \t\r\n{}\[\]:,"]++'
_TOKEN = pattern(rf"{_BLANKS}({_STRING}|[{{}}\[\]:,]|{_BARE})")
# What a node takes at once: its key, and its bracket or itself; or else the bracket that ends one.
_NODE = pattern(
    rf"[ \t\r\n,]*+(?:(?:(?P<key>{_STRING}){_BLANKS}:{_BLANKS})?+"
    rf"(?:(?P<begin>[\[{{])|(?P<leaf>{_STRING}|{_BARE}))|(?P<end>[\]}}]))"
)
_KEY, _BEGIN, _END = (_NODE.groupindex[name] for name in ("key", "begin", "end"))
_ESCAPE = pattern(r"\\(?:u([0-9a-fA-F]{4})|.)")
_HALF = pattern(r"\\u[dD][89a-fA-F]")
_NUMBER_STARTS = frozenset("-0123456789")
_HIGH, _LOW, _LOW_END = 0xD800, 0xDC00, 0xE000


@dataclass(frozen=True, slots=True)
class JsonText:
    """A value, and what only a scan of the text can place: keys that stand twice, numbers beyond the largest."""

    root: Json
    repeats_keys: bool
    overflows: bool


def parse_json(text: str) -> JsonText:
    """Return the value of a JSON text; of a key that stands twice the last one counts, as everywhere.

    Raise FatalFault (`json-syntax`) for what is not JSON, NaN and Infinity included, and with other rules for what is
    JSON and cannot be used: nested too deep, an integer too long, half a character.
    """
    reader = _Reader()
    try:
        root = json.loads(
            text, object_pairs_hook=reader.members, parse_float=reader.number, parse_constant=reader.constant
        )
    except json.JSONDecodeError as error:
        raise not_json(error, text) from None
    except RecursionError:
        raise _too_deep(text) from None
    except _NotFinite as error:
        start = _start_of(text, str(error))
        message = f"not JSON: {error} is not JSON"
        raise FatalFault("json-syntax", message, "write a finite number", start, start + len(str(error))) from None
    except ValueError:  # Python reads no integer of more than 4 300 digits
        raise _too_long(text) from None
    if _is_deep(root):
        raise _too_deep(text)
    if _HALF.search(text):
        _refuse_half_characters(text)
    return JsonText(root, reader.repeats_keys, reader.overflows)


class _NotFinite(ValueError):
    """A name that Python's parser takes for a number."""


class _Reader:
    """What the parser asks while it reads, and what it came across."""

    def __init__(self) -> None:
        self.repeats_keys = False
        self.overflows = False

    def members(self, pairs: list[tuple[str, Json]]) -> Json:
        """Make an object."""
        members = dict(pairs)
        if len(members) != len(pairs):
            self.repeats_keys = True
        return members

    def number(self, text: str) -> float:
        """Make a number with a fraction or an exponent."""
        value = float(text)
        if isinf(value):
            self.overflows = True
            return copysign(LARGEST_NUMBER, value)
        return value

    def constant(self, name: str) -> Json:
        """Refuse NaN, Infinity and -Infinity."""
        raise _NotFinite(name)


def _is_deep(root: Json) -> bool:
    """Tell whether collections stand in each other deeper than the limit; one pass, no recursion."""
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > DEPTH_LIMIT:
            return True
        level = [
            child
            for value in level
            for child in (value.values() if isinstance(value, dict) else value if isinstance(value, list) else ())
            if isinstance(child, (dict, list))
        ]
    return False


def _too_deep(text: str) -> FatalFault:
    depth = 0
    for found in _TOKEN.finditer(text):
        if found[1] in ("{", "["):
            depth += 1
        elif found[1] in ("}", "]"):
            depth -= 1
        if depth > DEPTH_LIMIT:
            return too_deep(found.start(1), found.end(1))
    return too_deep(0, 0)


def _too_long(text: str) -> FatalFault:
    digits = max((found for found in _TOKEN.finditer(text) if found[1][0] != '"'), key=lambda found: len(found[1]))
    return too_long(digits[1], digits.start(1), digits.end(1))


def _start_of(text: str, name: str) -> int:
    return next(found.start(1) for found in _TOKEN.finditer(text) if found[1].startswith(name))


def _refuse_half_characters(text: str) -> None:
    """Raise FatalFault for the escape of a surrogate without its other half (RFC 8259 §8.2): no text can hold it."""
    high: re.Match[str] | None = None
    for found in _ESCAPE.finditer(text):
        code = int(found[1] or "0", 16)
        is_low = _LOW <= code < _LOW_END
        if high is not None and not (is_low and high.end() == found.start()):
            raise half_character(high[0], high.start(), high.end())
        if is_low and high is None:
            raise half_character(found[0], found.start(), found.end())
        high = found if _HIGH <= code < _LOW else None
    if high is not None:
        raise half_character(high[0], high.start(), high.end())


def scan_json(text: str) -> Marks:
    """Return the marks of a text that `parse_json` has accepted. One pass, no recursion."""
    marks = Marks(text)
    add, close = marks.adder(), marks.close
    names: dict[str, str] = {}
    open_nodes: list[int] = []
    for found in _NODE.finditer(text):
        kind = found.lastindex
        assert kind is not None
        if kind == _END:
            close(open_nodes.pop(), found.end())
            continue
        start, end = found.span(kind)
        key_start, key_end = found.span(_KEY)
        key = None
        if key_start >= 0:
            written = text[key_start:key_end]
            key = names.get(written) or names.setdefault(written, json.loads(written))
        node = add(start, end, key, key_start, key_end)
        if kind == _BEGIN:
            open_nodes.append(node)
    return marks


def duplicate_keys(marks: Marks) -> list[tuple[int, int]]:
    """Return the (first, later) nodes of every key that its mapping holds more than once, in document order."""
    pairs = []
    for parent in range(len(marks.sizes)):
        first: dict[str, int] = {}
        child, end = parent + 1, parent + marks.sizes[parent]
        while child < end:
            key = marks.keys[child]
            if key is not None and first.setdefault(key, child) != child:
                pairs.append((first[key], child))
            child += marks.sizes[child]
    return pairs


def overflows(marks: Marks) -> list[Fault]:
    """Return a fault for every number of a JSON text that is beyond the largest, in document order."""
    faults = []
    for node in range(len(marks.sizes)):
        text = marks.text[marks.starts[node] : marks.ends[node]] if marks.sizes[node] == 1 else ""
        if text[:1] in _NUMBER_STARTS and isinf(float(text)):
            faults.append(too_large(text, marks.starts[node], marks.ends[node], marks.pointer(node)))
    return faults
