"""What a Bundle says, read once and frozen: index, routes, operations, responses. bundle.py specifies each member.

Things are compared by identity; answers are remembered by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from sys import intern
from typing import TYPE_CHECKING, Any, TypeAlias

from contractctl.mockserver.pages.layout import Page, Paging
from contractctl.mockserver.readings import TEXT, Reading
from contractctl.mockserver.record import record

if TYPE_CHECKING:
    from contractctl.encodings.forms import Form

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""A JSON value of a request."""

Ref: TypeAlias = "tuple[int, int]"
"""Offset and length of a record."""

Pairs: TypeAlias = "tuple[tuple[str, str], ...]"
"""Header names and values."""


@record
class Scheme:
    """A security scheme. `location` and `parameter` belong to `apiKey`, `scheme` to `http`."""

    name: str
    type: str
    scheme: str
    location: str
    parameter: str


@record
class Route:
    """A path template with the record of each method's operation."""

    path: str
    variables: tuple[str, ...]
    operations: Mapping[str, Ref]


@record
class Sample:
    """A request that the mock answers with 2xx. `target` is below the first mount."""

    method: str
    target: str
    headers: Pairs
    body: str
    credential_headers: Pairs
    credential_query: str


@record
class Index:
    """What is known at start. `trees` are nodes as bundle.py specifies them; routing.py walks them."""

    title: str
    version: str
    digest: str
    settings: Mapping[str, Any]
    control: str
    schemes: Mapping[str, Scheme]
    mounts: tuple[tuple[str, int], ...]
    trees: tuple[Mapping[str, Any], ...]
    routes: tuple[Route, ...]
    schemas: Ref | None
    lines: Ref | None
    xml: Ref | None
    responses: Ref | None
    description: Ref | None
    sample: Sample | None
    webhooks: Ref | None
    issuer: Mapping[str, Any]
    collections: Ref | None = None

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Index:
        """Type the index; raise KeyError, TypeError or ValueError for one that is damaged."""
        routes = tuple(
            Route(
                route["path"],
                tuple(route["variables"]),
                {method: ref_of(ref) for method, ref in route["operations"].items()},
            )
            for route in value["routes"]
        )
        return cls(
            title=value["title"],
            version=value["version"],
            digest=value["digest"],
            settings=value.get("settings") or {},
            control=value.get("control") or "/__mock",
            schemes={name: _scheme(name, scheme) for name, scheme in value["schemes"].items()},
            mounts=tuple((base, tree) for base, tree in value["mounts"]),
            trees=tuple(value["trees"]),
            routes=routes,
            schemas=optional_ref(value.get("schemas")),
            lines=optional_ref(value.get("lines")),
            xml=optional_ref(value.get("xml")),
            responses=optional_ref(value.get("responses")),
            description=optional_ref(value.get("description")),
            sample=_sample(value["sample"]) if value.get("sample") else None,
            webhooks=optional_ref(value.get("webhooks")),
            collections=optional_ref(value.get("collections")),
            issuer=value.get("issuer") or {},
        )


@record
class Parameter:
    """A parameter; `media` is empty unless `content` says how it is written.

    `reserved` says that a client does not escape characters that URLs reserve, `+` among them.
    """

    name: str
    location: str
    required: bool
    style: str
    explode: bool
    allow_empty: bool
    key: str
    media: str
    reading: Reading
    at: str
    reserved: bool = False


@record
class BodyContent:
    """One way to write a request body. `key` and `strict_key` are empty where there is no schema.

    `xml` is the node of the root element, in the table of the bundle; `form` says how a form or multipart is read.
    """

    media: str
    key: str
    at: str
    strict_key: str = ""
    reading: Reading = TEXT
    xml: int | None = None
    form: Form | None = None


@record
class Body:
    """A request body."""

    required: bool
    content: tuple[BodyContent, ...]
    at: str


@record
class Example:
    """A body that can be sent. One that was `made` is synthesised, and another seed makes another."""

    name: str
    body: Ref
    made: bool = False


@record
class Content:
    """One media type of a response. `failure` says why it has no example; `key` is empty where it has no schema."""

    media: str
    type: str
    examples: tuple[Example, ...]
    failure: str
    key: str = ""
    xml: int | None = None
    page: Page | None = None


@record
class Response:
    """A documented answer; without content it has no body. `limits` are headers that tell of a rate limit, by kind.

    `links` are as the Bundle has them; links.py reads them.
    """

    status: str
    headers: Pairs
    content: tuple[Content, ...]
    at: str
    limits: Mapping[str, str] = field(default_factory=dict)
    links: tuple[Mapping[str, Any], ...] = ()


@record
class NamedRequest:
    """A request example with a name: `parameters` as location, name and value; without `media` it has no body."""

    name: str
    parameters: tuple[tuple[str, str, Json], ...]
    media: str | None
    body: Json

    @property
    def conditions(self) -> int:
        """How much a request has to have in common with it."""
        return len(self.parameters) + (self.media is not None)


@record
class Operation:
    """Everything that answers one method of one path. `max_body` is in bytes, None for the server's limit.

    `security` is an OR of ANDs of scheme names; `scopes` are what each of them asks for, in the same places. `mock` are
    settings of the operation's own, as text by name, `state` its STATE, which contractctl/mockserver/state reads.
    """

    title: str
    id: str
    at: str
    parameters: tuple[Parameter, ...]
    body: Body | None
    max_body: int | None
    security: tuple[tuple[str, ...], ...]
    responses: tuple[Response, ...]
    named: tuple[NamedRequest, ...] = ()
    scopes: tuple[tuple[tuple[str, ...], ...], ...] = ()
    mock: Mapping[str, str] = field(default_factory=dict)
    callbacks: tuple[Mapping[str, Any], ...] = ()
    paging: Paging | None = None
    state: Mapping[str, Any] | None = None

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Operation:
        """Type an operation; raise KeyError, TypeError or ValueError for one that is damaged."""
        return cls(
            title=value["title"],
            id=value.get("id") or "",
            at=value["at"],
            parameters=tuple(_parameter(parameter) for parameter in value["parameters"]),
            body=_body(value["body"]) if value.get("body") else None,
            max_body=value.get("max_body"),
            security=tuple(tuple(intern(use["scheme"]) for use in uses) for uses in value["security"]),
            responses=tuple(_response(response) for response in value["responses"]),
            named=tuple(_named(item) for item in value.get("named") or ()),
            scopes=tuple(tuple(tuple(use.get("scopes") or ()) for use in uses) for uses in value["security"]),
            mock=value.get("mock") or {},
            callbacks=tuple(value.get("callbacks") or ()),
            paging=Paging.read(value["paging"]) if value.get("paging") else None,
            state=value.get("state"),
        )


def _scheme(name: str, value: Mapping[str, Any]) -> Scheme:
    return Scheme(name, value["type"], value.get("scheme") or "", value.get("in") or "", value.get("name") or "")


def _sample(value: Mapping[str, Any]) -> Sample:
    credentials = value.get("credentials") or {}
    return Sample(
        method=value["method"],
        target=value["target"],
        headers=_pairs(value.get("headers")),
        body=value.get("body") or "",
        credential_headers=_pairs(credentials.get("headers")),
        credential_query=credentials.get("query") or "",
    )


def _parameter(value: Mapping[str, Any]) -> Parameter:
    # What operations have in common is there once: it is a tenth of what a thousand of them take.
    return Parameter(
        name=intern(value["name"]),
        location=intern(value["in"]),
        required=value["required"],
        style=intern(value["style"]),
        explode=value["explode"],
        allow_empty=bool(value.get("allow_empty")),
        key=intern(value.get("key") or ""),
        media=intern(value.get("media") or ""),
        reading=Reading.read(value.get("reading")),
        at=intern(value["at"]),
        reserved=bool(value.get("reserved")),
    )


def _body(value: Mapping[str, Any]) -> Body:
    return Body(value["required"], tuple(_body_content(item) for item in value["content"]), value["at"])


def _body_content(value: Mapping[str, Any]) -> BodyContent:
    return BodyContent(
        media=value["media"],
        key=value.get("key") or "",
        at=value["at"],
        strict_key=value.get("strict") or "",
        reading=Reading.read(value.get("reading")),
        xml=value.get("xml"),
        form=_form(value["form"]) if value.get("form") is not None else None,
    )


def _form(value: Mapping[str, Any]) -> Form:
    # Imported when it is needed: a mock of a contract without forms does not pay for it.
    from contractctl.encodings.forms import Form

    return Form.read(value)


def _response(value: Mapping[str, Any]) -> Response:
    content = tuple(_content(item) for item in value.get("content") or ())
    return Response(
        status=intern(value["status"]),
        headers=_pairs(value.get("headers")),
        content=content,
        at=intern(value["at"]),
        limits=value.get("limits") or {},
        links=tuple(value.get("links") or ()),
    )


def _named(value: Mapping[str, Any]) -> NamedRequest:
    parameters = tuple((location, name, given) for location, name, given in value.get("parameters") or ())
    return NamedRequest(value["name"], parameters, value.get("media"), value.get("body"))


def _content(value: Mapping[str, Any]) -> Content:
    examples = tuple(
        Example(item["name"], ref_of(item["body"]), bool(item.get("made"))) for item in value.get("examples") or ()
    )
    return Content(
        media=intern(value["media"]),
        type=intern(value["type"]),
        examples=examples,
        failure=value.get("failure") or "",
        key=intern(value.get("key") or ""),
        xml=value.get("xml"),
        page=Page.read(value["page"]) if value.get("page") else None,
    )


def _pairs(value: Iterable[Iterable[str]] | None) -> Pairs:
    return tuple((intern(name), text) for name, text in value or ())


def ref_of(value: Iterable[int]) -> Ref:
    """Type a REF; raise TypeError or ValueError for one that is damaged."""
    offset, length = value
    if offset < 0 or length < 0:
        raise ValueError("a record has a negative address")
    return offset, length


def optional_ref(value: Iterable[int] | None) -> Ref | None:
    """Type a REF, None where there is none."""
    return None if value is None else ref_of(value)
