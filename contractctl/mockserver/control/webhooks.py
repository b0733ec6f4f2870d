"""Webhooks, which are sent when somebody asks for one, and the log of all that was sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

import orjson

from contractctl.encodings.bodies import compact
from contractctl.mockserver.answers import Answer, make_answer, problem
from contractctl.mockserver.bundle import Bundle
from contractctl.mockserver.control.endpoints import Endpoint
from contractctl.mockserver.control.reading import read_members
from contractctl.mockserver.model import Json, Ref
from contractctl.mockserver.requests import BadTarget, Request
from contractctl.mockserver.runtime import Runtime
from contractctl.mockserver.sessions import session_of

if TYPE_CHECKING:
    from contractctl.mockserver.callbacks.deliveries import Message
    from contractctl.mockserver.callbacks.outgoing import Outgoing

_MEMBERS: Final = ("name", "url", "method", "example", "body", "headers")
_LARGEST_BODY: Final = 1 << 20
_HEADER_NAME: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}"
_TAKEN: Final = (
    '/webhooks takes {"name": "newPet", "url": "http://127.0.0.1:9000/hook"} and, with these, '
    '"method", "example", "body" and "headers"'
)


def webhook_endpoints(bundles: Sequence[tuple[str, Bundle]], runtime: Runtime) -> tuple[Endpoint, ...]:
    """Return `/webhooks`, which lists and sends those of some contracts, and `/deliveries`, the log of the server."""
    webhooks = _Webhooks(bundles, runtime)
    log = _Log(runtime)
    return (
        Endpoint("/webhooks", {"GET": webhooks.listed, "POST": webhooks.send}, waits=False),
        Endpoint("/deliveries", {"GET": log.read, "DELETE": log.empty}),
    )


class _Log:
    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def read(self, request: Request) -> Answer:
        """Tell all, or what is of the session that the request names."""
        deliveries, session = self._runtime.deliveries, session_of(request)
        told: list[Json] = [one for one in deliveries.entries() if not session or one.get("session") == session]
        return _json(200, {"deliveries": told, "waiting": deliveries.waiting})

    def empty(self, _: Request) -> Answer:
        self._runtime.deliveries.forget()
        return make_answer(204)


class _Webhooks:
    def __init__(self, bundles: Sequence[tuple[str, Bundle]], runtime: Runtime) -> None:
        self._bundles = bundles
        self._runtime = runtime

    def listed(self, _: Request) -> Answer:
        found: list[Json] = [
            {
                "name": one.name,
                "method": one.method,
                "at": one.at,
                "content": [
                    {"type": body.type, "examples": [name for name, _ in body.examples if name]} for body in one.content
                ],
            }
            for _, _, one in self._all()
        ]
        return _json(200, {"webhooks": found})

    def send(self, request: Request) -> Answer:
        """Have a webhook sent, and answer with its entry in the log, as it stands now."""
        try:
            message = self._message(read_members(request, _MEMBERS, _TAKEN), session_of(request))
        except LookupError as unknown:
            return problem(404, str(unknown.args[0]), webhooks=[one.name for _, _, one in self._all()])
        entry = self._runtime.deliveries.submit(message)
        match entry["state"]:
            case "refused":
                return problem(403, f"nothing was sent: {entry['error']}", delivery=entry["id"])
            case "dropped":
                return problem(503, f"nothing was sent: {entry['error']}", headers=[("Retry-After", "1")])
        return _json(202, {**entry})

    def _all(self) -> Iterator[tuple[str, Bundle, Outgoing]]:
        from contractctl.mockserver.callbacks.outgoing import Outgoing

        for prefix, bundle in self._bundles:
            ref = bundle.index.webhooks
            for one in orjson.loads(bundle.record(ref)) if ref is not None else ():
                yield prefix, bundle, Outgoing.read(one)

    def _message(self, order: Mapping[str, Json], session: str) -> Message:
        """Return what was asked for; raise LookupError for what the contracts do not have, BadTarget."""
        from contractctl.mockserver.callbacks.deliveries import Message

        name, url, example = _text(order, "name"), _text(order, "url"), _text(order, "example")
        if not (name and url):
            raise BadTarget(f"name or url is missing; {_TAKEN}")
        known = [one for one in self._all() if one[2].name == name]
        if not known:
            raise LookupError(f"there is no webhook `{name}`; `webhooks` names those that there are")
        method = _text(order, "method").upper()
        chosen = next((one for one in known if not method or one[2].method.upper() == method), None)
        if chosen is None:
            raise LookupError(f"the webhook `{name}` has no method {method}, but {known[0][2].method}")
        prefix, bundle, outgoing = chosen
        found = outgoing.body(example)
        if example and found is None:
            raise LookupError(f"the webhook `{name}` has no example `{example}`; GET this path to see what it has")
        media_type = found[0] if found else ""
        if "body" in order:
            data: bytes | None = _given_body(order["body"])
            media_type = media_type or "application/json"
        else:
            data = None
        return Message(
            outgoing=outgoing,
            kind="webhook",
            url=url,
            media_type=media_type,
            body=_body(bundle, found[1] if found else None, data),
            prefix=prefix,
            session=session,
            size=len(data or b""),
            given=_given_headers(order.get("headers", {})),
        )


def _text(order: Mapping[str, Json], member: str) -> str:
    """Return a member that is a text, empty where it is not there; raise BadTarget."""
    value = order.get(member, "")
    if not isinstance(value, str):
        raise BadTarget(f"{member} is no text; {_TAKEN}")
    return value


def _body(bundle: Bundle, ref: Ref | None, given: bytes | None) -> Callable[[], bytes]:
    if given is not None:
        return lambda: given
    return bytes if ref is None else partial(bundle.record, ref)


def _given_body(value: Json) -> bytes:
    data = value.encode(errors="replace") if isinstance(value, str) else compact(value)
    if len(data) > _LARGEST_BODY:
        raise BadTarget(f"body is larger than {_LARGEST_BODY >> 20} MB")
    return data


def _given_headers(value: Json) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict):
        raise BadTarget(f"headers is no object; {_TAKEN}")
    pairs: list[tuple[str, str]] = []
    for name, text in value.items():
        if not re.fullmatch(_HEADER_NAME, name) or not isinstance(text, str):
            raise BadTarget(f"headers has {name!r}, which is no header with a text")
        pairs.append((name, text))
    return tuple(pairs)


def _json(status: int, value: Json) -> Answer:
    return make_answer(status, media_type="application/json", body=compact(value))
