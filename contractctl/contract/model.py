"""The contract: what an OpenAPI description promises, whatever its version says it in.

Everything is frozen, shared and never copied. References are resolved; a component that many operations use is one
object. Every part knows the place where it is written (`at`), which for a referenced part is the component itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from contractctl.core.json import Json
from contractctl.core.locations import Place

ParameterLocation: TypeAlias = Literal["path", "query", "header", "cookie"]
SchemeType: TypeAlias = Literal["apiKey", "http", "oauth2", "openIdConnect", "mutualTLS"]
SchemaValue: TypeAlias = "Mapping[str, Json] | bool"
"""A JSON Schema as a value."""


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
    """A documented example. `name` is empty for the single `example` of a part; otherwise the key in `examples`."""

    at: Place
    name: str
    value: Json
    external: str | None = None
    summary: str = ""


@dataclass(frozen=True, slots=True)
class MediaType:
    """One entry of a `content` map. `name` is as written (`application/json; charset=utf-8`, `image/*`)."""

    at: Place
    name: str
    schema: Schema | None
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter, with its style and explode spelled out (OpenAPI 3.1.1 §4.8.12).

    Exactly one of `schema` and `content` says what it holds; with neither, anything goes.
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


@dataclass(frozen=True, slots=True)
class Body:
    """A request body: one media type for each way it may be written."""

    at: Place
    required: bool
    content: tuple[MediaType, ...]
    description: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """A documented answer. `status` is a code (`200`), a range (`2XX`) or `default`."""

    at: Place
    status: str
    description: str
    headers: tuple[Header, ...] = ()
    content: tuple[MediaType, ...] = ()
    extensions: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flow:
    """An OAuth2 flow; `kind` is `implicit`, `password`, `clientCredentials`, `authorizationCode`, …."""

    at: Place
    kind: str
    authorization_url: str
    token_url: str
    refresh_url: str
    scopes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SecurityScheme:
    """How a client may authenticate. `name` is the component's key.

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


@dataclass(frozen=True, slots=True)
class SchemeUse:
    """One scheme of a requirement, with the scopes that it asks for."""

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


@dataclass(frozen=True, slots=True)
class Server:
    """Where the API lives. `url` is as written, with `{variables}`."""

    at: Place
    url: str
    description: str = ""
    variables: tuple[ServerVariable, ...] = ()

    @property
    def resolved_url(self) -> str:
        """The URL with every variable replaced by its default."""
        url = self.url
        for variable in self.variables:
            url = url.replace("{" + variable.name + "}", variable.default)
        return url


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path, complete: path-level parameters merged, security and servers in effect.

    `method` is upper case. `security` is an OR of requirements; empty means that nothing is asked for.
    `template` is the path's place. A webhook's `path` is its name.
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
    extensions: Mapping[str, Json] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """How people name it: `GET /pets/{id}`."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Contract:
    """What a description promises.

    `openapi` is the version string as written (`3.1.0`), `version` the contract's own (`info.version`). `definitions`
    holds every schema that a `$ref` of another schema names, and every component schema, by key: the component's name,
    or another unique key for a target elsewhere. Order is the description's everywhere.
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
    extensions: Mapping[str, Json] = field(default_factory=dict)

    def scheme(self, name: str) -> SecurityScheme | None:
        """Return the security scheme with this name, or None."""
        return next((scheme for scheme in self.security_schemes if scheme.name == name), None)
