"""Faults inside a side: what cannot be read there is unknown, and no verdict that breaks may rest on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from contractctl.contract.model import Contract, Operation, Schema
from contractctl.contract.references import referenced_definition
from contractctl.core.changes import Direction
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Place, Pointer
from contractctl.core.patterns import pattern
from contractctl.diff.carriers import Carrier
from contractctl.diff.facts import Claim, Fact
from contractctl.diff.relation import UNKNOWN
from contractctl.diff.steps import Item, Name, Property, Step

_VARIABLE = pattern(r"\{[^{}]*\}")
_IN_PLACE = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas")
_SECTIONS = (
    ("parameter", ("parameters",)),
    ("callback", ("callbacks",)),
    ("header", ("headers", "responses")),
    ("status", ("responses",)),
    ("link", ("links", "responses")),
    ("body", ("requestBody", "parameters")),
    ("security", ("security",)),
)
"""Words in the kinds of changes, and the fields of an operation that they are about."""
_ELSEWHERE = frozenset(("schema", "example", "examples", "description", "summary", "encoding"))
"""Fields whose faults hide nothing else of the part that they stand in."""


def doubted(facts: Iterable[Fact], base: Contract, revision: Contract) -> Iterator[Fact]:
    """Yield the facts, those that rest on something that could not be read as open questions without a claim."""
    sides = _Side("base", base), _Side("revision", revision)
    for fact in facts:
        blind = next((side for number, side in enumerate(sides) if side.unread and side.hides(fact, number)), None)
        yield fact if blind is None else _open(fact, blind.name)


def _open(fact: Fact, side: str) -> Fact:
    text = f"{fact.text}; what {side} has there cannot be read"
    return replace(fact, relation=fact.relation | UNKNOWN, claims=(), text=text)


class _Side:
    """One contract, and the places of what is not in it."""

    def __init__(self, name: str, contract: Contract) -> None:
        self.name = name
        self.unread = frozenset(contract.unread)
        self._definitions = contract.definitions
        self._known: dict[int, frozenset[str]] = {}
        self._holders = self.unread | {_holder(place) for place in self.unread}

    def hides(self, fact: Fact, number: int) -> bool:
        """Tell whether a fact rests on what could not be read on this side, of which it has the number."""
        if fact.claims:
            return all(self._hides_claim(claim, number) for claim in fact.claims)
        own, other = fact.sides[number], fact.sides[1 - number]
        if own is None:
            return other is not None and any(_is_path(place, other) for place in self.unread)
        return not self._gaps(own).isdisjoint(_fields(fact))

    def _gaps(self, operation: Operation) -> frozenset[str]:
        """Return the fields of an operation in which something other than a schema could not be read."""
        if id(operation) not in self._known:
            parts = (part for place in self.unread for part in _parts(operation, place))
            self._known[id(operation)] = frozenset(field for field, tokens in parts if _ELSEWHERE.isdisjoint(tokens))
        return self._known[id(operation)]

    def _hides_claim(self, claim: Claim, number: int) -> bool:
        """Tell whether what carries the value, or a schema on the way from it to the part, is not known whole."""
        carrier, operation = claim.use.carrier, claim.use.operations[number]
        if not self._gaps(operation).isdisjoint(_fields_of(carrier)):
            return True
        nodes = list(self._applied([_root(claim.use.schemas[number])]))
        for step in (*claim.steps, None):
            if any(at in self._holders for at, _ in nodes):
                return True
            if step is not None:
                nodes = list(self._applied(_stepped(nodes, step)))
        return False

    def _applied(self, nodes: Iterable[tuple[Place, Json]]) -> Iterator[tuple[Place, Json]]:
        """Yield schemas with all that they apply to the same value."""
        waiting, seen = list(nodes), set[Place]()
        while waiting:
            at, value = waiting.pop()
            if at in seen:
                continue
            seen.add(at)
            yield at, value
            if is_object(value):
                waiting.extend(self._next(at, value))

    def _next(self, at: Place, value: Mapping[str, Json]) -> Iterator[tuple[Place, Json]]:
        if isinstance(reference := value.get("$ref"), str):
            target = self._definitions[referenced_definition(reference)]
            yield _root(target)
        for keyword in _IN_PLACE:
            member = value.get(keyword)
            if is_array(member):
                yield from ((at / keyword / index, item) for index, item in enumerate(member))
            elif keyword == "dependentSchemas" and is_object(member):
                yield from ((at / keyword / name, item) for name, item in member.items())
            elif keyword in value:
                yield at / keyword, member


def _root(schema: Schema) -> tuple[Place, Json]:
    return schema.at, schema.value


def _stepped(nodes: Iterable[tuple[Place, Json]], step: Step) -> Iterator[tuple[Place, Json]]:
    """Yield what the schemas say of the part that a step leads to, be it more than applies to it."""
    for at, value in nodes:
        if is_object(value):
            for keyword, name in _ways(value, step):
                holder = value[keyword]
                if name is None:
                    yield at / keyword, holder
                elif is_object(holder) and name in holder:
                    yield at / keyword / name, holder[name]
                elif is_array(holder) and int(name) < len(holder):
                    yield at / keyword / name, holder[int(name)]


def _ways(value: Mapping[str, Json], step: Step) -> Iterator[tuple[str, str | None]]:
    match step:
        case Property(name=name):
            yield from _under(value, "properties", [name])
        case Item(index=index):
            prefix = value.get("prefixItems")
            places = range(len(prefix)) if is_array(prefix) else range(0)
            yield from _under(value, "prefixItems", [str(one) for one in places if index in (None, one)])
            yield from ((keyword, None) for keyword in ("items", "contains", "unevaluatedItems") if keyword in value)
        case Name():
            yield from ((keyword, None) for keyword in ("propertyNames",) if keyword in value)
            return
    if not isinstance(step, Item):
        patterns = value.get("patternProperties")
        yield from _under(value, "patternProperties", list(patterns) if is_object(patterns) else [])
        others = ("additionalProperties", "unevaluatedProperties")
        yield from ((keyword, None) for keyword in others if keyword in value)


def _under(value: Mapping[str, Json], keyword: str, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    if keyword in value:
        yield from ((keyword, name) for name in names)


def _holder(place: Place) -> Place:
    """Return the schema or object that something stands in."""
    return Place(place.uri, Pointer(place.pointer.tokens[:-1]))


def _is_path(place: Place, operation: Operation) -> bool:
    """Tell whether a place is that of all paths, of the operation's path or of the operation itself."""
    first, *rest = place.pointer.tokens or ("",)
    if first not in ("paths", "webhooks") or len(rest) > 2:
        return False
    if not rest:
        return True
    if _VARIABLE.sub("{}", rest[0]) != _VARIABLE.sub("{}", operation.path):
        return False
    return rest[1:] in ([], ["$ref"], [operation.method.lower()])


def _parts(operation: Operation, place: Place) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the field of an operation that a place is in, and the rest of the way, for each part that it is in."""
    for use in (use for one in operation.security for use in one.uses):
        if place.pointer.tokens[:-1] in (
            ("components", "securitySchemes", use.name),
            ("securityDefinitions", use.name),
        ):
            yield "security", ()
    for root, field in _roots(operation):
        depth = len(root.pointer.tokens)
        if root.uri == place.uri and place.pointer.tokens[:depth] == root.pointer.tokens:
            rest = place.pointer.tokens[depth:]
            first, rest = (field, rest) if field else (rest[0] if rest else "", rest[1:])
            inner = next((one for one in rest if one in ("headers", "links")), first)
            yield (inner if first == "responses" else first), rest


def _roots(operation: Operation) -> Iterator[tuple[Place, str]]:
    yield operation.at, ""
    yield operation.template / "parameters", "parameters"
    yield from ((parameter.at, "parameters") for parameter in operation.parameters)
    yield from ((response.at, "responses") for response in operation.responses)
    yield from ((header.at, "headers") for response in operation.responses for header in response.headers)
    if operation.body is not None:
        yield operation.body.at, "requestBody"


def _fields_of(carrier: Carrier) -> tuple[str, ...]:
    """Return the fields of an operation that say what carries a value."""
    if carrier.status:
        return ("responses",) if carrier.location == "body" else ("headers", "responses")
    return ("requestBody",) if carrier.location == "body" else ("parameters",)


def _fields(fact: Fact) -> tuple[str, ...]:
    for word, fields in _SECTIONS:
        if word in fact.kind:
            return fields
    if "media-type" in fact.kind:
        return ("responses",) if fact.direction is Direction.RESPONSE else ("requestBody", "parameters")
    return ()
