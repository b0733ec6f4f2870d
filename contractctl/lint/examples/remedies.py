"""What to do about a value that its schema refuses, where more can be said than that one of the two is wrong."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from contractctl.core.json import Json, is_array
from contractctl.core.suggestions import did_you_mean
from contractctl.lint.examples.branches import fits_several
from contractctl.lint.examples.json_text import json_value
from contractctl.lint.examples.plain import is_a

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

_TELL_APART: Final = "tell the schemas apart by a required member or a constant, or use `anyOf`"
_BARE: Final = ("integer", "number", "boolean")
_CONTAINERS: Final = (dict, list)
_MOST_OPTIONS: Final = 100


def remedy(error: ValidationError) -> str:
    """Return what to do, empty where that is to mend either the value or the schema."""
    details = error.kind.as_dict()
    if fits_several(error):
        return _TELL_APART
    if error.kind.name == "type":
        types = details.get("types")
        return _retyped(error.instance, [str(one) for one in types] if is_array(types) else [])
    options = details.get("options")
    if error.kind.name == "enum" and isinstance(error.instance, str) and is_array(options):
        return _meant(error.instance, tuple(one for one in options[:_MOST_OPTIONS] if isinstance(one, str)))
    return ""


@lru_cache(maxsize=1024)
def _meant(word: str, options: tuple[str, ...]) -> str:
    """Suggest an option; the same word is often wrong in many examples, and to look costs a millisecond."""
    return did_you_mean(word, options)


def _retyped(value: object, types: list[str]) -> str:
    if value is None:
        return "remove it, or let the schema take null"
    if isinstance(value, str):
        bare = _unquoted(value)
        return "remove the quotes, or mend the schema" if any(is_a(bare, one) for one in types if one in _BARE) else ""
    return "quote it, or mend the schema" if "string" in types and not isinstance(value, _CONTAINERS) else ""


def _unquoted(text: str) -> Json:
    """Return what a text is without its quotes; itself where that is neither a number nor true or false."""
    try:
        return json_value(text)
    except ValueError:
        return text
