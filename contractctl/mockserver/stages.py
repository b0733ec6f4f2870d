"""The order of checks: what each operation has its requests pass, put together once.

The stages of `head` need no body and run before it is read; those of `body` run when the request is complete, and the
last of them always answers. A stage returns an Answer, or None to pass the exchange on. What asks a memory that others
share stands in `body`, which then runs outside of the loop. Those of `after` see what the stages of `body` answer, and
may answer otherwise. What an operation does not ask for is not there, and is not imported either.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from contractctl.mockserver.answers import Answer
from contractctl.mockserver.bodies import is_json
from contractctl.mockserver.bundle import Bundle
from contractctl.mockserver.checks import Checks
from contractctl.mockserver.documented import DocumentedAnswers
from contractctl.mockserver.exchange import Afterthought, Exchange, Stage
from contractctl.mockserver.model import BodyContent, Operation, Ref
from contractctl.mockserver.negotiation import content_for
from contractctl.mockserver.realism.stages import Behaviour, Realism
from contractctl.mockserver.refusals import Refusals
from contractctl.mockserver.responding import Responder
from contractctl.mockserver.runtime import Runtime
from contractctl.mockserver.security import is_authenticated, reads_tokens
from contractctl.mockserver.settings import Settings

if TYPE_CHECKING:
    from contractctl.mockserver.state.keeping import Keeping

Served: TypeAlias = "tuple[Operation, int, tuple[Stage, ...], tuple[Stage, ...], tuple[Afterthought, ...]]"
"""An operation, the limit of its body, and its stages: what all its requests have in common. See `Found`."""

_REMEMBERED = 4096
_LONGEST_REMEMBERED = 512
"""Bytes of a header that a remembered decision goes by."""


class Stages:
    """Puts together what the operations of one contract have their requests pass. `prefix` is the contract's."""

    def __init__(self, bundle: Bundle, settings: Settings, runtime: Runtime, prefix: str) -> None:
        self._bundle = bundle
        self._settings = settings
        self._runtime = runtime
        self._prefix = prefix
        self._schemes = bundle.index.schemes
        self._documented = DocumentedAnswers(bundle)
        self._refusals = Refusals(self._documented, self._schemes)
        self._checks = Checks(bundle, settings)
        self._responder = Responder(bundle, settings, self._documented, self._refusals)
        self._realism = Realism(settings, runtime, prefix, self._schemes, self._refusals)
        self._operations: dict[Ref, Served] = {}
        self._bodies: dict[tuple[Operation, bytes], tuple[BodyContent, bool]] = {}

    def of(self, ref: Ref) -> Served:
        """Return an operation, with what its requests pass."""
        return self._operations.get(ref) or self._put_together(ref)

    def too_large(self, exchange: Exchange) -> Answer:
        """Refuse a body that is over its limit."""
        return self._refusals.too_large(exchange.operation, exchange.limit, exchange.request.header("accept"))

    def _put_together(self, ref: Ref) -> Served:
        operation = self._bundle.operation(ref)
        limit = self._settings.max_body if operation.max_body is None else operation.max_body
        behaviour = self._realism.of(operation)
        head, body = tuple(self._head(operation)), tuple(self._body(operation, behaviour))
        served = (operation, limit, head, body, tuple(self._after(operation, behaviour)))
        self._operations[ref] = served
        return served

    def _head(self, operation: Operation) -> Iterator[Stage]:
        """Yield the stages without a body that have something to check for an operation."""
        if not self._waits_for_tokens(operation):
            yield from self._admission(operation)

    def _admission(self, operation: Operation) -> Iterator[Stage]:
        """Yield what looks at the head of a request, in this order."""
        if self._reads_tokens(operation):
            from contractctl.mockserver.tokens.guard import Guard

            yield Guard(operation, self._schemes, self._runtime.tokens, self._refusals)
        elif operation.security and self._mode(operation) != "off":
            yield self._authenticate
        if operation.body and operation.body.content:
            yield self._check_media_type

    def _mode(self, operation: Operation) -> str:
        return operation.mock.get("auth", self._settings.auth)

    def _reads_tokens(self, operation: Operation) -> bool:
        names = (name for uses in operation.security for name in uses)
        return self._mode(operation) == "token" and any(reads_tokens(self._schemes[name]) for name in names)

    def _waits_for_tokens(self, operation: Operation) -> bool:
        return self._runtime.memory.is_shared and self._reads_tokens(operation)

    def _body(self, operation: Operation, behaviour: Behaviour) -> Iterator[Stage]:
        """Yield the stages of the whole request that have something to do for an operation."""
        if self._waits_for_tokens(operation):
            yield from self._admission(operation)
        yield from behaviour.first
        if self._settings.validate != "off" and (operation.parameters or operation.body or self._settings.strict):
            yield self._validate if self._checks.looks_beyond_target(operation) else self._validate_target
        yield from behaviour.last
        if self._settings.stateful and operation.state and (keep := self._keeping.stage(operation)) is not None:
            yield keep
        yield self._responder.answer

    def _after(self, operation: Operation, behaviour: Behaviour) -> Iterator[Afterthought]:
        """Yield what is done with the answers of an operation, in this order."""
        if any(response.links for response in operation.responses):
            from contractctl.mockserver.links import Linking

            yield Linking(operation, self._runtime.scheme, self._bundle.xml)
        yield from behaviour.after
        if operation.callbacks and self._runtime.settings.callbacks.strip().lower() != "off":
            from contractctl.mockserver.callbacks.calling import Calling

            # The last: it goes by how long the answer is held back.
            yield Calling(operation, self._bundle, self._runtime.deliveries, self._runtime.scheme)

    # Parts

    @cached_property
    def _keeping(self) -> Keeping:
        # Imported when it is needed: a mock without state does not pay for it.
        from contractctl.mockserver.state.keeping import Keeping

        return Keeping(
            self._bundle,
            runtime=self._runtime,
            prefix=self._prefix,
            checks=self._checks,
            responder=self._responder,
            documented=self._documented,
            refusals=self._refusals,
            operation=lambda ref: self.of(ref)[0],
            seed=self._settings.seed,
        )

    # Stages that need no body

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

    def _validate_target(self, exchange: Exchange) -> Answer | None:
        """Check a request of which nothing but the target is asked for; once is enough for all that have it."""
        found = exchange.found
        answer = self._validate(exchange)
        if found.is_checked:
            found.body = tuple(stage for stage in found.body if stage != self._validate_target)
        return answer

    def _validate(self, exchange: Exchange) -> Answer | None:
        found = exchange.found
        if exchange.body_content is None and exchange.request.body and self._asks_for_type(exchange.operation):
            return self._unsupported(exchange)
        if found.is_checked:
            violations = self._checks.of_message(exchange)
        else:
            in_target = self._checks.of_target(exchange)
            found.is_checked = not in_target
            violations = [*in_target, *self._checks.of_message(exchange)]
        if not violations:
            return None
        exchange.violations = violations
        if self._settings.validate == "warn":
            return None
        return self._refusals.invalid(exchange.operation, violations, exchange.request.header("accept"))

    def _asks_for_type(self, operation: Operation) -> bool:
        return bool(operation.body and operation.body.content) and self._settings.validate == "enforce"
