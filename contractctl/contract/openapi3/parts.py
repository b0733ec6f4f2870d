"""The parts of an OpenAPI 3 description: parameters, bodies, responses and security schemes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import get_args

from contractctl.contract.model import (
    Body,
    Link,
    Parameter,
    ParameterLocation,
    Response,
    SecurityScheme,
    Server,
)
from contractctl.contract.node import Node
from contractctl.contract.openapi3.links import link
from contractctl.contract.openapi3.media import MediaBuilder
from contractctl.contract.openapi3.security import scheme
from contractctl.contract.openapi3.servers import servers
from contractctl.contract.openapi3.styles import allows_reserved, parameter_style
from contractctl.contract.parts import Listed, merged_parameters, status_code, unidentified
from contractctl.contract.pool import Pool, described, named
from contractctl.contract.references import References
from contractctl.contract.schemas import SchemaBuilder
from contractctl.contract.versions import Version

_LOCATIONS: dict[str, ParameterLocation] = {name: name for name in get_args(ParameterLocation)}
_IGNORED_HEADERS = frozenset(("accept", "content-type", "authorization"))


class OpenApi3Parts:
    """Builds the parts of an OpenAPI 3 description; see `Parts`."""

    def __init__(self, root: Node, references: References, schemas: SchemaBuilder) -> None:
        self._root = root
        self._references = references
        self._media = MediaBuilder(references, schemas)
        self._parameters = Pool[Parameter](references, "a parameter", described)
        self._bodies = Pool[Body](references, "a request body", described)
        self._responses = Pool[Response](references, "a response", partial(_retold_response, references), _with_status)
        self._links = Pool[Link](references, "a link", described, named)
        self._schemes = Pool[SecurityScheme](references, "a security scheme", described, named)

    def servers(self, owner: Node) -> tuple[Server, ...]:
        """See `Parts.servers`."""
        return tuple(servers(owner, self._version(owner))) if owner.has("servers") else ()

    def request(self, item: Sequence[Node], operation: Node) -> tuple[tuple[Parameter, ...], Body | None]:
        """See `Parts.request`."""
        listing = next((layer for layer in item if layer.has("parameters")), None)
        parameters = merged_parameters(self._listed(listing) if listing else (), self._listed(operation))
        body = operation.child("requestBody")
        return parameters, self._bodies.part("", body, self._body) if body else None

    def responses(self, operation: Node) -> tuple[Response, ...]:
        """See `Parts.responses`."""
        return tuple(self._responses_of(operation))

    def schemes(self) -> Iterator[SecurityScheme]:
        """See `Parts.schemes`. They are those of the entry document, which its neighbours use (3.1.1 §4.8.30)."""
        components = self._root.child("components")
        for name, item in components.members("securitySchemes") if components else ():
            found = self._schemes.part(name, item, self._scheme)
            if found is not None:
                yield found

    def _listed(self, owner: Node) -> Iterator[Listed]:
        if owner.has("parameters"):
            for item in owner.items("parameters"):
                parameter = self._parameters.part("", item, self._parameter)
                if parameter is not None:
                    yield item, parameter

    def _responses_of(self, operation: Node) -> Iterator[Response]:
        for name, item in operation.fields("responses"):
            status = status_code(name, item)
            response = self._responses.part(status, item, self._response) if status else None
            if response is not None:
                yield response

    def _parameter(self, _name: str, node: Node) -> Parameter | None:
        version = self._version(node)
        name, location = node.text("name"), _location(node, version)
        if not name or location is None:
            places = "path, query, header or cookie" + (", or querystring" if version == "3.2" else "")
            node.tell(unidentified(node, places))
            return None
        if location == "header" and name.lower() in _IGNORED_HEADERS:
            return None
        schema, content = self._media.carrier(node, by_schema=location != "querystring")
        style, explode = self._style(node, location, has_content=bool(content))
        return Parameter(
            at=node.at,
            name=name,
            location=location,
            required=node.flag("required") or location == "path",
            style=style,
            explode=explode,
            schema=schema,
            content=content,
            examples=self._media.examples(node),
            deprecated=node.flag("deprecated"),
            allow_empty_value=location == "query" and node.flag("allowEmptyValue"),
            allow_reserved=not content and allows_reserved(node, location, style, version),
            description=node.text("description"),
            extensions=node.extensions(),
        )

    def _style(self, node: Node, location: ParameterLocation, *, has_content: bool) -> tuple[str, bool]:
        """Return style and explode; of a parameter with content these are the defaults, whatever is written."""
        if location == "querystring":
            return "", False
        written = Node({}, node.at, node.tell) if has_content else node
        return parameter_style(written, location, self._version(node))

    def _body(self, _name: str, node: Node) -> Body:
        content = tuple(self._media.content(node))
        return Body(node.at, node.flag("required"), content, node.text("description"), node.extensions())

    def _response(self, status: str, node: Node) -> Response:
        return Response(
            at=node.at,
            status=status,
            description=node.text("description"),
            headers=tuple(self._media.headers(node)),
            content=tuple(self._media.content(node)),
            links=tuple(self._links_of(node)),
            summary=node.text("summary") if self._version(node) == "3.2" else "",
            extensions=node.extensions(),
        )

    def _links_of(self, response: Node) -> Iterator[Link]:
        if response.has("links"):
            for name, item in response.members("links"):
                found = self._links.part(name, item, self._link)
                if found is not None:
                    yield found

    def _link(self, name: str, node: Node) -> Link:
        return link(name, node, self._version(node))

    def _scheme(self, name: str, node: Node) -> SecurityScheme | None:
        return scheme(name, node, self._version(node))

    def _version(self, node: Node) -> Version:
        return self._references.version_at(node.at.uri)


def _location(node: Node, version: Version) -> ParameterLocation | None:
    location = _LOCATIONS.get(node.text("in"))
    return None if location == "querystring" and version != "3.2" else location


def _retold_response(references: References, response: Response, texts: Mapping[str, str]) -> Response:
    has_summary = references.version_at(response.at.uri) == "3.2"
    summary = texts.get("summary", response.summary) if has_summary else ""
    return replace(response, summary=summary, description=texts.get("description", response.description))


def _with_status(response: Response, status: str) -> Response:
    return response if response.status == status else replace(response, status=status)
