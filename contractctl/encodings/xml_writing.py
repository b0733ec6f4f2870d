"""Values to XML, as the nodes of a table say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from contractctl.encodings.values import Json, is_array
from contractctl.encodings.xml import DEEPEST, XSI, Node, Table, xml_name

_NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TEXT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_ATTRIBUTE = {**_TEXT, '"': "&quot;", "\n": "&#10;", "\t": "&#9;"}
_IN_TEXT = str.maketrans(_TEXT)
_IN_ATTRIBUTE = str.maketrans(_ATTRIBUTE)

Scope = Mapping[str, str]
"""Prefix to namespace; the empty prefix is the default namespace."""


class TooDeep(ValueError):
    """A value that is nested deeper than readers take."""


def write(value: Json, table: Table, root: int) -> bytes:
    """Return the document, as UTF-8; raise TooDeep for a value that is nested too deeply.

    A root element that the contract has no name for is called `root`.
    """
    writer = _Writer(table)
    writer.element(table.called(root, value, "root"), root, value, {})
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{"".join(writer.parts)}'.encode()


class _Writer:
    """Collects the text of a document."""

    def __init__(self, table: Table) -> None:
        self.parts: list[str] = []
        self._table = table
        self._depth = 0

    def element(self, name: str, number: int | None, value: Json, scope: Scope) -> None:
        """Write one element with all that is in it."""
        if self._depth >= DEEPEST:
            raise TooDeep(f"the value is nested deeper than {DEEPEST} elements")
        self._depth += 1
        node = self._table.node(number)
        tag = _Tag(xml_name(name), node, scope)
        if value is None:
            tag.attribute(Node(name="nil", prefix="xsi", namespace=XSI), "nil", "true")
        elif isinstance(value, Mapping):
            for attribute, child, member in self._attributes(number, value):
                tag.attribute(child, attribute, member)
        self.parts.append(f"<{tag.text}>")
        start = len(self.parts)
        self._content(name, node, value, tag.scope)
        if len(self.parts) > start:
            self.parts.append(f"</{tag.name}>")
        else:
            self.parts[-1] = f"<{tag.text}/>"
        self._depth -= 1

    def _attributes(self, number: int | None, value: Mapping[str, Json]) -> Iterator[tuple[str, Node, str]]:
        node = self._table.node(number)
        for name, child_number in node.members.items():
            child = self._table.node(child_number)
            if child.node == "attribute" and value.get(name) is not None:
                yield name, child, _attribute_text(value[name])

    def _content(self, name: str, node: Node, value: Json, scope: Scope) -> None:
        if isinstance(value, Mapping):
            self._members(node, value, scope)
        elif is_array(value):
            self._items(node, name, value, scope)
        elif value is not None:
            self._text(node, value)

    def _members(self, node: Node, value: Mapping[str, Json], scope: Scope) -> None:
        for name, member in value.items():
            number = node.members.get(name, node.additional)
            child = self._table.node(number)
            match child.node:
                case "attribute":
                    pass
                case "text" | "cdata":
                    self._text(child, member)
                case "none" if isinstance(member, Mapping):
                    self._members(child, member, scope)
                case "none" if not is_array(member):
                    self._text(child, member)
                case _:
                    self._member(name, number, child, member, scope)

    def _member(self, name: str, number: int | None, child: Node, member: Json, scope: Scope) -> None:
        if not is_array(member):
            single = child.items if child.is_array and not child.wrapped and child.items is not None else number
            own = number if child.is_object or member is None else single
            self.element(self._table.called(single, member, name), own, member, scope)
        elif child.wrapped:
            self.element(child.name or name, number, member, scope)
        else:
            self._items(child, name, member, scope)

    def _items(self, node: Node, name: str, items: Sequence[Json], scope: Scope) -> None:
        for index, item in enumerate(items):
            number = node.first[index] if index < len(node.first) else node.items
            self.element(self._table.called(number, item, name), number, item, scope)

    def _text(self, node: Node, value: Json) -> None:
        text = _text_of(value)
        if text and node.node == "cdata":
            self.parts.append("<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>")
        elif text:
            self.parts.append(text.translate(_IN_TEXT))


class _Tag:
    """A start tag: its name with prefix, its attributes, and the namespaces in it."""

    def __init__(self, name: str, node: Node, scope: Scope) -> None:
        self.scope = dict(scope)
        self._attributes: dict[str, str] = {}
        self.name = self._qualified(name, node, is_element=True)

    @property
    def text(self) -> str:
        """What stands between the angle brackets."""
        told = (f' {name}="{text.translate(_IN_ATTRIBUTE)}"' for name, text in self._attributes.items())
        return "".join([self.name, *told])

    def attribute(self, node: Node, name: str, text: str) -> None:
        """Add an attribute; a second one of the same name is left out."""
        called = self._qualified(xml_name(node.name or name), node, is_element=False)
        self._attributes.setdefault(called, text)

    def _qualified(self, name: str, node: Node, *, is_element: bool) -> str:
        prefix, namespace = node.prefix and xml_name(node.prefix), node.namespace
        if namespace and (prefix or is_element) and self.scope.get(prefix) != namespace:
            self.scope[prefix] = namespace
            self._attributes[f"xmlns:{prefix}" if prefix else "xmlns"] = namespace
        # A prefix that nobody declares would make the document unreadable (Namespaces in XML 1.0 §5).
        return f"{prefix}:{name}" if prefix in self.scope and prefix else name


def _attribute_text(value: Json) -> str:
    return " ".join(_text_of(item) for item in value) if is_array(value) else _text_of(value)


def _text_of(value: Json) -> str:
    if isinstance(value, str):
        return _NO_CHARACTER.sub("\ufffd", value)
    return "" if value is None else json.dumps(value)
