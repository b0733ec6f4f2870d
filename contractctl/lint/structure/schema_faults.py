"""Where the published OpenAPI schemas are wrong and the tables know better, each with the clause that decides."""

from __future__ import annotations

from collections.abc import Callable

from contractctl.contract.versions import Version
from contractctl.core.records import dataclass
from contractctl.lint.structure.kinds import (
    ByField,
    Either,
    Fault,
    Kind,
    ListOf,
    MapOf,
    ObjectOf,
    OneOrMore,
    Scalar,
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
    """The schemas of some versions accept what the specification forbids."""

    versions: tuple[Version, ...]
    what: str
    clause: str
    covers: Callable[[Table, Fault], bool]


@dataclass(frozen=True, slots=True)
class Severeness:
    """The schemas of some versions reject what the specification allows."""

    versions: tuple[Version, ...]
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
    while isinstance(kind, (Either, ByField, OneOrMore)):
        kind = kind.item if isinstance(kind, OneOrMore) else kind.other
    return kind.type if isinstance(kind, ObjectOf) else None


def _step(table: Table, kind: Kind | None, token: str) -> Kind | None:
    match kind:
        case Either(other=other) | ByField(other=other):
            return _step(table, other, token)
        case OneOrMore(item=item, several=several):
            return (several.item if several else item) if token.isdecimal() else _step(table, item, token)
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


def _is_code(*codes: str) -> Callable[[Table, Fault], bool]:
    return lambda _, fault: fault.code in codes


def _misses(name: str, *types: str) -> Callable[[Table, Fault], bool]:
    return lambda table, fault: (
        (fault.code, fault.subject) == ("field-missing", name) and type_at(table, fault.tokens) in types
    )


def _is_clash_of_parameters(table: Table, fault: Fault) -> bool:
    return fault.code == "fields-exclusive" and type_at(table, fault.tokens) == "parameter"


def _is_name_of_parameter(table: Table, fault: Fault) -> bool:
    return (
        fault.code == "value-not-allowed"
        and fault.tokens[-1] == "name"
        and type_at(table, fault.tokens[:-1]) == "parameter"
    )


def _is_malformed(table: Table, fault: Fault) -> bool:
    kind = kind_at(table, fault.tokens)
    return fault.code == "value-not-allowed" and isinstance(kind, Scalar) and kind.form is not None


def _under_extension_of(name: str) -> Callable[[Table, Rejection], bool]:
    def check(table: Table, rejection: Rejection) -> bool:
        steps = enumerate(rejection.tokens)
        return any(
            token.startswith("x-") and type_at(table, rejection.tokens[:depth]) == name for depth, token in steps
        )

    return check


LENIENCIES = (
    Leniency(
        ("2.0", "3.0", "3.1", "3.2"),
        "parameters of one name and location that differ otherwise, or that stand in a list of any items",
        "2.0 §Operation Object, 3.0.3 §4.7.10, 3.1.1 §4.8.10, 3.2.0 §Operation Object",
        _is_code("parameter-duplicate"),
    ),
    Leniency(
        ("2.0",),
        "an array without `items`",
        "2.0 §Parameter Object, §Items Object, §Header Object",
        _misses("items", "parameter", "items", "header"),
    ),
    Leniency(("2.0",), "items without `type`", "2.0 §Items Object", _misses("type", "items")),
    Leniency(("2.0",), "OAuth without `scopes`", "2.0 §Security Scheme Object", _misses("scopes", "security-scheme")),
    Leniency(("2.0",), "a second body, or a form beside it", "2.0 §Parameter Object", _is_clash_of_parameters),
    Leniency(("3.0",), "components of any name, with anything in them", "3.0.3 §4.7.7", _in_badly_named_component),
    Leniency(
        ("3.0", "3.1", "3.2"),
        "links of any name in a response",
        "3.0.3 §4.7.17, 3.1.1 §4.8.17, 3.2.0 §Response Object",
        lambda table, fault: fault.code == "component-name-invalid" and type_at(table, fault.tokens) == "link",
    ),
    Leniency(("3.0",), "a link to nothing", "3.0.3 §4.7.20", _misses("operationId", "link")),
    Leniency(
        ("3.0",),
        "unknown fields of a discriminator",
        "3.0.3 §4.7.25",
        lambda table, fault: fault.code == "field-unknown" and type_at(table, fault.tokens[:-1]) == "discriminator",
    ),
    Leniency(
        ("3.0",),
        "`value` beside `externalValue`",
        "3.0.3 §4.7.19",
        lambda _, fault: fault.code == "fields-exclusive" and fault.tokens[-1] == "externalValue",
    ),
    Leniency(("3.1",), "`example` beside `examples`", "3.1.1 §4.8.12.2", _is_code("example-and-examples")),
    Leniency(("3.1", "3.2"), "whatever stands in a schema", "3.1.1 §4.8.24, 3.2.0 §Schema Object", _in_schema),
    Leniency(
        ("3.1",),
        "`body` in a link",
        "3.1.1 §4.8.20",
        lambda table, fault: fault.tokens[-1:] == ("body",) and type_at(table, fault.tokens[:-1]) == "link",
    ),
    Leniency(
        ("3.1", "3.2"),
        "a path parameter with `content` that is not required",
        "3.1.1 §4.8.12, 3.2.0 §Parameter Object",
        _is_code("path-parameter-not-required"),
    ),
    Leniency(
        ("3.1", "3.2"),
        "a path parameter with `content` of any name",
        "3.1.1 §4.8.12, 3.2.0 §Parameter Object",
        _is_name_of_parameter,
    ),
    Leniency(
        ("2.0", "3.0", "3.1"),
        "braces in the name of a path parameter",
        "2.0 §Parameter Object, 3.0.3 §4.7.12.2, 3.1.1 §4.8.12.2",
        _is_name_of_parameter,
    ),
    Leniency(("3.2",), "fields beside `$ref`", "3.2.0 §Reference Object", _is_code("reference-sibling")),
    Leniency(
        ("3.2",),
        "`querystring` in an operation whose path item has `query`, and the reverse",
        "3.2.0 §Parameter Object",
        _is_clash_of_parameters,
    ),
    Leniency(
        ("3.0", "3.1", "3.2"),
        "texts that are no URI where one is due: formats are not asserted",
        "3.0.3 §4.7.19, 3.1.1 §4.8.19, 3.2.0 §Example Object, RFC 3986 §4.1",
        _is_malformed,
    ),
)

SEVERENESSES = (
    Severeness(
        ("3.0",),
        "a patch of two digits",
        "3.0.3 §4.1",
        lambda _, error: error.keyword == "pattern" and error.tokens == ("openapi",),
    ),
    Severeness(
        ("2.0",), "an extension of scopes that is not a string", "2.0 §Scopes Object", _under_extension_of("scopes")
    ),
    Severeness(
        ("3.1",),
        "a path parameter whose name ends in `/`, `#` or `?`",
        "3.1.1 §4.8.12.2; later editions of the schema refuse braces instead",
        lambda table, error: (
            error.keyword == "pattern"
            and error.tokens[-1:] == ("name",)
            and type_at(table, error.tokens[:-1]) == "parameter"
        ),
    ),
    Severeness(
        ("3.1",),
        "`server` in a link",
        "3.1.1 §4.8.20",
        lambda table, error: error.unexpected == ("server",) and type_at(table, error.tokens) == "link",
    ),
    Severeness(
        ("3.1", "3.2"),
        "a link parameter that is not a string",
        "3.1.1 §4.8.20, 3.2.0 §Link Object",
        lambda table, error: error.tokens[-2:-1] == ("parameters",) and type_at(table, error.tokens[:-2]) == "link",
    ),
    Severeness(
        ("3.1", "3.2"),
        "an extension of a callback",
        "3.1.1 §4.8.18, 3.2.0 §Callback Object",
        _under_extension_of("callback"),
    ),
    Severeness(
        ("3.1",),
        "other fields beside `$ref` in a path item",
        "3.1.1 §4.8.9.1",
        lambda table, error: error.keyword == "unevaluatedProperties" and type_at(table, error.tokens) == "path-item",
    ),
)


def is_lenient(version: Version, table: Table, fault: Fault) -> bool:
    """Tell whether the schema of this version is known to accept what the fault complains of."""
    return any(version in entry.versions and entry.covers(table, fault) for entry in LENIENCIES)


def is_too_severe(version: Version, table: Table, rejection: Rejection) -> bool:
    """Tell whether the schema of this version is known to be wrong about a rejection."""
    return any(version in entry.versions and entry.covers(table, rejection) for entry in SEVERENESSES)
