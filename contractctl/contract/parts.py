"""Parameters, bodies, media types, headers and responses; each referenced component is built once and shared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar, get_args

from contractctl.contract.model import (
    Body,
    Example,
    Header,
    MediaType,
    Parameter,
    ParameterLocation,
    Response,
    Schema,
)
from contractctl.contract.node import Node, malformed
from contractctl.contract.references import Missing, dangling, local_pointer, not_local, resolve_pointer
from contractctl.contract.schemas import SchemaBuilder
from contractctl.core.json import Json
from contractctl.core.locations import Place

_LOCATIONS: dict[str, ParameterLocation] = {name: name for name in get_args(ParameterLocation)}
_DEFAULT_STYLES = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}
_IGNORED_HEADERS = frozenset(("accept", "content-type", "authorization"))
_REFERENCE_CHAIN_LIMIT = 50


P = TypeVar("P", Parameter, Body, Header, Response)


class PartBuilder:
    """Builds the parts of operations of one description."""

    def __init__(self, root: Json, schemas: SchemaBuilder) -> None:
        self._root = root
        self._schemas = schemas
        self._parameters: dict[tuple[str, Place], Parameter | None] = {}
        self._bodies: dict[tuple[str, Place], Body | None] = {}
        self._headers: dict[tuple[str, Place], Header | None] = {}
        self._responses: dict[tuple[str, Place], Response | None] = {}

    def follow(self, node: Node) -> Node | None:
        """Return the node that is meant: the target of a Reference Object, or the node itself.

        A reference that leads nowhere, leaves the description or goes in a circle is told and gives None.
        """
        for _ in range(_REFERENCE_CHAIN_LIMIT):
            reference = node.get("$ref")
            if not isinstance(reference, str):
                return node
            try:
                pointer = local_pointer(reference)
                if pointer is None:
                    node.tell(not_local(node.at / "$ref", reference))
                    return None
                target = resolve_pointer(self._root, pointer)
            except (ValueError, Missing) as error:
                node.tell(dangling(node.at / "$ref", reference, str(error)))
                return None
            node = Node(target, Place(node.at.uri, pointer), node.tell)
        node.tell(malformed(node.at, "the reference goes in a circle; it is skipped"))
        return None

    def parameters(self, owner: Node) -> Iterator[Parameter]:
        """Yield the usable parameters of an operation or path item, in order."""
        for item in owner.items("parameters"):
            parameter = self._shared(self._parameters, "parameter", item, self._parameter)
            if parameter is not None:
                yield parameter

    def body(self, owner: Node) -> Body | None:
        """Return the request body of an operation, or None."""
        node = owner.child("requestBody")
        return self._shared(self._bodies, "request body", node, self._body) if node else None

    def responses(self, owner: Node) -> Iterator[Response]:
        """Yield the responses of an operation, in order."""
        for status, item in owner.fields("responses"):
            response = self._shared(self._responses, status, item, partial(self._response, status))
            if response is not None:
                yield response

    def _shared(
        self, built: dict[tuple[str, Place], P | None], name: str, node: Node, build: Callable[[Node], P | None]
    ) -> P | None:
        """Follow a reference and build its target once for each name that it is used under."""
        target = self.follow(node)
        if target is None or not target.is_object("an object"):
            return None
        key = (name, target.at)
        if key not in built:
            built[key] = build(target)
        return built[key]

    def _parameter(self, node: Node) -> Parameter | None:
        name, place = node.text("name"), node.text("in")
        location = _LOCATIONS.get(place)
        if not name or location is None:
            node.tell(malformed(node.at, "a parameter needs a `name` and an `in` (path, query, header or cookie)"))
            return None
        if location == "header" and name.lower() in _IGNORED_HEADERS:
            return None
        style = node.text("style") or _DEFAULT_STYLES[location]
        return Parameter(
            at=node.at,
            name=name,
            location=location,
            required=node.flag("required") or location == "path",
            style=style,
            explode=node.flag("explode", default=style == "form"),
            schema=self._schema(node),
            content=tuple(self._content(node)),
            examples=tuple(self._examples(node)),
            deprecated=node.flag("deprecated"),
            allow_empty_value=node.flag("allowEmptyValue"),
            allow_reserved=node.flag("allowReserved"),
            description=node.text("description"),
        )

    def _body(self, node: Node) -> Body:
        content = tuple(self._content(node))
        return Body(node.at, node.flag("required"), content, node.text("description"))

    def _response(self, status: str, node: Node) -> Response:
        return Response(
            at=node.at,
            status=status.upper() if status != "default" else status,
            description=node.text("description"),
            headers=tuple(self._response_headers(node)),
            content=tuple(self._content(node)),
            extensions=node.extensions(),
        )

    def _response_headers(self, owner: Node) -> Iterator[Header]:
        for name, item in owner.members("headers"):
            header = self._shared(self._headers, name, item, partial(self._header, name))
            if header is not None and name.lower() != "content-type":
                yield header

    def _header(self, name: str, node: Node) -> Header:
        return Header(
            at=node.at,
            name=name,
            required=node.flag("required"),
            explode=node.flag("explode"),
            schema=self._schema(node),
            content=tuple(self._content(node)),
            examples=tuple(self._examples(node)),
            deprecated=node.flag("deprecated"),
        )

    def _content(self, owner: Node) -> Iterator[MediaType]:
        for name, item in owner.members("content"):
            node = self.follow(item)
            if node is not None and node.is_object("a media type"):
                yield MediaType(node.at, name, self._schema(node), tuple(self._examples(node)))

    def _schema(self, owner: Node) -> Schema | None:
        """Return the schema under `schema`, or None when there is none."""
        value = owner.get("schema")
        return None if value is None else self._schemas.schema(Node(value, owner.at / "schema", owner.tell))

    def _examples(self, owner: Node) -> Iterator[Example]:
        if isinstance(owner.value, dict) and "example" in owner.value:
            yield Example(owner.at / "example", "", owner.value["example"])
        for name, item in owner.members("examples"):
            node = self.follow(item)
            if node is None or not node.is_object("an example"):
                continue
            external = node.text("externalValue") or None
            if external is None and isinstance(node.value, dict) and "value" not in node.value:
                continue
            at = node.at / "value" if external is None else node.at
            yield Example(at, name, node.get("value"), external, node.text("summary"))
