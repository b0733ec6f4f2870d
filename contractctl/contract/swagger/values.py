"""What Swagger 2.0 writes without a schema: the values of parameters, items and headers, and lists as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from contractctl.contract.node import Node, malformed
from contractctl.core.json import Json, is_object

_KEYWORDS: Final = frozenset(
    (
        *("type", "format", "items", "default", "enum", "multipleOf", "x-nullable"),
        *("maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"),
        *("maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems"),
    )
)
_ITEM_KEYWORDS: Final = _KEYWORDS | {"$ref"}
_STYLES: Final[Mapping[str, str]] = {"ssv": "spaceDelimited", "tsv": "tabDelimited", "pipes": "pipeDelimited"}
_WITHOUT_FORMAT: Final[Mapping[str, tuple[str, bool]]] = {
    "path": ("simple", False),
    "header": ("simple", False),
    "query": ("form", True),
    "formData": ("form", True),
}


def value_schema(node: Node) -> Node | None:
    """Return what a parameter or header says of its value as a schema at its own place; None where it says nothing.

    Its items stay where they are below it. A `collectionFormat` inside of items is left out: OpenAPI 3 has no words
    for lists in lists. The description is that of the parameter.
    """
    value = _picked(node.value, _KEYWORDS)
    return Node(value, node.at, node.tell) if value else None


def form_field_schema(node: Node) -> Node:
    """Return a form parameter as the schema of a property; its description is kept, for nothing else holds it."""
    value = _picked(node.value, _KEYWORDS)
    description = node.optional_text("description")
    if description is not None:
        value["description"] = description
    return Node(file_as_binary(value), node.at, node.tell)


def file_as_binary(value: Json) -> Json:
    """Say `type: file` as OpenAPI 3 does (3.0.4 §4.7.14.2); return any other schema itself."""
    if is_object(value) and value.get("type") == "file":
        return {**value, "type": "string", "format": "binary"}
    return value


def collection_style(node: Node, location: str) -> tuple[str, bool]:
    """Return the style and explode that OpenAPI 3 has for the `collectionFormat` of a parameter.

    `tsv` is `tabDelimited`, which it does not have. What is no list has the defaults of its location, where it is one
    of path, header, query and formData. Tell of a format that the location does not have, and take `csv`.
    """
    style, explode = _WITHOUT_FORMAT[location]
    if node.get("type") != "array":
        return style, explode
    formats = ("csv", *_STYLES, *(("multi",) if explode else ()))
    written = node.text("collectionFormat") or "csv"
    if written not in formats:
        message = f"`{written}` is not a `collectionFormat` of a {location} parameter; `csv` is taken"
        node.tell(malformed(node.at / "collectionFormat", message, f"use `{'`, `'.join(formats)}`"))
    return _STYLES.get(written, style), written == "multi" and explode


def _picked(value: Json, keywords: frozenset[str]) -> dict[str, Json]:
    """Return the keywords of a parameter, header or items object that say what its value is.

    A `$ref` in items, which 2.0 does not have, is followed all the same: many write it.
    """
    if not is_object(value):
        return {}
    picked = {keyword: member for keyword, member in value.items() if keyword in keywords}
    if is_object(picked.get("items")):
        picked["items"] = _picked(picked["items"], _ITEM_KEYWORDS)
    return picked
