"""XML bodies, both ways: what the `xml` objects of a contract say, as a table of nodes, and who reads and writes by it.

The table (XML of the Bundle) is an array of NODE, so that recursive schemas are finite; nodes name each other by their
place in it::

    NODE = {types?, name?, names?, prefix?, namespace?, node?, wrapped?, members?, additional?, items?, first?,
            always?, alternatives?}

    types?       array, = ["string"]: the JSON types that the schema allows, in the order in which a text is tried
    name?        text: of the element or attribute; else it is the property's (of an item, that of its array's property)
    names?       array of text: the names that a root element must have one of; without them any will do. Elsewhere they
                 stand for the property as its own name does
    alternatives?  array of [name, [required], {member: [values]}]: what the element is called by what is in its value
    prefix?, namespace?   text
    node?        text, = "element": `attribute`, `text`, `cdata`, or `none` (no node of its own: what is in it stands in
                 the parent). Arrays say `wrapped` instead
    wrapped?     bool, = false: an array has an element of its own; else its items stand in the parent
    members?     object, = {}: property -> NODE
    additional?  NODE of all other members; without it they are read as they come
    items?       NODE of each item
    first?       array of NODE, = []: of the first items (`prefixItems`)
    always?      array of text: arrays without an element of their own that have to be there: no element is an empty one

Sources: OpenAPI 2.0, 3.0.4, 3.1.1 "XML Object"; 3.2.0 §4.26 (`nodeType`). Where they are silent:

- Namespaces are checked by nobody: local names decide. The order of elements does not matter.
- `xsi:nil="true"` is null; attributes that are null are not written.
- What the contract does not have an element or attribute for is read as it comes (text, objects, arrays where a name is
  repeated), so that the schema can refuse it. The same holds for text that is no number where one is due.
- Characters that XML 1.0 has no way to write become U+FFFD; those that a name cannot have become `_`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from contractctl.encodings.values import Json, is_array

DEEPEST = 100
XSI = "http://www.w3.org/2001/XMLSchema-instance"

_NOT_IN_NAMES = re.compile(r"[^\w.\-]")
_NO_NAME_START = re.compile(r"[^\W\d]")


@dataclass(slots=True)
class Node:
    """A NODE. Nobody changes one."""

    types: tuple[str, ...] = ("string",)
    name: str = ""
    names: tuple[str, ...] = ()
    prefix: str = ""
    namespace: str = ""
    node: str = "element"
    wrapped: bool = False
    members: Mapping[str, int] = field(default_factory=dict)
    additional: int | None = None
    items: int | None = None
    first: tuple[int, ...] = ()
    always: tuple[str, ...] = ()
    alternatives: Sequence[Json] = ()

    @property
    def is_array(self) -> bool:
        """Whether values may be arrays."""
        return "array" in self.types

    @property
    def is_object(self) -> bool:
        """Whether values may be objects."""
        return "object" in self.types or bool(self.members)


FREE = Node()
"""What the contract says nothing about."""


@dataclass(slots=True)
class Members:
    """The members of an object, by what stands for them in XML."""

    attributes: dict[str, str] = field(default_factory=dict)
    elements: dict[str, str] = field(default_factory=dict)
    text: str = ""
    dissolved: tuple[str, ...] = ()


class Table:
    """Typed nodes of one table; each is read when it is first asked for."""

    def __init__(self, nodes: Sequence[Json]) -> None:
        self._records = nodes
        self._nodes: dict[int, Node] = {}
        self._members: dict[int, Members] = {}

    def node(self, number: int | None) -> Node:
        """Return a node; the one that allows anything for None."""
        if number is None:
            return FREE
        if number not in self._nodes:
            self._nodes[number] = _node(self._records[number])
        return self._nodes[number]

    def members(self, number: int) -> Members:
        """Return how the members of an object are told apart."""
        if number not in self._members:
            self._members[number] = self._of(self.node(number))
        return self._members[number]

    def called(self, number: int | None, value: Json, otherwise: str) -> str:
        """Return what the element of a value is called; `otherwise` is for those that have no name of their own."""
        node = self.node(number)
        for alternative in node.alternatives:
            match alternative:
                case [str() as name, list() as required, dict() as fixed] if isinstance(value, Mapping):
                    has_all = all(isinstance(member, str) and member in value for member in required)
                    if has_all and all(value[member] in fixed[member] for member in fixed if member in value):
                        return name
        return node.name or otherwise

    def element_names(self, name: str, child: Node) -> tuple[str, ...]:
        """Return what the elements of the property `name` are called."""
        elements: tuple[Node, ...] = (child,)
        if child.is_array and not child.wrapped:
            elements = tuple(self.node(item) for item in (*child.first, child.items))
        return tuple(xml_name(called) for node in elements for called in (*node.names, node.name or name))

    def _of(self, node: Node) -> Members:
        members = Members()
        for name, number in node.members.items():
            child = self.node(number)
            if child.node == "attribute":
                members.attributes.setdefault(xml_name(child.name or name), name)
            elif child.node in {"text", "cdata"} or (child.node == "none" and not child.is_object):
                members.text = members.text or name
            elif child.node == "none":
                members.dissolved += (name,)
            else:
                for element in self.element_names(name, child):
                    members.elements.setdefault(element, name)
        return members


FREE_TABLE = Table(({"types": ["object", "array", "string"]},))
"""What is written where the contract has no schema."""


def xml_name(name: str) -> str:
    """Return a name that XML can have: what it cannot becomes `_`."""
    changed = _NOT_IN_NAMES.sub("_", name)
    return changed if _NO_NAME_START.match(changed) else f"_{changed}"


def _node(record: Json) -> Node:
    """Type a NODE."""
    if not isinstance(record, Mapping):
        return FREE
    return Node(
        types=_texts(record.get("types")) or ("string",),
        name=_text(record.get("name")),
        names=_texts(record.get("names")),
        prefix=_text(record.get("prefix")),
        namespace=_text(record.get("namespace")),
        node=_text(record.get("node")) or "element",
        wrapped=bool(record.get("wrapped")),
        members=_numbers(record.get("members")),
        additional=_number(record.get("additional")),
        items=_number(record.get("items")),
        first=tuple(item for item in _listed(record.get("first")) if isinstance(item, int)),
        always=_texts(record.get("always")),
        alternatives=_listed(record.get("alternatives")),
    )


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Json) -> int | None:
    return value if isinstance(value, int) else None


def _listed(value: Json) -> Sequence[Json]:
    return value if is_array(value) else ()


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(item for item in _listed(value) if isinstance(item, str))


def _numbers(value: Json) -> dict[str, int]:
    members = value if isinstance(value, Mapping) else {}
    return {name: number for name, number in members.items() if isinstance(number, int)}
