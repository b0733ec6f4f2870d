"""Where the published OpenAPI schemas are wrong and the tables know better, each with the clause that decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from contractctl.lint.structure.kinds import (
    ByField,
    Either,
    Fault,
    Kind,
    ListOf,
    MapOf,
    ObjectOf,
    OneOrMore,
    Table,
    Tokens,
)
from contractctl.lint.structure.objects import COMPONENT_NAMES


@dataclass(frozen=True, slots=True)
class Rejection:
    """One error of a published schema: the keyword, the pointer to the value, fields that it calls unexpected.

    `places` are the pointers to everything that might be meant, when the schema offers alternatives.
    """

    keyword: str
    tokens: Tokens
    message: str
    unexpected: Tokens = ()
    places: tuple[Tokens, ...] = ()


@dataclass(frozen=True, slots=True)
class Leniency:
    """A schema accepts what the specification forbids."""

    version: str
    what: str
    clause: str
    covers: Callable[[Table, Fault], bool]


@dataclass(frozen=True, slots=True)
class Severeness:
    """A schema rejects what the specification allows."""

    version: str
    what: str
    clause: str
    covers: Callable[[Table, Rejection], bool]


def kind_at(table: Table, tokens: Tokens) -> Kind | None:
    """Return what the tables expect at a pointer; None inside data, extensions and unknown fields."""
    kind: Kind | None = ObjectOf("description")
    for token in tokens:
        kind = _step(table, kind, token)
    return kind


def type_at(table: Table, tokens: Tokens) -> str | None:
    """Return the name of the object type that is due at a pointer, None where no object of a type is due."""
    kind = kind_at(table, tokens)
    if isinstance(kind, (Either, ByField)):
        kind = kind.other
    if isinstance(kind, OneOrMore):
        kind = kind.item
    return kind.type if isinstance(kind, ObjectOf) else None


def _step(table: Table, kind: Kind | None, token: str) -> Kind | None:
    match kind:
        case Either(other=other) | ByField(other=other):
            return _step(table, other, token)
        case OneOrMore(item=item):
            return item if token.isdecimal() else _step(table, item, token)
        case MapOf(item=item) | ListOf(item=item):
            return item
        case ObjectOf(type=name):
            entry = table[name]
            is_extension = entry.extensions and token.startswith("x-")
            return entry.fields.get(token) or (None if is_extension else entry.patterned)
    return None


def _in_schema(table: Table, fault: Fault) -> bool:
    return any(type_at(table, fault.tokens[:depth]) == "schema" for depth in range(len(fault.tokens)))


def _in_badly_named_component(_: Table, fault: Fault) -> bool:
    return fault.tokens[:1] == ("components",) and not all(map(COMPONENT_NAMES.allows, fault.tokens[2:3]))


def _is_code(code: str) -> Callable[[Table, Fault], bool]:
    return lambda _, fault: fault.code == code


def _under_callback_extension(table: Table, rejection: Rejection) -> bool:
    steps = enumerate(rejection.tokens)
    return any(
        token.startswith("x-") and type_at(table, rejection.tokens[:depth]) == "callback" for depth, token in steps
    )


LENIENCIES = (
    Leniency("3.0", "components of any name, with anything in them", "3.0.3 §4.7.7", _in_badly_named_component),
    Leniency(
        "3.0",
        "`value` beside `externalValue`",
        "3.0.3 §4.7.19",
        lambda _, fault: fault.code == "fields-exclusive" and fault.tokens[-1] == "externalValue",
    ),
    Leniency("3.1", "`example` beside `examples`", "3.1.1 §4.8.12.2", _is_code("example-and-examples")),
    Leniency("3.1", "whatever stands in a schema", "3.1.1 §4.8.24", _in_schema),
    Leniency(
        "3.1",
        "`body` in a link",
        "3.1.1 §4.8.20",
        lambda table, fault: fault.tokens[-1:] == ("body",) and type_at(table, fault.tokens[:-1]) == "link",
    ),
)

SEVERENESSES = (
    Severeness(
        "3.1",
        "`server` in a link",
        "3.1.1 §4.8.20",
        lambda table, error: error.unexpected == ("server",) and type_at(table, error.tokens) == "link",
    ),
    Severeness(
        "3.1",
        "a link parameter that is not a string",
        "3.1.1 §4.8.20",
        lambda table, error: error.tokens[-2:-1] == ("parameters",) and type_at(table, error.tokens[:-2]) == "link",
    ),
    Severeness("3.1", "an extension of a callback", "3.1.1 §4.8.18", _under_callback_extension),
    Severeness(
        "3.1",
        "other fields beside `$ref` in a path item",
        "3.1.1 §4.8.9.1",
        lambda table, error: error.keyword == "unevaluatedProperties" and type_at(table, error.tokens) == "path-item",
    ),
)


def is_lenient(version: str, table: Table, fault: Fault) -> bool:
    """Tell whether the schema of this version is known to accept what the fault complains of."""
    return any(entry.version == version and entry.covers(table, fault) for entry in LENIENCIES)


def is_too_severe(version: str, table: Table, rejection: Rejection) -> bool:
    """Tell whether the schema of this version is known to be wrong about a rejection."""
    return any(entry.version == version and entry.covers(table, rejection) for entry in SEVERENESSES)
