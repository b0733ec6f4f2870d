"""The order of checks: from a request to its answer, one stage after the other.

`open` finds the operation; the stages of HEAD need no body and run before it is read; those of BODY run when the
request is complete, and the last of them always answers. A stage is a method that returns an Answer, or None to pass
the exchange on. Reading tokens belongs after `_authenticate`; state and synthesis before `_respond`; latency, faults
and the journal around `complete`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, TypeAlias

from contractctl.mockserver import refusals
from contractctl.mockserver.answers import Answer, make_answer
from contractctl.mockserver.bundle import Bundle
from contractctl.mockserver.checks import Checks
from contractctl.mockserver.control import own_endpoint
from contractctl.mockserver.cors import is_preflight, preflight_answer
from contractctl.mockserver.documented import DocumentedAnswers
from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.model import Operation, Ref
from contractctl.mockserver.negotiation import content_for
from contractctl.mockserver.refusals import Refusals
from contractctl.mockserver.requests import BadTarget, Request
from contractctl.mockserver.responding import Responder
from contractctl.mockserver.routing import Match, Router
from contractctl.mockserver.security import is_authenticated
from contractctl.mockserver.settings import Settings

Stage: TypeAlias = "Callable[[Pipeline, Exchange], Answer | None]"


class Pipeline:
    """Answers the requests of one contract. Nothing that a request says changes what the next one gets."""

    def __init__(self, bundle: Bundle, settings: Settings) -> None:
        self._bundle = bundle
        self._settings = settings
        self._control = bundle.index.control
        self._schemes = bundle.index.schemes
        self._router = Router(bundle.index)
        documented = DocumentedAnswers(bundle)
        self._refusals = Refusals(documented, self._schemes)
        self._checks = Checks(bundle, settings)
        self._responder = Responder(documented, self._refusals)
        self._operations: dict[Ref, Operation] = {}

    def begin(self, request: Request) -> Exchange | Answer:
        """Find the operation and check what needs no body; the answer when that settles it."""
        try:
            opened = self._open(request)
            if isinstance(opened, Answer):
                return opened
            for stage in self.HEAD:
                if (answer := stage(self, opened)) is not None:
                    return answer
        except BadTarget as error:
            return refusals.unreadable(str(error))
        return opened

    def complete(self, exchange: Exchange) -> Answer:
        """Answer a request that has come in whole."""
        try:
            for stage in self.BODY:
                if (answer := stage(self, exchange)) is not None:
                    return answer
        except BadTarget as error:
            return refusals.unreadable(str(error))
        raise AssertionError("the last stage answers")

    def too_large(self, exchange: Exchange) -> Answer:
        """Refuse a body that turned out to be over its limit while it came in."""
        return self._refusals.too_large(exchange.operation, exchange.limit)

    # Finding the operation

    def _open(self, request: Request) -> Exchange | Answer:
        path = request.path
        if path.startswith(self._control) and path[len(self._control) :][:1] in {"", "/"}:
            return self._own_endpoint(request)
        if not path.startswith("/") or "#" in path:
            return self._odd_target(request)
        matches = self._router.matches(path)
        if not matches:
            return refusals.path_unknown(path, self._router.nearest(path))
        if self._settings.cors and is_preflight(request):
            return preflight_answer(request, _methods(matches))
        wanted = (request.method, "GET") if request.method == "HEAD" else (request.method,)
        for method in wanted:
            for match in matches:
                if (ref := match.route.operations.get(method)) is not None:
                    operation = self._operations.get(ref) or self._read_operation(ref)
                    limit = self._settings.max_body if operation.max_body is None else operation.max_body
                    return Exchange(request, match, operation, limit, self)
        methods = _methods(matches)
        if request.method == "OPTIONS":
            return make_answer(204, headers=[("Allow", ", ".join(methods))])
        return refusals.method_unknown(path, request.method, methods)

    def _read_operation(self, ref: Ref) -> Operation:
        operation = self._operations[ref] = self._bundle.operation(ref)
        return operation

    def _odd_target(self, request: Request) -> Answer:
        if request.path == "*" and request.method == "OPTIONS":
            return make_answer(204, headers=[("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")])
        return refusals.unreadable("the request target is not a path")

    def _own_endpoint(self, request: Request) -> Answer:
        index = self._bundle.index
        health = {"status": "ok", "title": index.title, "version": index.version, "digest": index.digest}
        return own_endpoint(request, self._control, health, cors=self._settings.cors)

    # Stages that need no body

    def _check_size(self, exchange: Exchange) -> Answer | None:
        declared = exchange.request.headers.get(b"content-length")
        if declared is None or int(declared) <= exchange.limit:
            return None
        return self.too_large(exchange)

    def _authenticate(self, exchange: Exchange) -> Answer | None:
        operation = exchange.operation
        if (
            not operation.security
            or self._settings.auth == "off"
            or is_authenticated(exchange.request, operation, self._schemes)
        ):
            return None
        return self._refusals.unauthenticated(operation)

    def _check_media_type(self, exchange: Exchange) -> Answer | None:
        request, operation = exchange.request, exchange.operation
        if operation.body is None or not request.has_body or not operation.body.content:
            return None
        content_type = request.header("content-type")
        exchange.body_content = content_for(content_type or "", operation.body.content)
        if exchange.body_content is not None or self._settings.validate != "enforce":
            return None
        return self._refusals.unsupported(operation, content_type)

    # Stages that need the whole request

    def _validate(self, exchange: Exchange) -> Answer | None:
        operation = exchange.operation
        if self._settings.validate == "off" or not (operation.parameters or operation.body):
            return None
        exchange.violations.extend(self._checks.violations(exchange))
        if not exchange.violations or self._settings.validate == "warn":
            return None
        return self._refusals.invalid(operation, exchange.violations)

    def _respond(self, exchange: Exchange) -> Answer:
        return self._responder.answer(exchange)

    HEAD: ClassVar[tuple[Stage, ...]] = (_check_size, _authenticate, _check_media_type)
    BODY: ClassVar[tuple[Stage, ...]] = (_validate, _respond)


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
