"""The media types of Swagger 2.0: `consumes` and `produces`, for all operations or for one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from contractctl.contract.media_types import essence
from contractctl.contract.node import Node, malformed
from contractctl.core.locations import Place

Types: TypeAlias = tuple[tuple[str, Place], ...]
"""Media types, each with the place that names it."""


_MOST: Final = 100
"""Each response has all types that are produced: a long list times many responses is an attack."""


def named_types(owner: Node, key: str) -> Types | None:
    """Return the media types under `key`, each once; None where nothing is said, or nothing that can be used.

    An empty list says that there are none, whatever the description says for all.
    """
    if not owner.has(key):
        return None
    types: dict[str, Place] = {}
    for item in owner.items(key):
        if len(types) >= _MOST:
            item.tell(malformed(item.at, f"`{key}` lists more than {_MOST} media types; from here on they are skipped"))
            break
        if isinstance(item.value, str):
            types.setdefault(item.value, item.at)
        else:
            item.tell(malformed(item.at, f"`{key}` must be a list of strings; this one is skipped"))
    return tuple(types.items()) if types or owner.get(key) == [] else None


def meant_type(name: str, produced: Sequence[str]) -> str | None:
    """Return which of the produced types `name` is one of: itself, the same but for parameters, or a range."""
    kind = essence(name)
    ranges = ("*/*", f"{kind.partition('/')[0]}/*")
    same = (one for one in produced if essence(one) == kind)
    wider = (one for one in produced if essence(one) in ranges)
    return name if name in produced else next(same, None) or next(wider, None)
