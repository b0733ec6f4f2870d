"""The HTTP messages that show a change: a request that base served, a response that a client has to be ready for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import quote, urlencode

from contractctl.contract.media_types import essence
from contractctl.contract.model import (
    Contract,
    Encoding,
    MediaType,
    Operation,
    Parameter,
    Response,
    SecurityRequirement,
    SecurityScheme,
)
from contractctl.core.changes import Message
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Place
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.diff.witnesses.samples import Samples
from contractctl.diff.witnesses.spelling import in_header, in_path, in_query, text_of
from contractctl.mock.media import concrete, kind_of

_VARIABLE: Final = pattern(r"\{([^{}]*)\}")
_CREDENTIAL: Final = "…"
_UNKNOWN: Final = "…"
_PAIRS: Final = "application/x-www-form-urlencoded"
_PARTS: Final = "multipart/form-data"
_BOUNDARY: Final = "part"


@dataclass(frozen=True, slots=True)
class Content:
    """What a body holds, and its media type as the description has it, with the encodings of the fields of a form."""

    media_type: str
    value: Json
    encodings: tuple[Encoding, ...] = ()


def write_request(
    contract: Contract,
    operation: Operation,
    samples: Samples,
    *,
    given: Mapping[Place, Json],
    body: Content | None,
    meant: Place | None = None,
) -> Message:
    """Return a complete request: what is required, and what is `given` by place.

    A credential is an ellipsis; those that the place `meant` asks for are preferred. Without a `body` one is made where
    it is required.
    """
    values = {one.at: samples.of(one) for one in operation.parameters if one.required} | dict(given)
    placed = [(one, values[one.at]) for one in operation.parameters if one.at in values]
    credentials = list(_credentials(contract, operation, meant))
    pairs = [pair for one, value in placed if one.location in {"query", "querystring"} for pair in in_query(one, value)]
    pairs += [f"{quote(name)}={text}" for where, name, text in credentials if where == "query"]
    headers = [(one.name, in_header(one, value)) for one, value in placed if one.location == "header"]
    headers += [(name, text) for where, name, text in credentials if where == "header"]
    cookies = [pair for one, value in placed if one.location == "cookie" for pair in in_query(one, value)]
    cookies += [f"{name}={text}" for where, name, text in credentials if where == "cookie"]
    headers += [("Cookie", "; ".join(cookies))] if cookies else []
    start = f"{operation.method} {_path(operation, placed)}{'?' if pairs else ''}{'&'.join(pairs)}"
    return _with_body(start, headers, body or _required_body(operation, samples))


def write_response(
    status: str, response: Response, samples: Samples, *, given: Mapping[str, Json], body: Content | None
) -> Message:
    """Return an answer: its required headers, those `given` by name, and the body."""
    values = {one.name: samples.of(one) for one in response.headers if one.required} | dict(given)
    headers = [(one.name, in_header(one, values[one.name])) for one in response.headers if one.name in values]
    return _with_body(_concrete_status(status), headers, body)


def preferred(content: Iterable[MediaType]) -> MediaType | None:
    """Return the media type to write a body in: JSON where there is one, else the first."""
    listed = list(content)
    json = (one for one in listed if kind_of(concrete(one.name, has_schema=True)) == "json")
    return next(json, listed[0] if listed else None)


def _required_body(operation: Operation, samples: Samples) -> Content | None:
    media = preferred(operation.body.content) if operation.body and operation.body.required else None
    return Content(media.name, samples.of(media)) if media else None


def _with_body(start: str, headers: list[tuple[str, str]], body: Content | None) -> Message:
    if body is None:
        return Message(start, tuple(headers))
    media_type = concrete(body.media_type, has_schema=True)
    is_in_parts = essence(media_type) == _PARTS and "boundary" not in media_type
    headers = [*headers, ("Content-Type", f"{media_type}; boundary={_BOUNDARY}" if is_in_parts else media_type)]
    return Message(start, tuple(headers), _written(body, media_type), has_body=True)


def is_writable(content: Content) -> bool:
    """Tell whether it is known how a value is written in a media type: XML has no objects and no lists."""
    media_type = concrete(content.media_type, has_schema=True)
    is_whole = not (is_object(content.value) or is_array(content.value))
    return is_whole or kind_of(media_type) == "json" or (_is_form(media_type) and is_object(content.value))


def _is_form(media_type: str) -> bool:
    return essence(media_type) in {_PAIRS, _PARTS}


def _written(content: Content, media_type: str) -> Json:
    """Return a body as it is shown: JSON as it is, a form as pairs or parts, a text; an ellipsis for the rest."""
    value = content.value
    if kind_of(media_type) == "json":
        return value
    if not is_writable(content):
        return _UNKNOWN
    if not is_object(value):
        return text_of(value)
    if essence(media_type) == _PAIRS:
        known = {one.name: one for one in content.encodings if one.style}
        return "&".join(pair for name, member in value.items() for pair in _pairs(name, member, known.get(name)))
    return f"{''.join(_part(name, member) for name, member in value.items())}--{_BOUNDARY}--"


def _pairs(name: str, value: Json, encoding: Encoding | None) -> Iterator[str]:
    """Yield the pairs of a field of a form: in its style, else an item each and objects as JSON."""
    if encoding is not None:
        explode, reserved = encoding.explode, encoding.allow_reserved
        field = Parameter(encoding.at, name, "query", True, encoding.style, explode, None, allow_reserved=reserved)
        yield from in_query(field, value)
    else:
        yield from (urlencode([(name, text_of(one))]) for one in (value if is_array(value) else [value]))


def _part(name: str, value: Json) -> str:
    """Return a part of a form, its name written as the URL Standard and HTML have it."""
    quoted = name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
    return f'--{_BOUNDARY}\nContent-Disposition: form-data; name="{quoted}"\n\n{text_of(value)}\n'


def _path(operation: Operation, placed: Iterable[tuple[Parameter, Json]]) -> str:
    texts = {one.name: in_path(one, value) for one, value in placed if one.location == "path"}
    return str(_VARIABLE.sub(lambda found: texts.get(found.group(1), found.group()), operation.path))


def _concrete_status(status: str) -> str:
    """Return a status that a client may see: the first of a range."""
    return f"{status[:1]}00" if status[1:].upper() == "XX" else status


def _credentials(contract: Contract, operation: Operation, meant: Place | None) -> Iterator[tuple[str, str, str]]:
    """Yield place, name and text of each credential of the first requirement that the contract explains.

    One that is at the place meant, or uses the scheme there, goes before others; else none are sent where none need be.
    """
    telling = [one for one in operation.security if meant is not None and _asks(contract, one, meant)]
    if not telling and any(not requirement.uses for requirement in operation.security):
        return
    for requirement in (*telling, *operation.security):
        schemes = [contract.scheme(use.name) for use in requirement.uses]
        known = [scheme for scheme in schemes if scheme is not None]
        if len(known) == len(schemes):
            yield from (found for scheme in known for found in _credential(scheme))
            return


def _asks(contract: Contract, requirement: SecurityRequirement, meant: Place) -> bool:
    schemes = (contract.scheme(use.name) for use in requirement.uses)
    return requirement.at == meant or any(scheme is not None and scheme.at == meant for scheme in schemes)


def _credential(scheme: SecurityScheme) -> Iterator[tuple[str, str, str]]:
    match scheme.type:
        case "http":
            yield "header", "Authorization", f"{scheme.scheme.capitalize()} {_CREDENTIAL}"
        case "oauth2" | "openIdConnect":
            yield "header", "Authorization", f"Bearer {_CREDENTIAL}"
        case "apiKey":
            yield scheme.location, scheme.parameter_name, _CREDENTIAL
        case "mutualTLS":
            return
