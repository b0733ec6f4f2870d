"""Security schemes: which fields each type has, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contractctl.core.json import Json
from contractctl.lint.structure.kinds import Fault, Tokens

_NEEDED: Mapping[str, Tokens] = {
    "apiKey": ("name", "in"),
    "http": ("scheme",),
    "oauth2": ("flows",),
    "openIdConnect": ("openIdConnectUrl",),
    "mutualTLS": (),
}
_ALLOWED: Mapping[str, Tokens] = {**_NEEDED, "http": ("scheme", "bearerFormat")}
SPECIFIC_FIELDS = ("name", "in", "scheme", "bearerFormat", "flows", "openIdConnectUrl")


def scheme_fits_type(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
    """Require and refuse fields by the scheme's `type`; an unknown type is somebody else's fault."""
    kind = value.get("type")
    if not isinstance(kind, str) or kind not in _NEEDED:
        return
    for name in _NEEDED[kind]:
        if name not in value:
            message = f"security scheme of type `{kind}` has no `{name}`"
            yield Fault("field-missing", tokens, message, f"add `{name}`", name)
    for name in SPECIFIC_FIELDS:
        if name in value and name not in _ALLOWED[kind]:
            message = f"`{name}` does not belong to a security scheme of type `{kind}`"
            yield Fault("field-unknown", (*tokens, name), message, f"remove `{name}`", name)
    yield from _bearer_format(value, tokens)


def _bearer_format(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
    scheme = value.get("scheme")
    if (
        "bearerFormat" in value
        and value.get("type") == "http"
        and isinstance(scheme, str)
        and scheme.lower() != "bearer"
    ):
        message = f"`bearerFormat` belongs to the scheme `bearer`, not to `{scheme}`"
        yield Fault("field-unknown", (*tokens, "bearerFormat"), message, "remove `bearerFormat`", "bearerFormat")
