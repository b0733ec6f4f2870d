"""Answers that say no: the contract's own where it documents one with a body, else a problem document that explains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from contractctl.mockserver.answers import Answer, problem
from contractctl.mockserver.choosing import documented_codes, error_response, response_for, sendable
from contractctl.mockserver.documented import DocumentedAnswers
from contractctl.mockserver.memory.interface import MemoryFull, MemoryUnreachable
from contractctl.mockserver.model import Content, Operation, Response, Scheme
from contractctl.mockserver.negotiation import accepted_content
from contractctl.mockserver.security import challenges, scheme_names, scope_challenge
from contractctl.mockserver.violations import Violation, violations_header


def unreadable(detail: str) -> Answer:
    """Refuse what cannot be read at all."""
    return problem(400, detail)


def path_unknown(path: str, nearest: str | None) -> Answer:
    """Answer 404 and name the path of the contract that looks most alike."""
    hint = f"; the nearest is {nearest}" if nearest else ""
    return problem(404, f"the contract has no path {path}{hint}", nearest=nearest)


def endpoint_unknown(path: str, endpoints: Sequence[str]) -> Answer:
    """Answer 404 below the control prefix, and name what is there."""
    return problem(404, f"the mock has no endpoint {path}; it has {', '.join(endpoints)}", endpoints=list(endpoints))


def prefix_unknown(path: str, titles: Mapping[str, str]) -> Answer:
    """Answer 404 where no contract is, and name the prefixes (with their titles) below which one is."""
    listed = ", ".join(f"{prefix} ({title})" for prefix, title in titles.items())
    return problem(404, f"no contract is at {path}; there is {listed}", prefixes=list(titles))


def method_unknown(path: str, method: str, methods: Sequence[str]) -> Answer:
    """Answer 405 with Allow."""
    allowed = ", ".join(methods)
    return problem(405, f"{path} has no method {method}; it has {allowed}", headers=[("Allow", allowed)])


def preference_unknown(operation: Operation, what: str, available: Sequence[str]) -> Answer:
    """Answer 404 to a preference for something that the contract does not have, and list what it has."""
    listed = ", ".join(available) or "none"
    return problem(404, f"{operation.title} documents no {what}; it has: {listed}", available=list(available))


def code_unknown(operation: Operation, code: int) -> Answer:
    """Answer 404 to a preference for a status that is not documented."""
    return preference_unknown(operation, f"status {code}", documented_codes(operation))


def example_unknown(operation: Operation, response: Response, name: str) -> Answer:
    """Answer 404 to a preference for an example that a response does not have."""
    names = dict.fromkeys(item.name for content in response.content for item in content.examples if item.name)
    return preference_unknown(operation, f"example {name} for its status {response.status}", list(names))


def media_unknown(operation: Operation, response: Response, media: str) -> Answer:
    """Answer 404 to a preference for a media type that a response does not have."""
    offered = [content.media for content in response.content]
    return preference_unknown(operation, f"media type {media} for its status {response.status}", offered)


def items_impossible(operation: Operation, response: Response, items: int) -> Answer:
    """Answer 404 to a preference for a number of items that no array of a response can have."""
    return problem(404, f"{operation.title} has no array of {items} items for its status {response.status}")


def nothing_to_send(operation: Operation, reason: str) -> Answer:
    """Answer 501 where the contract leaves nothing that could be sent."""
    return problem(501, f"{operation.title} has no response to send: {reason}")


def of_memory(error: MemoryUnreachable | MemoryFull) -> Answer:
    """Answer 503 while the memory of all replicas does not answer, and 507 where nothing more can be kept."""
    if isinstance(error, MemoryFull):
        return problem(507, str(error))
    return problem(503, str(error), headers=[("Retry-After", "1")])


class Refusals:
    """Refusals that a contract may document, for its operations."""

    def __init__(self, documented: DocumentedAnswers, schemes: Mapping[str, Scheme]) -> None:
        self._documented = documented
        self._schemes = schemes
        self._unchallenged: dict[Response, Response] = {}

    def unauthenticated(self, operation: Operation, accept: str | None, fault: str = "") -> Answer:
        """Answer 401 with a challenge for each scheme, in the place of those that the contract has for an example.

        `fault` is what is wrong with the token that was there, empty where none was.
        """
        headers = [("WWW-Authenticate", value) for value in challenges(operation, self._schemes, fault)]
        if (own := self._own(operation, 401, accept)) is not None:
            return own.adding(headers)
        supported = ", ".join(scheme_names(operation))
        message = f"Not authenticated. Supported authentication types: {supported}."
        told = {"code": 401, "message": message, **({"error": "invalid_token"} if fault else {})}
        return _documented_headers(operation, problem(401, fault or message, headers=headers, **told))

    def forbidden(
        self, operation: Operation, names: Sequence[str], scopes: Sequence[str], accept: str | None
    ) -> Answer:
        """Answer 403 to a token that is good, but not for the `scopes` that schemes of these names ask for."""
        headers = [("WWW-Authenticate", scope_challenge(self._schemes[name], scopes)) for name in names]
        if (own := self._own(operation, 403, accept)) is not None:
            return own.adding(headers)
        scope = " ".join(scopes)
        message = f"Not authorized. {operation.title} needs the scopes: {scope}."
        told = {"code": 403, "message": message, "error": "insufficient_scope", "scope": scope}
        return _documented_headers(operation, problem(403, message, headers=headers, **told))

    def too_large(self, operation: Operation, limit: int, accept: str | None) -> Answer:
        """Answer 413."""
        detail = f"the body is larger than the {limit} bytes that {operation.title} takes"
        own = self._own(operation, 413, accept)
        return own or _documented_headers(operation, problem(413, detail, limit=limit))

    def unsupported(self, operation: Operation, content_type: str | None, accept: str | None) -> Answer:
        """Answer 415 and list the media types that the operation takes."""
        taken = [content.media for content in operation.body.content] if operation.body else []
        given = f"is {content_type}" if content_type else "is missing"
        detail = f"Content-Type {given}; {operation.title} takes {', '.join(taken)}"
        if (own := self._own(operation, 415, accept)) is not None:
            return own
        # RFC 9110 §12.5.1, RFC 5789 §2.2
        name = "Accept-Patch" if operation.title.startswith("PATCH ") else "Accept"
        headers = [(name, ", ".join(taken))]
        return _documented_headers(operation, problem(415, detail, headers=headers, available=taken))

    def invalid(self, operation: Operation, violations: Sequence[Violation], accept: str | None) -> Answer:
        """Answer an invalid request as the contract documents it, the violations in a header; else with them in 400."""
        headers = [("Mock-Violations", violations_header(violations))]
        if documented := error_response(operation):
            response, content, status = documented
            content = _accepted(response, accept) or content
            return self._documented.answer(response, status, content, content.examples[0]).adding(headers)
        told = [violation.as_json() for violation in violations]
        detail = "; ".join(f"{item.where} {item.pointer or '/'}: {item.message}" for item in violations[:3])
        return _documented_headers(operation, problem(400, detail, headers=headers, violations=told))

    def not_acceptable(self, operation: Operation, response: Response, accept: str) -> Answer:
        """Answer 406 and list the media types that there are."""
        offered = [content.type for content in response.content]
        detail = f"{operation.title} cannot answer with {accept}; it has {', '.join(offered)}"
        own = self._own(operation, 406, accept)
        return own or _documented_headers(operation, problem(406, detail, available=offered))

    def of_status(self, operation: Operation, status: int, detail: str, accept: str | None) -> Answer:
        """Answer with a status that the mock was set up to answer with, whether the contract documents it or not."""
        own = self._own(operation, status, accept)
        return own or _documented_headers(operation, problem(status, detail))

    def _own(self, operation: Operation, status: int, accept: str | None) -> Answer | None:
        """Return what the contract documents of a status, in the media type that a client accepts if there is one.

        `default` is of every status that is not listed (OpenAPI 3.1.1 §4.8.16).
        """
        by_status = {response.status: response for response in operation.responses}
        for name in (str(status), f"{status // 100}XX", "default"):
            if (response := by_status.get(name)) and (content := _accepted(response, accept) or sendable(response)):
                shown = self._without_challenge(response) if status in {401, 403} else response
                return self._documented.answer(shown, status, content, content.examples[0])
        return None

    def _without_challenge(self, response: Response) -> Response:
        known = self._unchallenged.get(response)
        if known is None:
            headers = tuple(pair for pair in response.headers if pair[0].lower() != "www-authenticate")
            known = response if headers == response.headers else replace(response, headers=headers)
            self._unchallenged[response] = known
        return known


def _documented_headers(operation: Operation, answer: Answer) -> Answer:
    """Add to a problem document the headers that the contract documents of its status, without a body to go with."""
    if (response := response_for(operation, answer.status)) is None or not response.headers:
        return answer
    said = answer.head.lower()
    more = [pair for pair in response.headers if f"\r\n{pair[0].lower()}: ".encode() not in said]
    exposed = "".join(f", {name}" for name, _ in response.headers)
    return replace(answer.adding(more), exposed=exposed.encode("ascii"))


def _accepted(response: Response, accept: str | None) -> Content | None:
    """Return the content that a client accepts and that can be sent; None for a client that names none."""
    if accept is None:
        return None
    offers = {content.media: content for content in response.content if content.examples}
    wanted = accepted_content(accept, tuple(offers.values()))
    # As the contract has it: what was made concrete for this client would be remembered anew for each.
    return offers[wanted[0].media] if wanted else None
