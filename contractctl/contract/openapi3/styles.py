"""How parameters are written: the styles that each location has, and what holds where none is given."""

from __future__ import annotations

from collections.abc import Mapping

from contractctl.contract.model import ParameterLocation
from contractctl.contract.node import Node, malformed
from contractctl.contract.versions import Version

_STYLES: Mapping[ParameterLocation, tuple[str, ...]] = {
    "path": ("simple", "matrix", "label"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}
_EXPLODED = frozenset(("form", "cookie", "deepObject"))


def parameter_style(node: Node, location: ParameterLocation, version: Version) -> tuple[str, bool]:
    """Return style and explode of a parameter at `location` (OpenAPI 3.2.0 §4.12.2).

    A style that the location does not have is told, and the default taken.
    """
    styles = _styles(location, version)
    return _written(node, _style(node, styles) or styles[0])


def allows_reserved(node: Node, location: ParameterLocation, style: str, version: Version) -> bool:
    """Return `allowReserved` where it applies.

    That is in a query, and since OpenAPI 3.2 in whatever is percent-encoded: neither headers nor the style `cookie`.
    """
    encoded = ("query",) if version in {"3.0", "3.1"} else ("query", "path", "cookie")
    return location in encoded and style != "cookie" and node.flag("allowReserved")


def encoding_style(node: Node) -> tuple[str, bool, bool]:
    """Return style, explode and allowReserved of an encoding; an empty style where it gives none of them.

    The default of a field counts only beside one that is given (OpenAPI 3.1.1 §4.8.15.1.2).
    """
    style = _style(node, _STYLES["query"])
    is_given = style or any(isinstance(node.get(key), bool) for key in ("explode", "allowReserved"))
    allow_reserved = node.flag("allowReserved")
    style, explode = _written(node, style or "form")
    return (style, explode, allow_reserved) if is_given else ("", False, False)


def _styles(location: ParameterLocation, version: Version) -> tuple[str, ...]:
    styles = _STYLES[location]
    return (*styles, "cookie") if location == "cookie" and version == "3.2" else styles


def _style(node: Node, styles: tuple[str, ...]) -> str:
    """Return `style` when it is one of `styles`, else nothing; tell of another one."""
    style = node.text("style")
    if not style or style in styles:
        return style
    hint = f"use `{'`, `'.join(styles)}`"
    node.tell(malformed(node.at / "style", f"`{style}` is not a style here; `{styles[0]}` is taken", hint))
    return ""


def _written(node: Node, style: str) -> tuple[str, bool]:
    """Return style and explode. `deepObject` has no other form than the exploded one, though its default is false."""
    explode = node.flag("explode", default=style in _EXPLODED)
    return style, explode or style == "deepObject"
