"""The bodies of responses: documented examples that the contract allows, else synthesised values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from contractctl.contract.model import Example, MediaType
from contractctl.core.findings import Finding
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Place, Pointer
from contractctl.core.records import dataclass
from contractctl.encodings.bodies import Unwritable
from contractctl.mock.media import concrete, is_media_type, with_boundary
from contractctl.mock.readings import Readings
from contractctl.mock.schemas import SchemaTable, schema_examples
from contractctl.mock.telling import Told, warning
from contractctl.mock.writing import BodyWriter, Meaning, parsed
from contractctl.mock.xml import XmlNodes
from contractctl.synth import GaveUp, Unsatisfiable

if TYPE_CHECKING:
    import jsonschema_rs

_LONGEST_MESSAGE = 200
_MOST_ERRORS = 50
_NOTHING = {"json": b"{}", "xml": b"<root/>"}
"""What is sent where the contract says nothing of the body."""


class _NoBody(Exception):
    """There is no body to send; the message says why."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body to send, under the name of its example; empty for one without a name. `made` says: synthesised."""

    name: str
    data: bytes
    made: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """One media type of a response. `failure` says why there are no bodies, `at` where the contract says so.

    `key` is that of its schema, empty where it has none; `node` that of an XML body's root element.
    """

    media: str
    type: str
    bodies: tuple[Body, ...]
    failure: str
    at: Place
    findings: tuple[Finding, ...]
    key: str = ""
    node: int | None = None


class Bodies:
    """Makes the bodies of a contract's responses. A shared response is made once.

    `consequence` is what a finding says of one without a body.
    """

    __slots__ = ("_consequence", "_keep_invalid", "_known", "_nodes", "_readings", "_table", "_told")

    def __init__(
        self,
        table: SchemaTable,
        readings: Readings,
        nodes: XmlNodes,
        told: Told,
        *,
        keep_invalid: bool,
        consequence: str = "the response answers 501",
    ) -> None:
        self._consequence = consequence
        self._table = table
        self._nodes = nodes
        self._readings = readings
        self._told = told
        self._keep_invalid = keep_invalid
        self._known: dict[tuple[str, Place, Place | None], Content] = {}

    def content(self, media: MediaType, operation: str) -> Content | None:
        """Return what can be sent for a media type; None (and a finding) for a name that no header can carry."""
        if not is_media_type(media.name):
            message = f"`{media.name}` is not a media type; the mock does not offer it"
            self._told.tell(warning("media-type-invalid", media.at, message, operation=operation))
            return None
        # `produces` of 2.0 names the type of many schemas in one place; media types of 3.2 are used under many names.
        key = (media.name, media.at, media.schema.at if media.schema else None)
        if key not in self._known:
            self._known[key] = self._content(media)
        content = self._known[key]
        for finding in content.findings:
            self._told.tell(replace(finding, operations=(operation,)))
        return content

    def _content(self, media: MediaType) -> Content:
        parts = (self._table, self._readings, self._nodes, media)
        maker = _ContentMaker(*parts, keep_invalid=self._keep_invalid, consequence=self._consequence)
        bodies = tuple(maker.bodies())
        findings = tuple(maker.findings)
        return Content(media.name, maker.type, bodies, maker.failure, maker.failed_at, findings, maker.key, maker.node)


class _ContentMaker:
    """Makes the bodies of one media type."""

    def __init__(
        self,
        table: SchemaTable,
        readings: Readings,
        nodes: XmlNodes,
        media: MediaType,
        *,
        keep_invalid: bool,
        consequence: str,
    ) -> None:
        self._table = table
        self._consequence = consequence
        self._media = media
        self._keep_invalid = keep_invalid
        self._key = table.key(media.schema, "response") if media.schema else None
        has_json = self._key is not None or any(not isinstance(example.value, str) for example in media.examples)
        sent = concrete(media.name, has_schema=has_json)
        has_text = any(isinstance(one.value, str) or one.serialized is not None for one in media.examples)
        # A documented text has boundaries of its own.
        self.type = sent if has_text else with_boundary(sent)
        self._writer = BodyWriter(self.type, media.schema, nodes)
        self._kind = self._writer.kind
        takes_text = media.schema is None or "string" in readings.types(media.schema.value)
        self._is_checked = self._key is not None and (self._kind not in {"text", "binary"} or takes_text)
        self.findings: list[Finding] = []
        self.failure = ""
        self.failed_at = media.at

    @property
    def key(self) -> str:
        """The key of the schema; empty where there is none."""
        return self._key or ""

    @property
    def node(self) -> int | None:
        """The node of the root element of an XML body."""
        return self._writer.node

    def bodies(self) -> Iterator[Body]:
        """Yield the bodies in the order of choice; none leaves `failure`."""
        written = list(self._documented())
        if written:
            yield from written
            return
        self._check_schema_examples()
        if self._media.schema is None and self._media.item_schema is not None:
            message = f"`{self._media.name}` is described by its items, but is no stream that the mock can write"
            hint = "add an example"
            self.findings.append(warning("response-items-unsent", self._media.item_schema.at, message, hint=hint))
        try:
            yield Body("", self._synthesised(), made=self._key is not None)
        except _NoBody as reason:
            self.failure = str(reason)

    def _documented(self) -> Iterator[Body]:
        for example in self._media.examples:
            is_text = example.serialized is not None and not (example.has_value and self._kind == "json")
            body = self._of_serialized(example, example.serialized or "") if is_text else self._of_example(example)
            if body is not None:
                yield body

    def _of_serialized(self, example: Example, text: str) -> Body | None:
        """Return the body that an example is as it travels; the value that it says has to be valid, too."""
        body = Body(example.name, text.encode(errors="surrogateescape"))
        if self._key is None or not self._is_checked or self._keep_invalid:
            return body
        if self._kind == "json":
            value = _parsed(text)
            is_json = value is not text
            return body if is_json and self._table.is_valid(self._key, value) else self._instead(example, value)
        values = [example.value] if example.has_value else [one.value for one in self._writer.meanings(text)]
        if any(self._table.is_valid(self._key, value) for value in values):
            return body
        return self._instead(example, values[0] if values else text)

    def _of_example(self, example: Example) -> Body | None:
        """Return an example's body, or a synthesised one in the place of one that is invalid."""
        value = self._acceptable(example.value)
        try:
            if value is not None:
                return Body(example.name, self._write(value.value) if value.data is None else value.data)
        except _NoBody as reason:
            self.findings.append(warning("example-unwritable", example.at, f"the example is not served: {reason}"))
            return None
        return self._instead(example, example.value)

    def _instead(self, example: Example, value: Json) -> Body | None:
        """Tell that an example is invalid; return what is sent in its place."""
        self._tell_invalid(example.at, value)
        try:
            if self._keep_invalid:
                kept = self._unchecked(value)
                return Body(example.name, self._write(kept.value) if kept.data is None else kept.data)
            return Body(example.name, self._synthesised(), made=True)
        except _NoBody:
            return None

    def _acceptable(self, value: Json) -> Meaning | None:
        """Return what an example stands for when the schema allows it.

        A text may stand for what it says in its media type, or in JSON; members that are never sent are left out.
        """
        if self._key is None or not self._is_checked:
            return self._unchecked(value)
        for meaning in self._writer.meanings(value):
            if self._table.is_valid(self._key, meaning.value):
                return meaning
        sendable = _without(value, (list(error.instance_path)[1:] for error in self._forbidden(value)))
        return Meaning(sendable) if self._table.is_valid(self._key, sendable) else None

    def _unchecked(self, value: Json) -> Meaning:
        """Return what an example stands for that no schema speaks of: a text is what it is."""
        if isinstance(value, str) and self._kind != "json":
            return Meaning(value, value.encode(errors="replace"))
        return Meaning(_parsed(value) if _is_structure(_parsed(value)) else value)

    def _forbidden(self, value: Json) -> list[jsonschema_rs.ValidationError]:
        """Return the errors that speak of `writeOnly` members."""
        assert self._key is not None
        errors = islice(self._table.errors(self._key, value), _MOST_ERRORS)
        return [error for error in errors if list(error.schema_path)[-1:] == ["not"] and error.kind.value == {}]

    def _tell_invalid(self, at: Place, value: Json) -> None:
        assert self._key is not None
        error = next(iter(self._table.errors(self._key, value)), None)
        pointer = Pointer(tuple(map(str, error.instance_path[1:]))) if error else Pointer()
        reason = self._writer.fault(value) or (_shortened(error.message) if error else "it is not valid")
        where = f" at `{pointer}`" if pointer.tokens else ""
        instead = "is served all the same" if self._keep_invalid else "is replaced by a synthesised one"
        message = f"the example does not satisfy its schema{where}: {reason}; it {instead}"
        schema = ("the schema", self._table.place(self._key))
        self.findings.append(warning("example-invalid", at, message, because=schema, hint="make the two agree"))

    def _check_schema_examples(self) -> None:
        """Tell the schema's own examples that it does not allow; synthesis passes over them by itself."""
        if self._key is None or self._media.schema is None:
            return
        for at, value in schema_examples(self._table, self._media.schema):
            if not self._table.is_valid(self._key, value):
                self._tell_invalid(at, value)

    def _synthesised(self) -> bytes:
        if self._key is None:
            return _NOTHING.get(self._kind, b"")
        try:
            return self._write(self._table.make(self._key))
        except Unsatisfiable as proof:
            raise self._without_value("schema-unsatisfiable", f"no value satisfies the schema: {proof}") from None
        except GaveUp as reason:
            message = f"no value was found for the schema: {reason}"
            raise self._without_value("schema-not-synthesised", message) from None

    def _without_value(self, rule: str, message: str) -> _NoBody:
        assert self._key is not None
        self.failed_at = self._table.place(self._key)
        finding = warning(rule, self.failed_at, f"{message}; {self._consequence}", hint="document an example")
        if finding not in self.findings:
            self.findings.append(finding)
        return _NoBody(message)

    def _write(self, value: Json) -> bytes:
        try:
            return self._writer.write(value)
        except Unwritable as reason:
            raise _NoBody(f"{reason}; document an example that is a string") from None


def _parsed(value: Json) -> Json:
    """Return what a text says when it is JSON, else the value itself."""
    return next(iter(parsed(value)), value)


def _is_structure(value: Json) -> bool:
    return is_object(value) or is_array(value)


def _without(value: Json, paths: Iterator[list[str | int]]) -> Json:
    """Return a copy of the value without the members at `paths`."""
    for path in paths:
        value = _removed(value, path)
    return value


def _removed(value: Json, path: list[str | int]) -> Json:
    if not path:
        return value
    head, rest = path[0], path[1:]
    if is_object(value):
        return {
            name: _removed(member, rest) if name == head else member
            for name, member in value.items()
            if rest or name != head
        }
    if is_array(value):
        return [_removed(item, rest) if index == head else item for index, item in enumerate(value)]
    return value


def _shortened(message: str) -> str:
    line = message.splitlines()[0]
    return line if len(line) <= _LONGEST_MESSAGE else line[: _LONGEST_MESSAGE - 1] + "…"
