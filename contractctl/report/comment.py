"""The changes of a diff as Markdown for who reviews them: what breaks, for whom, why, and what to send to see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from contractctl.core.changes import Direction, Impact, Verdict
from contractctl.core.locations import Location
from contractctl.core.reports import ChangeHelp
from contractctl.report.markup import Row, cell_code, code, escaped, fenced, fitting, folded, size, table
from contractctl.report.witness import full, proof
from contractctl.report.words import counted, told

SHOWN: Final = 30
"""How many changes are open to the eye."""
_OPEN_WITNESSES = 5
"""Of more breaking changes than these each has its witness folded, so that the eye finds the next one."""
_NAMED = 3
_HEAD = ("Operation", "What", "Where")


def change_blocks(verdicts: Sequence[Verdict], pages: Mapping[str, ChangeHelp], room: int) -> Iterator[str]:
    """Yield breaking changes by operation, then warnings, then what is compatible, folded. It keeps within `room`.

    What does not fit is left out, the least bad first, and counted.
    """
    breaking = _by_operation([one for one in verdicts if one.impact is Impact.BREAKING])
    whole = _whole(breaking, pages, room * 2 // 3)
    operation = ""
    for verdict, lines in whole:
        if _operation(verdict) != operation:
            operation = _operation(verdict)
            yield from ("", f"#### {operation}")
        yield from ("", *lines)
        room -= _block_size(verdict, lines)
    rows = [_row(one) for one in breaking[len(whole) :]]
    rows += [_row(one) for one in verdicts if one.impact is not Impact.BREAKING]
    yield from _tables(rows, SHOWN - len(whole), room)


def excused_rows(verdicts: Iterable[Verdict]) -> list[Row]:
    """Return the lines of a table of what approvals cover: operation, what, and why it is accepted."""
    return [Row("excused", 0, (*_row(one).cells[:2], escaped(one.excused or ""))) for one in verdicts]


def _by_operation(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Return the verdicts of one operation side by side, in the order in which the operations come."""
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault(_operation(verdict), []).append(verdict)
    return [verdict for group in groups.values() for verdict in group]


def _whole(
    breaking: Sequence[Verdict], pages: Mapping[str, ChangeHelp], room: int
) -> Sequence[tuple[Verdict, Sequence[str]]]:
    """Return the first changes that are shown in full, with their lines: as many as may be and fit."""
    found: list[tuple[Verdict, Sequence[str]]] = []
    for verdict in breaking[:SHOWN]:
        lines = list(_block(verdict, pages.get(verdict.change.kind), is_open=len(breaking) <= _OPEN_WITNESSES))
        room -= _block_size(verdict, lines)
        if room < 0:
            break
        found.append((verdict, lines))
    return found


def _block_size(verdict: Verdict, lines: Iterable[str]) -> int:
    return sum(map(size, lines)) + size(_operation(verdict)) + 8


def _block(verdict: Verdict, page: ChangeHelp | None, *, is_open: bool) -> Iterator[str]:
    """Yield a paragraph of what, where and why, the message that shows it, and what to do instead."""
    kind = f"[`{verdict.change.kind}`]({page.docs})" if page else f"`{verdict.change.kind}`"
    facts = [f"🔴 {_strong(escaped(told(verdict)))} {kind}", _where_and_who(verdict), escaped(verdict.reason)]
    if page and page.hint:
        facts.append(f"Instead: {escaped(page.hint)}")
    yield "<br>".join(fact for fact in facts if fact)
    witness = verdict.witness
    if witness is None:
        return
    shown = (*fenced("http" if witness.message else "json", full(witness)), "", escaped(proof(witness)))
    if is_open:
        yield from ("", *shown)
    else:
        noun = "response" if witness.kind is Direction.RESPONSE else "request"
        yield from folded(f"The {noun} that breaks", shown)


def _strong(text: str) -> str:
    return f"**{text}**" if text else ""


def _where_and_who(verdict: Verdict) -> str:
    """Return `b.yaml:9`, where what is gone was, and which other operations are reached."""
    change = verdict.change
    others = change.operations[1:]
    named = ", ".join(map(code, others[:_NAMED]))
    more = len(others) - _NAMED
    also = f"also {named}{f' and {more} more' if more > 0 else ''}" if others else ""
    was = change.base if change.revision and change.kind.endswith("-removed") else None
    return " · ".join(part for part in (code(_where(verdict)), _before(was), also) if part)


def _before(was: Location | None) -> str:
    return f"before: {code(short_place(was))}" if was else ""


def _where(verdict: Verdict) -> str:
    location = verdict.change.revision or verdict.change.base
    return short_place(location) if location else ""


def short_place(location: Location) -> str:
    """Return `path:line`, or the path alone where no line is known."""
    return f"{location.place.uri}:{location.span.line}" if location.span else location.place.uri


def _operation(verdict: Verdict) -> str:
    operation = next(iter(verdict.change.operations), "")
    return code(operation) or "The whole contract"


def _row(verdict: Verdict) -> Row:
    change = verdict.change
    operation = cell_code(change.operations[0]) if change.operations else ""
    others = f" +{len(change.operations) - 1}" if len(change.operations) > 1 else ""
    why = "" if verdict.impact is Impact.COMPATIBLE else f"<br>{escaped(verdict.reason)}"
    what = f"{escaped(told(verdict))} `{change.kind}`{why}"
    return Row(verdict.impact.value, verdict.impact.rank, (operation + others, what, cell_code(_where(verdict))))


def _tables(rows: Sequence[Row], open_rows: int, room: int) -> Iterator[str]:
    kept = fitting(rows, room)
    groups: dict[str, list[Row]] = {}
    for row in kept:
        groups.setdefault(row.group, []).append(row)
    if more := groups.get("breaking"):
        yield from folded(f"🔴 {counted(len(more), 'more breaking change')}", table(_HEAD, more))
    if warnings := groups.get("warning"):
        yield from _warnings(warnings, max(open_rows, 0))
    if fine := groups.get("compatible"):
        yield from folded(f"🟢 {counted(len(fine), 'compatible change')}", table(_HEAD, fine))
    if len(kept) < len(rows):
        yield from (
            "",
            f"{len(rows) - len(kept)} of {counted(len(rows), 'change')} are not shown: there is no room here.",
        )


def _warnings(rows: Sequence[Row], open_rows: int) -> Iterator[str]:
    if shown := rows[:open_rows]:
        yield from ("", "#### 🟡 Warnings", "", *table(_HEAD, shown))
    if rest := rows[open_rows:]:
        more = "more warning" if shown else "warning"
        yield from folded(f"🟡 {counted(len(rest), more)}", table(_HEAD, rest))
