"""Values in which one node is replaced by another value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from hypothesis import strategies as st

from contractctl.core.json import Json, is_array, is_object

Path: TypeAlias = tuple[str | int, ...]

REPLACEMENTS: tuple[Json, ...] = ([], {}, 3, "x", None, True)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def members(value: Json) -> Iterator[tuple[str | int, Json]]:
    """Yield key and value of what is in an object or a list."""
    if is_object(value):
        yield from value.items()
    elif is_array(value):
        yield from enumerate(value)


def replaced(root: Json, path: Path, value: Json) -> Json:
    """Return `root` with `value` at `path`; what stands elsewhere is shared."""
    if not path:
        return value
    key, *rest = path
    if is_object(root):
        return {name: replaced(member, tuple(rest), value) if name == key else member for name, member in root.items()}
    assert is_array(root)
    return [replaced(member, tuple(rest), value) if index == key else member for index, member in enumerate(root)]


def value_at(root: Json, path: Path) -> Json:
    """Return the value at `path`."""
    for key in path:
        root = dict(members(root))[key]
    return root


def kind(value: Json) -> str:
    """Return the type of a value; a number may stand where a string does, for YAML does not quote it."""
    return "string" if isinstance(value, (int, float, str)) and not isinstance(value, bool) else type(value).__name__
