"""Compare what two shapes say about a value itself, but for its type and its enum: bounds, patterns, formats."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from contractctl.contract.model import SchemaValue
from contractctl.contract.widths import with_bounds
from contractctl.diff.relation import EQUAL, NARROWS, WIDENS, Relation, related
from contractctl.diff.schemas.formats import is_hint, relate_formats
from contractctl.diff.schemas.fragments import of_all, of_limit, of_multiples
from contractctl.diff.schemas.implied import keeps_limit, keeps_unique, steps_over
from contractctl.diff.schemas.pairs import Edit
from contractctl.diff.schemas.shape import KINDS_OF_LIMIT, NUMBERS, Kind, Limit, Shape, is_lower, is_tighter
from contractctl.diff.schemas.texts import keeps_length, relate_patterns


def compare_limits(base: Shape, revision: Shape, kinds: frozenset[Kind]) -> Iterator[Edit]:
    """Yield an edit for each bound that moved, came or went, of those that apply to the kinds."""
    for keyword, applies in KINDS_OF_LIMIT.items():
        before, after = base.limits.get(keyword), revision.limits.get(keyword)
        if kinds & applies and not _are_same(before, after):
            relation = related(forward=_keeps(base, keyword, after), backward=_keeps(revision, keyword, before))
            if relation != EQUAL:
                yield _limit_edit(keyword, (base, revision), (before, after), relation)


def compare_texts(base: Shape, revision: Shape, kinds: frozenset[Kind]) -> Iterator[Edit]:
    """Yield the edits of pattern, format, multipleOf and uniqueItems."""
    if kinds & NUMBERS and not (steps_over(base, revision) and steps_over(revision, base)):
        relation = related(forward=steps_over(base, revision), backward=steps_over(revision, base))
        amounts = sorted(map(str, base.multiples)), sorted(map(str, revision.multiples))
        says = of_multiples(base.multiples), of_multiples(revision.multiples)
        yield _set_edit("multipleOf", (base, revision), amounts, relation, says)
    if "string" in kinds and base.patterns != revision.patterns:
        relation = relate_patterns(base, revision)
        texts = sorted(base.patterns), sorted(revision.patterns)
        says = of_all("pattern", texts[0]), of_all("pattern", texts[1])
        if relation != EQUAL:
            yield _set_edit("pattern", (base, revision), texts, relation, says)
    if kinds & {"string", *NUMBERS} and base.formats != revision.formats:
        relation = relate_formats(base.formats, revision.formats)
        texts = sorted(base.formats), sorted(revision.formats)
        says = with_bounds(of_all("format", texts[0])), with_bounds(of_all("format", texts[1]))
        edit = _set_edit("format", (base, revision), texts, relation, says)
        yield replace(edit, is_shown=False) if is_hint(base.formats, revision.formats) else edit
    if "array" in kinds and base.unique != revision.unique and keeps_unique(base) != keeps_unique(revision):
        what, relation = ("removed", WIDENS) if base.unique else ("added", NARROWS)
        text = "items may repeat now" if base.unique else "items must be unique now"
        places = base.origin("uniqueItems"), revision.origin("uniqueItems")
        bounds = of_all("uniqueItems", [base.unique]), of_all("uniqueItems", [revision.unique])
        kind = f"unique-items-{what}"
        yield Edit(kind, text, relation, *places, before=base.unique, after=revision.unique, says=bounds)


def _keeps(shape: Shape, keyword: str, limit: Limit | None) -> bool:
    """Tell whether all values of the shape keep the bound, by its own bounds, its members or its patterns."""
    if limit is None or keeps_limit(shape, keyword, limit):
        return True
    if keyword not in {"minLength", "maxLength"} or not isinstance(limit.value, int):
        return False
    least, most = (limit.value, None) if is_lower(keyword) else (0, limit.value)
    return keeps_length(shape, least=least, most=most)


def _are_same(before: Limit | None, after: Limit | None) -> bool:
    if before is None or after is None:
        return before is after
    return (before.value, before.exclusive) == (after.value, after.exclusive)


def _limit_edit(
    keyword: str, sides: tuple[Shape, Shape], limits: tuple[Limit | None, Limit | None], relation: Relation
) -> Edit:
    before, after = limits
    places = before.at if before else sides[0].at, after.at if after else sides[1].at
    amounts = before.value if before else None, after.value if after else None
    if before is None or after is None:
        limit = before or after
        assert limit is not None
        what = "added" if before is None else "removed"
        text = f"{keyword} {limit.text} was {what}"
    else:
        what = "raised" if is_tighter(keyword, after, before) == is_lower(keyword) else "lowered"
        text = f"{keyword} was {what} from {before.text} to {after.text}"
    says = of_limit(keyword, before), of_limit(keyword, after)
    kind = f"{kebab(keyword)}-{what}"
    return Edit(kind, text, relation, *places, before=amounts[0], after=amounts[1], says=says)


def _set_edit(
    keyword: str,
    sides: tuple[Shape, Shape],
    both: tuple[list[str], list[str]],
    relation: Relation,
    says: tuple[SchemaValue, SchemaValue],
) -> Edit:
    """Make the edit of a keyword of which a schema may have gathered several."""
    places = sides[0].origin(keyword), sides[1].origin(keyword)
    before, after = both
    if not before:
        what, text = "added", f"{keyword} {listed(after)} was added"
    elif not after:
        what, text = "removed", f"{keyword} {listed(before)} was removed"
    else:
        what, text = "changed", f"{keyword} changed from {listed(before)} to {listed(after)}"
    kind = f"{kebab(keyword)}-{what}"
    return Edit(kind, text, relation, *places, before=before or None, after=after or None, says=says)


def kebab(keyword: str) -> str:
    """Return a keyword as kinds of changes are written."""
    return re.sub(r"[A-Z]", lambda letter: "-" + letter.group().lower(), keyword)


def listed(names: list[str]) -> str:
    """Name alternatives; none stands for all."""
    return " or ".join(f"`{name}`" for name in names) or "anything"
