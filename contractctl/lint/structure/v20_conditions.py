"""Checks over several fields of one object of Swagger 2.0, which no list of fields can express."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contractctl.core.json import Json
from contractctl.lint.structure.kinds import Condition, Fault, Tokens, compiled
from contractctl.lint.structure.security import scheme_fits

_HOST = r"[^{}/ :\\]+(:[0-9]+)?"
_URLS_OF_FLOWS: Mapping[str, Tokens] = {
    "implicit": ("authorizationUrl",),
    "password": ("tokenUrl",),
    "application": ("tokenUrl",),
    "accessCode": ("authorizationUrl", "tokenUrl"),
}
FLOWS = tuple(_URLS_OF_FLOWS)
_FITS_FLOW = scheme_fits("flow", _URLS_OF_FLOWS, {})


def host_is_bare(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
    """Refuse a host with anything but a name and a port."""
    host = value.get("host")
    if isinstance(host, str) and not compiled(_HOST).fullmatch(host):
        message = f"`{host}` is not a host, which is a name and perhaps a port"
        hint = "leave out what belongs to `schemes` and `basePath`; `host` has no variables"
        yield Fault("value-not-allowed", (*tokens, "host"), message, hint, host)


def base_path_is_absolute(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
    """Refuse a `basePath` without its slash."""
    path = value.get("basePath")
    if isinstance(path, str) and not path.startswith("/"):
        message = f"`{path}` does not start with `/`"
        yield Fault("value-not-allowed", (*tokens, "basePath"), message, f"write `/{path}`", path)


def body_has_schema(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
    """Require `schema` of a parameter in the body, and `type` of all others.

    One that has the other field instead is somebody else's fault.
    """
    location = value.get("in")
    if "schema" in value or "type" in value:
        return
    if location == "body":
        hint = "add `schema`, with the type of the body"
        yield Fault("field-missing", tokens, "body parameter has no `schema`", hint, "schema")
    elif location in ("query", "header", "path", "formData"):
        hint = "add `type`; only a body parameter has a `schema`"
        yield Fault("field-missing", tokens, f"{location} parameter has no `type`", hint, "type")


def multi_repeats_a_name(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
    """Refuse `collectionFormat: multi` where a name cannot be repeated."""
    location = value.get("in")
    if value.get("collectionFormat") == "multi" and location in ("path", "header"):
        message = f"`multi` does not apply to a {location} parameter"
        hint = "use `csv`, `ssv`, `tsv` or `pipes`: only query and formData repeat a name"
        yield Fault("value-not-allowed", (*tokens, "collectionFormat"), message, hint, "multi")


def file_is_form_data(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
    """Refuse `type: file` outside of forms."""
    location = value.get("in")
    if value.get("type") == "file" and location in ("query", "path", "header"):
        message = f"`file` is not a type of a {location} parameter"
        yield Fault("value-not-allowed", (*tokens, "type"), message, "files travel with `in: formData`", "file")


def array_has_items(title: str) -> Condition:
    """Return the check that an array says what it is made of."""

    def check(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
        if value.get("type") == "array" and "items" not in value and value.get("in") != "body":
            hint = "add `items`, with the type of the values"
            yield Fault("field-missing", tokens, f"{title} of type `array` has no `items`", hint, "items")

    return check


def urls_fit_flow(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
    """Require and refuse the URLs of OAuth by the scheme's `flow`."""
    if value.get("type") == "oauth2":
        yield from _FITS_FLOW(value, tokens)
