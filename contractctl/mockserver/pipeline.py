"""The order of checks: from a request to its answer, one stage after the other.

What a method and a target lead to is found once and remembered: the operation, the stages that have something to check
for it, and whether its parameters in path and query are as the contract says. The stages of `head` need no body and run
before it is read; those of `body` run when the request is complete, and the last of them always answers. A stage
returns an Answer, or None to pass the exchange on. Reading tokens belongs after `_authenticate`; state before
`_respond`; faults and the journal around `complete`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from contractctl.mockserver import refusals
from contractctl.mockserver.answers import Answer, make_answer
from contractctl.mockserver.bodies import is_json
from contractctl.mockserver.bundle import Bundle
from contractctl.mockserver.checks import Checks
from contractctl.mockserver.control import own_endpoint
from contractctl.mockserver.cors import is_preflight, preflight_answer
from contractctl.mockserver.documented import DocumentedAnswers
from contractctl.mockserver.exchange import Exchange, Found, Stage
from contractctl.mockserver.model import BodyContent, Operation, Ref
from contractctl.mockserver.negotiation import content_for
from contractctl.mockserver.refusals import Refusals
from contractctl.mockserver.requests import BadTarget, Request
from contractctl.mockserver.responding import Responder
from contractctl.mockserver.routing import Match, Router
from contractctl.mockserver.security import is_authenticated
from contractctl.mockserver.settings import Settings

_Served: TypeAlias = "tuple[Operation, int, tuple[Stage, ...], tuple[Stage, ...]]"
"""An operation, the limit of its body, and its stages: what all its requests have in common."""

_REMEMBERED = 4096
_LONGEST_REMEMBERED = 512
"""Bytes of a target, or of a header, that a remembered decision goes by."""


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
        self._responder = Responder(bundle, settings, documented, self._refusals)
        self._operations: dict[Ref, _Served] = {}
        self._found: dict[tuple[str, bytes], Found] = {}
        self._bodies: dict[tuple[Operation, bytes], tuple[BodyContent, bool]] = {}

    def begin(self, request: Request) -> Exchange | Answer:
        """Find the operation and check what needs no body; the answer when that settles it."""
        try:
            found = self._found.get((request.method, request.target)) or self._find(request)
            if isinstance(found, Answer):
                return found
            exchange = Exchange(request, found, self, found.operation)
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
                    return answer
        except BadTarget as error:
            return refusals.unreadable(str(error))
        raise AssertionError("the last stage answers")

    def too_large(self, exchange: Exchange) -> Answer:
        """Refuse a body that turned out to be over its limit while it came in."""
        return self._refusals.too_large(exchange.operation, exchange.limit, exchange.request.header("accept"))

    # Finding the operation

    def _find(self, request: Request) -> Found | Answer:
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
        for match in matches:
            for method in wanted:
                if (ref := match.route.operations.get(method)) is not None:
                    return self._remember(request, Found(match, *(self._operations.get(ref) or self._serve(ref))))
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

    def _serve(self, ref: Ref) -> _Served:
        operation = self._bundle.operation(ref)
        limit = self._settings.max_body if operation.max_body is None else operation.max_body
        served = operation, limit, tuple(self._head(operation)), tuple(self._body(operation))
        self._operations[ref] = served
        return served

    def _head(self, operation: Operation) -> Iterator[Stage]:
        """Yield the stages without a body that have something to check for an operation."""
        yield self._check_size
        if operation.security and self._settings.auth != "off":
            yield self._authenticate
        if operation.body and operation.body.content:
            yield self._check_media_type

    def _body(self, operation: Operation) -> Iterator[Stage]:
        """Yield the stages of the whole request that have something to do for an operation."""
        if self._settings.validate != "off" and (operation.parameters or operation.body or self._settings.strict):
            yield self._validate
        yield self._respond

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
        if is_authenticated(exchange.request, exchange.operation, self._schemes):
            return None
        return self._refusals.unauthenticated(exchange.operation, exchange.request.header("accept"))

    def _check_media_type(self, exchange: Exchange) -> Answer | None:
        request, operation = exchange.request, exchange.operation
        if not request.has_body:
            return None
        content_type = request.headers.get(b"content-type", b"")
        matched = self._bodies.get((operation, content_type)) or self._match_body(operation, content_type)
        if matched is not None:
            exchange.body_content, exchange.is_json = matched
        if matched is not None or self._settings.validate != "enforce":
            return None
        if not content_type and b"content-length" not in request.headers:
            return None  # there may be no body, which needs no type; `_validate` looks again
        return self._unsupported(exchange)

    def _unsupported(self, exchange: Exchange) -> Answer:
        request = exchange.request
        content_type, accept = request.header("content-type"), request.header("accept")
        return self._refusals.unsupported(exchange.operation, content_type, accept)

    def _match_body(self, operation: Operation, content_type: bytes) -> tuple[BodyContent, bool] | None:
        """Return what a type fits, and whether it is JSON."""
        assert operation.body is not None
        text = content_type.decode("latin-1")
        # A body without a type may be taken for bytes (RFC 9110 §8.3).
        found = content_for(text or "application/octet-stream", operation.body.content)
        if found is None:
            return None
        if len(content_type) <= _LONGEST_REMEMBERED:
            if len(self._bodies) >= _REMEMBERED:
                self._bodies.clear()
            self._bodies[operation, content_type] = found, is_json(text)
        return found, is_json(text)

    # Stages that need the whole request

    def _validate(self, exchange: Exchange) -> Answer | None:
        found = exchange.found
        if exchange.body_content is None and exchange.request.body and self._asks_for_type(exchange.operation):
            return self._unsupported(exchange)
        violations = [] if found.is_checked else self._checks.of_target(exchange)
        found.is_checked = not violations
        violations += self._checks.of_message(exchange)
        if not violations:
            return None
        exchange.violations = violations
        if self._settings.validate == "warn":
            return None
        return self._refusals.invalid(exchange.operation, violations, exchange.request.header("accept"))

    def _asks_for_type(self, operation: Operation) -> bool:
        return bool(operation.body and operation.body.content) and self._settings.validate == "enforce"

    def _respond(self, exchange: Exchange) -> Answer:
        return self._responder.answer(exchange)


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
