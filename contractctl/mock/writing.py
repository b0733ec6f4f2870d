"""What a documented value is as a body of its media type, and what a documented text stands for."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from contractctl.contract.media_types import essence
from contractctl.contract.model import Schema
from contractctl.core.json import Json
from contractctl.core.records import dataclass
from contractctl.encodings import streams
from contractctl.encodings.bodies import write
from contractctl.encodings.media import is_stream, kind_of
from contractctl.encodings.xml import Table
from contractctl.encodings.xml_reading import NotXml, read
from contractctl.mock.xml import XmlNodes


@dataclass(frozen=True, slots=True)
class Meaning:
    """A value that an example may stand for, and the bytes of the example where these are to be sent as they are."""

    value: Json
    data: bytes | None = None


class BodyWriter:
    """Writes values as bodies of one media type. `node` is what the `xml` member of a CONTENT says, None for others."""

    __slots__ = ("_essence", "_table", "kind", "node")

    def __init__(self, media_type: str, schema: Schema | None, nodes: XmlNodes) -> None:
        self._essence = essence(media_type)
        self.kind = kind_of(self._essence)
        self.node = nodes.root(schema) if schema and self.kind == "xml" else None
        self._table = Table(nodes.record)

    def write(self, value: Json) -> bytes:
        """Return the body; raise Unwritable."""
        if self.node is None:
            return write(value, self._essence)
        return write(value, self._essence, self._table, self.node)

    def meanings(self, example: Json) -> Iterator[Meaning]:
        """Yield what an example may stand for, what is written like its media type first."""
        if isinstance(example, str):
            data = example.encode(errors="replace")
            if self.kind == "xml" and self.node is not None:
                yield from (Meaning(value, data) for value in self._documents(data))
            elif is_stream(self.kind):
                yield from (Meaning(value, data) for value in self._sequences(data))
            yield Meaning(example)
            yield from (Meaning(value) for value in parsed(example))
        else:
            yield Meaning(example)
            if is_stream(self.kind) and not isinstance(example, list):
                yield Meaning([example])

    def fault(self, example: Json) -> str:
        """Tell why a text is not of its media type; empty where it is, or where nothing is known of that."""
        if self.node is not None and isinstance(example, str):
            try:
                read(example.encode(errors="replace"), self._table, self.node, "utf-8")
            except NotXml as reason:
                return f"it is not XML: {reason}"
        return ""

    def _documents(self, data: bytes) -> Iterator[Json]:
        if self.node is not None:
            try:
                yield from read(data, self._table, self.node, "utf-8")
            except NotXml:
                return

    def _sequences(self, data: bytes) -> Iterator[Json]:
        if self.kind == "events":
            events = streams.read_events(data)
            yield events
            yield [value for event in events if isinstance(event, dict) for value in parsed(event.get("data"))]
            return
        try:
            yield [orjson.loads(text) for _, text in streams.split(data, self.kind)]
        except orjson.JSONDecodeError:
            return


def parsed(text: Json) -> list[Json]:
    """Return what a text says when it is JSON; nothing when it is not, or is no text."""
    try:
        return [orjson.loads(text)] if isinstance(text, str) else []
    except orjson.JSONDecodeError:
        return []
