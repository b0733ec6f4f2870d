"""Documented answers: put together once from the Bundle's records, then remembered."""

from __future__ import annotations

from contractctl.mockserver.answers import BODYLESS, Answer, make_answer
from contractctl.mockserver.bundle import Bundle
from contractctl.mockserver.model import Content, Example, Pairs, Response

_REMEMBERED_BYTES = 64 << 20
_LARGEST_REMEMBERED = 1 << 20
_REMEMBERED_STARTS = 4096
_NO_LENGTH = b"Content-Length: 0\r\n"


class DocumentedAnswers:
    """Makes and remembers answers; at most 64 MB of them, larger bodies than 1 MB are read each time."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._remembered: dict[tuple[Response, int, Content | None, Example | None], Answer] = {}
        self._bytes = 0
        self._starts: dict[tuple[Response, int, str], Answer] = {}

    def answer(
        self, response: Response, status: int, content: Content | None = None, example: Example | None = None
    ) -> Answer:
        """Return the answer with this status and body; without content or example it has no body.

        Raise BundleError when the file no longer holds the record.
        """
        key = (response, status, content, example)
        if (known := self._remembered.get(key)) is not None:
            return known
        body = self._bundle.record(example.body) if example else b""
        made = _answer_with(response, status, content if example else None, body)
        self._remember(key, made)
        return made

    def with_body(self, response: Response, status: int, content: Content, body: bytes, more: bytes) -> Answer:
        """Return the answer with this status, `more` header lines, and a body that is of this request alone."""
        if status in BODYLESS:
            bare = self.answer(response, status)
            return Answer(status, bare.head + more, b"", bare.exposed)
        key = (response, status, content.type)
        start = self._starts.get(key)
        if start is None:
            if len(self._starts) >= _REMEMBERED_STARTS:
                self._starts.clear()
            start = self._starts[key] = _answer_with(response, status, content, b"")
        head = start.head.removesuffix(_NO_LENGTH) + b"Content-Length: %d\r\n" % len(body) + more
        return Answer(status, head, body, start.exposed)

    def _remember(self, key: tuple[Response, int, Content | None, Example | None], answer: Answer) -> None:
        size = len(answer.body) + len(answer.head) + 200
        if size > _LARGEST_REMEMBERED:
            return
        if self._bytes + size > _REMEMBERED_BYTES:
            self._remembered.clear()
            self._bytes = 0
        self._remembered[key] = answer
        self._bytes += size


def _answer_with(response: Response, status: int, content: Content | None, body: bytes) -> Answer:
    """Put together an answer of a documented response with a body of one of its contents; None has no body."""
    return make_answer(
        status,
        media_type=content.type if content else "",
        body=body,
        headers=(*response.headers, *_varying(response)),
        exposed="".join(f", {name}" for name, _ in response.headers),
    )


def _varying(response: Response) -> Pairs:
    """Tell caches that the answer depends on Accept where there are several to choose from (RFC 9110 §12.5.5)."""
    offers = response.content
    return (("Vary", "Accept"),) if len(offers) > 1 or any("*" in offer.media for offer in offers) else ()
