"""Request bodies as a Bundle holds them: one BODY a media type, which contractctl/mockserver/bundle.py specifies."""

from __future__ import annotations

from contractctl.contract.model import Body, MediaType
from contractctl.core.json import Json
from contractctl.mock.lines import Locate
from contractctl.mock.readings import Readings
from contractctl.mock.schemas import SchemaTable


def register_body(body: Body, table: SchemaTable) -> None:
    """Make every schema that a body is checked with known to the table."""
    for media in body.content:
        if media.schema:
            table.key(media.schema, "request")
            table.strict_key(media.schema)


class RequestBodies:
    """Writes the request bodies of one contract."""

    __slots__ = ("_locate", "_readings", "_table")

    def __init__(self, table: SchemaTable, readings: Readings, locate: Locate) -> None:
        self._table = table
        self._readings = readings
        self._locate = locate

    def record(self, body: Body) -> dict[str, Json]:
        """Return the member `body` of an OPERATION."""
        content = [self._content(media) for media in body.content]
        return {"required": body.required, "at": self._locate(body.at), "content": content}

    def _content(self, media: MediaType) -> dict[str, Json]:
        entry: dict[str, Json] = {"media": media.name, "at": self._locate(media.at)}
        if media.schema:
            entry["key"] = self._table.key(media.schema, "request")
            if strict := self._table.strict_key(media.schema):
                entry["strict"] = strict
        return entry
