"""Links: an afterthought says in the header `Link` (RFC 8288) where an answer leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from contractctl.encodings.bodies import compact
from contractctl.encodings.expressions import Template, parse_template
from contractctl.mockserver.answers import Answer, header_lines
from contractctl.mockserver.callbacks.evaluation import Exchanged, Silent, as_text
from contractctl.mockserver.choosing import response_for
from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.model import Json, Operation
from contractctl.mockserver.record import record

if TYPE_CHECKING:
    from contractctl.encodings.xml import Table

LARGEST_HEADER: Final = 8 << 10
"""Bytes of links that an answer is given."""
_SEPARATORS: Final = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}
_IN_URLS: Final = "/!$&'()*+,;=:@%"
_LINK: Final = b"\r\nLink: "


@record
class Given:
    """A parameter of a link: where it goes, and its value. `style` and `explode` as OpenAPI has them."""

    location: str
    name: str
    value: Template | Json
    style: str
    explode: bool
    is_json: bool
    is_required: bool

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Given:
        """Type a parameter of a LINK."""
        given = value.get("value")
        location = value["in"]
        return cls(
            location=location,
            name=value["name"],
            value=parse_template(given) if isinstance(given, str) else given,
            style=value.get("style") or ("simple" if location == "path" else "form"),
            explode=bool(value.get("explode", location != "path")),
            is_json=bool(value.get("json")),
            is_required=bool(value.get("required")),
        )


@record
class Link:
    """A link of a response. See LINK in bundle.py."""

    name: str
    path: str
    method: str
    parameters: tuple[Given, ...]
    server: str
    is_bare: bool

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Link:
        """Type a LINK; raise KeyError, TypeError or ValueError for one that is damaged."""
        return cls(
            name=value["name"],
            path=value["path"],
            method=value["method"],
            parameters=tuple(map(Given.read, value["parameters"])),
            server=value.get("server") or "",
            is_bare=bool(value.get("bare")),
        )


class Linking:
    """The links of one operation. `scheme` is that of the server, `xml` gives the table of the bundle."""

    def __init__(self, operation: Operation, scheme: str, xml: Callable[[], Table]) -> None:
        self._operation = operation
        self._scheme = scheme
        self._xml = xml
        self._links = {one: tuple(map(Link.read, one.links)) for one in operation.responses}

    def __call__(self, exchange: Exchange, answer: Answer) -> Answer:
        """Add the links of the response that was given, as far as all that they need is there."""
        response = response_for(self._operation, answer.status)
        links = self._links[response] if response else ()
        if not links:
            return answer
        said = Exchanged(exchange, answer, self._scheme, self._xml)
        written: list[str] = []
        size = 0
        for link in links:
            text = _written(link, said, exchange)
            size += len(text) + 2
            if text and size <= LARGEST_HEADER:
                written.append(text)
        return with_links(answer, written)


def with_links(answer: Answer, links: Iterable[str]) -> Answer:
    """Return an answer with more links, in the line of those that it has."""
    added = ", ".join(links)
    if not added:
        return answer
    line = header_lines([("Link", added)])
    before, known, after = answer.head.partition(_LINK)
    head = before + _LINK + line[len(_LINK) - 2 : -2] + b", " + after if known else answer.head + line
    return Answer(answer.status, head, answer.body, answer.exposed, answer.delivery)


def _written(link: Link, said: Exchanged, exchange: Exchange) -> str:
    """Return a link as the header has it; empty where something that it needs is missing."""
    path = link.path
    pairs: list[str] = []
    for given in link.parameters:
        try:
            value = said.value(given.value) if isinstance(given.value, Template) else given.value
            if given.location == "path":
                path = path.replace("{" + given.name + "}", _in_path(given, value))
            else:
                pairs += _pairs(given, value)
        except Silent:
            if given.is_required:
                return ""
    target = _quoted((link.server or _base(link, exchange)) + path, _IN_URLS)
    if pairs:
        target += "?" + "&".join(pairs)
    method = "" if link.method == "GET" else f'; method="{link.method}"'
    return f'<{target}>; rel="{link.name}"{method}'


def _base(link: Link, exchange: Exchange) -> str:
    """Return the prefix and the server's path that the request came by."""
    request = exchange.request
    if link.is_bare:
        return request.prefix
    segments = request.path.split("/")
    own = exchange.match.route.path.partition("?")[0].partition("#")[0].count("/")
    return request.prefix + "/".join(segments[: len(segments) - own])


def _in_path(given: Given, value: Json) -> str:
    """Return a value as a variable of a path has it; raise Silent for one that no path can hold."""
    items = [_escaped(item) for item in _items(given, value)]
    text = ("." if given.style == "label" and given.explode else ",").join(items)
    if text in {"", ".", ".."}:
        raise Silent(given.name)  # a path with it is another one
    match given.style:
        case "label":
            return f".{text}"
        case "matrix" if given.explode:
            return "".join(f";{_escaped(given.name)}={item}" for item in items)
        case "matrix":
            return f";{_escaped(given.name)}={text}"
    return text


def _pairs(given: Given, value: Json) -> Iterator[str]:
    """Yield a value as the query has it, one pair for each item of a list that is exploded."""
    name = _escaped(given.name)
    items = [_escaped(item) for item in _items(given, value)]
    if given.explode:
        yield from (f"{name}={item}" for item in items)
    elif items:
        yield f"{name}={_SEPARATORS.get(given.style, ',').join(items)}"


def _items(given: Given, value: Json) -> list[str]:
    """Return the texts of a value; raise Silent for one that has no form in a URL."""
    if given.is_json:
        return [compact(value).decode()]
    items = value if isinstance(value, list) else [value]
    if any(isinstance(item, list | dict) or item is None for item in items):
        raise Silent(given.name)
    return [as_text(item) for item in items]


def _escaped(text: str) -> str:
    return text if text.isalnum() and text.isascii() else _quoted(text, ":@")


@lru_cache(maxsize=1024)
def _quoted(text: str, safe: str) -> str:
    return quote(text, safe=safe, errors="replace")
