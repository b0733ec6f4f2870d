"""What clients may send: the schemas of requests, and how far each is limited.

Limits guard against what comes from outside, so that schemas which only describe answers are not looked at, nor are
members that are `readOnly`. What one schema says holds for those beside it too: under `allOf`, behind `$ref`, around
and in every one of several alternatives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from contractctl.contract.model import Contract, MediaType, Operation, Parameter, Schema
from contractctl.contract.references import referenced_definition
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Place, Pointer
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass

LENGTH: Final = 1
"""How long a string may be."""
ALPHABET: Final = 2
"""What a string may look like."""
ITEMS: Final = 4
"""How many items an array may have."""
LEAST: Final = 8
MOST: Final = 16
"""Between which numbers a whole number lies, be it by its `format`."""
CAP: Final = 32
"""Up to which number, as said by a number."""
MEMBERS: Final = 64
"""How many members an object may have."""
_LIMITED: Final = LENGTH | ALPHABET | ITEMS | LEAST | MOST | CAP | MEMBERS
_UNSENT: Final = 128

_BY_KEYWORD: Final[Mapping[str, int]] = {
    "enum": _LIMITED,
    "const": _LIMITED,
    "maxLength": LENGTH,
    "maxItems": ITEMS,
    "maxProperties": MEMBERS,
    "minimum": LEAST,
    "exclusiveMinimum": LEAST,
    "maximum": MOST | CAP,
    "exclusiveMaximum": MOST | CAP,
}
_BY_TYPE: Final[Mapping[str, int]] = {
    "string": LENGTH | ALPHABET,
    "array": ITEMS,
    "integer": LEAST | MOST | CAP,
    "number": LEAST | MOST | CAP,
    "object": MEMBERS,
}
_SHORT_FORMATS: Final = frozenset(
    ("date", "date-time", "time", "uuid", "ipv4", "ipv6", "hostname", "idn-hostname", "http-date", "char", "color")
)
_NARROW_FORMATS: Final = frozenset(("int8", "int16", "int32", "uint8", "uint16", "uint32"))
_SAME: Final = frozenset(("allOf", "anyOf", "oneOf", "then", "else", "dependentSchemas"))
_COMBINING: Final = frozenset(("$ref", "allOf", "anyOf", "oneOf"))
_MAPS: Final = frozenset(("properties", "patternProperties", "dependentSchemas"))
_PARTS: Final = frozenset(
    (
        *("properties", "patternProperties", "additionalProperties", "unevaluatedProperties"),
        *("items", "prefixItems", "unevaluatedItems", "contentSchema"),
    )
)
_DEEPEST: Final = 150
_INSIDE: Final = "what stands in "
_QUANTIFIED: Final = pattern(r"[*+]|\{[0-9]+,\}")
_LITERAL: Final = pattern(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]")


@dataclass(frozen=True, slots=True)
class Sent:
    """A schema of what clients send, at the pointer `tokens` of the document `uri`.

    `limits` are those that hold for its values, wherever they are said: the flags of this module. `name` is what a
    reader calls it: "query parameter `limit`", "member `tags`", "schema `Pet`".
    """

    uri: str
    tokens: tuple[str, ...]
    value: Mapping[str, Json]
    limits: int
    name: str

    @property
    def at(self) -> Place:
        """The place, made when it is asked for: there are thousands of schemas."""
        return Place(self.uri, Pointer(self.tokens))

    def admits(self, kind: str) -> bool:
        """Tell whether it says itself that a value may be of this type."""
        types = self.value.get("type")
        return types == kind or (is_array(types) and kind in types)

    def lacks(self, limit: int) -> bool:
        """Tell whether none of these limits holds."""
        return not self.limits & limit


class Requests:
    """The schemas of what clients send to the operations of a contract. They are found when somebody asks first."""

    def __init__(self, contract: Contract) -> None:
        self._operations = contract.operations
        self._definitions = contract.definitions
        self._known: dict[str, int] = {}
        self._schemas: tuple[Sent, ...] | None = None

    @property
    def schemas(self) -> tuple[Sent, ...]:
        """The schemas of all requests, at every depth, each once for each set of limits around it."""
        if self._schemas is None:
            roots = (root for operation in self._operations for root in _roots(operation))
            self._schemas = tuple(self._within(roots))
        return self._schemas

    def applied(self, parameter: Parameter) -> Iterator[Sent]:
        """Yield what says something of the very value of a parameter: its schema, the parts, what these refer to."""
        return self._within(_of_parameter(parameter), is_deep=False)

    def _within(self, roots: Iterable[tuple[str, Schema]], *, is_deep: bool = True) -> Iterator[Sent]:
        first = {schema.at: (name, schema) for name, schema in roots}
        waiting: list[tuple[str, tuple[str, ...], Json, int, str]] = [
            (schema.at.uri, schema.at.pointer.tokens, schema.value, 0, name) for name, schema in first.values()
        ]
        seen: set[tuple[str, int]] = set()
        while waiting:
            uri, tokens, value, around, name = waiting.pop()
            limits = around | self._limits(value)
            if not is_object(value) or limits & _UNSENT:
                continue
            yield Sent(uri, tokens, value, limits, name)
            for keyword, member in value.items():
                if keyword == "$ref":
                    key = referenced_definition(str(member))
                    if (key, limits) not in seen:
                        seen.add((key, limits))
                        at, means = self._definitions[key].at, self._definitions[key].value
                        waiting.append((at.uri, at.pointer.tokens, means, limits, _name_of(at, name)))
                elif keyword in _SAME:
                    for steps, part in _members(keyword, member):
                        waiting.append((uri, (*tokens, *steps), part, limits, name))
                elif is_deep and keyword in _PARTS:
                    for steps, part in _members(keyword, member):
                        waiting.append((uri, (*tokens, *steps), part, 0, _name_in(name, steps)))

    def _limits(self, value: Json, depth: int = 0) -> int:
        """Return the limits that a schema sets to its values, with what it consists of."""
        if not is_object(value):
            return _LIMITED if value is False else 0
        limits = _own_limits(value)
        if _COMBINING.isdisjoint(value):
            return limits
        if depth > _DEEPEST:
            return _LIMITED
        reference = value.get("$ref")
        if isinstance(reference, str):
            limits |= self._limits_of(referenced_definition(reference), depth)
        for part in _listed(value, "allOf"):
            limits |= self._limits(part, depth + 1)
        for keyword in ("anyOf", "oneOf"):
            alternatives = _listed(value, keyword)
            if alternatives:
                shared = _LIMITED | _UNSENT
                for part in alternatives:
                    shared &= self._limits(part, depth + 1)
                limits |= shared
        return limits

    def _limits_of(self, key: str, depth: int) -> int:
        """Return the limits of a definition; one that is met in itself adds nothing to them."""
        if key not in self._known:
            self._known[key] = 0
            self._known[key] = self._limits(self._definitions[key].value, depth + 1)
        return self._known[key]


def _roots(operation: Operation) -> Iterator[tuple[str, Schema]]:
    for parameter in operation.parameters:
        yield from _of_parameter(parameter)
    for media in operation.body.content if operation.body else ():
        yield from (("the body", schema) for schema in _of_media(media))


def _of_parameter(parameter: Parameter) -> Iterator[tuple[str, Schema]]:
    name = f"{parameter.location} parameter `{parameter.name}`"
    if parameter.schema is not None:
        yield name, parameter.schema
    for media in parameter.content:
        yield from ((name, schema) for schema in _of_media(media))


def _of_media(media: MediaType) -> Iterator[Schema]:
    yield from (schema for schema in (media.schema, media.item_schema) if schema is not None)


def _name_of(definition: Place, otherwise: str) -> str:
    """Return what a definition is called: a component by its name, a part of something by what refers to it."""
    tokens = definition.pointer.tokens
    is_component = tokens[:-1] in {("components", "schemas"), ("definitions",)}
    return f"schema `{tokens[-1]}`" if is_component else otherwise


def _name_in(holder: str, steps: tuple[str, ...]) -> str:
    if steps[0] == "properties":
        return f"member `{steps[1]}`"
    return holder if holder.startswith(_INSIDE) else f"{_INSIDE}{holder}"


def _members(keyword: str, member: Json) -> Iterator[tuple[tuple[str, ...], Json]]:
    """Yield the schemas of a keyword with the tokens that lead there."""
    if is_array(member):
        yield from (((keyword, str(index)), part) for index, part in enumerate(member))
    elif is_object(member) and keyword in _MAPS:
        yield from (((keyword, name), part) for name, part in member.items())
    else:
        yield (keyword,), member


def _listed(value: Mapping[str, Json], keyword: str) -> tuple[Json, ...]:
    parts = value.get(keyword)
    return tuple(parts) if is_array(parts) else ()


def _own_limits(value: Mapping[str, Json]) -> int:
    """Return the limits that a schema sets by its own keywords."""
    limits = _ruled_out(value["type"]) if "type" in value else 0
    for keyword in value:
        limits |= _BY_KEYWORD.get(keyword, 0)
        if keyword in _JUDGED:
            limits |= _JUDGED[keyword](value)
    return limits


def _ruled_out(types: Json) -> int:
    """Return the limits that need not be set, because values of their types are not admitted."""
    if isinstance(types, str):
        return _LIMITED & ~_BY_TYPE.get(types, 0)
    limits = _LIMITED
    for kind in types if is_array(types) else ():
        limits &= ~_BY_TYPE.get(str(kind), 0)
    return limits


def _of_direction(value: Mapping[str, Json]) -> int:
    return _UNSENT if value.get("readOnly") is True else 0


def _of_format(value: Mapping[str, Json]) -> int:
    name = value.get("format")
    limits = LENGTH if name in _SHORT_FORMATS else 0
    return ALPHABET | limits | (LEAST | MOST if name in _NARROW_FORMATS else 0)


def _of_pattern(value: Mapping[str, Json]) -> int:
    pattern = value.get("pattern")
    return ALPHABET | (LENGTH if isinstance(pattern, str) and _is_finite(pattern) else 0)


def _of_prefix(value: Mapping[str, Json]) -> int:
    return ITEMS if value.get("items") is False else 0


def _of_unique(value: Mapping[str, Json]) -> int:
    items = value.get("items")
    return ITEMS if value.get("uniqueItems") is True and is_object(items) and "enum" in items else 0


_JUDGED: Final = {
    "readOnly": _of_direction,
    "format": _of_format,
    "pattern": _of_pattern,
    "prefixItems": _of_prefix,
    "uniqueItems": _of_unique,
}


def _is_finite(pattern: str) -> bool:
    """Tell whether only strings up to some length match: the pattern has both ends, and nothing in it goes on."""
    plain = _LITERAL.sub("x", pattern)
    is_anchored = plain.startswith("^") and plain.endswith("$") and "|" not in _outside_of_groups(plain)
    return is_anchored and not _QUANTIFIED.search(plain)


def _outside_of_groups(pattern: str) -> str:
    depth, outside = 0, []
    for character in pattern:
        depth += (character == "(") - (character == ")")
        if depth == 0:
            outside.append(character)
    return "".join(outside)
