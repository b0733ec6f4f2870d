"""Examples of parameters that are written as they travel rather than as the value.

OpenAPI 3.1.1 §4.8.12.2.1 asks for both at once: an example should match the schema, and be formatted as it would appear
when serialized. For all but strings these exclude each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from contractctl.core.json import Json
from contractctl.core.patterns import pattern

_SEPARATORS: Final = {"pipeDelimited": ("|", "%7C"), "spaceDelimited": (" ", "%20", "+")}
_JSON_SIGNS: Final = frozenset('"[]{}')
_NUMBER: Final = pattern(r"-?(?:0|[1-9][0-9]{0,300})(\.[0-9]{1,300})?(?:[eE][+-]?[0-9]{1,2})?")
_CONSTANTS: Final[Mapping[str, Json]] = {"true": True, "false": False, "null": None}


def readings(text: str, parameter: Mapping[str, Json]) -> Iterator[Json]:
    """Yield the values that a server may read a text as, in the style of the parameter or header that it is given for.

    They are no strings. A text with brackets or quotes is rather JSON, or meant to be.
    """
    if not _JSON_SIGNS.isdisjoint(text):
        return
    value = _scalar(text)
    if not isinstance(value, str):
        yield value
    for separator in _SEPARATORS.get(str(parameter.get("style")), (",", ", ")):
        yield from _lists(text.split(separator))
    pairs = [pair.partition("=") for pair in re.split(r"[,&;]", text)]
    if all(sign for _, sign, _ in pairs):
        yield from _objects([(name, value) for name, _, value in pairs])


def _lists(items: Sequence[str]) -> Iterator[Json]:
    yield list(items)
    yield [_scalar(item) for item in items]
    if len(items) % 2 == 0:
        yield from _objects(list(zip(items[::2], items[1::2], strict=True)))


def _objects(pairs: Sequence[tuple[str, str]]) -> Iterator[Json]:
    """Yield what pairs of names and values are together, and the list of the values if all have one name."""
    yield dict(pairs)
    yield {name: _scalar(value) for name, value in pairs}
    if len({name for name, _ in pairs}) == 1:
        yield [value for _, value in pairs]
        yield [_scalar(value) for _, value in pairs]


def _scalar(text: str) -> Json:
    """Read a number or constant as one."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    found = _NUMBER.fullmatch(text)
    if found is None:
        return text
    return int(text) if re.fullmatch(r"-?[0-9]+", text) else float(text)
