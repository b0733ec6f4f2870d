"""The order of checks: from a request to its answer, one stage after the other.

`open` finds the operation; the stages of HEAD need no body and run before it is read; those of BODY run when the
request is complete, and the last of them always answers. A stage is a method that returns an Answer, or None to pass
the exchange on. Reading tokens belongs after `_authenticate`; state and synthesis before `_choose`; latency, faults
and the journal around `complete`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

import orjson

from contractctl.mockserver import refusals
from contractctl.mockserver.answers import Answer, json_answer, make_answer
from contractctl.mockserver.bundle import Bundle
from contractctl.mockserver.choosing import (
    NO_PREFERENCE,
    Preference,
    UnreadablePreference,
    first_example,
    first_success,
    named_example,
    read_preference,
    response_for,
)
from contractctl.mockserver.cors import is_preflight, preflight_answer
from contractctl.mockserver.documented import DocumentedAnswers
from contractctl.mockserver.model import BodyContent, Content, Operation, Parameter, Ref, Response
from contractctl.mockserver.negotiation import accepted_content, content_for, parse_media_range
from contractctl.mockserver.parameters import Misread, Sources, read_parameter
from contractctl.mockserver.refusals import Refusals
from contractctl.mockserver.requests import BadTarget, Request
from contractctl.mockserver.routing import Match, Router
from contractctl.mockserver.security import is_authenticated
from contractctl.mockserver.settings import Settings
from contractctl.mockserver.validation import Claim, Claims, Validator, Violation, pointer_to, violations_header

_LARGE_BODY = 4096
_REMEMBERED_CHOICES = 4096
_LONGEST_REMEMBERED_ACCEPT = 256


@dataclass(slots=True)
class Exchange:
    """A request that has found its operation, on its way through the stages. `limit` is of its body, in bytes."""

    request: Request
    match: Match
    operation: Operation
    limit: int
    body_content: BodyContent | None = None
    violations: list[Violation] = field(default_factory=list)


Stage: TypeAlias = "Callable[[Pipeline, Exchange], Answer | None]"


class Pipeline:
    """Answers the requests of one contract. Nothing that a request says changes what the next one gets."""

    def __init__(self, bundle: Bundle, settings: Settings) -> None:
        self._bundle = bundle
        self._settings = settings
        self._control = bundle.index.control
        self._schemes = bundle.index.schemes
        self._router = Router(bundle.index)
        self._validator = Validator(bundle)
        self._documented = DocumentedAnswers(bundle)
        self._refusals = Refusals(self._documented, self._schemes)
        self._operations: dict[Ref, Operation] = {}
        self._successes: dict[Operation, tuple[Response, int] | None] = {}
        self._accepted: dict[tuple[Response, str | None], tuple[Content, ...]] = {}

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
            return self._own_endpoint(request, path[len(self._control) :])
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
                    return Exchange(request, match, operation, limit)
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

    def _own_endpoint(self, request: Request, path: str) -> Answer:
        if path != "/health":
            return refusals.path_unknown(request.path, f"{self._control}/health")
        if self._settings.cors and is_preflight(request):
            return preflight_answer(request, ["GET", "HEAD"])
        if request.method not in {"GET", "HEAD"}:
            return refusals.method_unknown(request.path, request.method, ["GET", "HEAD"])
        index = self._bundle.index
        return json_answer(
            200, {"status": "ok", "title": index.title, "version": index.version, "digest": index.digest}
        )

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
        claims: Claims = []
        if operation.parameters:
            self._claim_parameters(exchange, claims)
        if operation.body:
            self._claim_body(exchange, claims)
        exchange.violations.extend(self._validator.violations(claims))
        if not exchange.violations or self._settings.validate == "warn":
            return None
        return self._refusals.invalid(operation, exchange.violations)

    def _claim_parameters(self, exchange: Exchange, claims: Claims) -> None:
        sources = Sources.of(exchange.request, exchange.match, exchange.operation)
        for parameter in exchange.operation.parameters:
            try:
                given = read_parameter(parameter, sources)
            except Misread as error:
                message = f"`{parameter.name}` is not what its style says"
                exchange.violations.append(_parameter_violation(parameter, str(error), message))
                continue
            if given is None:
                if parameter.required:
                    message = f"`{parameter.name}` is required"
                    exchange.violations.append(_parameter_violation(parameter, "a value", message))
            elif given.values and parameter.key:
                claims.append(Claim(parameter.key, given.values, parameter.location, parameter.name))

    def _claim_body(self, exchange: Exchange, claims: Claims) -> None:
        body, data = exchange.operation.body, exchange.request.body
        if body is None:
            return
        if not data:
            if body.required:
                exchange.violations.append(Violation("body", "", "a body", "the body is required", body.at))
            return
        content = exchange.body_content
        media = parse_media_range(exchange.request.header("content-type") or "")
        if content is None or media is None or not media.is_json:
            return
        try:
            value = orjson.loads(data)
        except orjson.JSONDecodeError as error:
            place = len(error.doc[: error.pos].encode("utf-8", "surrogateescape"))
            message = f"the body is not JSON: {error.msg} at byte {place}"
            exchange.violations.append(Violation("body", "", "JSON", message, content.at))
            return
        if content.key:
            claims.append(Claim(content.key, (value,), "body", None, large=len(data) > _LARGE_BODY))

    def _choose(self, exchange: Exchange) -> Answer:
        request, operation = exchange.request, exchange.operation
        try:
            preference = read_preference(request)
        except UnreadablePreference as error:
            return refusals.unreadable(str(error))
        if preference.code is None:
            if operation not in self._successes:
                self._successes[operation] = first_success(operation)
            chosen = self._successes[operation]
            if chosen is None:
                return refusals.nothing_to_send(operation, "it documents neither 2xx nor default nor 3xx")
            response, status = chosen
        else:
            wanted = response_for(operation, preference.code)
            if wanted is None:
                return refusals.code_unknown(operation, preference.code)
            response, status = wanted, preference.code
        return self._answer(exchange, response, status, preference)

    def _answer(self, exchange: Exchange, response: Response, status: int, preference: Preference) -> Answer:
        operation, name = exchange.operation, preference.example
        if not response.content:
            if name:
                return refusals.example_unknown(operation, response, name)
            return _marked(self._documented.answer(response, status), exchange, preference)
        accept = exchange.request.header("accept")
        contents = self._contents_for(response, accept)
        if not contents:
            return self._refusals.not_acceptable(operation, response, accept or "")
        found = named_example(contents, name) if name else first_example(contents)
        if found is not None:
            return _marked(self._documented.answer(response, status, *found), exchange, preference)
        if name:
            return refusals.example_unknown(operation, response, name)
        return refusals.nothing_to_send(operation, contents[0].failure or "it has no example")

    def _contents_for(self, response: Response, accept: str | None) -> tuple[Content, ...]:
        key = (response, accept)
        found = self._accepted.get(key)
        if found is None:
            found = accepted_content(accept, response.content)
            if len(accept or "") <= _LONGEST_REMEMBERED_ACCEPT:
                if len(self._accepted) >= _REMEMBERED_CHOICES:
                    self._accepted.clear()
                self._accepted[key] = found
        return found

    HEAD: ClassVar[tuple[Stage, ...]] = (_check_size, _authenticate, _check_media_type)
    BODY: ClassVar[tuple[Stage, ...]] = (_validate, _choose)


def _parameter_violation(parameter: Parameter, expected: str, message: str) -> Violation:
    return Violation(parameter.location, pointer_to([parameter.name]), expected, message, parameter.at)


def _marked(answer: Answer, exchange: Exchange, preference: Preference) -> Answer:
    """Say in the answer what was honoured, and what was let pass."""
    if preference is not NO_PREFERENCE and preference.applied:
        answer = answer.adding([("Preference-Applied", preference.applied)])
    if exchange.violations:
        answer = answer.adding([("Mock-Violations", violations_header(exchange.violations))])
    return answer


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
