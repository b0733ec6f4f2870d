"""The HTTP messages that show a change: a request that base served, a response that a client has to be ready for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import quote, urlencode

from contractctl.contract.media_types import essence
from contractctl.contract.model import Contract, MediaType, Operation, Parameter, Response, SecurityScheme
from contractctl.core.changes import Message
from contractctl.core.json import Json, is_object
from contractctl.core.locations import Place
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.diff.witnesses.samples import Samples
from contractctl.diff.witnesses.spelling import in_header, in_path, in_query, text_of
from contractctl.mock.media import concrete, kind_of

_VARIABLE: Final = pattern(r"\{([^{}]*)\}")
_CREDENTIAL: Final = "…"


@dataclass(frozen=True, slots=True)
class Content:
    """What a body holds, and its media type as the description has it."""

    media_type: str
    value: Json


def write_request(
    contract: Contract, operation: Operation, samples: Samples, *, given: Mapping[Place, Json], body: Content | None
) -> Message:
    """Return a complete request: what is required, and what is `given` by place.

    A credential is an ellipsis. Without a `body` one is made where it is required.
    """
    values = {one.at: samples.of(one) for one in operation.parameters if one.required} | dict(given)
    placed = [(one, values[one.at]) for one in operation.parameters if one.at in values]
    credentials = list(_credentials(contract, operation))
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
    headers = [*headers, ("Content-Type", media_type)]
    return Message(start, tuple(headers), _written(media_type, body.value), has_body=True)


def _written(media_type: str, value: Json) -> Json:
    """Return a body as it is shown: JSON as it is, a form as its pairs, anything else as a text."""
    if kind_of(media_type) == "json":
        return value
    if essence(media_type) == "application/x-www-form-urlencoded" and is_object(value):
        return urlencode([(name, text_of(member)) for name, member in value.items()])
    return text_of(value)


def _path(operation: Operation, placed: Iterable[tuple[Parameter, Json]]) -> str:
    texts = {one.name: in_path(one, value) for one, value in placed if one.location == "path"}
    return str(_VARIABLE.sub(lambda found: texts.get(found.group(1), found.group()), operation.path))


def _concrete_status(status: str) -> str:
    """Return a status that a client may see: the first of a range."""
    return f"{status[:1]}00" if status[1:].upper() == "XX" else status


def _credentials(contract: Contract, operation: Operation) -> Iterator[tuple[str, str, str]]:
    """Yield place, name and text of each credential of the first requirement that the contract explains."""
    if any(not requirement.uses for requirement in operation.security):
        return
    for requirement in operation.security:
        schemes = [contract.scheme(use.name) for use in requirement.uses]
        known = [scheme for scheme in schemes if scheme is not None]
        if len(known) == len(schemes):
            yield from (found for scheme in known for found in _credential(scheme))
            return


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
