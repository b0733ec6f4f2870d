"""What surrounds the items of a list: an answer to be changed, and what tells whether a changed one is valid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from contractctl.encodings.json_texts import loads
from contractctl.mockserver.dynamic import Synthesis, Unmade, Wish, compiled, definition_named
from contractctl.mockserver.model import Content, Json
from contractctl.mockserver.pages.corpus import example_value
from contractctl.mockserver.pages.layout import Page, Steps
from contractctl.mockserver.record import record

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

_MOST_REMEMBERED = 64


@record
class Envelope:
    """An answer to be changed, and its validator, which does not look into the items of a list that is `free`."""

    template: Json
    validator: Draft202012Validator


class Envelopes:
    """The envelopes of the contents of one contract."""

    def __init__(self, synthesis: Synthesis) -> None:
        self._synthesis = synthesis
        self._known: dict[Content, Envelope | None] = {}

    def of(self, content: Content) -> Envelope | None:
        """Return what surrounds the list of a content; None where there is none, or nothing can be made of it."""
        if content not in self._known:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[content] = self._made(content)
        return self._known[content]

    def _made(self, content: Content) -> Envelope | None:
        page = content.page
        if page is None or not self._synthesis.can_make(content):
            return None
        try:
            if not content.examples:
                template = self._synthesis.value(content, Wish(0, examples=True))
                return Envelope(template, self._synthesis.validator(content))
            validator = self._shell(content, page) if page.free else self._synthesis.validator(content)
        except Unmade:
            return None
        return Envelope(_emptied(example_value(self._synthesis, content.examples[0]), page.at), validator)

    def _shell(self, content: Content, page: Page) -> Draft202012Validator:
        """Return the validator of an answer whose items are known to be valid: theirs may be fifty times as large."""
        return compiled(_Shell(self._synthesis, content.key).without_items(page.at))


class _Shell:
    """The schema of an answer, of which only those definitions are read that it is found to need."""

    def __init__(self, synthesis: Synthesis, key: str) -> None:
        self._synthesis = synthesis
        self._root: Json = loads(synthesis.schema(key))
        self._definitions: dict[str, Json] = {}

    def without_items(self, at: Steps) -> Any:
        """Return the schema that says nothing of the items of the list at the steps.

        A definition that is used elsewhere, too, says less there: what is there is not changed by any page.
        """
        self._open(self._root, at, set())
        kept: dict[str, Json] = {}
        waiting = list(_references(self._root))
        while waiting:
            name = waiting.pop()
            if name not in kept:
                kept[name] = self._definition(name)
                waiting.extend(_references(kept[name]))
        return {**self._root, "$defs": kept} if isinstance(self._root, dict) else self._root

    def _open(self, node: Json, at: Steps, entered: set[str]) -> None:
        """Take out what is said of the items, on all ways that a `free` list has: see `free` in bundle.py."""
        if not isinstance(node, dict):
            return
        reference, parts, members = node.get("$ref"), node.get("allOf"), node.get("properties")
        if isinstance(reference, str) and (name := definition_named(reference)) not in entered:
            self._open(self._definition(name), at, entered | {name})
        for part in parts if isinstance(parts, list) else ():
            self._open(part, at, entered)
        if not at:
            node.pop("items", None)
        elif isinstance(members, dict):
            self._open(members.get(at[0]), at[1:], set())

    def _definition(self, name: str) -> Json:
        if name not in self._definitions:
            self._definitions[name] = loads(self._synthesis.definition(name))
        return self._definitions[name]


def _references(node: Json) -> Iterator[str]:
    """Yield the names of the definitions that a schema refers to."""
    if isinstance(node, dict):
        if isinstance(reference := node.get("$ref"), str) and reference.startswith("#/$defs/"):
            yield definition_named(reference)
        for member in node.values():
            yield from _references(member)
    elif isinstance(node, list):
        for item in node:
            yield from _references(item)


def _emptied(template: Json, at: Steps) -> Json:
    """Return an answer without its list, in the place of which each page puts its own items."""
    if not at:
        return []
    if not isinstance(template, dict) or at[0] not in template:
        return template
    return {**template, at[0]: _emptied(template[at[0]], at[1:])}
