"""The way of a request: to its operation, past the stages of it, and to its answer.

What a method and a target lead to is found once and remembered: the operation, its stages, and whether its parameters
in path and query are as the contract says.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from contractctl.mockserver import refusals
from contractctl.mockserver.answers import Answer, make_answer
from contractctl.mockserver.bundle import Bundle
from contractctl.mockserver.control.endpoints import Control
from contractctl.mockserver.cors import is_preflight, preflight_answer
from contractctl.mockserver.exchange import Exchange, Found, Opened
from contractctl.mockserver.memory.interface import MemoryFull, MemoryUnreachable
from contractctl.mockserver.model import Operation
from contractctl.mockserver.requests import BadTarget, Request
from contractctl.mockserver.routing import Match, Router
from contractctl.mockserver.runtime import Runtime
from contractctl.mockserver.settings import Settings
from contractctl.mockserver.stages import Stages

if TYPE_CHECKING:
    from contractctl.mockserver.tokens.doors import Doors

_REMEMBERED = 4096
_LONGEST_REMEMBERED = 512
"""Bytes of a target that a remembered decision goes by."""


class Pipeline:
    """Answers the requests of one contract. `own` are the endpoints of the server, which are below the same host.

    `issuer` are the paths at which the contract has its clients ask for tokens, None where nothing asks for one.

    Nothing that a request says changes what the next one gets, but for what `runtime` keeps. `prefix` is that of the
    contract, empty where it has none.
    """

    own: Control

    def __init__(self, bundle: Bundle, settings: Settings, runtime: Runtime, prefix: str) -> None:
        self._settings = settings
        self._control = bundle.index.control
        self._router = Router(bundle.index)
        self._stages = Stages(bundle, settings, runtime, prefix)
        self.issuer: Doors | None = None
        if settings.auth == "token" or bundle.index.issuer.get("asked"):
            # Imported when it is needed: other modes do not pay for it.
            from contractctl.mockserver.tokens.doors import Doors

            self.issuer = Doors(bundle.index, runtime.tokens, cors=settings.cors)
        self._found: dict[tuple[str, bytes], Found] = {}

    def begin(self, request: Request) -> Opened | Answer:
        """Find the operation and check what needs no body; the answer when that settles it."""
        try:
            found = self._found.get((request.method, request.target))
            if found is None:
                new = self._find(request)
                if not isinstance(new, Found):
                    return new
                found = new
            exchange = Exchange(request, found, self, found.operation)
            if request.has_body:
                declared = request.headers.get(b"content-length")
                if declared is not None and int(declared) > found.limit:
                    return self.too_large(exchange)
            for stage in found.head:
                if (answer := stage(exchange)) is not None:
                    return answer
        except BadTarget as error:
            return refusals.unreadable(str(error))
        return exchange

    def complete(self, exchange: Exchange) -> Answer:
        """Answer a request that has come in whole."""
        try:
            for stage in exchange.found.body:
                if (answer := stage(exchange)) is not None:
                    break
            else:
                raise AssertionError("the last stage answers")
            for afterthought in exchange.found.after:
                answer = afterthought(exchange, answer)
        except BadTarget as error:
            return refusals.unreadable(str(error))
        except (MemoryUnreachable, MemoryFull) as error:
            return refusals.of_memory(error)
        return answer

    def too_large(self, exchange: Exchange) -> Answer:
        """Refuse a body that turned out to be over its limit while it came in."""
        return self._stages.too_large(exchange)

    # Finding the operation

    def operation_of(self, request: Request) -> Operation | None:
        """Return the operation that a request is of, whatever came of it."""
        if (found := self._found.get((request.method, request.target))) is not None:
            return found.operation
        if not request.path.startswith("/") or "#" in request.path:
            return None
        with suppress(BadTarget):
            for match in self._router.matches(request.path):
                for method in (request.method, "GET") if request.method == "HEAD" else (request.method,):
                    if (ref := match.route.operations.get(method)) is not None:
                        return self._stages.of(ref)[0]
        return None

    def _find(self, request: Request) -> Found | Opened | Answer:
        path = request.path
        if path.startswith(self._control) and path[len(self._control) :][:1] in {"", "/"}:
            return self.own.open(request)
        if not path.startswith("/") or "#" in path:
            return self._odd_target(request)
        matches = self._router.matches(path)
        if self.issuer is not None and (opened := self.issuer.open(request, _methods(matches) if matches else ())):
            return opened
        if not matches:
            return refusals.path_unknown(path, self._router.nearest(path))
        if self._settings.cors and is_preflight(request):
            return preflight_answer(request, _methods(matches))
        wanted = (request.method, "GET") if request.method == "HEAD" else (request.method,)
        for match in matches:
            for method in wanted:
                if (ref := match.route.operations.get(method)) is not None:
                    return self._remember(request, Found(match, *self._stages.of(ref)))
        methods = _methods(matches)
        if request.method == "OPTIONS":
            return make_answer(204, headers=[("Allow", ", ".join(methods))])
        return refusals.method_unknown(path, request.method, methods)

    def _remember(self, request: Request, found: Found) -> Found:
        # Of OPTIONS, a preflight must not get what another one got.
        if len(request.target) <= _LONGEST_REMEMBERED and request.method != "OPTIONS":
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            self._found[request.method, request.target] = found
        return found

    def _odd_target(self, request: Request) -> Answer:
        if request.path == "*" and request.method == "OPTIONS":
            return make_answer(204, headers=[("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")])
        return refusals.unreadable("the request target is not a path")


def _methods(matches: tuple[Match, ...]) -> list[str]:
    """Return what the path can be asked with: the contract's methods, HEAD beside GET, and OPTIONS."""
    found: dict[str, None] = {}
    for match in matches:
        for method in match.route.operations:
            found[method] = None
            if method == "GET":
                found["HEAD"] = None
    found["OPTIONS"] = None
    return list(found)
