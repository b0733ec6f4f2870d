"""What the requests of Swagger 2.0 carry: parameters, one of which may be the body, or several a form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from contractctl.contract.media_types import essence
from contractctl.contract.model import Body, Encoding, MediaType, Parameter, ParameterLocation, Schema
from contractctl.contract.node import Node, malformed
from contractctl.contract.parts import Listed, follow, merged_parameters, unidentified
from contractctl.contract.references import References, Target, definition_reference
from contractctl.contract.schemas import SchemaBuilder
from contractctl.contract.swagger.types import Types
from contractctl.contract.swagger.values import collection_style, form_field_schema, value_schema
from contractctl.core.findings import Finding, Severity
from contractctl.core.json import Json
from contractctl.core.locations import Location, Place
from contractctl.core.records import dataclass

_LOCATIONS: Final[Mapping[str, ParameterLocation]] = {"path": "path", "query": "query", "header": "header"}
_URL_ENCODED: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class _Listing:
    """One list of parameters, sorted by what they are. `fields` are those of a form by name."""

    at: Place
    parameters: tuple[Listed, ...]
    body: Node | None
    fields: Mapping[str, Node]


class RequestBuilder:
    """Builds parameters and bodies; those that are referenced are built once and shared."""

    def __init__(self, references: References, schemas: SchemaBuilder) -> None:
        self._references = references
        self._schemas = schemas
        self._parameters: dict[Place, Parameter | None] = {}
        self._body_schemas: dict[Place, Schema] = {}

    def request(self, item: Sequence[Node], operation: Node, types: Types) -> tuple[tuple[Parameter, ...], Body | None]:
        """See `Parts.request`. `types` are the media types that the operation consumes, none where nothing says.

        A body of the path item is that of each operation that has neither a body nor a form of its own. Form
        parameters of both are one form, in which those of the operation count.
        """
        shared = self._listing(next((layer for layer in item if layer.has("parameters")), None))
        own = self._listing(operation)
        parameters = merged_parameters(shared.parameters if shared else (), own.parameters if own else ())
        return parameters, self._body_of([listing for listing in (own, shared) if listing], types)

    def _listing(self, owner: Node | None) -> _Listing | None:
        if owner is None or not owner.has("parameters"):
            return None
        parameters: list[Listed] = []
        bodies: dict[str, Node] = {}
        fields: dict[str, Node] = {}
        for item in owner.items("parameters"):
            node = follow(self._references, item)
            if node is None or not node.is_object("a parameter"):
                continue
            location = node.text("in")
            if location == "body":
                _add(bodies, "body", node, item)
            elif location == "formData" and node.text("name"):
                _add(fields, node.text("name"), node, item)
            elif (parameter := self._parameter(node)) is not None:
                parameters.append((item, parameter))
        if bodies and fields:
            message = "a body and a form cannot stand together; the form is skipped"
            owner.tell(malformed(owner.at / "parameters", message, "describe the request by one of them"))
        return _Listing(owner.at / "parameters", tuple(parameters), bodies.get("body"), fields)

    def _parameter(self, node: Node) -> Parameter | None:
        if node.at not in self._parameters:
            self._parameters[node.at] = self._new_parameter(node)
        return self._parameters[node.at]

    def _new_parameter(self, node: Node) -> Parameter | None:
        """Return a parameter in path, query or header.

        `Accept`, `Content-Type` and `Authorization` are parameters like others: only OpenAPI 3 ignores them, and a
        bearer token cannot be described in 2.0 in any other way.
        """
        name, location = node.text("name"), _LOCATIONS.get(node.text("in"))
        if not name or location is None:
            node.tell(unidentified(node, "path, query, header, formData or body"))
            return None
        style, explode = collection_style(node, location)
        schema = value_schema(node)
        return Parameter(
            at=node.at,
            name=name,
            location=location,
            required=node.flag("required") or location == "path",
            style=style,
            explode=explode,
            schema=self._schemas.schema(schema) if schema else None,
            allow_empty_value=location == "query" and node.flag("allowEmptyValue"),
            description=node.text("description"),
            extensions=node.extensions(),
        )

    def _body_of(self, listings: Sequence[_Listing], types: Types) -> Body | None:
        """Return the body that the innermost list with one describes; the operation's comes first."""
        for listing in listings:
            if listing.body is not None:
                return self._body(listing.body, types)
            if listing.fields:
                outer = [other.fields for other in listings if other.body is None]
                fields = {name: field for one in reversed(outer) for name, field in one.items()}
                return self._form(fields, listing.at, types)
        return None

    def _body(self, node: Node, types: Types) -> Body:
        schema = self._body_schema(node) if node.has("schema") else None
        content = tuple(MediaType(at, name, schema) for name, at in types or (("*/*", node.at),))
        return Body(node.at, node.flag("required"), content, node.text("description"), node.extensions())

    def _body_schema(self, node: Node) -> Schema:
        at = node.at / "schema"
        if at not in self._body_schemas:
            self._body_schemas[at] = self._schemas.schema(Node(node.get("schema"), at, node.tell))
        return self._body_schemas[at]

    def _form(self, fields: Mapping[str, Node], at: Place, types: Types) -> Body:
        """Return what form parameters describe together: an object with a property for each.

        The object is written nowhere; its place is the list of parameters. Each property refers to a definition of
        its own, whose place is the parameter. That a field may be empty (`allowEmptyValue`) cannot be said.
        """
        properties: dict[str, Json] = {name: {"$ref": self._defined(node)} for name, node in fields.items()}
        value: dict[str, Json] = {"type": "object", "properties": properties}
        required: list[Json] = [name for name, node in fields.items() if node.flag("required")]
        if required:
            value["required"] = required
        schema, encodings = Schema(at, value), tuple(_encodings(fields))
        named = _form_types(types, at, has_file=any(node.get("type") == "file" for node in fields.values()))
        content = tuple(MediaType(place, name, schema, encodings=encodings) for name, place in named)
        return Body(at, bool(required), content)

    def _defined(self, node: Node) -> str:
        return definition_reference(self._schemas.define(Target(form_field_schema(node).value, node.at)))


def _add(nodes: dict[str, Node], name: str, node: Node, item: Node) -> None:
    """Note what an entry of a list means under its name; tell of a name that another entry has."""
    if name in nodes:
        what = "the body" if name == "body" and node.text("in") == "body" else f"formData parameter `{name}`"
        message = f"{what} is declared twice; the first one counts"
        hint = "remove or rename one of them"
        item.tell(Finding("parameter-duplicate", Severity.ERROR, message, Location(item.at), hint))
    nodes.setdefault(name, node)


def _encodings(fields: Mapping[str, Node]) -> Iterator[Encoding]:
    """Yield how the lists of a form are written."""
    for name, node in fields.items():
        if node.get("type") == "array":
            style, explode = collection_style(node, "formData")
            yield Encoding(node.at, name, style=style, explode=explode)


def _form_types(types: Types, at: Place, *, has_file: bool) -> Types:
    """Return those of `types` that a form can be written in; where there are none, the one that fits it.

    Files travel in either (2.0, Parameter Object, `type`), so that what is written counts.
    """
    forms = tuple((name, place) for name, place in types if essence(name) in {_URL_ENCODED, _MULTIPART})
    return forms or ((_MULTIPART if has_file else _URL_ENCODED, at),)
