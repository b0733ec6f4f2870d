"""Compare what schemas say without leaving a value out: defaults, deprecation, enums that may grow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from contractctl.core.changes import Category
from contractctl.core.json import Json, is_array
from contractctl.diff.relation import EQUAL, NARROWS, UNKNOWN
from contractctl.diff.schemas.pairs import Edit
from contractctl.diff.schemas.shape import Key, Note, Shape, freeze
from contractctl.diff.schemas.values import shown

if TYPE_CHECKING:
    from contractctl.core.locations import Place

CONTENTS = ("contentEncoding", "contentMediaType")
"""What a text holds: no validator looks, but who reads it has to know."""

_EXTENSIBLE = "x-extensible-enum"


def compare_defaults(base: Shape, revision: Shape, name: str = "") -> Iterator[Edit]:
    """Yield the edit of the default: what it means to leave out an optional part of a request.

    `name` is that of a property, empty for a parameter.
    """
    before, after = base.notes.get("default"), revision.notes.get("default")
    if _said(before) == _said(after):
        return
    text = f"the default {f'of property `{name}` ' if name else ''}changed from {_shown(before)} to {_shown(after)}"
    values = before.value if before else None, after.value if after else None
    places = _places("default", base, revision)
    yield Edit("default-changed", text, UNKNOWN, *places, before=values[0], after=values[1], is_shown=False)


def compare_deprecation(base: Shape, revision: Shape, name: str) -> Iterator[Edit]:
    """Yield the edit of a property that is deprecated now, or no longer is."""
    notes = base.notes.get("deprecated"), revision.notes.get("deprecated")
    before, after = (note is not None and note.value is True for note in notes)
    if before == after:
        return
    what = "is deprecated now" if after else "is no longer deprecated"
    kind = "property-deprecated" if after else "property-undeprecated"
    places = _places("deprecated", base, revision)
    lifecycle = Category.LIFECYCLE
    text = f"property `{name}` {what}"
    yield Edit(kind, text, EQUAL, *places, before=before, after=after, category=lifecycle, is_shown=False)


def compare_extensible(base: Shape, revision: Shape) -> Iterator[Edit]:
    """Yield the edits of `x-extensible-enum` where it stands for `enum`: all values that are known, more may come."""
    if base.values is not None or revision.values is not None:
        return
    before, after = (_values(side.notes.get(_EXTENSIBLE)) for side in (base, revision))
    if before is None or after is None:
        return
    gone = [value for key, value in before.items() if key not in after]
    come = [value for key, value in after.items() if key not in before]
    places = _places(_EXTENSIBLE, base, revision)
    if gone:
        text = f"no longer among the known values: {shown(gone)}"
        yield Edit("extensible-enum-value-removed", text, NARROWS, *places, before=gone, is_shown=False)
    if come:
        text = f"among the known values now: {shown(come)}"
        yield Edit("extensible-enum-value-added", text, EQUAL, *places, after=come, is_shown=False)


def compare_contents(base: Shape, revision: Shape) -> Iterator[Edit]:
    """Yield the edits of the encoding and the media type that texts have."""
    for keyword in CONTENTS:
        before, after = base.notes.get(keyword), revision.notes.get(keyword)
        if _text(before) == _text(after):
            continue
        what = "added" if before is None else "removed" if after is None else "changed"
        text = f"`{keyword}` changed from {_shown(before)} to {_shown(after)}"
        kind = f"content-{'encoding' if keyword == 'contentEncoding' else 'media-type'}-{what}"
        values = before.value if before else None, after.value if after else None
        places = _places(keyword, base, revision)
        yield Edit(kind, text, UNKNOWN, *places, before=values[0], after=values[1], is_shown=False)


def _text(note: Note | None) -> str | None:
    return note.value.lower() if note is not None and isinstance(note.value, str) else None


def _places(keyword: str, base: Shape, revision: Shape) -> tuple[Place, Place]:
    notes = ((side, side.notes.get(keyword)) for side in (base, revision))
    before, after = (side.at if note is None else note.at for side, note in notes)
    return before, after


def _said(note: Note | None) -> Key | None:
    return None if note is None else ("default", freeze(note.value))


def _values(note: Note | None) -> dict[Key, Json] | None:
    if note is None or not is_array(note.value):
        return None
    return {freeze(value): value for value in note.value}


def _shown(note: Note | None) -> str:
    return "none" if note is None else f"`{json.dumps(note.value, ensure_ascii=False)}`"
