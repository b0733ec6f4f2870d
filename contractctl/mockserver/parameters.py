"""Parameters: found in path, query, header or cookie, taken apart by their style, read by their type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache

import orjson

from contractctl.encodings.scalars import candidates
from contractctl.mockserver.model import Json, Operation, Parameter, Scheme
from contractctl.mockserver.negotiation import parse_media_range
from contractctl.mockserver.queries import decode_query, decode_reserved, parse_cookies, parse_query
from contractctl.mockserver.reading import readings_of
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
_FORM = ("application", "x-www-form-urlencoded")
_PREFERENCE = "__"
"""What the names of a client's preferences begin with: `__code`, `__example`."""


class Misread(ValueError):
    """A parameter that cannot be read at all; says what was expected."""


@record
class Given:
    """A parameter that the request has, with the values that its text may stand for, the likeliest first."""

    parameter: Parameter
    values: tuple[Json, ...]


@record
class Sources:
    """Where parameters are looked for: all of one request. `names` are those that its operation gives a meaning."""

    request: Request
    path: Mapping[str, str]
    query: Mapping[str, list[str]]
    cookies: Mapping[str, list[str]]
    names: Names

    @classmethod
    def of_target(cls, request: Request, match: Match, names: Names) -> Sources:
        """Take path and query apart; raise BadTarget when the query cannot be read."""
        path = dict(zip(match.route.variables, match.values, strict=False))
        return cls(request, path, parse_query(request.query) if request.query else {}, {}, names)

    @classmethod
    def of_head(cls, request: Request, names: Names) -> Sources:
        """Take the cookies apart; headers are found by their names."""
        cookie = request.headers.get(b"cookie")
        return cls(request, {}, {}, parse_cookies(cookie.decode("latin-1")) if cookie else {}, names)


@record
class Names:
    """The names in query and cookies that mean something to an operation, as parameters or credentials.

    `members` are those of exploded objects and `beginnings` of deep ones (`filter[`). `is_open` says that any other
    query parameter is somebody's too: the whole query is one parameter, or an object has free keys.
    """

    query: frozenset[str]
    cookies: frozenset[str]
    members: frozenset[str]
    beginnings: tuple[str, ...]
    is_open: bool

    @classmethod
    def of(cls, operation: Operation, schemes: Mapping[str, Scheme]) -> Names:
        """Collect the names of an operation's parameters and of the keys that it may ask for."""
        used = [schemes[name] for uses in operation.security for name in uses]
        keys = [(scheme.location, scheme.parameter) for scheme in used if scheme.type == "apiKey"]
        own = [(parameter.location, parameter.name) for parameter in operation.parameters]
        objects = [one for one in operation.parameters if one.location == "query" and _is_spread(one)]
        return cls(
            query=frozenset(name for location, name in (*own, *keys) if location == "query"),
            cookies=frozenset(name for location, name in (*own, *keys) if location == "cookie"),
            members=frozenset(name for one in objects for name in one.reading.properties or ()),
            beginnings=tuple(one.name + "[" for one in operation.parameters if one.style == "deepObject"),
            is_open=any(map(_is_free, objects)) or any(location == "querystring" for location, _ in own),
        )

    def undeclared(self, query: Mapping[str, list[str]]) -> list[str]:
        """Return the query parameters that nobody asks for, in the request's order."""
        if self.is_open:
            return []
        known = self.query | self.members
        return [name for name in query if name not in known and not name.startswith((_PREFERENCE, *self.beginnings))]


def read_parameter(parameter: Parameter, sources: Sources) -> Given | None:
    """Return what the request gives for a parameter, or None when it gives nothing.

    Raise Misread for text that is not in the parameter's style, BadTarget for a bad escape.
    """
    if parameter.media:
        return _read_content(parameter, sources)
    if parameter.allow_empty and parameter.location == "query" and sources.query.get(parameter.name) == [""]:
        return Given(parameter, ())
    undo, reading = _UNDO[parameter.location], parameter.reading
    values: list[Json] = []
    error: StyleError | None = None
    text: str | None = None
    for shape in _shapes(reading.types):
        try:
            pieces = undo(parameter, sources, shape)
        except StyleError as wrong:
            error = error or wrong
            continue
        if pieces is None:
            return None
        if isinstance(pieces, str):
            text = pieces
            values.extend(candidates(pieces, reading.types))
        else:
            values.extend(readings_of(pieces, reading))
            values.extend(_escaped_list(pieces, parameter))
    if not values and text is not None:
        return Given(parameter, (text,))
    if not values:
        raise Misread(str(error))
    return Given(parameter, tuple(values))


@cache
def _shapes(types: tuple[str, ...]) -> tuple[str, ...]:
    """Return the shapes in which text of these types may come: a text is taken apart once, whatever it stands for."""
    return tuple(dict.fromkeys(kind if kind in {"array", "object"} else "string" for kind in types))


def _escaped_list(pieces: Pieces, parameter: Parameter) -> Iterator[Json]:
    """Yield what a list in one text says when its commas were escaped, as by clients that know of no lists.

    It comes last: where the contract allows commas in items, they are in items.
    """
    if isinstance(pieces, list) and len(pieces) == 1 and parameter.location == "query" and not parameter.explode:
        only = pieces[0]
        if parameter.style == "form" and isinstance(only, str) and "," in only:
            yield from readings_of([*only.split(",")], parameter.reading)


def _is_spread(parameter: Parameter) -> bool:
    return parameter.explode and parameter.style == "form" and "object" in parameter.reading.types


def _is_free(parameter: Parameter) -> bool:
    """Tell whether an object has members of any name."""
    return not parameter.reading.properties or parameter.reading.additional is not None


def _read_content(parameter: Parameter, sources: Sources) -> Given | None:
    media = parse_media_range(parameter.media)
    is_form = media is not None and (media.type, media.subtype) == _FORM
    if parameter.location == "querystring" and is_form:
        return _read_form(parameter, sources.query)
    try:
        text = _UNDO[parameter.location](parameter, sources, "string")
    except StyleError as error:
        raise Misread(str(error)) from None
    if text is None:
        return None
    if media is None or not isinstance(text, str):
        return Given(parameter, ())
    if is_form:
        return _read_form(parameter, parse_query(text))
    if media.is_json:
        try:
            return Given(parameter, (orjson.loads(text),))
        except orjson.JSONDecodeError:
            raise Misread(f"JSON ({parameter.media})") from None
    if media.type != "text":
        return Given(parameter, ())
    return Given(parameter, tuple(candidates(text, parameter.reading.types)) or (text,))


def _read_form(parameter: Parameter, query: Mapping[str, list[str]]) -> Given | None:
    members = undo_exploded_object(query, decode=decode_query)
    return Given(parameter, tuple(readings_of(members, parameter.reading))) if members else None


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
    decode = decode_reserved if parameter.reserved else decode_query
    if parameter.style == "deepObject":
        return undo_deep_object(parameter.name, sources.query, decode=decode)
    if parameter.explode and shape == "object" and not parameter.media:
        own = {name: texts for name, texts in sources.query.items() if not name.startswith(_PREFERENCE)}
        return _exploded_members(parameter, own, sources.names.query, decode)
    values = sources.query.get(parameter.name)
    if values is None:
        return None
    delimiters = _DELIMITERS.get(parameter.style, (",",))
    return undo_form(parameter, values, shape, delimiters=delimiters, decode=decode)


def _from_cookie(parameter: Parameter, sources: Sources, shape: str) -> Pieces | None:
    # Style `cookie` escapes nothing (OpenAPI 3.2.0 §4.12.3).
    decode = str if parameter.style == "cookie" else _decode_cookie
    if parameter.explode and shape == "object" and not parameter.media:
        return _exploded_members(parameter, sources.cookies, sources.names.cookies, decode)
    values = sources.cookies.get(parameter.name)
    return None if values is None else undo_form(parameter, values, shape, decode=decode)


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
    known, free = parameter.reading.properties or {}, _is_free(parameter)
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
