"""Responses as a Bundle holds them: headers with their values, and the bodies of each media type."""

from __future__ import annotations

from typing import Final

from contractctl.contract.model import MediaType, Response
from contractctl.core.json import Json
from contractctl.core.patterns import pattern
from contractctl.mock.bodies import Bodies, Body
from contractctl.mock.headers import header_pairs
from contractctl.mock.limit_headers import limit_headers
from contractctl.mock.lines import Locate
from contractctl.mock.records import BundleWriter
from contractctl.mock.schemas import SchemaTable
from contractctl.mock.telling import Told

_WITHOUT_BODY: Final = pattern(r"1..|204|205|304")


class ResponseWriter:
    """Writes the responses of one contract into a Bundle."""

    __slots__ = ("_bodies", "_locate", "_table", "_told", "_writer", "keys")

    def __init__(self, table: SchemaTable, bodies: Bodies, writer: BundleWriter, *, told: Told, locate: Locate) -> None:
        self._table = table
        self._bodies = bodies
        self._writer = writer
        self._told = told
        self._locate = locate
        self.keys: dict[str, None] = {}
        """The keys of the schemas that the responses written so far have, in the order of their first use."""

    def record(self, response: Response, title: str) -> dict[str, Json]:
        """Return the RESPONSE; `title` is its operation's."""
        record: dict[str, Json] = {"status": response.status, "at": self._locate(response.at)}
        if headers := list(header_pairs(response.headers, self._table, self._told, title)):
            record["headers"] = headers
        if limits := limit_headers(response.headers, self._table):
            record["limits"] = limits
        if not _WITHOUT_BODY.fullmatch(response.status):
            content = [entry for media in response.content if (entry := self._content(media, title)) is not None]
            record.update({"content": content} if content else {})
        return record

    def _content(self, media: MediaType, title: str) -> dict[str, Json] | None:
        content = self._bodies.content(media, title)
        if content is None:
            return None
        entry: dict[str, Json] = {"media": content.media, "type": content.type}
        if content.key:
            entry["key"] = content.key
            self.keys[content.key] = None
        if content.node is not None:
            entry["xml"] = content.node
        if content.bodies:
            entry["examples"] = [self._example(body) for body in content.bodies]
        else:
            line = self._locate(content.at)
            entry["failure"] = f"{line}: {content.failure}" if line else content.failure
        return entry

    def _example(self, body: Body) -> dict[str, Json]:
        record: dict[str, Json] = {"name": body.name, "body": self._writer.add(body.data)}
        return {**record, "made": True} if body.made else record
