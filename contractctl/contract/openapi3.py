"""Parameters, bodies, media types, headers and responses; each referenced component is built once and shared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
    SecurityScheme,
    Server,
)
from contractctl.contract.node import Node, malformed
from contractctl.contract.parts import follow
from contractctl.contract.references import References
from contractctl.contract.schemas import SchemaBuilder
from contractctl.contract.security import scheme, servers
from contractctl.core.locations import Place

_LOCATIONS: dict[str, ParameterLocation] = {name: name for name in get_args(ParameterLocation)}
_DEFAULT_STYLES = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}
_IGNORED_HEADERS = frozenset(("accept", "content-type", "authorization"))

P = TypeVar("P", Parameter, Body, Header, Response)


class OpenApi3Parts:
    """Builds the parts of an OpenAPI 3 description; see `Parts`."""

    def __init__(self, root: Node, references: References, schemas: SchemaBuilder) -> None:
        self._root = root
        self._references = references
        self._schemas = schemas
        self._parameters: dict[tuple[str, Place], Parameter | None] = {}
        self._bodies: dict[tuple[str, Place], Body | None] = {}
        self._headers: dict[tuple[str, Place], Header | None] = {}
        self._responses: dict[tuple[str, Place], Response | None] = {}

    def servers(self, owner: Node) -> tuple[Server, ...]:
        """See `Parts.servers`."""
        return tuple(servers(owner))

    def request(self, item: Sequence[Node], operation: Node) -> tuple[tuple[Parameter, ...], Body | None]:
        """See `Parts.request`."""
        listing = next((layer for layer in item if layer.get("parameters") is not None), None)
        shared = self._listed(listing) if listing else ()
        merged = {(one.location, one.name): one for one in (*shared, *self._listed(operation))}
        body = operation.child("requestBody")
        return tuple(merged.values()), self._shared(self._bodies, "", body, self._body) if body else None

    def responses(self, operation: Node) -> tuple[Response, ...]:
        """See `Parts.responses`."""
        return tuple(self._responses_of(operation))

    def schemes(self) -> Iterator[SecurityScheme]:
        """See `Parts.schemes`."""
        components = self._root.child("components")
        for name, item in components.members("securitySchemes") if components else ():
            node = follow(self._references, item)
            found = scheme(name, node) if node and node.is_object("a security scheme") else None
            if found is not None:
                yield found

    def _listed(self, owner: Node) -> Iterator[Parameter]:
        for item in owner.items("parameters"):
            parameter = self._shared(self._parameters, "", item, self._parameter)
            if parameter is not None:
                yield parameter

    def _responses_of(self, operation: Node) -> Iterator[Response]:
        for status, item in operation.fields("responses"):
            response = self._shared(self._responses, status, item, partial(self._response, status))
            if response is not None:
                yield response

    def _shared(
        self, built: dict[tuple[str, Place], P | None], name: str, node: Node, build: Callable[[Node], P | None]
    ) -> P | None:
        """Follow a reference and build its target once for each name that it is used under."""
        target = follow(self._references, node)
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
            node = follow(self._references, item)
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
            node = follow(self._references, item)
            if node is None or not node.is_object("an example"):
                continue
            external = node.text("externalValue") or None
            if external is None and isinstance(node.value, dict) and "value" not in node.value:
                continue
            at = node.at / "value" if external is None else node.at
            yield Example(at, name, node.get("value"), external, node.text("summary"))
