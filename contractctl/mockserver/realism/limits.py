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
from contractctl.mockserver.refusals import Refusals
from contractctl.mockserver.requests import Request
from contractctl.mockserver.security import api_key
from contractctl.mockserver.sessions import session_of

_OWN = (b"\r\nratelimit-policy:", b"\r\nratelimit:")
_LAST_MOMENT = 253_402_300_799
"""The end of the year 9999: a virtual clock may be far ahead."""


class RateLimit:
    """The limit of one operation. `name` is that of the rule: operations with the same one are counted together."""

    def __init__(self, name: str, rate: Rate, windows: Windows, schemes: Iterable[Scheme], refusals: Refusals) -> None:
        self._name = name
        self._rate = rate
        self._windows = windows
        self._keys = tuple(scheme for scheme in schemes if scheme.type == "apiKey" and scheme.parameter)
        self._refusals = refusals
        policy = b'RateLimit-Policy: "default";q=%d;w=%d\r\n' % (rate.requests, math.ceil(rate.seconds))
        self._lines = policy + b'RateLimit: "default";r=%d;t=%d\r\n'
        self._documented_by_status: dict[int, Mapping[str, str]] = {}

    def count(self, exchange: Exchange) -> Answer | None:
        """Count a request, and refuse it where its client has had enough."""
        request = exchange.request
        key = f"{self._name} {client_of(request, self._keys)}"
        exchange.quota = quota = self._windows.count(session_of(request), key, self._rate)
        return self._refuse(exchange.operation, request.header("accept"), quota) if quota.is_over else None

    def tell(self, exchange: Exchange, answer: Answer) -> Answer:
        """Say in an answer what is left."""
        quota = exchange.quota
        if quota is None:
            return answer  # it was refused before it was counted: where the memory is shared, credentials come first
        told = with_lines(answer, _OWN, self._lines % (quota.remaining, quota.seconds))
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
    told = (request.header("authorization"), *(api_key(request, scheme) for scheme in keys))
    return _digest(told) if any(told) else request.client


@lru_cache(maxsize=1024)
def _digest(told: tuple[str | None, ...]) -> str:
    # Imported when it is needed: it loads OpenSSL.
    from hashlib import blake2b

    text = "\0".join(one or "" for one in told)
    return blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest()
