"""Parameters: found in path, query, header or cookie, taken apart by their style, read by their type."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import orjson

from contractctl.mockserver.model import Json, Operation, Parameter
from contractctl.mockserver.negotiation import parse_media_range
from contractctl.mockserver.queries import decode_query, parse_cookies, parse_query
from contractctl.mockserver.reading import candidates, read_pieces
from contractctl.mockserver.record import record
from contractctl.mockserver.requests import BadTarget, Request, decode_escapes
from contractctl.mockserver.routing import Match
from contractctl.mockserver.styles import (
    Members,
    Pieces,
    StyleError,
    undo_deep_object,
    undo_exploded_object,
    undo_form,
    undo_label,
    undo_matrix,
    undo_simple,
)

_PIPES = ("|", "%7C", "%7c")
_DELIMITERS = {"spaceDelimited": ("%20", "+"), "pipeDelimited": _PIPES, "tabDelimited": ("%09",)}
# Swagger 2.0 has delimiters in paths and headers, too.
_PATH_DELIMITERS = {"spaceDelimited": ("%20",), "pipeDelimited": _PIPES, "tabDelimited": ("%09",)}
_HEADER_DELIMITERS = {"spaceDelimited": (" ",), "pipeDelimited": ("|",), "tabDelimited": ("\t",)}
_FORM = "application/x-www-form-urlencoded"


class Misread(ValueError):
    """A parameter that cannot be read at all; says what was expected."""


@record
class Given:
    """A parameter that the request has, with the values that its text may stand for, the likeliest first."""

    parameter: Parameter
    values: tuple[Json, ...]


@record
class Sources:
    """Where parameters are looked for: all of one request."""

    request: Request
    path: Mapping[str, str]
    query: Mapping[str, list[str]]
    cookies: Mapping[str, list[str]]
    operation: Operation

    @classmethod
    def of(cls, request: Request, match: Match, operation: Operation) -> Sources:
        """Take a request apart; raise BadTarget when its query cannot be read."""
        cookie = request.headers.get(b"cookie")
        return cls(
            request,
            dict(zip(match.route.variables, match.values, strict=False)),
            parse_query(request.query) if request.query else {},
            parse_cookies(cookie.decode("latin-1")) if cookie else {},
            operation,
        )

    @property
    def claimed(self) -> frozenset[str]:
        """The names of the operation's query parameters."""
        return frozenset(parameter.name for parameter in self.operation.parameters if parameter.location == "query")


def read_parameter(parameter: Parameter, sources: Sources) -> Given | None:
    """Return what the request gives for a parameter, or None when it gives nothing.

    Raise Misread for text that is not in the parameter's style, BadTarget for a bad escape.
    """
    if parameter.media:
        return _read_content(parameter, sources)
    if parameter.allow_empty and parameter.location == "query" and sources.query.get(parameter.name) == [""]:
        return Given(parameter, ())
    undo = _UNDO[parameter.location]
    values: list[Json] = []
    error: StyleError | None = None
    for kind in parameter.reading.types:
        try:
            pieces = undo(parameter, sources, kind)
        except StyleError as wrong:
            error = error or wrong
            continue
        if pieces is None:
            return None
        if isinstance(pieces, str):
            values.extend(candidates(pieces, (kind,)))
        else:
            values.append(read_pieces(pieces, parameter.reading))
    if not values and error is None:
        pieces = undo(parameter, sources, "string")
        values = [pieces if isinstance(pieces, str) else None]
    if not values:
        raise Misread(str(error))
    return Given(parameter, tuple(values))


def _read_content(parameter: Parameter, sources: Sources) -> Given | None:
    if parameter.location == "querystring" and parameter.media.partition(";")[0].strip().lower() == _FORM:
        members = undo_exploded_object(sources.query, decode=decode_query)
        return Given(parameter, (read_pieces(members, parameter.reading),)) if members else None
    text = _UNDO[parameter.location](parameter, sources, "string")
    if text is None:
        return None
    media = parse_media_range(parameter.media)
    if not (media and media.is_json and isinstance(text, str)):
        return Given(parameter, (text if isinstance(text, str) else None,))
    try:
        return Given(parameter, (orjson.loads(text),))
    except orjson.JSONDecodeError:
        raise Misread(f"JSON ({parameter.media})") from None


def _from_path(parameter: Parameter, sources: Sources, shape: str) -> Pieces | None:
    text = sources.path.get(parameter.name)
    if text is None:
        return None
    match parameter.style:
        case "label":
            return undo_label(text, shape, explode=parameter.explode, decode=_decode_path)
        case "matrix":
            return undo_matrix(text, parameter.name, shape, explode=parameter.explode, decode=_decode_path)
        case "simple":
            return undo_simple(text, shape, explode=parameter.explode, decode=_decode_path)
    return undo_form(parameter, [text], shape, delimiters=_PATH_DELIMITERS[parameter.style], decode=_decode_path)


def _from_query(parameter: Parameter, sources: Sources, shape: str) -> Pieces | None:
    if parameter.style == "deepObject":
        return undo_deep_object(parameter.name, sources.query, decode=decode_query)
    if parameter.explode and shape == "object" and not parameter.media:
        return _exploded_members(parameter, sources.query, sources.claimed, decode_query)
    values = sources.query.get(parameter.name)
    if values is None:
        return None
    delimiters = _DELIMITERS.get(parameter.style, (",",))
    return undo_form(parameter, values, shape, delimiters=delimiters, decode=decode_query)


def _from_cookie(parameter: Parameter, sources: Sources, shape: str) -> Pieces | None:
    if parameter.explode and shape == "object" and not parameter.media:
        return _exploded_members(parameter, sources.cookies, frozenset({parameter.name}), _decode_cookie)
    values = sources.cookies.get(parameter.name)
    return None if values is None else undo_form(parameter, values, shape, decode=_decode_cookie)


def _from_header(parameter: Parameter, sources: Sources, shape: str) -> Pieces | None:
    text = sources.request.header(parameter.name.lower())
    if text is None:
        return None
    if parameter.style == "simple":
        return undo_simple(text, shape, explode=parameter.explode, decode=str.strip)
    return undo_form(parameter, [text], shape, delimiters=_HEADER_DELIMITERS[parameter.style], decode=str.strip)


def _from_querystring(_parameter: Parameter, sources: Sources, _shape: str) -> Pieces | None:
    query = sources.request.query
    return decode_escapes(query, "query") if query else None


def _exploded_members(
    parameter: Parameter, values: Mapping[str, list[str]], claimed: frozenset[str], decode: Callable[[str], str]
) -> Members | None:
    """Take the declared members and, where keys are free, what no other parameter is called."""
    known = parameter.reading.properties or {}
    free = not known or parameter.reading.additional is not None
    own = {name: texts for name, texts in values.items() if name in known or (free and name not in claimed)}
    return undo_exploded_object(own, decode=decode) or None


def _decode_path(text: str) -> str:
    return decode_escapes(text, "path")


def _decode_cookie(text: str) -> str:
    try:
        return decode_escapes(text, "cookie")
    except BadTarget:
        return text


_UNDO: Mapping[str, Callable[[Parameter, Sources, str], Pieces | None]] = {
    "path": _from_path,
    "query": _from_query,
    "header": _from_header,
    "cookie": _from_cookie,
    "querystring": _from_querystring,
}
