"""The parts of a Swagger 2.0 description, in the words of OpenAPI 3."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contractctl.contract.model import (
    Body,
    Example,
    Header,
    MediaType,
    Parameter,
    Response,
    Schema,
    SecurityScheme,
    Server,
)
from contractctl.contract.node import Node, malformed
from contractctl.contract.parts import follow, status_code
from contractctl.contract.references import References
from contractctl.contract.schemas import SchemaBuilder
from contractctl.contract.swagger.requests import RequestBuilder
from contractctl.contract.swagger.security import swagger_scheme
from contractctl.contract.swagger.servers import swagger_servers
from contractctl.contract.swagger.types import Types, meant_type, named_types
from contractctl.contract.swagger.values import file_as_binary, value_schema
from contractctl.core.locations import Place


class SwaggerParts:
    """Builds the parts of a Swagger 2.0 description; see `Parts`.

    Media types stand where `consumes` and `produces` name them, for an operation or for all. Without any, 2.0 says
    nothing of them: `*/*`, and for a response those of its examples besides, which must be produced.
    """

    def __init__(self, root: Node, references: References, schemas: SchemaBuilder) -> None:
        self._root = root
        self._references = references
        self._schemas = schemas
        self._requests = RequestBuilder(references, schemas)
        self._consumed = named_types(root, "consumes") or ()
        self._produced = named_types(root, "produces") or ()
        self._response_schemas: dict[Place, Schema] = {}
        self._responses: dict[tuple[str, Place, Types], Response] = {}

    def servers(self, owner: Node) -> tuple[Server, ...]:
        """See `Parts.servers`. Those of the description are never empty; `schemes` of an operation are in its place."""
        return swagger_servers(self._root, owner)

    def request(self, item: Sequence[Node], operation: Node) -> tuple[tuple[Parameter, ...], Body | None]:
        """See `Parts.request`."""
        own = named_types(operation, "consumes")
        return self._requests.request(item, operation, self._consumed if own is None else own)

    def responses(self, operation: Node) -> tuple[Response, ...]:
        """See `Parts.responses`. A shared one is built once for each way in which operations produce it."""
        own = named_types(operation, "produces")
        return tuple(self._responses_of(operation, self._produced if own is None else own))

    def schemes(self) -> Iterator[SecurityScheme]:
        """See `Parts.schemes`."""
        if self._root.has("securityDefinitions"):
            for name, node in self._root.members("securityDefinitions"):
                scheme = swagger_scheme(name, node)
                if scheme is not None:
                    yield scheme

    def _responses_of(self, operation: Node, types: Types) -> Iterator[Response]:
        for name, item in operation.fields("responses"):
            status = _status(name, item)
            node = follow(self._references, item) if status else None
            if status is None or node is None or not node.is_object("a response"):
                continue
            key = (status, node.at, types)
            if key not in self._responses:
                self._responses[key] = self._response(status, node, types)
            yield self._responses[key]

    def _response(self, status: str, node: Node, types: Types) -> Response:
        """Return a response. Without a schema it has no content (2.0, Response Object), but for what examples show."""
        return Response(
            at=node.at,
            status=status,
            description=node.text("description"),
            headers=tuple(self._headers(node)),
            content=tuple(self._content(node, types)),
            extensions=node.extensions(),
        )

    def _headers(self, response: Node) -> Iterator[Header]:
        """Yield the headers of a response. The model has no other format than `csv` for those that are lists."""
        for name, node in response.members("headers"):
            if node.is_object("a header"):
                value = value_schema(node)
                schema = self._schemas.schema(value) if value else None
                description = node.text("description")
                extensions = node.extensions()
                yield Header(node.at, name, False, False, schema, description=description, extensions=extensions)

    def _content(self, response: Node, types: Types) -> Iterator[MediaType]:
        """Yield what a response is written in, each with its example; without a schema only what has one.

        An example of a type that the operation does not produce is no example of it: a shared response may have some
        for other operations.
        """
        schema = self._schema(response) if response.has("schema") else None
        named = types or _types_of_examples(response)
        names = tuple(name for name, _ in named)
        examples: dict[str, Example] = {}
        for name, node in response.members("examples"):
            meant = meant_type(name, names)
            if meant is not None:
                examples.setdefault(meant, Example(node.at, "", node.value))
        for name, at in named:
            if schema or name in examples:
                yield MediaType(at, name, schema, (examples[name],) if name in examples else ())

    def _schema(self, response: Node) -> Schema:
        at = response.at / "schema"
        if at not in self._response_schemas:
            value = file_as_binary(response.get("schema"))
            self._response_schemas[at] = self._schemas.schema(Node(value, at, response.tell))
        return self._response_schemas[at]


def _types_of_examples(response: Node) -> Types:
    """Return the media types that a response has examples of, and then all others."""
    types = {name: node.at for name, node in response.members("examples") if "/" in name}
    return tuple({**types, "*/*": response.at / "schema"}.items())


def _status(name: str, node: Node) -> str | None:
    """Return a key of Responses as the model has it; ranges, which 2.0 does not have, are told."""
    status = status_code(name, node)
    if status is None or not status.endswith("XX"):
        return status
    message = f"`{name}` is a range, which Swagger 2.0 does not have; the response is skipped"
    node.tell(malformed(node.at, message, "write a response for each code, or `default`"))
    return None
