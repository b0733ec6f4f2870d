"""Request bodies as a Bundle holds them: one BODY a media type, which contractctl/mockserver/bundle.py specifies."""

from __future__ import annotations

from contractctl.contract.media_types import essence
from contractctl.contract.model import Body, Contract, MediaType
from contractctl.core.json import Json
from contractctl.encodings.media import kind_of
from contractctl.mock.forms import Forms, register_forms
from contractctl.mock.lines import Locate
from contractctl.mock.readings import Readings
from contractctl.mock.schemas import SchemaTable
from contractctl.mock.xml import XmlNodes


def register_body(body: Body, table: SchemaTable) -> None:
    """Make every schema that a body is checked with known to the table."""
    for media in body.content:
        if media.schema:
            table.key(media.schema, "request")
            table.strict_key(media.schema)
            register_forms(media, table)


class RequestBodies:
    """Writes the request bodies of one contract."""

    __slots__ = ("_forms", "_locate", "_nodes", "_readings", "_table")

    def __init__(
        self, contract: Contract, table: SchemaTable, readings: Readings, nodes: XmlNodes, locate: Locate
    ) -> None:
        self._forms = Forms(contract, table, readings, locate)
        self._table = table
        self._readings = readings
        self._nodes = nodes
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
            kind = kind_of(essence(media.name))
            # A range is read as what the request says that it is.
            if kind == "xml" or "*" in media.name:
                entry["xml"] = self._nodes.root(media.schema)
            if kind == "text" or "*" in media.name:
                entry["reading"] = {"types": list(self._readings.types(media.schema.value))}
            if (form := self._forms.form(media)) is not None:
                entry["form"] = form
        return entry
