"""The answer of an operation whose request was let pass: what the client prefers, accepts, and the contract has."""

from __future__ import annotations

from contractctl.mockserver import refusals
from contractctl.mockserver.answers import Answer
from contractctl.mockserver.choosing import first_example, first_success, named_example, response_for
from contractctl.mockserver.documented import DocumentedAnswers
from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.model import Content, Operation, Response
from contractctl.mockserver.negotiation import accepted_content
from contractctl.mockserver.preferences import NO_PREFERENCE, Preference, UnreadablePreference, read_preference
from contractctl.mockserver.refusals import Refusals
from contractctl.mockserver.violations import violations_header

_REMEMBERED_CHOICES = 4096
_LONGEST_REMEMBERED_ACCEPT = 256


class Responder:
    """Chooses the answers of one contract. Nothing that a request says changes what the next one gets."""

    def __init__(self, documented: DocumentedAnswers, refusals: Refusals) -> None:
        self._documented = documented
        self._refusals = refusals
        self._successes: dict[Operation, tuple[Response, int] | None] = {}
        self._accepted: dict[tuple[Response, str | None], tuple[Content, ...]] = {}

    def answer(self, exchange: Exchange) -> Answer:
        """Return the documented answer, or the refusal of a preference that cannot be honoured."""
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


def _marked(answer: Answer, exchange: Exchange, preference: Preference) -> Answer:
    """Say in the answer what was honoured, and what was let pass."""
    if preference is not NO_PREFERENCE and (applied := preference.applied(synthesised=False)):
        answer = answer.adding([("Preference-Applied", applied)])
    if exchange.violations:
        answer = answer.adding([("Mock-Violations", violations_header(exchange.violations))])
    return answer
