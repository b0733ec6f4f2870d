"""Requests that an API makes to its clients, as a Bundle holds them: callbacks and webhooks.

What they carry leaves the server, so that their schemas are read as those of answers: with what is read-only, and
without what is write-only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from contractctl.contract.model import Contract, Header, Operation, Parameter, Response
from contractctl.core.json import Json
from contractctl.core.locations import Place
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.encodings.expressions import NotAnExpression, Template, parse_template
from contractctl.mock.headers import header_pairs, header_schema
from contractctl.mock.lines import Locate
from contractctl.mock.records import BundleWriter
from contractctl.mock.responses import ResponseWriter
from contractctl.mock.schemas import SchemaTable
from contractctl.mock.telling import Told, warning

_METHOD: Final = pattern(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}")
_ABSOLUTE: Final = pattern(r"(?i)https?://")
_CREDENTIALS: Final = frozenset({"authorization", "cookie", "host", "proxy-authorization", "user-agent"})


def register_sent(contract: Contract, table: SchemaTable) -> None:
    """Make every schema of what is sent known to the table, in the contract's order."""
    for operation in _sent(contract):
        for media in operation.body.content if operation.body else ():
            if media.schema:
                table.key(media.schema, "response")
        for parameter in operation.parameters:
            if schema := header_schema(_as_header(parameter)):
                table.key(schema, "response")


def _sent(contract: Contract) -> Iterator[Operation]:
    for operation in contract.operations:
        for callback in operation.callbacks:
            yield from callback.operations
    yield from contract.webhooks


@dataclass(frozen=True, slots=True)
class SentRequests:
    """Writes the OUTGOING of one contract. `bodies` writes what they carry, as it does that of answers."""

    table: SchemaTable
    bodies: ResponseWriter
    told: Told
    locate: Locate

    def callbacks(self, operation: Operation) -> list[Json]:
        """Return the callbacks of an operation; those that nobody could send are told and left out."""
        return [
            self._record(callback.name, sent, {"url": str(url)})
            for callback in operation.callbacks
            for sent in callback.operations
            if (url := self._url(sent, operation)) is not None and self._can_be_sent(sent)
        ]

    def webhooks(self, contract: Contract, writer: BundleWriter) -> Json:
        """Write the webhooks of a contract; None where it has none."""
        sent = [self._record(one.path, one, {}) for one in contract.webhooks if self._can_be_sent(one)]
        return writer.add_json(sent) if sent else None

    def _record(self, name: str, sent: Operation, more: dict[str, Json]) -> dict[str, Json]:
        body = Response(sent.at, "200", "", content=sent.body.content if sent.body else ())
        record: dict[str, Json] = {"name": name, "method": sent.method, "at": self.locate(sent.at), **more}
        if content := self.bodies.record(body, sent.title).get("content"):
            record["content"] = content
        if headers := list(self._headers(sent)):
            record["headers"] = headers
        if query := "&".join(self._query(sent)):
            record["query"] = query
        return {**record, "statuses": [response.status for response in sent.responses]}

    def _headers(self, sent: Operation) -> Iterator[Json]:
        named = tuple(
            _as_header(one)
            for one in sent.parameters
            if one.location == "header" and one.name.lower() not in _CREDENTIALS
        )
        yield from header_pairs(named, self.table, self.told, sent.title)

    def _query(self, sent: Operation) -> Iterator[str]:
        for parameter in sent.parameters:
            if parameter.location == "query":
                # Of another name, because a header may not be called what a parameter may, `date` for one.
                for _, value in header_pairs((_as_header(parameter, "X-Value"),), self.table, Told(), sent.title):
                    name = quote(parameter.name, safe="", errors="replace")
                    yield f"{name}={quote(str(value), safe='')}"

    def _url(self, sent: Operation, operation: Operation) -> Template | None:
        """Read the key of a callback; None, and told, for one that leads nowhere."""
        url = read_expressions(sent.path, sent.template, operation.title, self.told, "the callback is not sent")
        if url is None:
            return None
        first = url.parts[0] if url.parts else ""
        if isinstance(first, str) and not _ABSOLUTE.match(first):
            message = f"`{sent.path}` is neither a runtime expression nor a URL of http or https; nothing is sent"
            hint = "say where it goes: {$request.body#/url}"
            self.told.tell(
                warning("callback-url-unknown", sent.template, message, hint=hint, operation=operation.title)
            )
            return None
        return url

    def _can_be_sent(self, sent: Operation) -> bool:
        return sent.method != "CONNECT" and _METHOD.fullmatch(sent.method) is not None


def read_expressions(text: str, at: Place, operation: str, told: Told, consequence: str) -> Template | None:
    """Read a text with runtime expressions; None, and told with its `consequence`, where one is none."""
    try:
        return parse_template(text)
    except NotAnExpression as fault:
        message = f"`{fault}` is not a runtime expression; {consequence}"
        hint = "write it as $request.body#/pointer, $request.query.name or $response.header.name"
        told.tell(warning("runtime-expression-invalid", at, message, hint=hint, operation=operation))
        return None


def _as_header(parameter: Parameter, name: str = "") -> Header:
    return Header(
        at=parameter.at,
        name=name or parameter.name,
        required=parameter.required,
        explode=parameter.explode,
        schema=parameter.schema,
        content=parameter.content,
        examples=parameter.examples,
    )
