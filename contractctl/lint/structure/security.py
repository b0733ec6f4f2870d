"""Security schemes: which fields each type has, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contractctl.core.json import Json
from contractctl.lint.structure.kinds import Condition, Fault, Tokens

NEEDED: Mapping[str, Tokens] = {
    "apiKey": ("name", "in"),
    "http": ("scheme",),
    "oauth2": ("flows",),
    "openIdConnect": ("openIdConnectUrl",),
    "mutualTLS": (),
}
MORE: Mapping[str, Tokens] = {"http": ("bearerFormat",)}
SPECIFIC_FIELDS = ("name", "in", "scheme", "bearerFormat", "flows", "openIdConnectUrl")


def scheme_fits(decisive: str, needed: Mapping[str, Tokens], more: Mapping[str, Tokens]) -> Condition:
    """Return the check that a scheme has the fields which the value of its field `decisive` calls for.

    It must have those in `needed`, may have those in `more`, and has none that are only for other values. A value
    that is not in `needed` is somebody else's fault.
    """
    allowed = {kind: {*names, *more.get(kind, ())} for kind, names in needed.items()}
    specific = sorted(set().union(*allowed.values()))

    def check(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
        kind = value.get(decisive)
        if not isinstance(kind, str) or kind not in needed:
            return
        for name in needed[kind]:
            if name not in value:
                message = f"security scheme of {decisive} `{kind}` has no `{name}`"
                yield Fault("field-missing", tokens, message, f"add `{name}`", name)
        for name in specific:
            if name in value and name not in allowed[kind]:
                message = f"`{name}` does not belong to a security scheme of {decisive} `{kind}`"
                yield Fault("field-unknown", (*tokens, name), message, f"remove `{name}`", name)

    return check


def bearer_format_fits_scheme(value: Mapping[str, Json], tokens: Tokens) -> Iterator[Fault]:
    """Refuse `bearerFormat` for a scheme of HTTP that has no tokens."""
    scheme = value.get("scheme")
    if (
        "bearerFormat" in value
        and value.get("type") == "http"
        and isinstance(scheme, str)
        and scheme.lower() != "bearer"
    ):
        message = f"`bearerFormat` belongs to the scheme `bearer`, not to `{scheme}`"
        yield Fault("field-unknown", (*tokens, "bearerFormat"), message, "remove `bearerFormat`", "bearerFormat")
