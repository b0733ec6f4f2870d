"""Which documented response a client gets: what it prefers (RFC 7240), or the contract's first success."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contractctl.mockserver.model import Content, Example, Operation, Response
from contractctl.mockserver.queries import decode_query, parse_query
from contractctl.mockserver.record import record
from contractctl.mockserver.requests import Request

ERROR_STATUSES = (("400", 400), ("422", 422), ("4XX", 400), ("default", 400))
"""Where an invalid request looks for its answer, and the status that each is sent with."""

_PREFERRING = frozenset({b"prefer", b"x-mock-response-code", b"x-mock-response-name"})
_PREFERENCE = re.compile(r'\s*([^\s=;,"]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^;,]*)))?')


class UnreadablePreference(ValueError):
    """A preference whose value makes no sense; says which."""


@record
class Preference:
    """What a client asks for: a status, an example by name; None and empty where it does not."""

    code: int | None = None
    example: str = ""

    @property
    def applied(self) -> str:
        """The value of Preference-Applied once everything is honoured."""
        told = [f"code={self.code}"] if self.code is not None else []
        return ", ".join([*told, f"example={self.example}"] if self.example else told)


NO_PREFERENCE = Preference()


def read_preference(request: Request) -> Preference:
    """Read Prefer, the query's `__code` and `__example`, and `x-mock-response-code` and `-name`.

    Raise UnreadablePreference for a code that is no status, BadTarget for a query that cannot be read.
    """
    if "__" not in request.query and _PREFERRING.isdisjoint(request.headers):
        return NO_PREFERENCE
    asked = {**_from_query(request), **_from_headers(request)}
    code = asked.get("code")
    if code is not None and not (len(code) == 3 and code.isascii() and code.isdigit() and "200" <= code <= "599"):
        raise UnreadablePreference(f"code={code} is not a status that can be sent: 200 to 599")
    return Preference(None if code is None else int(code), asked.get("example", ""))


def documented_codes(operation: Operation) -> list[str]:
    """Return the statuses that the contract documents, as it writes them."""
    return [response.status for response in operation.responses]


def response_for(operation: Operation, code: int) -> Response | None:
    """Return what the contract says about a status: itself, its range, `default`, or nothing."""
    by_status = {response.status: response for response in operation.responses}
    return by_status.get(str(code)) or by_status.get(f"{code // 100}XX") or by_status.get("default")


def first_success(operation: Operation) -> tuple[Response, int] | None:
    """Return the lowest 2xx, else `default` as 200, else the first 3xx; None when the contract has none of them."""
    for wanted in ("2", "default", "3"):
        found = sorted(
            (_as_code(response.status), place, response)
            for place, response in enumerate(operation.responses)
            if response.status.startswith(wanted)
        )
        if found:
            code, _, response = found[0]
            return response, code
    return None


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


def _from_query(request: Request) -> dict[str, str]:
    values = parse_query(request.query)
    return {name: decode_query(values["__" + name][0]) for name in ("code", "example") if "__" + name in values}


def _from_headers(request: Request) -> dict[str, str]:
    asked = {}
    for header, name in (("x-mock-response-code", "code"), ("x-mock-response-name", "example")):
        if value := request.header(header):
            asked[name] = value.strip()
    prefer = request.headers.get(b"prefer", b"").decode("utf-8", "replace")
    # The first of a preference that is given twice counts (RFC 7240 §2).
    return asked | dict(reversed(list(_preferences(prefer))))


def _preferences(header: str) -> Iterator[tuple[str, str]]:
    for found in _PREFERENCE.finditer(header):
        name, quoted, plain = found.groups()
        if name.lower() in {"code", "example"}:
            value = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else (plain or "").strip()
            yield name.lower(), value
