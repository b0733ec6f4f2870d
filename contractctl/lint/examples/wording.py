"""Errors of the validator in words, each at the place inside the value that it is about."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from contractctl.core.json import Json, is_array, is_object
from contractctl.core.records import dataclass
from contractctl.lint.examples.branches import branches, ends, fits_several, nearest
from contractctl.lint.examples.formats import form_of
from contractctl.lint.examples.remedies import remedy
from contractctl.lint.structure.wording import describe

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

ECMA_PATTERN = "contractctl:pattern"
"""Stands for a `pattern` that the validator does not compile."""

_LONGEST_VALUE = 60
_LONGEST_CHOICE = 80
_NAMES = {"integer": "a whole number", "array": "a list", "object": "an object", "null": "null", "boolean": "a boolean"}


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong at `tokens` inside a value; `subject` tells two complaints about one place apart.

    `keyword` is the one of JSON Schema that says so, empty where it is none; `hint` says what to do, where that is not
    to mend the value. `missing` is the member that the value lacks, if that is what is wrong.
    """

    tokens: tuple[str, ...]
    message: str
    subject: str
    keyword: str = ""
    hint: str = ""
    missing: str = ""


def complaints(error: ValidationError, value: Json, document: Mapping[str, Json]) -> Iterator[Complaint]:
    """Yield what an error of a value means, one complaint for each thing to mend; `document` is what was compiled.

    Of alternatives (`anyOf`, `oneOf`) only the one that was plainly meant is explained.
    """
    for end in ends(error, document):
        yield from _complaints(end, value)


def _complaints(error: ValidationError, value: Json) -> Iterator[Complaint]:
    tokens, keyword = _tokens(error, value), error.kind.name
    details = error.kind.as_dict()
    if keyword in {"additionalProperties", "unevaluatedProperties"} or _forbids_members(error):
        for name in details.get("unexpected") or _members(value, tokens):
            yield Complaint((*tokens, str(name)), f"`{name}` is not in the schema", "", keyword)
        return
    inner = getattr(error.kind, "error", None)
    if keyword == "propertyNames" and inner is not None:
        name = str(inner.instance)
        said = _phrased((), inner, inner.kind.as_dict(), name)
        yield Complaint((*tokens, name), f"the name `{name}` is not allowed: {said}", keyword, keyword)
        return
    missing = str(details.get("property", "")) if keyword == "required" else ""
    message = _phrased(tokens, error, details, value)
    yield Complaint(tokens, message, f"{keyword} {missing}".strip(), keyword, remedy(error), missing)


def _forbids_members(error: ValidationError) -> bool:
    """Tell whether this is `additionalProperties: false` without `properties`, of which the validator tells one."""
    return error.kind.name == "falseSchema" and error.schema_path[-1:] == ["additionalProperties"]


def _members(value: Json, tokens: tuple[str, ...]) -> Iterator[str]:
    """Yield the names of the members of the object inside a value."""
    for token in tokens:
        if is_object(value):
            value = value.get(token)
        elif is_array(value):
            value = value[int(token)]
    yield from value if is_object(value) else ()


def _tokens(error: ValidationError, value: Json) -> tuple[str, ...]:
    """Return where an error is inside a value. The validator takes the name `007` of a member for the number 7."""
    tokens: list[str] = []
    for token in error.instance_path[1:]:
        name = str(token)
        if is_object(value):
            if name not in value:
                name = next((one for one in _spellings(name) if one in value), name)
            value = value.get(name)
        elif is_array(value) and isinstance(token, int) and token < len(value):
            value = value[token]
        tokens.append(name)
    return tuple(tokens)


def _spellings(number: str) -> Iterator[str]:
    """Yield how else a number of at most twenty digits may be written."""
    for zeros in range(20):
        padded = "0" * zeros + number
        yield from (padded, f"+{padded}")


def _phrased(tokens: tuple[str, ...], error: ValidationError, details: Mapping[str, Json], value: Json) -> str:
    name, keyword = name_of(tokens), error.kind.name
    phrase = _PHRASES.get(keyword)
    if phrase is None:
        return f"{name} is not accepted by `{keyword}`"
    message = phrase(name, error.instance, details)
    several = branches(error)
    if fits_several(error):
        fitting = [str(number) for number, branch in enumerate(several, 1) if not branch]
        return f"{name} fits schemas {', '.join(fitting[:-1])} and {fitting[-1]} under `{keyword}`; it may fit only one"
    near = nearest(error)
    if near is None:
        return message
    number, (first, *others) = near
    said = _phrased(_tokens(first, value), first, first.kind.as_dict(), value)
    more = f", and {len(others)} more" if others else ""
    return f"{message}; for schema {number} of {len(several)}, {said}{more}"


def name_of(tokens: tuple[str, ...]) -> str:
    """Name a part of a value: `pet.name`, or "it" for the whole."""
    return f"`{'.'.join(tokens)}`" if tokens else "it"


def shown(value: object) -> str:
    """Return a value as JSON, cut to 60 characters."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


def _type(name: str, value: object, details: Mapping[str, Json]) -> str:
    types = details.get("types")
    wanted = [_NAMES.get(str(one), f"a {one}") for one in sorted(map(str, types))] if is_array(types) else []
    return f"{name} is {describe(value)}, not {' or '.join(wanted)}"


def _enum(name: str, value: object, details: Mapping[str, Json]) -> str:
    options = details.get("options")
    return f"{name} is {shown(value)}, not one of {_choice(options if is_array(options) else ())}"


def _choice(options: Sequence[Json]) -> str:
    """List as many of the options as fit, each whole, and count the others."""
    listed: list[str] = []
    for option in map(shown, options):
        if listed and sum(map(len, listed)) + len(option) > _LONGEST_CHOICE:
            return f"{', '.join(listed)} and {len(options) - len(listed)} more"
        listed.append(option)
    return ", ".join(listed)


def _format(name: str, value: object, details: Mapping[str, Json]) -> str:
    form = str(details.get("message"))
    return f"{name} is {shown(value)}, not {form_of(form) or form}"


def _pattern(name: str, value: object, details: Mapping[str, Json]) -> str:
    pattern = details.get("pattern") or details.get("message")
    return f"{name} is {shown(value)}, which does not match `{pattern}`"


def _many(details: Mapping[str, Json], noun: str) -> str:
    limit = details.get("limit")
    return f"{limit} {noun}" if limit == 1 else f"{limit} {noun}s"


Phrase = Callable[[str, object, Mapping[str, Json]], str]

_PHRASES: Mapping[str, Phrase] = {
    "type": _type,
    "enum": _enum,
    "const": lambda name, value, say: f"{name} is {shown(value)}, not {shown(say.get('expected_value'))}",
    "required": lambda name, _, say: f"{name} lacks `{say.get('property')}`",
    "minimum": lambda name, value, say: f"{name} is {value}, under the minimum of {say.get('limit')}",
    "maximum": lambda name, value, say: f"{name} is {value}, over the maximum of {say.get('limit')}",
    "exclusiveMinimum": lambda name, value, say: f"{name} is {value}; it must be over {say.get('limit')}",
    "exclusiveMaximum": lambda name, value, say: f"{name} is {value}; it must be under {say.get('limit')}",
    "multipleOf": lambda name, value, say: f"{name} is {value}, not a multiple of {say.get('multiple_of')}",
    "minLength": lambda name, _, say: f"{name} is shorter than {_many(say, 'character')}",
    "maxLength": lambda name, _, say: f"{name} is longer than {_many(say, 'character')}",
    "minItems": lambda name, _, say: f"{name} has fewer than {_many(say, 'item')}",
    "maxItems": lambda name, _, say: f"{name} has more than {_many(say, 'item')}",
    "minProperties": lambda name, _, say: f"{name} has fewer than {_many(say, 'member')}",
    "maxProperties": lambda name, _, say: f"{name} has more than {_many(say, 'member')}",
    "uniqueItems": lambda name, *_: f"{name} has an item twice",
    "contains": lambda name, *_: f"{name} has too few or too many of the items that `contains` describes",
    "pattern": _pattern,
    ECMA_PATTERN: _pattern,
    "format": _format,
    "anyOf": lambda name, *_: f"{name} fits none of the schemas under `anyOf`",
    "oneOf": lambda name, *_: f"{name} fits none of the schemas under `oneOf`",
    "not": lambda name, *_: f"{name} is what the schema under `not` excludes",
    "falseSchema": lambda name, *_: f"{name} is not allowed here",
    "unevaluatedItems": lambda name, *_: f"{name} has more items than the schema describes",
}
