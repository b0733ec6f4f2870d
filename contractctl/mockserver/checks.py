"""What a request holds, beside what the contract says of it: parameters and body."""

from __future__ import annotations

from typing import TypeAlias

from contractctl.mockserver.bodies import Unreadable, read_body
from contractctl.mockserver.bundle import Bundle
from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.model import Operation, Parameter
from contractctl.mockserver.parameters import Misread, Sources, read_parameter
from contractctl.mockserver.settings import Settings
from contractctl.mockserver.validation import Claim, Claims, Validator
from contractctl.mockserver.violations import Violation, pointer_to

Parameters: TypeAlias = "tuple[Parameter, ...]"

_LARGE_BODY = 4096
_IN_TARGET = frozenset({"path", "query", "querystring"})


class Checks:
    """Checks the requests of one contract."""

    def __init__(self, bundle: Bundle, settings: Settings) -> None:
        self._settings = settings
        self._validator = Validator(bundle)
        self._parameters: dict[Operation, tuple[Parameters, Parameters]] = {}

    def of_target(self, exchange: Exchange) -> list[Violation]:
        """Return what is wrong with path and query: the same for each request of a method to a target.

        Raise BadTarget for a target that cannot be read.
        """
        found: list[Violation] = []
        claims: Claims = []
        self._claim_parameters(exchange, self._parameters_of(exchange.operation)[0], claims, found)
        found.extend(self._validator.violations(claims))
        return found

    def of_message(self, exchange: Exchange) -> list[Violation]:
        """Return what is wrong with headers, cookies and body."""
        found: list[Violation] = []
        claims: Claims = []
        self._claim_parameters(exchange, self._parameters_of(exchange.operation)[1], claims, found)
        if exchange.operation.body:
            self._claim_body(exchange, claims, found)
        if claims:
            found.extend(self._validator.violations(claims))
        return found

    def _parameters_of(self, operation: Operation) -> tuple[Parameters, Parameters]:
        """Return the parameters of the target, and the others."""
        known = self._parameters.get(operation)
        if known is None:
            target = tuple(one for one in operation.parameters if one.location in _IN_TARGET)
            others = tuple(one for one in operation.parameters if one.location not in _IN_TARGET)
            known = self._parameters[operation] = target, others
        return known

    def _claim_parameters(
        self, exchange: Exchange, parameters: Parameters, claims: Claims, found: list[Violation]
    ) -> None:
        if not parameters:
            return
        sources = Sources.of(exchange.request, exchange.match, exchange.operation)
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
                claims.append(Claim(parameter.key, given.values, parameter.location, parameter.name))

    def _claim_body(self, exchange: Exchange, claims: Claims, found: list[Violation]) -> None:
        body, data = exchange.operation.body, exchange.request.body
        if body is None:
            return
        if not data:
            if body.required:
                found.append(Violation("body", "", "a body", "the body is required", body.at))
            return
        content = exchange.body_content
        if content is None:
            return
        try:
            read = read_body(content, exchange.request.header("content-type") or "", data)
        except Unreadable as error:
            found.append(Violation("body", "", error.expected, str(error), content.at))
            return
        found.extend(read.violations)
        if content.key and read.values:
            claims.append(Claim(content.key, read.values, "body", None, large=len(data) > _LARGE_BODY))


def _of_parameter(parameter: Parameter, expected: str, message: str) -> Violation:
    return Violation(parameter.location, pointer_to([parameter.name]), expected, message, parameter.at)
