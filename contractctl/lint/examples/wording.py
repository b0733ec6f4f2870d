"""Errors of the validator in words, each at the place inside the value that it is about."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from contractctl.core.json import Json, is_array
from contractctl.core.records import dataclass
from contractctl.lint.structure.wording import describe

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

_LONGEST_VALUE = 60
_NAMES = {"integer": "a whole number", "array": "a list", "object": "an object", "null": "null", "boolean": "a boolean"}


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong at `tokens` inside a value; `subject` tells two complaints about one place apart."""

    tokens: tuple[str, ...]
    message: str
    subject: str


def complaints(error: ValidationError) -> Iterator[Complaint]:
    """Yield what an error means, one complaint for each thing to mend.

    Of alternatives (`anyOf`, `oneOf`) only the one that was plainly meant is explained.
    """
    error = _nearest(error)
    tokens = tuple(map(str, error.instance_path[1:]))
    details = error.kind.as_dict()
    unexpected = details.get("unexpected")
    if unexpected:
        for name in unexpected:
            yield Complaint((*tokens, str(name)), f"`{name}` is not in the schema", "")
        return
    phrase = _PHRASES.get(error.kind.name)
    if phrase is None:
        yield Complaint(tokens, f"{_name(tokens)} is not accepted by `{error.kind.name}`", error.kind.name)
        return
    message = phrase(_name(tokens), error.instance, details)
    yield Complaint(tokens, message, f"{error.kind.name} {details.get('property', '')}".strip())


def _nearest(error: ValidationError) -> ValidationError:
    """Return the one error of the one alternative that takes values of this type, or the error itself."""
    while True:
        branches: list[list[ValidationError]] = getattr(error.kind, "context", [])
        meant = [branch for branch in branches if branch and not any(_is_of_other_type(e, error) for e in branch)]
        if len(meant) != 1 or len(meant[0]) != 1:
            return error
        error = meant[0][0]


def _is_of_other_type(inner: ValidationError, outer: ValidationError) -> bool:
    return inner.kind.name in ("type", "falseSchema") and inner.instance_path == outer.instance_path


def _name(tokens: tuple[str, ...]) -> str:
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
    return f"{name} is {shown(value)}, not one of {shown(options)[1:-1]}"


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
    "contains": lambda name, *_: f"{name} does not contain what it must",
    "pattern": lambda name, value, say: f"{name} is {shown(value)}, which does not match `{say.get('pattern')}`",
    "format": lambda name, value, say: f"{name} is {shown(value)}, which is no `{say.get('format')}`",
    "anyOf": lambda name, *_: f"{name} fits none of the schemas under `anyOf`",
    "oneOf": lambda name, *_: f"{name} does not fit exactly one of the schemas under `oneOf`",
    "not": lambda name, *_: f"{name} is what the schema under `not` excludes",
    "falseSchema": lambda name, *_: f"{name} is not allowed here",
    "propertyNames": lambda name, *_: f"{name} has a member whose name is not allowed",
}
