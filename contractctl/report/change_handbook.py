"""The handbook of all kinds of changes as one Markdown page; docs/changes.md is what this gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from contractctl.core.reports import ChangeHelp
from contractctl.report.change_page import cells, markdown

_INTRODUCTION = """# Changes

What `contractctl diff` tells: {count} kinds of changes. The kind stands in brackets behind each change, with what it
reaches in front: `request-property-became-required`. `contractctl explain KIND` shows its section here, with or without
`request-` and `response-`.

## How a verdict comes about

No kind is breaking by itself. Each change is a fact first, without a judgement; then it is judged, in this order, and
the line `why:` below it says by what:

1. **Guards.** What nobody was promised breaks nobody: `readOnly` properties do not count in requests, and `writeOnly`
   ones not in responses; an operation that is a draft by `x-stability-level`, or deprecated with an `x-sunset` that has
   passed, may change and go.
2. **The law.** A request may only widen: revision has to take all that base takes. A response may only narrow:
   revision may answer nothing that base would not. An offer (paths, operations, statuses, media types) may only grow. A
   webhook's request, and a callback's, travels to the client, so there the two directions are swapped.
3. **The relation.** Both sides are read as the sets of values that they allow, whatever their spelling, and the sets
   are compared: equal, wider, narrower, neither, or not decided.
4. **The proof.** What breaks by a schema has a witness: a whole message that one side allows and the other does not,
   confirmed by a validator on both sides. Where it is proved that there is none, the change is compatible; where none
   was found, it is a warning that says `not proven`.

So one kind may break in one place and not in another. What stands here is how the example of each kind is judged; a
property may be removed from an object that is open, and not from one with `additionalProperties: false`. Only what
shows on the wire breaks; what generated code, plans or readers notice is a warning at most, unless a policy says
otherwise. How a team judges a kind otherwise, or accepts one change, stands in [diff.md](diff.md).

This page is made from the catalogue and from a comparison of its examples: `tools/changes`.
"""


def handbook(pages: Sequence[ChangeHelp]) -> str:
    """Return the page: tables of all kinds by family, then a section a kind, in the order given."""
    families: dict[str, list[ChangeHelp]] = {}
    for page in pages:
        families.setdefault(page.family, []).append(page)
    return "\n".join((_INTRODUCTION.format(count=len(pages)), *_contents(families), *_sections(families)))


def _contents(families: Mapping[str, Sequence[ChangeHelp]]) -> Iterator[str]:
    yield "## Contents\n"
    for family, pages in families.items():
        yield f"**[{family.capitalize()}](#{family})**\n"
        yield "| Change | Request | Response | What happened |\n| --- | --- | --- | --- |"
        yield from (f"| [`{page.name}`](#{page.name}) | {cells(page)} |" for page in pages)
        yield ""


def _sections(families: Mapping[str, Sequence[ChangeHelp]]) -> Iterator[str]:
    for family, pages in families.items():
        yield f"## {family.capitalize()}\n"
        yield from (markdown(page, heading="###") for page in pages)
