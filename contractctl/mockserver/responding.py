"""The answer of an operation whose request was let pass: what the client prefers, accepts, and the contract has."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, TypeAlias

from contractctl.mockserver import refusals
from contractctl.mockserver.answers import Answer, Delivery, header_lines
from contractctl.mockserver.bundle import Bundle
from contractctl.mockserver.choosing import first_example, first_success, named_example, response_for, responses_for
from contractctl.mockserver.documented import DocumentedAnswers
from contractctl.mockserver.dynamic import Synthesis, Unmade, Wish, has_items, request_seed
from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.model import Content, Example, Operation, Response
from contractctl.mockserver.naming import NamedRequests
from contractctl.mockserver.negotiation import accepted_content
from contractctl.mockserver.preferences import (
    NO_PREFERENCE,
    Preference,
    UnreadablePreference,
    may_prefer,
    read_preference,
)
from contractctl.mockserver.record import record
from contractctl.mockserver.refusals import Refusals
from contractctl.mockserver.settings import Settings
from contractctl.mockserver.violations import violations_header

if TYPE_CHECKING:
    from contractctl.mockserver.pages.serving import Pages

_FIRST_BEYOND_SUCCESS = 300
_REMEMBERED_CHOICES = 4096
_LONGEST_REMEMBERED_ACCEPT = 256
_REMEMBERED_BYTES = 32 << 20
_LARGEST_REMEMBERED = 1 << 20


_Plain: TypeAlias = "tuple[Operation, bytes | None, bytes]"
"""An operation, what the client accepts and, where answers are synthesised or paged, target and host."""


@record
class _Asked:
    """What is to be answered: a response with a status, as the client prefers it."""

    exchange: Exchange
    response: Response
    status: int
    preference: Preference


class Responder:
    """Chooses the answers of one contract. Nothing that a request says changes what the next one gets."""

    def __init__(self, bundle: Bundle, settings: Settings, documented: DocumentedAnswers, refusals: Refusals) -> None:
        self._documented = documented
        self._refusals = refusals
        self.synthesis = Synthesis(bundle)
        self._named = NamedRequests(bundle)
        self._dynamic = settings.dynamic
        self._seed = settings.seed
        self._scheme = "https" if settings.tls_cert else "http"
        self._compiled_seed: int = bundle.index.settings.get("seed") or 0
        self._successes: dict[Operation, tuple[Response, int] | None] = {}
        self._accepted: dict[tuple[Response, str | None], tuple[Content, ...]] = {}
        self._paged: dict[Operation, bool] = {}
        self._plain: dict[_Plain, Answer] = {}
        self._bytes = 0

    @cached_property
    def pages(self) -> Pages:
        """What cuts lists into pages."""
        # Imported when it is needed: a mock of a contract that does not page does not pay for it.
        from contractctl.mockserver.pages.serving import Pages

        return Pages(self.synthesis, self._documented, self._refusals, scheme=self._scheme)

    def answer(self, exchange: Exchange) -> Answer:
        """Return the answer that the contract has, or the refusal of a preference that cannot be honoured."""
        request, operation = exchange.request, exchange.operation
        varies = self._dynamic or (operation.paging is not None and self._pages_by_itself(operation))
        if operation.named or exchange.violations or may_prefer(request) or (varies and request.body):
            return self._chosen(exchange)
        # Links to other pages name the host.
        target = b"%b %b" % (request.target, request.headers.get(b"host", b"")) if varies else b""
        key = (operation, request.headers.get(b"accept"), target)
        known = self._plain.get(key)
        if known is None:
            known = self._chosen(exchange)
            self._remember(key, known)
        return known

    def of_status(self, exchange: Exchange, response: Response, status: int) -> Answer:
        """Return what the contract has of a status, whatever the client prefers."""
        return self._answer(_Asked(exchange, response, status, NO_PREFERENCE))

    def _remember(self, key: _Plain, answer: Answer) -> None:
        size = len(answer.body) + len(answer.head) + len(key[2]) + 400
        if size > _LARGEST_REMEMBERED or len(key[1] or b"") > _LONGEST_REMEMBERED_ACCEPT:
            return
        if self._bytes + size > _REMEMBERED_BYTES:
            self._plain.clear()
            self._bytes = 0
        self._plain[key] = answer
        self._bytes += size

    def _chosen(self, exchange: Exchange) -> Answer:
        request, operation = exchange.request, exchange.operation
        try:
            preference = read_preference(request)
        except UnreadablePreference as error:
            return refusals.unreadable(str(error))
        named = self._of_named_request(exchange, preference) if operation.named else None
        if named is not None:
            return named
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
        return self._answer(_Asked(exchange, response, status, preference))

    def _of_named_request(self, exchange: Exchange, preference: Preference) -> Answer | None:
        """Return the response example that has the name of the request example that the request equals, if any.

        What the client prefers by itself goes before it.
        """
        if preference.example or self._is_dynamic(preference):
            return None
        accept = preference.media or exchange.request.header("accept")
        for name in self._named.equal(exchange):
            for response, status in responses_for(exchange.operation, preference.code):
                if found := named_example(self.contents_for(response, accept), name):
                    asked = _Asked(exchange, response, status, preference)
                    return _marked(self._documented.answer(response, status, *found), asked)
        return None

    def _answer(self, asked: _Asked) -> Answer:
        response, preference, operation = asked.response, asked.preference, asked.exchange.operation
        if not response.content:
            if preference.media:
                return refusals.media_unknown(operation, response, preference.media)
            if preference.example:
                return refusals.example_unknown(operation, response, preference.example)
            return _marked(self._documented.answer(response, asked.status), asked)
        accept = preference.media or asked.exchange.request.header("accept")
        contents = self.contents_for(response, accept)
        if not contents:
            if preference.media:
                return refusals.media_unknown(operation, response, preference.media)
            return self._refusals.not_acceptable(operation, response, accept or "")
        if preference.example:
            found = named_example(contents, preference.example)
            if found is None:
                return refusals.example_unknown(operation, response, preference.example)
            return _marked(self._documented.answer(response, asked.status, *found), asked)
        return self._of_contents(asked, contents)

    def _of_contents(self, asked: _Asked, contents: tuple[Content, ...]) -> Answer:
        """Answer with a value that is made now where one is asked for, else with the first example."""
        is_dynamic = self._is_dynamic(asked.preference)
        if asked.exchange.operation.paging is not None:
            found = first_example(contents)
            best = found[0] if found else contents[0]
            if self._is_paged(asked, best, is_dynamic=is_dynamic):
                return self._page(asked, contents, best)
        return self._unpaged(asked, contents)

    def _unpaged(self, asked: _Asked, contents: tuple[Content, ...]) -> Answer:
        is_dynamic = self._is_dynamic(asked.preference)
        found = first_example(contents)
        best = found[0] if found else contents[0]
        if is_dynamic and self.synthesis.can_make(best):
            return self._synthesised(asked, best, self._wish(asked, dynamic=True), fallback=found)
        if found is None:
            return refusals.nothing_to_send(asked.exchange.operation, contents[0].failure or "it has no example")
        content, example = found
        is_other = example.made and not is_dynamic and self._seed_of(asked.preference) != self._compiled_seed
        if is_other and self.synthesis.can_make(content):
            return self._synthesised(asked, content, self._wish(asked, dynamic=False), fallback=found)
        return _marked(self._documented.answer(asked.response, asked.status, content, example), asked)

    def _pages_by_itself(self, operation: Operation) -> bool:
        """Tell whether a request that prefers nothing may get a page, and not one answer for all."""
        known = self._paged.get(operation)
        if known is None:
            responses = [response for response in operation.responses if response.status.startswith(("2", "d"))]
            contents = [content for response in responses for content in response.content]
            known = any(_is_pageable(content, operation) for content in contents)
            self._paged[operation] = known
        return known

    def _is_paged(self, asked: _Asked, content: Content, *, is_dynamic: bool) -> bool:
        """Tell whether a page is asked for: not where an example is documented, or a value of some shape is preferred.

        A status of a range or `default` may be that of an error, which is no list.
        """
        operation, preference = asked.exchange.operation, asked.preference
        if content.page is None or content.page.total is None or asked.status >= _FIRST_BEYOND_SUCCESS:
            return False
        if preference.items is not None or preference.shape:
            return False
        if is_dynamic or not _is_documented(content):
            return True
        return operation.paging is not None and operation.paging.always and preference.dynamic is not False

    def _page(self, asked: _Asked, contents: tuple[Content, ...], content: Content) -> Answer:
        from contractctl.mockserver.pages.filling import INEXACT, NoPage
        from contractctl.mockserver.pages.serving import owner_of

        items = self.pages.corpora.items(content, owner_of(asked.exchange), self._seed_of(asked.preference))
        marks = _marks(asked, synthesised=True)
        try:
            if not items and content.page is not None and content.page.total:
                raise NoPage("no item of the list was found")
            answer = self.pages.answer(asked.exchange, asked.response, asked.status, content, items, more=marks)
        except NoPage as reason:
            return self._unpaged(asked, contents).adding([(INEXACT, str(reason))])
        return _held_back(answer, asked)

    def _is_dynamic(self, preference: Preference) -> bool:
        return preference.synthesises or (self._dynamic and preference.dynamic is not False)

    def _seed_of(self, preference: Preference) -> int:
        return self._seed if preference.seed is None else preference.seed

    def _wish(self, asked: _Asked, *, dynamic: bool) -> Wish:
        """Return what is asked of the value. Only a dynamic one depends on the request."""
        preference, seed = asked.preference, self._seed_of(asked.preference)
        if not dynamic:
            return Wish(seed, examples=True)
        return Wish(
            seed=request_seed(asked.exchange, seed),
            shape=preference.shape,
            items=preference.items,
            exchange=None if preference.shape else asked.exchange,
        )

    def _synthesised(
        self, asked: _Asked, content: Content, wish: Wish, *, fallback: tuple[Content, Example] | None
    ) -> Answer:
        response, operation = asked.response, asked.exchange.operation
        try:
            body = self.synthesis.body(content, wish)
        except Unmade as reason:
            if fallback is None or reason.proved:
                return refusals.nothing_to_send(operation, f"{response.at}: {reason}" if response.at else str(reason))
            # An answer that is valid, and says that it is not the one that was asked for.
            answer = self._documented.answer(response, asked.status, *fallback)
            return _marked(answer.adding([("Mock-Not-Synthesised", str(reason))]), asked)
        if wish.items is not None and not has_items(body, content, wish.items):
            return refusals.items_impossible(operation, response, wish.items)
        marks = _marks(asked, synthesised=True)
        return _held_back(self._documented.with_body(response, asked.status, content, body, marks), asked)

    def contents_for(self, response: Response, accept: str | None) -> tuple[Content, ...]:
        """Return what a client accepts of a response, the best first."""
        key = (response, accept)
        found = self._accepted.get(key)
        if found is None:
            found = accepted_content(accept, response.content)
            if len(accept or "") <= _LONGEST_REMEMBERED_ACCEPT:
                if len(self._accepted) >= _REMEMBERED_CHOICES:
                    self._accepted.clear()
                self._accepted[key] = found
        return found


def _is_pageable(content: Content, operation: Operation) -> bool:
    """Tell whether a content is answered page by page where nothing is preferred."""
    if content.page is None or content.page.total is None:
        return False
    return not _is_documented(content) or (operation.paging is not None and operation.paging.always)


def _is_documented(content: Content) -> bool:
    """Tell whether the contract has an example of an answer, in the schema at least."""
    by_schema = content.page is not None and content.page.documented
    return by_schema or any(not example.made for example in content.examples[:1])


def _marked(answer: Answer, asked: _Asked) -> Answer:
    """Say in the answer what was honoured, and what was let pass; hold it back as long as the client prefers."""
    marks = _marks(asked, synthesised=False)
    if marks:
        answer = Answer(answer.status, answer.head + marks, answer.body, answer.exposed)
    return _held_back(answer, asked)


def _marks(asked: _Asked, *, synthesised: bool) -> bytes:
    preference, violations = asked.preference, asked.exchange.violations
    marks = b"" if preference is NO_PREFERENCE else _honoured(preference, synthesised)
    return marks + header_lines([("Mock-Violations", violations_header(violations))]) if violations else marks


@lru_cache(maxsize=1024)
def _honoured(preference: Preference, synthesised: bool) -> bytes:
    applied = preference.applied(synthesised=synthesised)
    return header_lines((("Preference-Applied", applied), ("Vary", "Prefer"))) if applied else b""


def _held_back(answer: Answer, asked: _Asked) -> Answer:
    return replace(answer, delivery=Delivery(asked.preference.wait)) if asked.preference.wait else answer
