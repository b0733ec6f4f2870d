"""What runtime expressions stand for, once a request was answered."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from contractctl.encodings.bodies import compact
from contractctl.encodings.expressions import Expression, Template
from contractctl.encodings.json_texts import NotJson, read_json
from contractctl.mockserver.answers import Answer
from contractctl.mockserver.bodies import Unreadable, read_body
from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.model import Json
from contractctl.mockserver.queries import decode_query, parse_query
from contractctl.mockserver.requests import BadTarget, Request, decode_escapes

if TYPE_CHECKING:
    from contractctl.encodings.xml import Table

_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,8}")


class Silent(Exception):
    """An expression stands for nothing in this exchange. The message names it."""


class Exchanged:
    """A request and its answer, as expressions look at them. Bodies are read when an expression asks for one.

    `scheme` is that of the server; `xml` gives the table of the bundle.
    """

    def __init__(self, exchange: Exchange, answer: Answer, scheme: str, xml: Callable[[], Table]) -> None:
        self._exchange = exchange
        self._answer = answer
        self._scheme = scheme
        self._xml = xml
        self._bodies: dict[str, Json] = {}

    def value(self, template: Template) -> Json:
        """Return what a template stands for: a single expression keeps its type; raise Silent."""
        if template.is_whole:
            part = template.parts[0]
            assert isinstance(part, Expression)
            return self._of(part)
        return "".join(part if isinstance(part, str) else self.text(part) for part in template.parts)

    def text(self, expression: Expression) -> str:
        """Return what an expression stands for within a text; raise Silent."""
        return as_text(self._of(expression))

    def _of(self, expression: Expression) -> Json:
        request = self._exchange.request
        found: Json
        try:
            match expression.part:
                case "url":
                    found = _url(request, self._scheme)
                case "method":
                    found = request.method
                case "statusCode":
                    found = self._answer.status
                case "header" if expression.message == "request":
                    found = request.header(expression.name.lower())
                case "header":
                    found = _header(self._answer, expression.name)
                case "query" if expression.message == "request":
                    found = _of_query(request, expression.meant)
                case "path" if expression.message == "request":
                    found = _of_path(self._exchange, expression.meant)
                case "body":
                    found = _at(self._body(expression), expression.pointer or ())
                case _:
                    found = None  # an answer has neither path nor query
        except (BadTarget, LookupError):
            found = None
        if found is None:
            raise Silent(str(expression))
        return found

    def _body(self, expression: Expression) -> Json:
        """Return a body as a value, None where it is none that is understood."""
        if expression.message not in self._bodies:
            read = self._read_request if expression.message == "request" else self._read_answer
            self._bodies[expression.message] = read()
        return self._bodies[expression.message]

    def _read_request(self) -> Json:
        request, content = self._exchange.request, self._exchange.body_content
        try:
            if content is None:
                return None
            read = read_body(content, request.header("content-type") or "", request.body, self._xml)
        except Unreadable:
            return None  # let pass under `--validate off`: it says nothing
        return read.values[0] if read.values else None

    def _read_answer(self) -> Json:
        if "json" not in (_header(self._answer, "content-type") or "").lower():
            return None
        try:
            return read_json(self._answer.body)
        except NotJson:
            return None


def as_text(value: Json) -> str:
    """Return a value as it stands in a text: a list with commas between its items, an object as JSON."""
    if isinstance(value, list) and not any(isinstance(item, list | dict) for item in value):
        return ",".join(map(as_text, value))
    return value if isinstance(value, str) else compact(value).decode()


def _url(request: Request, scheme: str) -> str | None:
    host = request.header("host")
    target = request.target.decode("latin-1")
    if not target.startswith("/"):
        return target
    return f"{scheme}://{host}{target}" if host else None


def _header(answer: Answer, name: str) -> str | None:
    """Return a header of an answer; of several lines, their values with commas between (RFC 9110 §5.3)."""
    wanted = name.lower()
    lines = (line.partition(": ") for line in answer.head.decode("latin-1").split("\r\n")[1:])
    found = [value for key, _, value in lines if key.lower() == wanted]
    return ", ".join(found) if found else None


def _of_query(request: Request, name: str) -> Json:
    """Return the value of a query parameter; a list where it came several times."""
    values: list[Json] = [decode_query(value) for value in parse_query(request.query)[name]]
    return values[0] if len(values) == 1 else values


def _of_path(exchange: Exchange, name: str) -> str:
    match = exchange.match
    return decode_escapes(dict(zip(match.route.variables, match.values, strict=False))[name], "path")


def _at(value: Json, pointer: tuple[str, ...]) -> Json:
    """Return what a pointer leads to (RFC 6901 §4); raise LookupError."""
    for token in pointer:
        match value:
            case dict():
                value = value[token]
            case list() if _INDEX.fullmatch(token):
                value = value[int(token)]
            case _:
                raise LookupError(token)
    return value
