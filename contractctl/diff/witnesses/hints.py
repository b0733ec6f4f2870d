"""What a schema says that no validator checks: it may matter to a peer, but no value shows it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from contractctl.contract.subschemas import subschemas
from contractctl.contract.widths import WIDTHS
from contractctl.core.json import Json

if TYPE_CHECKING:
    from contractctl.contract.model import SchemaValue

_HINTS: Final = ("contentEncoding", "contentMediaType", "$dynamicRef")
_ODD_TEXTS: Final = ("\x00", "[", "{", "a b", "~2", "%", "\\")
"""Of which each format that is checked refuses at least one."""


def hints_of(value: SchemaValue) -> frozenset[tuple[str, str]]:
    """Return keyword and value of everything that goes unchecked in a schema; references are not followed."""
    found: set[tuple[str, str]] = set()
    for node in subschemas(value):
        found.update((keyword, str(node[keyword])) for keyword in _HINTS if keyword in node)
        name: Json = node.get("format")
        if isinstance(name, str) and name not in WIDTHS and not _is_checked(name):
            found.add(("format", name))
    return frozenset(found)


@lru_cache(maxsize=256)
def _is_checked(name: str) -> bool:
    import jsonschema_rs

    validator = jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True)
    return not all(map(validator.is_valid, _ODD_TEXTS))
