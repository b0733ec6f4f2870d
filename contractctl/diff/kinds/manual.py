"""The manual pages of the kinds of changes: what is said of a kind, and what a diff of its example proves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from contractctl.core.changes import Direction, Impact, Verdict, Witness
from contractctl.core.reports import ChangeHelp, Judged
from contractctl.diff.kinds.catalogue import Kind, code_of, kind_named, kinds
from contractctl.diff.kinds.example import example_verdicts

_LAWS = {
    Direction.REQUEST: "a request may only widen: revision has to take all that base takes",
    Direction.RESPONSE: "a response may only narrow: revision may answer nothing that base would not",
    Direction.NEITHER: "an offer may only grow: what clients of base rely on has to stay",
}
_NOTICE = "what shows in nothing that is sent breaks no call: it is told, and policies may judge it"


def change_page(code: str) -> ChangeHelp | None:
    """Return the page of a kind, with or without its direction, and its witnesses; None where there is no such kind."""
    known = kind_named(code)
    return None if known is None else _page(known[0], code, witnesses(known[0]))


def change_pages() -> tuple[ChangeHelp, ...]:
    """Return the pages of all kinds by their names, in the order of the handbook, without witnesses."""
    return tuple(_page(kind, kind.name, {}) for kind in kinds().values())


def pages_for(verdicts: Iterable[Verdict]) -> Mapping[str, ChangeHelp]:
    """Return the pages of the kinds of those verdicts that are not compatible, without witnesses, sorted by code."""
    codes = {verdict.change.kind for verdict in verdicts if verdict.impact is not Impact.COMPATIBLE}
    known = ((code, kind_named(code)) for code in sorted(codes))
    return {code: _page(found[0], code, {}) for code, found in known if found is not None}


def witnesses(kind: Kind) -> Mapping[Direction, Witness]:
    """Return what proves the verdicts on the example of a kind, by direction, as far as one is needed."""
    found = {verdict.change.kind: verdict.witness for verdict in example_verdicts(kind)}
    by_direction = ((direction, found.get(code_of(kind.name, direction))) for direction in kind.meanings)
    return {direction: witness for direction, witness in by_direction if witness is not None}


def _page(kind: Kind, code: str, proofs: Mapping[Direction, Witness]) -> ChangeHelp:
    judged = tuple(
        Judged(direction, meaning.impact, meaning.text, _law(kind, direction), proofs.get(direction))
        for direction, meaning in kind.meanings.items()
    )
    return ChangeHelp(
        code=code,
        name=kind.name,
        family=kind.family,
        title=kind.title,
        judged=judged,
        hint=kind.hint,
        part=kind.part,
        base=kind.base,
        revision=kind.revision,
    )


def _law(kind: Kind, direction: Direction) -> str:
    match kind.law:
        case "sets":
            return _LAWS[direction]
        case "offer":
            return _LAWS[Direction.NEITHER]
        case "notice":
            return _NOTICE
