"""Checks over several fields of one object, which no list of fields can express."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from contractctl.core.json import Json, is_array, is_object
from contractctl.lint.structure.kinds import Condition, Fault, Tokens, compiled

_METHOD = r"[a-zA-Z0-9!#$%&'*+.^_`|~-]+"  # RFC 9110 §5.6.2, `token`
_VERSION = r"[0-9]+\.[0-9]+\.[0-9]+(-.+)?"
STYLES: Mapping[str, Tokens] = {
    "path": ("matrix", "label", "simple"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}
STYLES_3_2: Mapping[str, Tokens] = {**STYLES, "cookie": ("form", "cookie")}
SERIALISATION_3_2: Tokens = ("style", "explode", "allowReserved")
SERIALISATION: Tokens = (*SERIALISATION_3_2, "example", "examples")


def example_or_examples(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
    """Refuse `example` beside `examples`."""
    if "example" in value and "examples" in value:
        message = "`example` and `examples` stand side by side; only one of them is allowed"
        yield Fault("example-and-examples", (*tokens, "example"), message, "move the example into `examples`")


def exclusive(*pairs: tuple[str, str]) -> Condition:
    """Return the check that of each pair of fields only one is there."""

    def check(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
        for first, second in pairs:
            if first in value and second in value:
                message = f"`{first}` and `{second}` stand side by side; only one of them is allowed"
                yield Fault("fields-exclusive", (*tokens, second), message, "keep one of them")

    return check


def schema_or_content(title: str, *, apart: Tokens = SERIALISATION) -> Condition:
    """Return the check that exactly one of `schema` and `content` is there, and nothing of `apart` beside `content`."""

    def check(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
        if "schema" in value and "content" in value:
            message = "`schema` and `content` stand side by side; only one of them is allowed"
            yield Fault("fields-exclusive", (*tokens, "content"), message, "keep one of them")
        elif "content" in value:
            for name in apart:
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
    """Refuse a path parameter that is not `required: true`; that `required` is no boolean is another fault."""
    said = value.get("required", False)
    if value.get("in") == "path" and said is False:
        message = f"path parameter{_named(value)} is not `required: true`"
        if "required" in value:
            yield Fault("path-parameter-not-required", (*tokens, "required"), message, "write `required: true`")
        else:
            yield Fault("path-parameter-not-required", tokens, message, "add `required: true`")


def style_fits_location(styles: Mapping[str, Tokens]) -> Condition:
    """Return the check that the style exists for the location; `styles` are those of each location."""

    def check(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
        location, style = value.get("in"), value.get("style")
        if not isinstance(location, str) or not isinstance(style, str) or "schema" not in value:
            return
        allowed = styles.get(location, (style,))
        if style not in allowed:
            message = f"`{style}` is not a style of a {location} parameter"
            yield Fault("value-not-allowed", (*tokens, "style"), message, f"use {one_of(allowed)}", style)

    return check


def fields_fit_location(
    fields: Mapping[str, Tokens], locations: Tokens, *, hints: Mapping[str, str] | None = None
) -> Condition:
    """Return the check that a field stands only in parameters of its locations.

    `fields` are locations by field, `hints` what to do instead. An `in` that is none of `locations` is somebody
    else's fault.
    """

    def check(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
        location = value.get("in")
        content = SERIALISATION if "content" in value else ()  # nothing of this stands beside content anywhere
        for name, fitting in fields.items() if location in locations else ():
            if name in value and location not in fitting and name not in content:
                message = f"`{name}` does not apply to a {location} parameter"
                hint = (hints or {}).get(name, f"remove `{name}`")
                yield Fault("field-unknown", (*tokens, name), message, hint, name)

    return check


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


Declared: TypeAlias = tuple[Tokens, str, str]
"""A parameter: the pointer to it, its location and its name."""


def stands_alone(location: str, *others: str) -> Condition:
    """Return the check, over a path item, that an operation has one parameter in `location` at most.

    It has none in `others` beside it. Parameters of the path item count for each operation that does not override
    them. References hide what they lead to.
    """

    def check(item: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
        shared = list(_declared(item, tokens))
        yield from clashes(location, others, (), shared)
        for at, operation in _operations(item, tokens):
            own = list(_declared(operation, at))
            yield from clashes(location, others, inherited(shared, own), own)

    return check


def inherited(shared: Sequence[Declared], own: Sequence[Declared]) -> list[str]:
    """Return the locations of the parameters of a path item that an operation does not override."""
    names = {one[1:] for one in own}
    return [one[1] for one in shared if one[1:] not in names]


def clashes(location: str, others: Tokens, before: Iterable[str], parameters: Iterable[Declared]) -> Iterator[Fault]:
    """Yield a fault for each parameter that must not follow those of the locations `before`, nor the ones before it.

    Of `location` there is one at most, and none where there is one of `others`.
    """
    seen = set(before)
    for at, found, _ in parameters:
        if found == location and location in seen:
            message = f"a second {location} parameter; an operation has one at most"
            yield Fault("fields-exclusive", at, message, "remove one of them", found)
        rivals = others if found == location else (location,) if found in others else ()
        for rival in (one for one in rivals if one in seen):
            message = f"{found} parameter beside a {rival} parameter; only one of the two is allowed"
            yield Fault("fields-exclusive", at, message, f"send everything as {rival}, or as {found}", found)
        seen.add(found)


def _declared(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Declared]:
    """Yield the parameters of one list that have a place of their own in it: the first of each identity."""
    parameters = value.get("parameters")
    seen: set[tuple[str, ...]] = set()
    for index, parameter in enumerate(parameters if is_array(parameters) else ()):
        identity = _identity(parameter)
        if identity is not None and len(identity) == 2 and identity not in seen:
            seen.add(identity)
            location, name = identity
            yield (*tokens, "parameters", str(index)), location, name


def _operations(item: Mapping[str, Json], tokens: Tokens) -> Iterator[tuple[Tokens, Mapping[str, Json]]]:
    more = item.get("additionalOperations")
    for at, methods in ((tokens, item), ((*tokens, "additionalOperations"), more)):
        for name, operation in methods.items() if is_object(methods) else ():
            if is_object(operation) and not name.startswith("x-"):
                yield (*at, name), operation


def link_names_one_operation(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
    """Require one of `operationId` and `operationRef`, and not both."""
    if "operationId" in value and "operationRef" in value:
        message = "`operationId` and `operationRef` stand side by side; only one of them is allowed"
        yield Fault("fields-exclusive", (*tokens, "operationRef"), message, "keep one of them")
    elif "operationId" not in value and "operationRef" not in value:
        message = "link has neither `operationId` nor `operationRef`"
        yield Fault("field-missing", tokens, message, "add `operationId`", "operationId")


def version_is_complete(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
    """Refuse `openapi: 3.1`, which lacks its last number, and `3.1.0rc1`, which lacks its hyphen."""
    version = value.get("openapi")
    if isinstance(version, str) and not compiled(_VERSION).fullmatch(version):
        major, minor, patch = (*version.split("."), "0")[:3]
        right = f"{major}.{minor}.{patch if patch.isdecimal() else '0'}"
        message = f"`{version}` is not a version of OpenAPI"
        yield Fault("value-not-allowed", (*tokens, "openapi"), message, f"write `{right}`", version)


def self_has_no_fragment(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
    """Refuse a fragment in `$self` (3.2)."""
    uri = value.get("$self")
    if isinstance(uri, str) and "#" in uri:
        message = f"`{uri}` has a fragment; `$self` names the whole document"
        yield Fault("value-not-allowed", (*tokens, "$self"), message, f"write `{uri.partition('#')[0]}`", uri)


def further_methods(fixed: Tokens) -> Condition:
    """Return the check that `additionalOperations` are filed under methods, and none under one of `fixed` (3.2)."""

    def check(item: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
        more = item.get("additionalOperations")
        for method in more if is_object(more) else ():
            if method in fixed:
                message, hint = f"`{method}` has a field of its own", f"write it as `{method.lower()}`"
            elif not compiled(_METHOD).fullmatch(method):
                message, hint = f"`{method}` is not a method of HTTP", "use letters, digits, `-` and the like"
            else:
                continue
            yield Fault("value-not-allowed", (*tokens, "additionalOperations", method), message, hint, method)

    return check


def querystring_has_content(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
    """Refuse `schema` in a `querystring` parameter (3.2); that it lacks both is somebody else's fault."""
    if value.get("in") == "querystring" and "schema" in value and "content" not in value:
        message = "`schema` does not apply to a querystring parameter"
        hint = "put it under `content` and a media type, such as `application/x-www-form-urlencoded`"
        yield Fault("field-unknown", (*tokens, "schema"), message, hint, "schema")


def cookie_style_escapes_nothing(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
    """Refuse `allowReserved` beside the style `cookie` (3.2)."""
    if (value.get("in"), value.get("style")) == ("cookie", "cookie") and "allowReserved" in value:
        message = "`allowReserved` does not apply to the style `cookie`, which escapes nothing"
        yield Fault("field-unknown", (*tokens, "allowReserved"), message, "remove it", "allowReserved")


def path_name_has_no_braces(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
    """Refuse a path parameter whose name cannot stand in a template: an empty one, and one with braces."""
    name = value.get("name")
    if value.get("in") == "path" and isinstance(name, str) and (not name or "{" in name or "}" in name):
        message = f"`{name}` cannot be the name of a path parameter"
        yield Fault("value-not-allowed", (*tokens, "name"), message, "write the name without braces", name)


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
    if all(type(item) is str for item in items) and len(frozenset(map(str, items))) == len(items):
        return  # as nearly all lists are; to write each item as JSON takes twenty times as long
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
