"""The changes of a diff as Markdown for who reviews them: what breaks, for whom, why, and what to send to see it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from contractctl.core.changes import Direction, Impact, Verdict, Witness
from contractctl.core.locations import Location
from contractctl.core.records import dataclass
from contractctl.core.reports import ChangeHelp
from contractctl.report.markup import (
    Row,
    as_html,
    cell_code,
    code,
    escaped,
    fenced,
    fitting,
    folded,
    html_words,
    size,
    table,
)
from contractctl.report.witness import full, proof
from contractctl.report.words import counted, told

SHOWN: Final = 30
"""How many changes are open to the eye."""
_OPEN_WITNESSES = 5
"""Of more breaking changes than these each is a line that opens, so that the eye finds the next one."""
_SHORT, _LONG = 16, 60
"""How many lines of a body are shown to read, and how many of one to send."""
_NAMED = 3
_ONE_LINE = 300
"""In a column after this one nobody looks for anything."""
_HEAD = ("Operation", "What", "Where")


@dataclass(frozen=True, slots=True)
class Sides:
    """The names of the two sides: of a place in them the line is enough."""

    base: str = ""
    revision: str = ""

    def place(self, location: Location) -> str:
        """Return `line 9` of the revision, `line 9 of base`, or the path and the line as code for a cell.

        Of what is written without line ends the pointer says more.
        """
        uri, span = location.place.uri, location.span
        is_known = uri in (self.base, self.revision) and self.base != self.revision
        if span is None or not is_known:
            return cell_code(f"{uri}:{span.line}" if span else uri)
        if span.line == 1 and span.column > _ONE_LINE:
            return cell_code(f"#{location.place.pointer}")
        return f"line {span.line}{' of base' if uri == self.base else ''}"


def change_blocks(
    verdicts: Sequence[Verdict], pages: Mapping[str, ChangeHelp], room: int, *, sides: Sides
) -> Iterator[str]:
    """Yield breaking changes by operation, then warnings, then what is compatible, folded. It keeps within `room`.

    What does not fit is left out, the least bad first, and counted.
    """
    breaking = _alike(_by_operation([one for one in verdicts if one.impact is Impact.BREAKING]))
    whole = _whole(breaking, pages, sides, room * 2 // 3)
    operation = ""
    for verdict, lines in whole:
        if _operation(verdict) != operation:
            operation = _operation(verdict)
            yield from ("", f"#### {operation}")
        yield from ("", *lines)
        room -= _block_size(verdict, lines)
    rows = [_row(one, sides) for group in breaking[len(whole) :] for one in group]
    rows += [_row(one, sides) for one in verdicts if one.impact is not Impact.BREAKING]
    yield from _tables(rows, SHOWN - len(whole), room)


def excused_rows(verdicts: Iterable[Verdict]) -> list[Row]:
    """Return the lines of a table of what approvals cover: operation, what, and why it is accepted."""
    return [Row("excused", 0, (_reached(one), _what(one), escaped(one.excused or ""))) for one in verdicts]


def _by_operation(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Return the verdicts of one operation side by side, in the order in which the operations come."""
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault(_operation(verdict), []).append(verdict)
    return [verdict for group in groups.values() for verdict in group]


def _alike(verdicts: Sequence[Verdict]) -> list[list[Verdict]]:
    """Put together what was done alike in several places: told once, it is read in less time."""
    groups: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault((verdict.change.kind, told(verdict)), []).append(verdict)
    return list(groups.values())


def _whole(
    breaking: Sequence[Sequence[Verdict]], pages: Mapping[str, ChangeHelp], sides: Sides, room: int
) -> Sequence[tuple[Verdict, Sequence[str]]]:
    """Return the first changes that are shown in full, with their lines: as many as may be and fit."""
    found: list[tuple[Verdict, Sequence[str]]] = []
    is_open = len(breaking) <= _OPEN_WITNESSES
    for group in breaking[:SHOWN]:
        lines = list(_block(group, pages.get(group[0].change.kind), sides, is_open=is_open))
        room -= _block_size(group[0], lines)
        if room < 0:
            break
        found.append((group[0], lines))
    return found


def _block_size(verdict: Verdict, lines: Iterable[str]) -> int:
    return sum(map(size, lines)) + size(_operation(verdict)) + 8


def _block(group: Sequence[Verdict], page: ChangeHelp | None, sides: Sides, *, is_open: bool) -> Iterator[str]:
    """Yield what changed and where, whom it reaches, why, what to do instead, and the message that shows it."""
    verdict, others = group[0], group[0].change.operations[1:]
    kind = f"[`{verdict.change.kind}`]({page.docs})" if page else f"`{verdict.change.kind}`"
    where, again = _where(verdict, sides), _again(group[1:], sides)
    rest = [again, escaped(verdict.reason), f"Instead: {escaped(page.hint)}" if page and page.hint else ""]
    if is_open:
        title = f"🔴 {_strong(escaped(told(verdict)))} {kind}"
        yield _lines(title, _beside(where, _also(others)), *rest)
        yield from _proof(verdict.witness, _SHORT)
        yield from _whole_request(verdict.witness)
        return
    reach = f"reaches {len(others) + 1} operations" if others else ""
    places = f"in {len(group)} places" if again else ""
    summary = _beside(f"🔴 {html_words(told(verdict))}", as_html(where), reach, places)
    first = _lines(_beside(kind, _also(others)), *rest)
    is_request = verdict.witness is not None and verdict.witness.kind is Direction.REQUEST
    proof_lines = _proof(verdict.witness, _LONG if is_request else _SHORT)
    yield from (f"<details><summary>{summary}</summary>", "", first, *proof_lines, "", "</details>")


def _lines(*parts: str) -> str:
    return "<br>".join(part for part in parts if part)


def _beside(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _again(group: Sequence[Verdict], sides: Sides) -> str:
    """Return where else the same was done; a line is named, a longer place is not."""
    more = len(group) - _NAMED
    named = []
    for one in group[:_NAMED]:
        where = _where(one, sides)
        named.append(f"{_operation(one)} ({where})" if where.startswith("line ") else _operation(one))
    return f"the same in {', '.join(named)}{f' and {more} more' if more > 0 else ''}" if group else ""


def _proof(witness: Witness | None, most: int) -> Iterator[str]:
    if witness is not None:
        lines = full(witness, most=most)
        yield from ("", *fenced("http" if witness.message else "json", lines), "", escaped(proof(witness)))


def _whole_request(witness: Witness | None) -> Iterator[str]:
    """Yield a request to copy, folded, where what is shown of it was elided."""
    if witness is not None and witness.kind is Direction.REQUEST and witness.message is not None:
        lines = full(witness, most=_LONG)
        if lines != full(witness, most=_SHORT):
            yield from folded("The whole request", fenced("http", lines))


def _strong(text: str) -> str:
    return f"**{text}**" if text else ""


def _also(others: Sequence[str]) -> str:
    """Return which other operations are reached."""
    more = len(others) - _NAMED
    return f"also {', '.join(map(code, others[:_NAMED]))}{f' and {more} more' if more > 0 else ''}" if others else ""


def _where(verdict: Verdict, sides: Sides) -> str:
    """Return the place in the revision, and of what is gone the one in the base."""
    change = verdict.change
    is_gone = change.kind.endswith("-removed")
    location = change.base if is_gone and change.base else change.revision or change.base
    return sides.place(location) if location else ""


def _operation(verdict: Verdict) -> str:
    operation = next(iter(verdict.change.operations), "")
    return code(operation) or "The whole contract"


def _row(verdict: Verdict, sides: Sides) -> Row:
    why = "" if verdict.impact is Impact.COMPATIBLE else f"<br>{escaped(verdict.reason)}"
    cells = (_reached(verdict), _what(verdict) + why, _where(verdict, sides))
    return Row(verdict.impact.value, verdict.impact.rank, cells)


def _reached(verdict: Verdict) -> str:
    """Return the first operation for a cell, and how many more there are."""
    operations = verdict.change.operations
    others = f" +{len(operations) - 1}" if len(operations) > 1 else ""
    return cell_code(operations[0]) + others if operations else ""


def _what(verdict: Verdict) -> str:
    return f"{escaped(told(verdict))} `{verdict.change.kind}`"


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
        shown = {group: len(within) for group, within in groups.items()}
        yield from ("", _left_out(Counter(row.group for row in rows) - Counter(shown)))


def _left_out(number: Mapping[str, int]) -> str:
    """Say how many there are that have no room, by how bad they are."""
    nouns = {"breaking": "breaking change", "warning": "warning", "compatible": "compatible change"}
    told = " and ".join(counted(number[group], noun) for group, noun in nouns.items() if number[group])
    return f"Not shown, for there is no room here: {told}."


def _warnings(rows: Sequence[Row], open_rows: int) -> Iterator[str]:
    if shown := rows[:open_rows]:
        yield from ("", "#### 🟡 Warnings", "", *table(_HEAD, shown))
    if rest := rows[open_rows:]:
        more = "more warning" if shown else "warning"
        yield from folded(f"🟡 {counted(len(rest), more)}", table(_HEAD, rest))
