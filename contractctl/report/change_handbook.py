"""The handbook of all kinds of changes as one Markdown page; docs/changes.md is what this gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from contractctl.core.reports import ChangeHelp
from contractctl.report.change_page import cells, markdown

_INTRODUCTION = """# Changes

What `contractctl diff` tells: {count} kinds of changes. The kind stands in brackets behind each change, with what it
reaches in front: `request-property-became-required`. `contractctl explain KIND` shows its section here, with or without
`request-` and `response-`.

No kind is breaking by itself: [a verdict](diff.md#how-a-verdict-comes-about) is derived for each change, by one law
and with a proof. What stands here is how the example of each kind is judged, in a request and in a response, so one
kind may break in one place and not in another: a property may be removed from an object that is open, and not from one
with `additionalProperties: false`. How a team judges a kind otherwise, or accepts one change, stands under
[Policies](diff.md#policies).

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
