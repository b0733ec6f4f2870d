"""The contract: what an OpenAPI description promises, whatever its version says it in.

Everything is frozen, shared and never copied. References are resolved; a component that many operations use is one
object. Every part knows the place where it is written (`at`), which for a referenced part is the component itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Final, Literal, TypeAlias

from contractctl.core.json import Json
from contractctl.core.locations import Place
from contractctl.core.records import dataclass

ParameterLocation: TypeAlias = Literal["path", "query", "header", "cookie", "querystring"]
"""`querystring` (OpenAPI 3.2) is the whole query in one parameter, which has `content`."""
SchemeType: TypeAlias = Literal["apiKey", "http", "oauth2", "openIdConnect", "mutualTLS"]
SchemaValue: TypeAlias = "Mapping[str, Json] | bool"
"""A JSON Schema as a value."""

_NOTHING: Final[Mapping[str, Json]] = {}


def nothing() -> Mapping[str, Json]:
    """Return the empty mapping that all parts without extensions share."""
    return _NOTHING


@dataclass(frozen=True, slots=True)
class Schema:
    """A root JSON Schema 2020-12, normalised from the dialect of the description.

    `value` is a mapping or a boolean. Its children stand under the same pointers as in the source, so that the place
    of an inner node is `at` extended by the walk. Every `$ref` in it is `#/$defs/KEY` with KEY (escaped as a pointer
    token) in `Contract.definitions`. A root that is only a reference is not a Schema of its own: the using part holds
    a Schema whose value is `{"$ref": "#/$defs/KEY"}`.
    """

    at: Place
    value: SchemaValue


@dataclass(frozen=True, slots=True)
class Example:
    """A documented example. `name` is empty for the single `example` of a part; otherwise the key in `examples`.

    `serialized` (OpenAPI 3.2) is the text as it travels, `external` the address of a file that holds it. An example
    of either may have a value besides; where it has none, `value` is None and `has_value` false. `at` is the place of
    the value, else of the example.
    """

    at: Place
    name: str
    value: Json
    external: str | None = None
    summary: str = ""
    serialized: str | None = None
    has_value: bool = True


@dataclass(frozen=True, slots=True)
class MediaType:
    """One entry of a `content` map. `name` is as written (`application/json; charset=utf-8`, `image/*`).

    `item_schema` (OpenAPI 3.2) describes each item of a stream. `encodings` are those of named properties;
    `prefix_encodings` and `item_encoding` (3.2) those of parts by position.
    """

    at: Place
    name: str
    schema: Schema | None
    examples: tuple[Example, ...] = ()
    item_schema: Schema | None = None
    encodings: tuple[Encoding, ...] = ()
    prefix_encodings: tuple[Encoding, ...] = ()
    item_encoding: Encoding | None = None
    extensions: Mapping[str, Json] = field(default_factory=nothing)


@dataclass(frozen=True, slots=True)
class Encoding:
    """How one part of a form or multipart body is written (OpenAPI 3.1.1 §4.8.15). `name` is the property's.

    `content_types` is empty where the default of the property's type holds. `style` is empty where neither style nor
    explode nor allowReserved is given; with one of them `content_types` takes no effect in a form, and `explode` is
    spelled out. Encodings by position have no name.
    """

    at: Place
    name: str
    content_types: tuple[str, ...] = ()
    headers: tuple[Header, ...] = ()
    style: str = ""
    explode: bool = False
    allow_reserved: bool = False
    encodings: tuple[Encoding, ...] = ()
    prefix_encodings: tuple[Encoding, ...] = ()
    item_encoding: Encoding | None = None
    extensions: Mapping[str, Json] = field(default_factory=nothing)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter, with its style and explode spelled out (OpenAPI 3.1.1 §4.8.12).

    At most one of `schema` and `content` (of one entry) says what it holds; with neither, anything goes. `deepObject`
    is always exploded, for it has no other form, whatever its default. `style` is one of OpenAPI 3,
    or `tabDelimited` for the `tsv` of 2.0, which 3 cannot say. It is empty for a `querystring`, which has none.
    """

    at: Place
    name: str
    location: ParameterLocation
    required: bool
    style: str
    explode: bool
    schema: Schema | None
    content: tuple[MediaType, ...] = ()
    examples: tuple[Example, ...] = ()
    deprecated: bool = False
    allow_empty_value: bool = False
    allow_reserved: bool = False
    description: str = ""
    extensions: Mapping[str, Json] = field(default_factory=nothing)


@dataclass(frozen=True, slots=True)
class Header:
    """A response header; its style is always `simple`."""

    at: Place
    name: str
    required: bool
    explode: bool
    schema: Schema | None
    content: tuple[MediaType, ...] = ()
    examples: tuple[Example, ...] = ()
    deprecated: bool = False
    description: str = ""
    extensions: Mapping[str, Json] = field(default_factory=nothing)


@dataclass(frozen=True, slots=True)
class Body:
    """A request body: one media type for each way it may be written."""

    at: Place
    required: bool
    content: tuple[MediaType, ...]
    description: str = ""
    extensions: Mapping[str, Json] = field(default_factory=nothing)


@dataclass(frozen=True, slots=True)
class Link:
    """What a response leads to (OpenAPI 3.1.1 §4.8.20). `name` is its key.

    Exactly one of `operation_id` and `operation_ref` is meant to be there. `parameters` are by name, or by `in.name`;
    their values, and `body`, are constants or runtime expressions. `body` is None where none is given.
    """

    at: Place
    name: str
    operation_id: str = ""
    operation_ref: str = ""
    parameters: Mapping[str, Json] = field(default_factory=nothing)
    body: Json = None
    description: str = ""
    server: Server | None = None
    extensions: Mapping[str, Json] = field(default_factory=nothing)


@dataclass(frozen=True, slots=True)
class Response:
    """A documented answer. `status` is a code (`200`), a range (`2XX`) or `default`."""

    at: Place
    status: str
    description: str
    headers: tuple[Header, ...] = ()
    content: tuple[MediaType, ...] = ()
    links: tuple[Link, ...] = ()
    summary: str = ""
    extensions: Mapping[str, Json] = field(default_factory=nothing)


@dataclass(frozen=True, slots=True)
class Flow:
    """An OAuth2 flow; `kind` is `implicit`, `password`, `clientCredentials`, `authorizationCode`, …."""

    at: Place
    kind: str
    authorization_url: str
    token_url: str
    refresh_url: str
    scopes: tuple[tuple[str, str], ...]
    device_authorization_url: str = ""
    extensions: Mapping[str, Json] = field(default_factory=nothing)


@dataclass(frozen=True, slots=True)
class SecurityScheme:
    """How a client may authenticate. `name` is the component's key, or the URI of a requirement (OpenAPI 3.2).

    `scheme` is the lower-case HTTP scheme (`basic`, `bearer`) of type `http`; `location` and `parameter_name` belong
    to `apiKey`.
    """

    at: Place
    name: str
    type: SchemeType
    scheme: str = ""
    location: str = ""
    parameter_name: str = ""
    bearer_format: str = ""
    open_id_url: str = ""
    flows: tuple[Flow, ...] = ()
    metadata_url: str = ""
    deprecated: bool = False
    description: str = ""
    extensions: Mapping[str, Json] = field(default_factory=nothing)


@dataclass(frozen=True, slots=True)
class SchemeUse:
    """One scheme of a requirement, with the scopes (of oauth2 and openIdConnect) or roles that it asks for.

    `name` is a key of `Contract.security_schemes`, or one that is not there, which lint tells.
    """

    name: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SecurityRequirement:
    """All of `uses` together; none of them (`{}`) means that no credential is needed."""

    at: Place
    uses: tuple[SchemeUse, ...]


@dataclass(frozen=True, slots=True)
class ServerVariable:
    """A variable of a server URL."""

    name: str
    default: str
    enum: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """Where the API lives. `url` is as written, with `{variables}`; of 2.0 it is put together."""

    at: Place
    url: str
    description: str = ""
    variables: tuple[ServerVariable, ...] = ()
    name: str = ""
    extensions: Mapping[str, Json] = field(default_factory=nothing)

    @property
    def resolved_url(self) -> str:
        """The URL with every variable replaced by its default."""
        url = self.url
        for variable in self.variables:
            url = url.replace("{" + variable.name + "}", variable.default)
        return url


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag that the description declares; `parent` and `kind` are of OpenAPI 3.2."""

    at: Place
    name: str
    summary: str = ""
    description: str = ""
    parent: str = ""
    kind: str = ""
    extensions: Mapping[str, Json] = field(default_factory=nothing)


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path, complete: path-level parameters merged, security and servers in effect.

    `method` is upper case, but for an additional operation of 3.2, whose name is as written. `security` is an OR of
    requirements; empty means that nothing is asked for. `template` is the path's place. A webhook's `path` is its
    name, a callback's the runtime expression.
    """

    at: Place
    template: Place
    method: str
    path: str
    id: str | None
    summary: str
    description: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    body: Body | None
    responses: tuple[Response, ...]
    security: tuple[SecurityRequirement, ...]
    servers: tuple[Server, ...]
    deprecated: bool = False
    callbacks: tuple[Callback, ...] = ()
    extensions: Mapping[str, Json] = field(default_factory=nothing)

    @property
    def title(self) -> str:
        """How people name it: `GET /pets/{id}`."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Callback:
    """Requests that the API makes to its client on account of an operation. `name` is its key.

    A callback that contains itself is followed once.
    """

    at: Place
    name: str
    operations: tuple[Operation, ...]
    extensions: Mapping[str, Json] = field(default_factory=nothing)


@dataclass(frozen=True, slots=True)
class Contract:
    """What a description promises.

    `openapi` is the version string as written (`3.1.0`, `2.0`), `version` the contract's own (`info.version`).
    `license` is its SPDX expression, else its name. `definitions` holds every schema that a `$ref` of another schema
    names, and every component schema, by key: the component's name, or another unique key for a target elsewhere.
    Order is the description's everywhere. `unread` are the places of what stands there and is not in the contract:
    references that lead nowhere, parts of a wrong shape.
    """

    at: Place
    openapi: str
    title: str
    version: str
    description: str
    license: str
    servers: tuple[Server, ...]
    operations: tuple[Operation, ...]
    webhooks: tuple[Operation, ...]
    definitions: Mapping[str, Schema]
    security_schemes: tuple[SecurityScheme, ...]
    tags: tuple[Tag, ...] = ()
    extensions: Mapping[str, Json] = field(default_factory=nothing)
    unread: tuple[Place, ...] = ()

    def scheme(self, name: str) -> SecurityScheme | None:
        """Return the security scheme with this name, or None."""
        return next((scheme for scheme in self.security_schemes if scheme.name == name), None)
