"""Rate limits: so many requests of a client in a window of time, told as draft-ietf-httpapi-ratelimit-headers does."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache

from contractctl.encodings.quantities import Rate
from contractctl.mockserver.answers import Answer
from contractctl.mockserver.choosing import response_for
from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.model import Operation, Scheme
from contractctl.mockserver.realism.headers import with_headers, with_lines
from contractctl.mockserver.realism.windows import Quota, Windows
from contractctl.mockserver.record import record
from contractctl.mockserver.refusals import Refusals
from contractctl.mockserver.requests import Request
from contractctl.mockserver.security import api_key
from contractctl.mockserver.sessions import session_of

_OWN = (b"\r\nratelimit-policy:", b"\r\nratelimit:")
_ANY_OWN = b"\r\nratelimit"
"""What neither is without: looked for first, since hardly an answer has one, and not again in the same head."""
_REMEMBERED = 1024
_LONGEST_REMEMBERED = 4096
"""Bytes of a credential by which a client is remembered."""
_LAST_MOMENT = 253_402_300_799
"""The end of the year 9999: a virtual clock may be far ahead."""


@record
class Counted:
    """What is counted together: the requests of operations that have a rule in common, each client's by itself.

    `known` are the keys of windows by the credential of a client, in this process alone.
    """

    name: str
    rate: Rate
    known: dict[bytes, str]


class RateLimit:
    """The limit of one operation."""

    def __init__(self, counted: Counted, windows: Windows, schemes: Iterable[Scheme], refusals: Refusals) -> None:
        self._name = counted.name
        self._rate = rate = counted.rate
        self._known = counted.known
        self._windows = windows
        self._keys = tuple(scheme for scheme in schemes if scheme.type == "apiKey" and scheme.parameter)
        self._refusals = refusals
        policy = b'RateLimit-Policy: "default";q=%d;w=%d\r\n' % (rate.requests, math.ceil(rate.seconds))
        self._lines = policy + b'RateLimit: "default";r=%d;t=%d\r\n'
        self._free = b""
        self._documented_by_status: dict[int, Mapping[str, str]] = {}

    def count(self, exchange: Exchange) -> Answer | None:
        """Count a request, and refuse it where its client has had enough."""
        request = exchange.request
        credential = request.headers.get(b"authorization")
        if self._keys:
            key = f"{self._name} {client_of(request, self._keys)}"
        elif credential:
            key = self._known.get(credential) or self._remembered(request, credential)
        else:
            key = f"{self._name} {request.client}"
        exchange.quota = quota = self._windows.count(session_of(request), key, self._rate)
        return self._refuse(exchange.operation, request.header("accept"), quota) if quota.is_over else None

    def _remembered(self, request: Request, credential: bytes) -> str:
        """Return the key of a client that sends nothing but this to tell who it is."""
        key = f"{self._name} {client_of(request, ())}"
        if len(credential) <= _LONGEST_REMEMBERED:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[credential] = key
        return key

    def tell(self, exchange: Exchange, answer: Answer) -> Answer:
        """Say in an answer what is left."""
        quota = exchange.quota
        if quota is None:
            return answer  # it was refused before it was counted: where the memory is shared, credentials come first
        head, lines = answer.head, self._lines % (quota.remaining, quota.seconds)
        if head is self._free or _ANY_OWN not in head.lower():
            self._free = head
            told = Answer(answer.status, head + lines, answer.body, answer.exposed, answer.delivery)
        else:
            told = with_lines(answer, _OWN, lines)
        kinds = self._documented_by_status.get(answer.status)
        if kinds is None:
            response = response_for(exchange.operation, answer.status)
            kinds = self._documented_by_status[answer.status] = response.limits if response else {}
        return self._tell_documented(told, kinds, quota) if kinds else told

    def _tell_documented(self, answer: Answer, kinds: Mapping[str, str], quota: Quota) -> Answer:
        """Say it in the headers of the contract, too."""
        told = with_headers(answer, [(name, self._documented(kind, quota)) for name, kind in kinds.items()])
        said = answer.exposed.decode("ascii").split(", ")
        exposed = answer.exposed + "".join(f", {name}" for name in kinds if name not in said).encode("ascii")
        return Answer(told.status, told.head, told.body, exposed, told.delivery)

    def _documented(self, kind: str, quota: Quota) -> str:
        match kind:
            case "limit":
                return str(self._rate.requests)
            case "remaining":
                return str(quota.remaining)
            case "used":
                return str(self._rate.requests - quota.remaining)
            case "epoch":
                return str(quota.ends)
            case "date":
                return f"{datetime.fromtimestamp(min(max(quota.ends, 0), _LAST_MOMENT), UTC):%Y-%m-%dT%H:%M:%SZ}"
            case _:
                return str(quota.seconds)

    def _refuse(self, operation: Operation, accept: str | None, quota: Quota) -> Answer:
        allowed = f"{self._rate.requests} requests in {self._rate.seconds:g} s"
        detail = f"{allowed} are allowed, and all of them were made; ask again in {quota.seconds} s"
        answer = self._refusals.of_status(operation, 429, detail, accept)
        return with_headers(answer, [("Retry-After", str(quota.seconds))])


def client_of(request: Request, keys: Iterable[Scheme]) -> str:
    """Return who asks: whoever has these credentials, else whoever has this address. No credential can be read off."""
    told = (request.headers.get(b"authorization"), *(api_key(request, scheme) for scheme in keys))
    return _digest(told) if any(told) else request.client


@lru_cache(maxsize=1024)
def _digest(told: tuple[bytes | str | None, ...]) -> str:
    # Imported when it is needed: it loads OpenSSL.
    from hashlib import blake2b

    data = b"\0".join(one if isinstance(one, bytes) else (one or "").encode(errors="surrogatepass") for one in told)
    return blake2b(data, digest_size=16).hexdigest()
