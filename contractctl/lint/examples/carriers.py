"""Carriers: the objects that say by a schema what a value is and may give examples of it, used or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from contractctl.contract.directions import Direction
from contractctl.contract.media_types import essence
from contractctl.contract.model import Schema
from contractctl.contract.node import Node
from contractctl.contract.references import References, Target, Unresolved
from contractctl.contract.versions import Version
from contractctl.core.json import Json, is_object, object_at
from contractctl.core.locations import Place, Pointer
from contractctl.core.records import dataclass
from contractctl.lint.survey import Part, Survey

Normalise: TypeAlias = Callable[[Json, Place], Schema]
"""Returns the schema that is written at a place as JSON Schema 2020-12."""

_REFERENCE_CHAIN_LIMIT: Final = 50
_HOLDERS: Final[Mapping[str, Direction]] = {
    "request-body": "request",
    "parameter": "request",
    "response": "response",
    "header": "either",
}


@dataclass(frozen=True, slots=True)
class Carrier:
    """A media type, parameter or header, or a response of 2.0, as it is written.

    `schema` is that of the whole value, `items` that of each item of a stream (OpenAPI 3.2). Where it `has_text`, an
    example may be a string because the value travels as text that is no JSON.
    """

    part: Part
    version: Version
    schema: Schema | None
    direction: Direction
    has_text: bool
    items: Schema | None = None
    is_parameter: bool = False

    def roots(self) -> Iterator[Schema]:
        """Yield the schemas that it has."""
        return (one for one in (self.schema, self.items) if one is not None)


@dataclass(slots=True)
class _Use:
    """How a media type is used: in which direction, and whether under a name that is no JSON."""

    part: Part
    direction: Direction
    has_text: bool


def carriers(found: Survey, references: References, normalise: Normalise) -> Iterator[Carrier]:
    """Yield every carrier of all documents, used or not, each once."""
    yield from _media_types(found, references, normalise)
    for kind in ("parameter", "header", "response"):
        for part in found.parts(kind):
            version = references.version_at(part.uri)
            if version == "2.0":
                yield Carrier(part, version, _swagger_schema(part, kind, normalise), "response", has_text=False)
            elif kind != "response":
                schema = _schema(part, "schema", normalise)
                direction = _HOLDERS[kind]
                yield Carrier(part, version, schema, direction, has_text=False, is_parameter=True)


def is_json(media_type: str) -> bool:
    """Tell whether examples of a media type are JSON values rather than text."""
    name = essence(media_type)
    return name == "application/json" or name.endswith("+json")


def followed(value: Json, at: Place, references: References) -> Target | None:
    """Return what a value means that may be a Reference Object; None where it leads nowhere or to no object."""
    for _ in range(_REFERENCE_CHAIN_LIMIT):
        if not is_object(value):
            return None
        reference = value.get("$ref")
        if not isinstance(reference, str):
            return Target(value, at)
        try:
            target = references.target(reference, at / "$ref")
        except Unresolved:
            return None
        value, at = target.value, target.at
    return None


def _media_types(found: Survey, references: References, normalise: Normalise) -> Iterator[Carrier]:
    uses = _uses(found, references)
    for part in found.parts("media-type"):
        if (part.uri, part.tokens) not in uses and "$ref" not in part.value:
            name = "".join(part.tokens[-1:])  # empty for a file of its own
            uses[part.uri, part.tokens] = _Use(part, "either", has_text=not is_json(name))
    for use in uses.values():
        part, version = use.part, references.version_at(use.part.uri)
        items = _schema(part, "itemSchema", normalise) if version == "3.2" else None
        schema = _schema(part, "schema", normalise)
        yield Carrier(part, version, schema, use.direction, has_text=use.has_text, items=items)


def _uses(found: Survey, references: References) -> dict[tuple[str, tuple[str, ...]], _Use]:
    """Return the media types under `content` by place; one that travels both ways belongs to neither."""
    uses: dict[tuple[str, tuple[str, ...]], _Use] = {}
    for kind, direction in _HOLDERS.items():
        for holder in found.parts(kind):
            for name, part in _content(holder, references):
                use = uses.setdefault((part.uri, part.tokens), _Use(part, direction, has_text=False))
                use.has_text = use.has_text or not is_json(name)
                if use.direction != direction:
                    use.direction = "either"
    return uses


def _content(holder: Part, references: References) -> Iterator[tuple[str, Part]]:
    """Yield the media types of a part with their names; a reference is followed, which versions before 3.2 lack."""
    for name, value in object_at(holder.value, "content").items():
        tokens = (*holder.tokens, "content", name)
        if not is_object(value):
            continue
        if "$ref" not in value:
            yield name, Part(holder.uri, tokens, value)
            continue
        target = followed(value, Place(holder.uri, Pointer(tokens)), references)
        if target is not None and is_object(target.value):
            yield name, Part(target.at.uri, target.at.pointer.tokens, target.value)


def _schema(part: Part, key: str, normalise: Normalise) -> Schema | None:
    return normalise(part.value[key], part.at / key) if key in part.value else None


def _swagger_schema(part: Part, kind: str, normalise: Normalise) -> Schema | None:
    """Return the schema of a part of 2.0, which parameters and headers do not write as one."""
    from contractctl.contract.swagger.values import file_as_binary, form_field_schema, value_schema

    if kind == "response" or part.value.get("in") == "body":
        return normalise(file_as_binary(part.value["schema"]), part.at / "schema") if "schema" in part.value else None
    node = Node(part.value, part.at, lambda _: None)
    own = form_field_schema(node) if part.value.get("in") == "formData" else value_schema(node)
    return normalise(own.value, own.at) if own else None
