"""Which documented response a client gets: that of a status, the contract's first success, or its error."""

from __future__ import annotations

from collections.abc import Iterator

from contractctl.mockserver.model import Content, Example, Operation, Response

ERROR_STATUSES = (("400", 400), ("422", 422), ("4XX", 400), ("default", 400))
"""Where an invalid request looks for its answer, and the status that each is sent with."""


_UNKNOWN = 400
"""What `default` is sent as beside a success: it tells of errors then."""


def documented_codes(operation: Operation) -> list[str]:
    """Return the statuses that the contract documents, as it writes them."""
    return [response.status for response in operation.responses]


def response_for(operation: Operation, code: int) -> Response | None:
    """Return what the contract says about a status: itself, its range, `default`, or nothing."""
    by_status = {response.status: response for response in operation.responses}
    return by_status.get(str(code)) or by_status.get(f"{code // 100}XX") or by_status.get("default")


def first_success(operation: Operation) -> tuple[Response, int] | None:
    """Return the lowest 2xx, else `default` as 200, else the first 3xx; None when the contract has none of them.

    A range is its first status, and goes after the response of that status itself.
    """
    for wanted in ("2", "default", "3"):
        found = sorted(
            (_as_code(response.status), response.status, place, response)
            for place, response in enumerate(operation.responses)
            if response.status.startswith(wanted)
        )
        if found:
            code, _, _, response = found[0]
            return response, code
    return None


def responses_for(operation: Operation, code: int | None) -> Iterator[tuple[Response, int]]:
    """Yield where an example of some name may be, with the status to send: the first success, then all the others.

    Of a `code`, there is its response only.
    """
    if code is not None:
        if (response := response_for(operation, code)) is not None:
            yield response, code
        return
    first = first_success(operation)
    if first is not None:
        yield first
    for response in operation.responses:
        if first is None or response is not first[0]:
            yield response, _UNKNOWN if response.status == "default" else _as_code(response.status)


def error_response(operation: Operation) -> tuple[Response, Content, int] | None:
    """Return the documented answer to an invalid request, its JSON or first content, and the status to send."""
    by_status = {response.status: response for response in operation.responses}
    for status, code in ERROR_STATUSES:
        if (response := by_status.get(status)) and (content := sendable(response)):
            return response, content, code
    return None


def sendable(response: Response) -> Content | None:
    """Return the content to send without negotiation: JSON if there is any; None without an example."""
    contents = [content for content in response.content if content.examples]
    return next((content for content in contents if "json" in content.type), contents[0] if contents else None)


def first_example(contents: tuple[Content, ...]) -> tuple[Content, Example] | None:
    """Return the example that comes first in contents that are ordered by what the client accepts."""
    return next(((content, item) for content in contents for item in content.examples), None)


def named_example(contents: tuple[Content, ...], name: str) -> tuple[Content, Example] | None:
    """Return the first example of that name in contents that are ordered by what the client accepts."""
    return next(((content, item) for content in contents for item in content.examples if item.name == name), None)


def _as_code(status: str) -> int:
    if status == "default":
        return 200
    return int(status.replace("X", "0"))
