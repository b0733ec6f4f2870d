"""What a request holds, beside what the contract says of it: parameters and body."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import TypeAlias

from contractctl.encodings.json_texts import NotJson, read_json
from contractctl.mockserver.bodies import Unreadable, may_be_empty, read_body
from contractctl.mockserver.bundle import Bundle
from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.model import Body, BodyContent, Json, Operation, Parameter, Scheme
from contractctl.mockserver.negotiation import content_for
from contractctl.mockserver.parameters import Misread, Names, Sources, read_parameter
from contractctl.mockserver.read_only import ReadOnly
from contractctl.mockserver.record import record
from contractctl.mockserver.settings import Settings
from contractctl.mockserver.validation import Claim, Claims, Validator
from contractctl.mockserver.violations import Violation, pointer_to

Parameters: TypeAlias = "tuple[Parameter, ...]"

_LARGE_BODY = 4096
_MOST_LONG = 200
"""Integers beyond 64 bits in a body of which items are compared: the time grows with their square, 0.6 s for 1 000."""
_LONG = re.compile(rb"[0-9]{19}")
_MOST_UNDECLARED = 20
_IN_TARGET = frozenset({"path", "query", "querystring"})


@record
class _Asked:
    """What an operation asks of a request, sorted once: the parameters of the target, the others, and all names."""

    target: Parameters
    head: Parameters
    names: Names

    @classmethod
    def of(cls, operation: Operation, schemes: Mapping[str, Scheme]) -> _Asked:
        target = tuple(one for one in operation.parameters if one.location in _IN_TARGET)
        head = tuple(one for one in operation.parameters if one.location not in _IN_TARGET)
        return cls(target, head, Names.of(operation, schemes))


class Checks:
    """Checks the requests of one contract."""

    def __init__(self, bundle: Bundle, settings: Settings) -> None:
        self._is_strict = settings.strict
        self._schemes = bundle.index.schemes
        self._validator = Validator(bundle, strict=settings.strict)
        self._xml = bundle.xml
        self._is_stateful = settings.stateful
        self._said: tuple[bytes, Json] = (b"", None)
        """The last body of JSON, if it was short, and what it says: who keeps things need not read it again."""
        self._known: dict[Operation, _Asked] = {}
        is_told = settings.most_requests and not settings.strict
        self._remarks = ReadOnly(bundle).remarks if is_told else None

    def of_target(self, exchange: Exchange) -> list[Violation]:
        """Return what is wrong with path and query: the same for each request of a method to a target.

        Raise BadTarget for a target that cannot be read.
        """
        asked = self._asked(exchange.operation)
        if not (asked.target or self._is_strict):
            return []
        sources = Sources.of_target(exchange.request, exchange.match, asked.names)
        found = self._of_parameters(asked.target, sources)
        if self._is_strict:
            names = asked.names.undeclared(sources.query)[:_MOST_UNDECLARED]
            found.extend(_undeclared(name, exchange.operation) for name in names)
        return found

    def looks_beyond_target(self, operation: Operation) -> bool:
        """Tell whether `of_message` has anything to look at."""
        return operation.body is not None or bool(self._asked(operation).head)

    def of_message(self, exchange: Exchange) -> Sequence[Violation]:
        """Return what is wrong with headers, cookies and body."""
        operation = exchange.operation
        head = (self._known.get(operation) or self._asked(operation)).head
        in_body = self._of_body(operation.body, exchange) if operation.body else ()
        return [*self._of_head(head, exchange), *in_body] if head else in_body

    def value(self, exchange: Exchange) -> Json:
        """Return what the body says: of several readings the first that is valid; None where it cannot be read."""
        data, content = exchange.request.body, exchange.body_content
        if not data or content is None:
            return None
        # Who asks for what cannot be read to be refused has refused it.
        if exchange.is_json:
            body, value = self._said
            if body is data:
                return value
            with suppress(NotJson):
                return read_json(data)
            return None
        try:
            values = read_body(content, exchange.request.header("content-type") or "", data, self._xml).values
        except Unreadable:
            return None
        key = self._key(content)
        valid = (one for one in values if not key or len(values) == 1 or self._validator.accepts(key, one))
        return next(valid, values[0] if values else None)

    def _asked(self, operation: Operation) -> _Asked:
        known = self._known.get(operation)
        if known is None:
            known = self._known[operation] = _Asked.of(operation, self._schemes)
        return known

    def _of_head(self, parameters: Parameters, exchange: Exchange) -> list[Violation]:
        names = self._asked(exchange.operation).names
        return self._of_parameters(parameters, Sources.of_head(exchange.request, names))

    def _of_parameters(self, parameters: Parameters, sources: Sources) -> list[Violation]:
        """Return what is wrong with parameters: first those that cannot be read or are missing, then the others."""
        found: list[Violation] = []
        claims: Claims = []
        for parameter in parameters:
            try:
                given = read_parameter(parameter, sources)
            except Misread as error:
                found.append(_of_parameter(parameter, str(error), f"`{parameter.name}` is not what its style says"))
                continue
            if given is None:
                if parameter.required:
                    found.append(_of_parameter(parameter, "a value", f"`{parameter.name}` is required"))
            elif given.values and parameter.key:
                claims.append(Claim(parameter.key, given.values, _where(parameter), parameter.name))
        found.extend(self._validator.violations(claims))
        return found

    def _of_body(self, body: Body, exchange: Exchange) -> Sequence[Violation]:
        data, content = exchange.request.body, exchange.body_content
        if not data:
            if not body.required:
                return ()
            content = _empty_content(body, exchange)
            if content is None:
                return [Violation("body", "", "a body", "the body is required", body.at)]
        if content is None:
            return [_of_type(body, exchange.request.header("content-type"))] if body.content else ()
        is_slow = len(data) > _LARGE_BODY and self._validator.compares and _has_many_long(data)
        if exchange.is_json and not is_slow and self._accepts_json(content, data, exchange):
            return ()
        try:
            read = read_body(content, exchange.request.header("content-type") or "", data, self._xml)
        except Unreadable as error:
            return [Violation("body", "", error.expected, str(error), content.at)]
        if is_slow and read.values and _long_integers(read.values[0]) > _MOST_LONG:
            message = (
                f"items must differ here, and cannot be compared with more than {_MOST_LONG} integers beyond 64 bits"
            )
            return [Violation("body", "", "integers of 64 bits", message, content.at)]
        is_strict = self._is_strict and content.strict_key != ""
        key = self._key(content)
        claims = list(read.claims)
        if key and read.values:
            is_large = len(data) > _LARGE_BODY
            claims.insert(0, Claim(key, read.values, "body", None, large=is_large, strict=is_strict, form=read.is_form))
        return [*read.violations, *self._validator.violations(claims)] if claims else read.violations

    def _accepts_json(self, content: BodyContent, data: bytes, exchange: Exchange) -> bool:
        """Tell at once of a body of JSON whether nothing is wrong with it: most have nothing to explain."""
        try:
            value = read_json(data)
        except NotJson:
            return False
        if self._is_stateful and len(data) <= _LARGE_BODY:
            self._said = data, value
        key = self._key(content) if self._is_strict else content.key
        is_valid = not key or self._validator.accepts(key, value)
        if is_valid and content.strict_key and self._remarks is not None:
            exchange.remarks = self._remarks(content, value)
        return is_valid

    def _key(self, content: BodyContent) -> str:
        """Return the key of the schema that a body has to satisfy, empty where there is none."""
        return content.strict_key if self._is_strict and content.strict_key else content.key


def _where(parameter: Parameter) -> str:
    return "query" if parameter.location == "querystring" else parameter.location


def _of_parameter(parameter: Parameter, expected: str, message: str) -> Violation:
    return Violation(_where(parameter), pointer_to([parameter.name]), expected, message, parameter.at)


def _undeclared(name: str, operation: Operation) -> Violation:
    message = f"{operation.title} has no query parameter `{name}`"
    return Violation("query", pointer_to([name]), "a declared parameter", message, operation.at)


def _empty_content(body: Body, exchange: Exchange) -> BodyContent | None:
    """Return what an empty body is of: nothing, unless it has a type that says how to read it (RFC 9110 §8.3)."""
    content_type = exchange.request.header("content-type")
    return content_for(content_type, body.content) if content_type and may_be_empty(content_type) else None


def _of_type(body: Body, content_type: str | None) -> Violation:
    taken = ", ".join(content.media for content in body.content)
    message = f"Content-Type is {content_type}" if content_type else "Content-Type is missing"
    return Violation("header", "/Content-Type", taken, message, body.at)


def _has_many_long(data: bytes) -> bool:
    return next(islice(_LONG.finditer(data), _MOST_LONG, None), None) is not None


def _long_integers(value: Json) -> int:
    """Count the integers in a value that have more than 64 bits."""
    count = 0
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            waiting.extend(node.values())
        elif isinstance(node, int) and node.bit_length() > 63:
            count += 1
    return count
