"""The normal form of a schema: what it accepts, each kind of constraint once, wherever the description says it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, TypeAlias

from contractctl.core.json import Json, is_array, is_object
from contractctl.core.records import dataclass

if TYPE_CHECKING:
    from contractctl.core.locations import Place

Kind: TypeAlias = Literal["null", "boolean", "integer", "fraction", "string", "array", "object"]
"""A type of JSON Schema, with `number` split in two so that every type is a plain set of kinds."""

Key: TypeAlias = Hashable
"""A JSON value as something that compares as JSON does: 1 is 1.0, true is not 1, members have no order."""

EVERY_KIND: frozenset[Kind] = frozenset({"null", "boolean", "integer", "fraction", "string", "array", "object"})
NUMBERS: frozenset[Kind] = frozenset({"integer", "fraction"})
KINDS_OF_TYPE: Mapping[str, frozenset[Kind]] = {
    "null": frozenset({"null"}),
    "boolean": frozenset({"boolean"}),
    "integer": frozenset({"integer"}),
    "number": NUMBERS,
    "string": frozenset({"string"}),
    "array": frozenset({"array"}),
    "object": frozenset({"object"}),
}
KINDS_OF_LIMIT: Mapping[str, frozenset[Kind]] = {
    "minimum": NUMBERS,
    "maximum": NUMBERS,
    "minLength": frozenset({"string"}),
    "maxLength": frozenset({"string"}),
    "minItems": frozenset({"array"}),
    "maxItems": frozenset({"array"}),
    "minProperties": frozenset({"object"}),
    "maxProperties": frozenset({"object"}),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A schema as it is written at one place."""

    at: Place
    value: Mapping[str, Json] | bool


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A schema that is yet to be read: all of `parts` hold. Equal keys of one side mean one schema."""

    parts: tuple[Part, ...]
    keys: tuple[Hashable, ...]

    @property
    def key(self) -> Hashable:
        """What the node is known by: the order of its parts does not matter."""
        return self.keys[0] if len(self.keys) == 1 else frozenset(self.keys)

    @property
    def at(self) -> Place:
        """Where it is written; the first place when several parts make it up."""
        return self.parts[0].at


@dataclass(frozen=True, slots=True)
class Limit:
    """A lower or upper bound, with its keyword's place."""

    value: int | float
    exclusive: bool
    at: Place

    @property
    def text(self) -> str:
        """As a reader says it: `5` or `5 (exclusive)`."""
        return f"{self.value} (exclusive)" if self.exclusive else f"{self.value}"


@dataclass(frozen=True, slots=True)
class Note:
    """What an annotation says, and where."""

    value: Json
    at: Place


@dataclass(frozen=True, slots=True)
class Choice:
    """An anyOf, or with `exclusive` a oneOf, that could not be written as one shape.

    `places` says where each branch is written; the branch itself may be a component. `discriminator` is the name of the
    property that selects one, `selected` are the values of it that are mapped.
    """

    at: Place
    branches: tuple[Node, ...]
    places: tuple[Place, ...]
    exclusive: bool
    discriminator: str | None = None
    selected: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Sealed:
    """Subschemas under a keyword that is compared as a whole (`if`, `contains`, `dependentSchemas`).

    `tag` is what else the keyword says, and belongs to what it is known by: the property of `dependentSchemas`.
    `occurrences` are how many items must fit `contains`, at least and at most.
    """

    keyword: str
    at: Place
    tag: str
    nodes: tuple[Node, ...]
    occurrences: tuple[int, int | None] = (1, None)


@dataclass(frozen=True, slots=True)
class Shape:
    """What one schema accepts. Absent constraints are empty; `values` None means no enum.

    `hidden` names the properties that do not count in the direction that the shape was read for. `additional` is None
    for an open object, whether it says so or says nothing. `notes` are what is said without leaving a value out:
    `default`, `deprecated`, `x-extensible-enum`, each with its place.
    """

    at: Place
    kinds: frozenset[Kind] = EVERY_KIND
    values: Mapping[Key, Json] | None = None
    limits: Mapping[str, Limit] = field(default_factory=dict)
    multiples: frozenset[Fraction] = frozenset()
    patterns: frozenset[str] = frozenset()
    formats: frozenset[str] = frozenset()
    unique: bool = False
    properties: Mapping[str, Node] = field(default_factory=dict)
    required: Mapping[str, Place] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    additional: Node | None = None
    pattern_properties: Mapping[str, Node] = field(default_factory=dict)
    property_names: Node | None = None
    dependencies: Mapping[str, frozenset[str]] = field(default_factory=dict)
    prefix: tuple[Node, ...] = ()
    items: Node | None = None
    choices: tuple[Choice, ...] = ()
    excluded: tuple[Node, ...] = ()
    sealed: tuple[Sealed, ...] = ()
    notes: Mapping[str, Note] = field(default_factory=dict)
    origins: Mapping[str, Place] = field(default_factory=dict)

    def origin(self, keyword: str) -> Place:
        """Where the keyword is written, or the schema itself where it is not."""
        return self.origins.get(keyword, self.at)

    def property_place(self, name: str) -> Place:
        """Where the property is declared, else where it is required, else the schema itself."""
        return self.origins.get(f"properties/{name}") or self.required.get(name, self.at)

    @property
    def is_empty(self) -> bool:
        """Tell whether no value at all is accepted, as far as kinds and values show."""
        return not self.kinds or (self.values is not None and not self.values)

    @property
    def is_composite(self) -> bool:
        """Tell whether other schemas than members and items take part in what it accepts."""
        return bool(self.choices or self.excluded or self.sealed)


def is_bare(shape: Shape) -> bool:
    """Tell whether the shape says nothing but which kinds it accepts."""
    return replace(shape, notes={}, origins={}) == Shape(shape.at, shape.kinds)


def freeze(value: Json) -> Key:
    """Return the value as a key that compares as JSON does."""
    if is_object(value):
        return ("object", frozenset((name, freeze(member)) for name, member in value.items()))
    if is_array(value):
        return ("array", tuple(freeze(item) for item in value))
    if isinstance(value, bool):
        return ("boolean", value)
    return value if isinstance(value, str) else ("other", value)


def kind_of(value: Json) -> Kind:
    """Return the kind of a JSON value; 1.0 is an integer (JSON Schema 2020-12 §6.1.1)."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "integer" if value.is_integer() else "fraction"
        case str():
            return "string"
    return "object" if is_object(value) else "array"


def is_lower(keyword: str) -> bool:
    """Tell whether the keyword of a limit bounds from below."""
    return keyword.startswith("min")


def is_tighter(keyword: str, one: Limit, other: Limit) -> bool:
    """Tell whether `one` leaves strictly less than `other`."""
    if one.value == other.value:
        return one.exclusive and not other.exclusive
    return one.value > other.value if is_lower(keyword) else one.value < other.value


def within(limit: Limit, keyword: str, amount: float) -> bool:
    """Tell whether the amount keeps the limit."""
    if amount == limit.value:
        return not limit.exclusive
    return amount > limit.value if is_lower(keyword) else amount < limit.value


def measure(value: Json, keyword: str) -> int | float | None:
    """Return what the keyword of a limit measures of the value, None where it does not apply."""
    if kind_of(value) not in KINDS_OF_LIMIT[keyword]:
        return None
    if isinstance(value, int | float):
        return value
    return len(value) if isinstance(value, str | Mapping) or is_array(value) else None


def distinct(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """Return the nodes without those that are written like an earlier one."""
    return tuple({writing(node): node for node in reversed(list(nodes))}.values())[::-1]


def writing(node: Node) -> Key:
    """Return what the node says, as it is written."""
    return tuple(freeze(part.value) for part in node.parts)


def join_nodes(nodes: Iterable[Node]) -> Node:
    """Return the schema that holds where all of the nodes hold. There is at least one."""
    found: dict[Hashable, Node] = {}
    for node in nodes:
        for key, part in zip(node.keys, node.parts, strict=True):
            found.setdefault(key, Node((part,), (key,)))
    if len(found) == 1:
        return next(iter(found.values()))
    return Node(tuple(node.parts[0] for node in found.values()), tuple(found))
