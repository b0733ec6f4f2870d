"""Checks over several fields of one object, which no list of fields can express."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from contractctl.core.json import Json, is_array, is_object
from contractctl.lint.structure.kinds import Condition, Fault, Tokens

STYLES: Mapping[str, Tokens] = {
    "path": ("matrix", "label", "simple"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}
_SERIALISATION = ("style", "explode", "allowReserved", "example", "examples")


def example_or_examples(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
    """Refuse `example` beside `examples`."""
    if "example" in value and "examples" in value:
        message = "`example` and `examples` stand side by side; only one of them is allowed"
        yield Fault("example-and-examples", (*tokens, "example"), message, "move the example into `examples`")


def value_or_external_value(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
    """Refuse `value` beside `externalValue`."""
    if "value" in value and "externalValue" in value:
        message = "`value` and `externalValue` stand side by side; only one of them is allowed"
        yield Fault("fields-exclusive", (*tokens, "externalValue"), message, "keep one of them")


def schema_or_content(title: str) -> Condition:
    """Return the check that exactly one of `schema` and `content` is there."""

    def check(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
        if "schema" in value and "content" in value:
            message = "`schema` and `content` stand side by side; only one of them is allowed"
            yield Fault("fields-exclusive", (*tokens, "content"), message, "keep one of them")
        elif "content" in value:
            for name in _SERIALISATION:
                if name in value:
                    message = f"`{name}` does not apply to a {title} with `content`"
                    yield Fault("field-unknown", (*tokens, name), message, f"remove `{name}`", name)
        elif "schema" not in value:
            message = f"{title}{_named(value)} has neither `schema` nor `content`"
            yield Fault("field-missing", tokens, message, "add `schema`, with the type of the value", "schema")

    return check


def _named(value: Mapping[str, Json]) -> str:
    name = value.get("name")
    return f" `{name}`" if isinstance(name, str) else ""


def path_parameter_is_required(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
    """Refuse a path parameter that is not `required: true`."""
    if value.get("in") == "path" and value.get("required") is not True:
        message = f"path parameter{_named(value)} is not `required: true`"
        yield Fault("path-parameter-not-required", tokens, message, "add `required: true`")


def style_fits_location(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
    """Refuse a style that does not exist for this location."""
    location, style = value.get("in"), value.get("style")
    if not isinstance(location, str) or not isinstance(style, str) or "schema" not in value:
        return
    allowed = STYLES.get(location, (style,))
    if style not in allowed:
        message = f"`{style}` is not a style of a {location} parameter"
        yield Fault("value-not-allowed", (*tokens, "style"), message, f"use {one_of(allowed)}", style)


def query_only_fields(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
    """Refuse `allowEmptyValue` and `allowReserved` outside the query (3.1)."""
    location = value.get("in")
    names = ("allowEmptyValue",) if "content" in value else ("allowEmptyValue", "allowReserved")
    for name in names:
        if name in value and location in ("path", "header", "cookie"):
            message = f"`{name}` does not apply to a {location} parameter"
            yield Fault("field-unknown", (*tokens, name), message, f"remove `{name}`", name)


def path_name_is_a_segment(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
    """Refuse a path parameter whose name cannot stand in a path (3.1)."""
    name = value.get("name")
    if value.get("in") == "path" and isinstance(name, str) and (not name or name[-1] in "/#?"):
        message = f"`{name}` cannot be the name of a path parameter"
        yield Fault("value-not-allowed", (*tokens, "name"), message, "leave out `/`, `#` and `?`", name)


def parameters_differ(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
    """Refuse two parameters of one name and location in one list, as far as no reference hides them."""
    parameters = value.get("parameters")
    seen: dict[tuple[Json, ...], int] = {}
    for index, parameter in enumerate(parameters if is_array(parameters) else ()):
        key = _identity(parameter)
        if key is None:
            continue
        if key in seen:
            at = (*tokens, "parameters", str(index))
            yield Fault("parameter-duplicate", at, _duplicate(key), "remove one of them", "/".join(map(str, key)))
        seen.setdefault(key, index)


def _identity(parameter: Json) -> tuple[str, ...] | None:
    if not is_object(parameter):
        return None
    reference, name, location = parameter.get("$ref"), parameter.get("name"), parameter.get("in")
    if isinstance(reference, str):
        return (reference,)
    if isinstance(name, str) and isinstance(location, str):
        return (location, name)
    return None


def _duplicate(key: tuple[Json, ...]) -> str:
    return (
        f"{key[0]} parameter `{key[1]}` is declared twice" if len(key) == 2 else f"parameter `{key[0]}` is listed twice"
    )


def link_names_one_operation(*, needed: bool) -> Condition:
    """Return the check that a link has one of `operationId` and `operationRef`, or at most one when not `needed`."""

    def check(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
        if "operationId" in value and "operationRef" in value:
            message = "`operationId` and `operationRef` stand side by side; only one of them is allowed"
            yield Fault("fields-exclusive", (*tokens, "operationRef"), message, "keep one of them")
        elif needed and "operationId" not in value and "operationRef" not in value:
            message = "link has neither `operationId` nor `operationRef`"
            yield Fault("field-missing", tokens, message, "add `operationId`", "operationId")

    return check


def license_identified_once(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
    """Refuse a license with `identifier` and `url` (3.1)."""
    if "identifier" in value and "url" in value:
        message = "`identifier` and `url` stand side by side; only one of them is allowed"
        yield Fault("fields-exclusive", (*tokens, "url"), message, "keep one of them")


def version_is_complete(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
    """Refuse `openapi: 3.1`, which lacks its last number."""
    version = value.get("openapi")
    if isinstance(version, str) and version.count(".") == 1:
        message = f"`{version}` is not a version of OpenAPI"
        yield Fault("value-not-allowed", (*tokens, "openapi"), message, f"write `{version}.0`", version)


def has_content_of_its_own(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
    """Refuse a description without paths, components and webhooks (3.1)."""
    if not any(name in value for name in ("paths", "components", "webhooks")):
        message = "description has none of `paths`, `webhooks` and `components`"
        yield Fault("field-missing", tokens, message, "add `paths`", "paths")


def has_a_response(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
    """Refuse responses that hold extensions only (3.1)."""
    if value and all(key.startswith("x-") for key in value):
        yield Fault("field-missing", tokens, "responses are empty", "document at least the successful response")


def same_items(items: Sequence[Json]) -> Iterator[int]:
    """Yield the index of every item that equals an earlier one."""
    seen: set[str] = set()
    for index, item in enumerate(items):
        text = json.dumps(item, sort_keys=True, default=str)
        if text in seen:
            yield index
        seen.add(text)


def one_of(words: Tokens) -> str:
    """Join words for a sentence: "`a`, `b` or `c`"."""
    quoted = [f"`{word}`" for word in words]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " or " + quoted[-1]
