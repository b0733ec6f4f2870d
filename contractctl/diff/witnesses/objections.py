"""What a validator objects to, in one sentence: `` `age` is required``, `` `/tags/0`: "x" is not one of "a", "b" ``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from contractctl.contract.vetting import build_validator
from contractctl.core.json import Json, is_array
from contractctl.core.locations import Pointer
from contractctl.core.records import dataclass

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

    from contractctl.contract.model import SchemaValue

_LONGEST: Final = 60
_LONGEST_COUNTED: Final = 24
_MOST_OPTIONS: Final = 5


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is objected to in one sentence, and where in the value that is: a member that is missing is not there."""

    text: str
    at: Pointer


class Meant:
    """Which errors are about what differs between two sides, and not about what stands around it.

    `is_near` tells whether an error is about the part in question; `said` is what the refuser says of it there.
    """

    def __init__(self, is_near: Callable[[ValidationError], bool], said: SchemaValue) -> None:
        self.is_near = is_near
        self._said = said

    def first(self, errors: Sequence[ValidationError]) -> ValidationError | None:
        """Return the first error that `said` makes by itself, of the same thing; None where it makes none of them."""
        alone = build_validator({"allOf": [self._said]})
        if alone is None:
            return None
        near = (error for error in errors if self.is_near(error))
        return next((one for one in near if _reason(one) in map(_reason, alone.iter_errors(_instance(one)))), None)


def complaint(error: ValidationError, meant: Meant, *, below: int) -> Complaint:
    """Say what an error is about, and where; `below` steps of its path lead to the value itself.

    Of a value that fits no alternative, the nearest is told: the one with an error that is meant, or with the fewest.
    """
    where = _pointer(error, below)
    said = _phrase(error)
    around, near = _innermost(error, meant)
    if near is not error:
        inner = _pointer(near, below)
        within = f"`{inner}`: " if inner != where else ""
        of_all = _of_all(around, near)
        said = f"{said}: {within}{of_all}" if of_all else f"{said}: of the nearest, {within}{_phrase(near)}"
    return Complaint(f"`{where}`: {said}" if where.tokens else said, _place(near, below))


def _pointer(error: ValidationError, below: int) -> Pointer:
    return Pointer(tuple(map(str, error.instance_path[below:])))


def _place(error: ValidationError, below: int) -> Pointer:
    """Return where the fault is: with a member that should not be there, where that is."""
    unexpected = error.kind.as_dict().get("unexpected")
    where = _pointer(error, below)
    is_member = error.kind.name in {"additionalProperties", "unevaluatedProperties"} and is_array(unexpected)
    return where / str(unexpected[0]) if is_member and unexpected else where


def _reason(error: ValidationError) -> tuple[str, str]:
    """Return what makes two errors about one instance the same: the keyword and what it wants."""
    details: Mapping[str, Json] = error.kind.as_dict()
    return error.kind.name, repr(sorted((name, str(detail)) for name, detail in details.items() if name != "context"))


def _phrase(error: ValidationError) -> str:
    details: Mapping[str, Json] = error.kind.as_dict()
    said = _PHRASES.get(error.kind.name)
    return (
        said(_instance(error), details) if said else f"`{error.kind.name}` does not accept {_shown(_instance(error))}"
    )


def _instance(error: ValidationError) -> Json:
    """Return the value that an error is about; our values have no decimals."""
    instance: object = error.instance
    value: Json = json.loads(json.dumps(instance, default=float))
    return value


def _innermost(error: ValidationError, meant: Meant) -> tuple[ValidationError, ValidationError]:
    """Return what is told of a value that fits no alternative, each of which may have some, and what that is in."""
    around = error
    while (near := _nearest(error, meant)) is not None:
        around, error = error, near
    return around, error


def _of_all(around: ValidationError, near: ValidationError) -> str:
    """Say of a value that tells the alternatives apart what all of them want there; empty where it is none."""
    wanted: dict[str, None] = {}
    for branch in getattr(around.kind, "context", ()):
        here = [_options(one) for one in branch if one.instance_path == near.instance_path]
        if not any(here):
            return ""
        wanted.update((option, None) for options in here for option in options)
    return _one_of_these(_instance(near), list(wanted)) if len(wanted) > 1 else ""


def _options(error: ValidationError) -> list[str]:
    """Return the values that an error names as the only ones."""
    details: Mapping[str, Json] = error.kind.as_dict()
    if error.kind.name == "const":
        return [_shown(details.get("expected_value"))]
    options = details.get("options") if error.kind.name == "enum" else None
    return list(dict.fromkeys(map(_shown, options))) if is_array(options) else []


def _one_of_these(value: Json, listed: Sequence[str]) -> str:
    more = f" or {len(listed) - _MOST_OPTIONS} more" if len(listed) > _MOST_OPTIONS else ""
    return f"{_shown(value)} is not one of {', '.join(listed[:_MOST_OPTIONS])}{more}"


def _nearest(error: ValidationError, about: Meant) -> ValidationError | None:
    """Return the error of the nearest branch that tells most, for a value that fits no branch."""
    branches = [branch for branch in getattr(error.kind, "context", ()) if branch]
    if error.kind.name not in {"anyOf", "oneOf"} or _fitting(error) or not branches:
        return None
    meant = [[one for one in branch if about.is_near(one)] for branch in branches]
    ranked = sorted(zip(branches, meant, strict=True), key=lambda pair: (not pair[1], len(pair[0])))
    branch, telling = ranked[0]
    first: ValidationError = (telling or branch)[0]
    return about.first(telling) or first


def _fitting(error: ValidationError) -> int:
    return sum(not branch for branch in getattr(error.kind, "context", ()))


def _shown(value: Json, longest: int = _LONGEST) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _names(names: Json, last: str) -> str:
    listed = [f"`{name}`" for name in names] if is_array(names) else [f"`{names}`"]
    return " and ".join([", ".join(listed[:-1]), listed[-1]] if len(listed) > 1 else listed) + last


def _type(value: Json, details: Mapping[str, Json]) -> str:
    types = details.get("types")
    wanted = sorted(map(str, types)) if is_array(types) else []
    return f"{_shown(value)} is not {' or '.join(map(_article, wanted))}"


def _article(name: str) -> str:
    return name if name == "null" else f"an {name}" if name[:1] in "aio" else f"a {name}"


def _enum(value: Json, details: Mapping[str, Json]) -> str:
    options = details.get("options")
    return _one_of_these(value, list(dict.fromkeys(map(_shown, options))) if is_array(options) else [])


def _one_of(_: Json, details: Mapping[str, Json]) -> str:
    branches = details.get("context")
    fits_none = not is_array(branches) or all(branches)
    return "it fits none of the alternatives" if fits_none else "it fits more than one of the alternatives"


def _count(noun: str, *, most: bool) -> Callable[[Json, Mapping[str, Json]], str]:
    def phrase(value: Json, details: Mapping[str, Json]) -> str:
        limit = details.get("limit")
        nouns = noun if limit == 1 else f"{noun}s"
        shown = f"{_shown(value, _LONGEST_COUNTED)} has" if noun == "character" else "it has"
        return f"{shown} {'more' if most else 'fewer'} than {limit} {nouns}"

    return phrase


_PHRASES: Final[Mapping[str, Callable[[Json, Mapping[str, Json]], str]]] = {
    "type": _type,
    "enum": _enum,
    "const": lambda value, say: f"{_shown(value)} is not {_shown(say.get('expected_value'))}",
    "required": lambda _, say: _names([say.get("property")], " is required"),
    "minimum": lambda value, say: f"{_shown(value)} is under the minimum of {say.get('limit')}",
    "maximum": lambda value, say: f"{_shown(value)} is over the maximum of {say.get('limit')}",
    "exclusiveMinimum": lambda value, say: f"{_shown(value)} is not over {say.get('limit')}",
    "exclusiveMaximum": lambda value, say: f"{_shown(value)} is not under {say.get('limit')}",
    "multipleOf": lambda value, say: f"{_shown(value)} is not a multiple of {say.get('multiple_of')}",
    "minLength": _count("character", most=False),
    "maxLength": _count("character", most=True),
    "minItems": _count("item", most=False),
    "maxItems": _count("item", most=True),
    "minProperties": _count("member", most=False),
    "maxProperties": _count("member", most=True),
    "uniqueItems": lambda *_: "it has an item twice",
    "contains": lambda *_: "it has too few or too many of the items that are asked for",
    "pattern": lambda value, say: f"{_shown(value)} does not match `{say.get('pattern')}`",
    "format": lambda value, say: f"{_shown(value)} is not of the format `{say.get('format')}`",
    "anyOf": _one_of,
    "oneOf": _one_of,
    "not": lambda value, _: f"{_shown(value)} is what is excluded",
    "falseSchema": lambda *_: "it is not allowed here",
    "additionalProperties": lambda _, say: _names(say.get("unexpected"), " is not declared"),
    "unevaluatedProperties": lambda _, say: _names(say.get("unexpected"), " is not declared"),
    "unevaluatedItems": lambda *_: "it has more items than are declared",
    "propertyNames": lambda *_: "the name of a member is not allowed",
}


def first_of(errors: Iterable[ValidationError], most: int) -> list[ValidationError]:
    """Return the first errors: a large value may have very many."""
    found: list[ValidationError] = []
    for error in errors:
        found.append(error)
        if len(found) == most:
            break
    return found
