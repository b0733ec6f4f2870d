"""What the tables are made of: kinds of values, types of objects, and the faults that a walk finds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from functools import cache
from typing import Literal, TypeAlias

from contractctl.core.json import Json
from contractctl.core.records import dataclass

JsonType: TypeAlias = Literal["string", "boolean", "number", "integer"]
Tokens: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with the structure, at the pointer `tokens`; `code` is the rule that reports it.

    `meant` is the field that an unknown one looks like, empty where there is none.
    """

    code: str
    tokens: Tokens
    message: str
    hint: str = ""
    subject: str = ""
    meant: str = ""


@dataclass(frozen=True, slots=True)
class Anything:
    """Any value: example data, defaults, extensions. Nobody looks inside."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a string must be written: a regular expression that must match all of it, and the fault when it does not.

    `noun` is what the string should have been ("a URL").
    """

    pattern: str
    noun: str
    hint: str
    code: str = "value-not-allowed"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A string, boolean or number. `choices` are the only strings allowed, when there are any.

    `minimum` belongs to numbers, `above` says that the number must be over the minimum. `unwanted` says what to do
    about strings that are no choice but would have been in another version, `hint` about a value of another type.
    """

    type: JsonType
    choices: Tokens = ()
    minimum: int | None = None
    above: bool = False
    noun: str = ""
    unwanted: Mapping[str, str] = field(default_factory=dict)
    form: Form | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ObjectOf:
    """An object of the type with this name; `referable` where a Reference Object may stand instead."""

    type: str
    referable: bool = False


@dataclass(frozen=True, slots=True)
class ListOf:
    """An array, at least `minimum` long, of different items when `unique`."""

    item: Kind
    minimum: int = 0
    unique: bool = False


@dataclass(frozen=True, slots=True)
class MapOf:
    """An object with free keys (`keys` bounds them) and one kind of value."""

    item: Kind
    keys: Keys | None = None
    minimum: int = 0
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Either:
    """A scalar, or something that is no scalar: `true` or a schema, one name or a list of names."""

    scalar: Scalar
    other: Kind


@dataclass(frozen=True, slots=True)
class OneOrMore:
    """One item, or an array: `several`, or at least one such item."""

    item: Kind
    several: ListOf | None = None


@dataclass(frozen=True, slots=True)
class ByField:
    """An object whose kind depends on the string in its field `name`; `other` for strings that are not listed.

    Of the value at a pointer nothing is known but where it stands: there it counts as `other`.
    """

    name: str
    kinds: Mapping[str, Kind]
    other: Kind


Kind: TypeAlias = Anything | Scalar | ObjectOf | ListOf | MapOf | Either | OneOrMore | ByField


@dataclass(frozen=True, slots=True)
class Keys:
    """A bound on keys: a regular expression, and the fault when a key does not match. `{key}` is filled in."""

    pattern: str
    code: str
    message: str
    hint: str = ""

    def allows(self, key: str) -> bool:
        """Tell whether the key matches."""
        return bool(compiled(self.pattern).search(key))

    def fault(self, tokens: Tokens, key: str) -> Fault:
        """Say what is wrong with the key of the object at `tokens`."""
        hint = self.hint.replace("{key}", key.lstrip("/"))
        return Fault(self.code, (*tokens, key), self.message.replace("{key}", key), hint, key)


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of the tables when it is first needed, which is cheaper than at import."""
    return re.compile(pattern)


Condition: TypeAlias = Callable[[Mapping[str, Json], Tokens], Iterator[Fault]]
"""A check over several fields of one object."""


@dataclass(frozen=True, slots=True)
class ObjectType:
    """One object of the specification.

    `title` is how people name one ("a response"), `clause` the number of its section among those of all objects.
    `patterned` fields are those whose names follow `keys`. An `open` object may have fields that are not listed.
    `unwanted` says why a field that the object does not have may have been written there, by field.
    """

    title: str
    clause: int
    fields: Mapping[str, Kind]
    required: Tokens = ()
    patterned: Kind | None = None
    keys: Keys | None = None
    minimum: int = 0
    open: bool = False
    extensions: bool = True
    conditions: tuple[Condition, ...] = ()
    unwanted: Mapping[str, str] = field(default_factory=dict)


Table: TypeAlias = Mapping[str, ObjectType]
"""The object types of one OpenAPI version by name; `description` is the root."""
