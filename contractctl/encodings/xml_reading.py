"""XML to values. Hostile input is refused: no document type, no entities of its own, depth bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from contractctl.encodings.charsets import is_known
from contractctl.encodings.scalars import candidates
from contractctl.encodings.values import Value
from contractctl.encodings.xml import DEEPEST, XSI, Node, Table, xml_name

_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class NotXml(ValueError):
    """The bytes are no XML document, or not the one that the contract asks for. The message says why."""


class Element:
    """An element with local names. `nil` is that of `xsi:nil`."""

    __slots__ = ("attributes", "children", "name", "nil", "texts")

    def __init__(self, name: str) -> None:
        self.name = name
        self.nil = False
        self.attributes: dict[str, str] | None = None
        self.children: list[Element] | None = None
        self.texts: list[str] | None = None

    @property
    def text(self) -> str:
        """All text directly in the element."""
        return "".join(self.texts or ())

    @property
    def is_structured(self) -> bool:
        """Whether there is more than text in it."""
        return bool(self.children or self.attributes)


def read(data: bytes, table: Table, root: int, charset: str | None = None) -> tuple[Value, ...]:
    """Return the values that a document may stand for under the node `root`; raise NotXml.

    `charset` is that of the Content-Type; it goes before the document's own, and a byte order mark before both
    (RFC 7303 §3.2). A schema of strings may mean the text of the root element, or the document as it is.
    """
    element = parse(data, charset)
    node = table.node(root)
    expected = [xml_name(name) for name in node.names]
    if expected and element.name not in expected:
        told = " or ".join(f"`{name}`" for name in expected)
        raise NotXml(f"the root element is `{element.name}`, the contract has {told}")
    if node.is_array or node.is_object or element.nil:
        return _readings(element, table, root)
    texts = () if element.is_structured else tuple(_scalars(element.text, node.types))
    if "string" in node.types:
        return (*texts, data.decode(errors="replace"))
    return texts or _readings(element, table, root)


def _readings(element: Element, table: Table, root: int) -> tuple[Value, ...]:
    """Return the values of an element: each text in it read as the first type that it fits, then each as the last.

    Where a text may be a number and a string, the schema may allow only the one that was not thought of.
    """
    reader = _Reader(table)
    value = reader.value(element, root)
    return (value, _Reader(table, last=True).value(element, root)) if reader.is_ambiguous else (value,)


def parse(data: bytes, charset: str | None = None) -> Element:
    """Return the root element; raise NotXml, with the byte of the error."""
    # Imported when it is needed: a mock of a contract without XML does not pay for it.
    from xml.parsers import expat

    declared = None if data.startswith(_BYTE_ORDER_MARKS) else charset
    _check_charset("", declared, 0)
    parser = expat.ParserCreate(declared or None)
    builder = _Builder(lambda: parser.CurrentByteIndex)
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.XmlDeclHandler = _check_charset
    parser.StartDoctypeDeclHandler = builder.doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        message = expat.ErrorString(error.code)
        raise NotXml(f"{message} at byte {max(parser.ErrorByteIndex, 0)}") from None
    except NotXml:
        raise
    except (LookupError, ValueError):
        # Python's codecs, asked for an encoding that expat does not know.
        raise NotXml("the encoding is not known") from None
    return builder.root


def _check_charset(_version: str, name: str | None, _standalone: int) -> None:
    if name and not is_known(name):
        raise NotXml("the encoding is not known")


class _Builder:
    """Puts elements together from what expat tells; `place` is the byte where that begins."""

    def __init__(self, place: Callable[[], int]) -> None:
        self._place = place
        self.root = Element("")
        self._open = [self.root]
        self._instance = {"xsi"}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) > DEEPEST:
            raise NotXml(f"the document is nested deeper than {DEEPEST} elements at byte {self._place()}")
        element = Element(_local(name))
        if attributes:
            self._attributes(element, attributes)
        parent = self._open[-1]
        if parent is self.root and not self.root.name:
            self.root = self._open[0] = element
        elif parent.children is None:
            parent.children = [element]
        else:
            parent.children.append(element)
        self._open.append(element)

    def end(self, name: str) -> None:  # noqa: ARG002 # a handler of expat
        self._open.pop()

    def text(self, data: str) -> None:
        element = self._open[-1]
        if element.texts is None:
            element.texts = [data]
        else:
            element.texts.append(data)

    def doctype(self, *_: object) -> None:
        raise NotXml(f"a document type is not allowed at byte {self._place()}")

    def _attributes(self, element: Element, attributes: dict[str, str]) -> None:
        for name, uri in attributes.items():
            if uri == XSI and name.startswith("xmlns:"):
                self._instance.add(name.removeprefix("xmlns:"))
        kept: dict[str, str] = {}
        for name, value in attributes.items():
            prefix, colon, local = name.rpartition(":")
            if colon and prefix in self._instance:
                element.nil = element.nil or (local == "nil" and value.strip() in {"true", "1"})
            elif prefix != "xmlns" and name != "xmlns":
                kept[local] = value
        element.attributes = kept or None


class _Reader:
    """Reads elements as the nodes of a table say."""

    def __init__(self, table: Table, *, last: bool = False) -> None:
        self._table = table
        self._last = last
        self.is_ambiguous = False

    def value(self, element: Element, number: int | None) -> Value:
        """Return what an element stands for."""
        node = self._table.node(number)
        if element.nil:
            return None
        if node.is_array and (element.children or not node.is_object):
            return self._wrapped(element, node)
        if node.is_object and number is not None and (element.is_structured or not element.text.strip()):
            return self._object(element, number, node)
        if element.is_structured:
            return self._free(element)
        return self._scalar(element.text, node)

    def _scalar(self, text: str, node: Node) -> Value:
        found = tuple(_scalars(text, node.types)) or (text,)
        self.is_ambiguous = self.is_ambiguous or len(found) > 1
        return found[-1 if self._last else 0]

    def _wrapped(self, element: Element, node: Node) -> Value:
        """Return the array whose items are the element's children; other text stays text, to be refused."""
        if not element.children:
            text = element.text.strip()
            return text or []
        return self._items(element.children, node)

    def _items(self, elements: list[Element], node: Node) -> list[Value]:
        first = node.first
        return [
            self._item(element, first[index] if index < len(first) else node.items)
            for index, element in enumerate(elements)
        ]

    def _item(self, element: Element, number: int | None) -> Value:
        node = self._table.node(number)
        names = node.names or ((node.name,) if node.name else ())
        value = self.value(element, number)
        return value if not names or element.name in map(xml_name, names) else {element.name: value}

    def _object(self, element: Element, number: int, node: Node) -> dict[str, Value]:
        members = self._table.members(number)
        value = {} if not element.attributes else dict(self._attributes(element.attributes, number, node))
        found: dict[str, list[Element]] = {}
        for child in element.children or ():
            found.setdefault(members.elements.get(child.name, ""), []).append(child)
        unknown = found.pop("", [])
        for name, elements in found.items():
            value[name] = self._member(elements, node.members[name])
        if members.text and element.text:
            value[members.text] = self._scalar(element.text, self._table.node(node.members[members.text]))
        for name in members.dissolved:
            unknown = self._dissolve(element, unknown, name, node.members[name], value)
        self._add_unknown(unknown, number, node, value)
        return value | {name: [] for name in node.always if name not in value}

    def _attributes(self, attributes: dict[str, str], number: int, node: Node) -> Iterator[tuple[str, Value]]:
        members = self._table.members(number)
        for name, text in attributes.items():
            if name in members.attributes:
                property_name = members.attributes[name]
                child = self._table.node(node.members[property_name])
                yield property_name, self._attribute(text, child)
            elif name not in members.elements:
                yield name, self._scalar(text, self._table.node(node.additional))

    def _attribute(self, text: str, node: Node) -> Value:
        """Return an attribute's value; that of an array is a list of words (XML Schema 1.0 part 2, §2.5.1.2)."""
        if not node.is_array:
            return self._scalar(text, node)
        item = self._table.node(node.items)
        return [self._scalar(word, item) for word in text.split()]

    def _member(self, elements: list[Element], number: int | None) -> Value:
        node = self._table.node(number)
        several = len(elements) > 1
        if node.is_array and not node.wrapped:
            if several or node.types[1:] in {(), ("null",)}:
                return self._items_of(elements, node)
            if not elements[0].is_structured:
                return self._scalar(elements[0].text, node)
            return [self.value(elements[0], node.items)] if not node.is_object else self._free(elements[0])
        values = [self.value(element, number) for element in elements]
        return values if several else values[0]

    def _items_of(self, elements: list[Element], node: Node) -> list[Value]:
        first = node.first
        return [
            self.value(element, first[index] if index < len(first) else node.items)
            for index, element in enumerate(elements)
        ]

    def _dissolve(
        self, element: Element, unknown: list[Element], name: str, number: int, value: dict[str, Value]
    ) -> list[Element]:
        """Read a member without a node of its own from what its parent has no use for; return what is left."""
        known = self._table.members(number).elements
        inner = Element(element.name)
        inner.children = [child for child in unknown if child.name in known]
        if inner.children:
            value[name] = self._object(inner, number, self._table.node(number))
        return [child for child in unknown if child.name not in known]

    def _add_unknown(self, elements: list[Element], number: int, node: Node, value: dict[str, Value]) -> None:
        attributes = self._table.members(number).attributes
        found: dict[str, list[Element]] = {}
        for element in elements:
            if element.name not in attributes:
                found.setdefault(element.name, []).append(element)
        for name, group in found.items():
            # A member of that name has another one in XML: this is not it.
            if name not in node.members:
                value[name] = self._member(group, node.additional)

    def _free(self, element: Element) -> dict[str, Value]:
        value: dict[str, Value] = dict(element.attributes or {})
        found: dict[str, list[Element]] = {}
        for child in element.children or ():
            found.setdefault(child.name, []).append(child)
        for name, group in found.items():
            value[name] = self._member(group, None)
        return value


def _scalars(text: str, types: tuple[str, ...]) -> Iterator[Value]:
    """Yield what a text may stand for: white space around a number or a boolean does not count."""
    stripped = text.strip()
    for kind in types:
        if kind == "null":
            yield from () if stripped else (None,)
        else:
            yield from candidates(text if kind == "string" else stripped, (kind,))


def _local(name: str) -> str:
    return name.rpartition(":")[2]
