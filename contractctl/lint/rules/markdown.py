"""Rules about Markdown: what documentation would run instead of showing it."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from contractctl.core.findings import Severity
from contractctl.core.json import Json
from contractctl.core.locations import Location, Place, Pointer
from contractctl.core.profiles import Profile
from contractctl.lint.rule import Defect, rule
from contractctl.lint.structure.kinds import Tokens, compiled
from contractctl.lint.subject import Subject

_PROSE: Final = ("description", "summary", "title")
_HANDLERS: Final = (
    "click|dblclick|error|load|unload|blur|change|submit|input|toggle|resize|scroll|wheel|drop|copy|cut|paste|begin|end|"
    "(?:mouse|key|pointer|touch|animation|transition|focus|drag)[a-z]*"
)
_SCRIPTS: Final = {
    r"<(?i:script)(?=[\s/>])": "a script element",
    rf"<[A-Za-z][^<>]*\s(?i:on(?:{_HANDLERS}))\s*=": "an element with an event handler",
    r"(?:\]\(\s*<?|\]:\s*<?|<|(?i:href|src)\s*=\s*[\"']?)(?i:javascript|vbscript):": "a link that runs a script",
}


@rule("markdown-script", severity=Severity.WARNING, family="markdown")
def markdown_script(subject: Subject) -> Iterator[Defect]:
    """A description holds a script: an element, an event handler, or a link that runs one.

    What stands between backticks is code, which is shown.

    Why: CommonMark passes HTML through. Whoever can write the description can run code in the reader's browser; where
    documentation takes it out, what follows it is often lost as well.

    Source: OpenAPI 3.1.1 §4.5; CommonMark 0.27 §6.8

    Bad:

        tags: [{name: pets, description: "Pets <script>track()</script>"}]
        paths: {}

    Good:

        tags: [{name: pets, description: "Put `<script>track()</script>` into your page"}]
        paths: {}
    """
    for uri, name, objects in _described(subject):
        # There may be a hundred thousand: what is done to each must be little.
        marked = [
            (at, text)
            for at, one in objects
            if isinstance(text := one.get(name), str) and ("<" in text or "](" in text or "]:" in text)
        ]
        for tokens, text in marked:
            if _is_suspect(text.lower()):
                prose = _without_code(text)
                for pattern, noun in _SCRIPTS.items():
                    if found := compiled(pattern).search(prose):
                        message = f"`{name}` has {noun}: `{_shortened(found[0])}`"
                        hint = "write it between backticks to show it, or remove it"
                        yield Defect(Location(Place(uri, Pointer((*tokens, name)))), message, hint, noun)


def _described(subject: Subject) -> Iterator[tuple[str, str, Sequence[tuple[Tokens, Mapping[str, Json]]]]]:
    """Yield document, field and objects for every type of object that has such a field for documentation to render."""
    for uri, objects in subject.survey.objects.items():
        table = subject.table_at(Place(uri))
        for kind, found in objects.items():
            yield from ((uri, name, found) for name in _PROSE if name in table[kind].fields)


def _is_suspect(text: str) -> bool:
    """Tell whether a text in lower case has words of a script, so that it is worth while to look closer."""
    return "<script" in text or "script:" in text or ("<" in text and "on" in text and "=" in text)


def _without_code(text: str) -> str:
    """Return a text without its code: what stands between two runs of equally many backticks, or of tildes.

    (CommonMark 0.27 §4.5, §6.3). A run without its like is text.
    """
    runs = list(compiled("`+|~{3,}").finditer(text))
    ends: dict[str, deque[re.Match[str]]] = {}
    for run in runs:
        ends.setdefault(run[0], deque()).append(run)
    pieces: list[str] = []
    position = 0
    for run in runs:
        if run.start() < position:
            continue
        alike = ends[run[0]]
        while alike and alike[0].start() <= run.start():
            alike.popleft()
        if alike:
            pieces.append(text[position : run.start()])
            position = alike[0].end()
    return " ".join((*pieces, text[position:]))


def _shortened(found: str) -> str:
    return found if len(found) <= 40 else f"{found[:20]}…{found[-19:]}"


@rule("markdown-eval", severity=Severity.INFO, family="markdown", profile=Profile.STRICT)
def markdown_eval(subject: Subject) -> Iterator[Defect]:
    """A description speaks of `eval(` outside of code.

    Why: It does nothing by itself, but some filters of web pages take such texts for an attack, and drop them.

    Source: OpenAPI 3.1.1 §4.5

    Bad:

        tags: [{name: pets, description: "Never call eval(answer) on it"}]
        paths: {}

    Good:

        tags: [{name: pets, description: "Never call `eval(answer)` on it"}]
        paths: {}
    """
    if not any("eval(" in document.text for document in subject.documents.values()):
        return
    for uri, name, objects in _described(subject):
        for tokens, value in objects:
            text = value.get(name)
            if isinstance(text, str) and "eval(" in text and compiled(r"\beval\(").search(_without_code(text)):
                at = Place(uri, Pointer((*tokens, name)))
                yield Defect(Location(at), f"`{name}` has `eval(` outside of code", "write it between backticks")


RULES = (markdown_script, markdown_eval)
