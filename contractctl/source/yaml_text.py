"""YAML texts: our own composer over libyaml's events. Values, positions and faults in one pass without recursion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import copysign, isinf
from typing import Protocol

import yaml

from contractctl.core.failures import DeliveryFailure
from contractctl.core.json import Json
from contractctl.core.locations import Pointer
from contractctl.source.faults import DEPTH_LIMIT, LARGEST_NUMBER, FatalFault, Fault, too_deep, too_large, too_long
from contractctl.source.marks import Marks
from contractctl.source.yaml_scalars import NotJson, TooLong, meaning_in_yaml_1_1, resolve_plain

_EXPANSION_FACTOR = 10
_EXPANSION_FLOOR = 10_000
_TAG = "tag:yaml.org,2002:"
_KNOWN_TAGS = frozenset(_TAG + name for name in ("str", "int", "float", "bool", "null", "map", "seq"))


class EventSource(Protocol):
    """What is asked of libyaml's parser."""

    def get_event(self) -> yaml.Event | None:
        """Return the next event, or None after the last. Raise yaml.MarkedYAMLError or ReaderError."""

    def dispose(self) -> None:
        """Let go of the text."""


@dataclass(slots=True)
class _Open:
    """A collection whose end has not come yet; `height` counts how many stand in each other here, itself included."""

    value: dict[str, Json] | list[Json]
    node: int
    is_block: bool
    expanded: int = 1
    height: int = 1
    key: tuple[str, int, int] | None = None
    last_end: int = 0
    merges: list[Json] = field(default_factory=list)


@dataclass(slots=True)
class _Anchor:
    """A value that aliases may repeat, with its node, its height, and the nodes it stands for (0: still open)."""

    value: Json
    node: int
    expanded: int
    height: int = 0


class _Composer:
    """Builds the value from events. One instance reads one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.marks = Marks(text)
        self.faults: list[Fault] = []
        self.root: Json = None
        self._stack: list[_Open] = []
        self._anchors: dict[str, _Anchor] = {}
        self._pending: list[tuple[_Open, _Anchor]] = []
        self._plain: dict[str, Json] = {}
        self._documents = 0

    def compose(self) -> Json:
        """Return the value of the first document. Raise FatalFault where there is none."""
        parser = _parser(self.text)
        handlers: dict[type[yaml.Event], Callable[..., None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._mapping,
            yaml.SequenceStartEvent: self._sequence,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }
        try:
            while (event := parser.get_event()) is not None:
                handler = handlers.get(type(event))
                if handler is not None:
                    handler(event)
        except yaml.MarkedYAMLError as error:
            raise self._syntax(error) from None
        except yaml.reader.ReaderError as error:
            raise self._character(error) from None
        finally:
            parser.dispose()
        return self.root

    def _document(self, event: yaml.DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            message = "the file holds more than one YAML document"
            raise FatalFault("yaml-multiple-documents", message, "keep one description a file", *_extent(event))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        start, end = _extent(event)
        if event.style in ("|", ">"):
            end = start + len(self.text[start:end].rstrip())
        if self._awaits_key():
            self._stack[-1].key = (event.value, start, end)
            self._note_ambiguity(event, start, end)
            return
        value = self._value_of(event, start, end)
        node = self.marks.open(start, self._take_key())
        self.marks.close(node, end)
        self._anchor(event, value, node, 1)
        self._place(value, 1, 0, end)

    def _value_of(self, event: yaml.ScalarEvent, start: int, end: int) -> Json:
        text: str = event.value
        if event.tag is not None and event.tag != "!":
            return self._tagged(event.tag, text, start, end)
        if not event.implicit[0] or event.style:
            return text
        if text in self._plain:
            return self._plain[text]
        told = len(self.faults)
        value = self._resolved(text, start, end)
        self._note_ambiguity(event, start, end)
        if len(self.faults) == told:
            self._plain[text] = value
        return value

    def _resolved(self, text: str, start: int, end: int) -> Json:
        """Return what an unquoted scalar means; tell of one that JSON or a program cannot hold."""
        try:
            value = resolve_plain(text)
        except TooLong:
            raise too_long(text, start, end) from None
        except NotJson:
            message = f"`{text}` has no counterpart in JSON"
            self._tell("yaml-not-json", message, "write a finite number, or quote it", start, end)
            return text
        if isinstance(value, float) and isinf(value):
            self.faults.append(too_large(text, start, end, self._pointer()))
            return copysign(LARGEST_NUMBER, value)
        return value

    def _note_ambiguity(self, event: yaml.ScalarEvent, start: int, end: int) -> None:
        if event.style or not event.implicit[0]:
            return
        meaning = meaning_in_yaml_1_1(event.value)
        if meaning is not None:
            message = f"`{event.value}` without quotes is {meaning} in YAML 1.1 and something else in YAML 1.2"
            hint = f'quote it if it is text: "{event.value}"'
            self._tell("yaml-ambiguous-scalar", message, hint, start, end)

    def _tagged(self, tag: str, text: str, start: int, end: int) -> Json:
        if tag == _TAG + "str":
            return text
        if tag not in _KNOWN_TAGS:
            self._refuse_tag(tag, start, end)
            return text
        return self._resolved(text, start, end)

    def _refuse_tag(self, tag: str, start: int, end: int) -> None:
        message = f"the YAML tag `{tag}` means nothing in an OpenAPI description; it is passed over"
        self._tell("yaml-custom-tag", message, "remove the tag", start, end)

    def _mapping(self, event: yaml.MappingStartEvent) -> None:
        self._open(event, {})

    def _sequence(self, event: yaml.SequenceStartEvent) -> None:
        self._open(event, [])

    def _open(self, event: yaml.CollectionStartEvent, value: dict[str, Json] | list[Json]) -> None:
        start, end = _extent(event)
        if self._awaits_key():
            message = "a mapping key must be a scalar"
            raise FatalFault("yaml-complex-key", message, "write the key as text", start, end)
        if len(self._stack) >= DEPTH_LIMIT:
            raise too_deep(start, end)
        if event.tag is not None and event.tag not in _KNOWN_TAGS:
            self._refuse_tag(event.tag, start, end)
        node = self.marks.open(start, self._take_key())
        opened = _Open(value, node, is_block=not event.flow_style, last_end=end)
        if event.anchor is not None:
            anchor = _Anchor(value, node, 0)
            self._anchors[event.anchor] = anchor
            self._pending.append((opened, anchor))
        self._stack.append(opened)

    def _end(self, event: yaml.CollectionEndEvent) -> None:
        opened = self._stack.pop()
        end = opened.last_end if opened.is_block else _extent(event)[1]
        self.marks.close(opened.node, end)
        if self._pending and self._pending[-1][0] is opened:
            anchor = self._pending.pop()[1]
            anchor.expanded, anchor.height = opened.expanded, opened.height
        if opened.merges and isinstance(opened.value, dict):
            _merge(opened.value, opened.merges)
        self._place(opened.value, opened.expanded, opened.height, end)

    def _alias(self, event: yaml.AliasEvent) -> None:
        start, end = _extent(event)
        anchor = self._anchors.get(str(event.anchor))
        if anchor is None:
            message = f"the alias `*{event.anchor}` names no anchor above it"
            raise FatalFault("yaml-alias", message, f"write `&{event.anchor}` at its target", start, end)
        if anchor.expanded == 0:
            message = f"the alias `*{event.anchor}` stands inside its own anchor"
            raise FatalFault("yaml-alias", message, "use a `$ref` for recursion", start, end)
        if self._awaits_key():
            self._stack[-1].key = (str(anchor.value), start, end)
            return
        if len(self._stack) + anchor.height > DEPTH_LIMIT:
            raise too_deep(start, end)
        node = self.marks.open(start, self._take_key())
        self.marks.close(node, end)
        self.marks.aliases[node] = anchor.node
        self._place(anchor.value, anchor.expanded, anchor.height, end)
        self._check_expansion(start, end)

    def _check_expansion(self, start: int, end: int) -> None:
        expanded = sum(opened.expanded for opened in self._stack)
        if expanded > _EXPANSION_FLOOR + _EXPANSION_FACTOR * len(self.marks.sizes):
            message = f"aliases expand the text to more than {_EXPANSION_FACTOR} times its size"
            raise FatalFault("yaml-alias", message, "use `$ref` instead of YAML aliases", start, end)

    def _tell(self, rule: str, message: str, hint: str, start: int, end: int) -> None:
        """Note a fault that leaves a value, at the node that is being read."""
        self.faults.append(Fault(rule, message, hint, start, end, self._pointer()))

    def _pointer(self) -> Pointer:
        """Return the pointer of the node that is being read."""
        return Pointer(tuple(opened.key[0] if opened.key else str(len(opened.value)) for opened in self._stack))

    def _anchor(self, event: yaml.ScalarEvent, value: Json, node: int, expanded: int) -> None:
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchor(value, node, expanded)

    def _awaits_key(self) -> bool:
        return bool(self._stack) and isinstance(self._stack[-1].value, dict) and self._stack[-1].key is None

    def _take_key(self) -> tuple[str, int, int] | None:
        return self._stack[-1].key if self._stack else None

    def _place(self, value: Json, expanded: int, height: int, end: int) -> None:
        """Put a finished value where it belongs: into the innermost open collection, or at the root."""
        if not self._stack:
            self.root = value
            return
        holder = self._stack[-1]
        holder.expanded += expanded
        holder.height = max(holder.height, height + 1)
        holder.last_end = end
        if isinstance(holder.value, list):
            holder.value.append(value)
            return
        assert holder.key is not None
        name, key_start, _ = holder.key
        if name == "<<" and self.text[key_start] == "<":
            holder.merges.append(value)
        else:
            holder.value[name] = value
        holder.key = None

    def _syntax(self, error: yaml.MarkedYAMLError) -> FatalFault:
        mark = error.problem_mark or error.context_mark
        index = min(mark.index, len(self.text)) if mark else 0
        message = "not YAML: " + " ".join(filter(None, (error.context, error.problem)))
        hint = "indent with spaces, not tabs" if "\\t" in message or "'\t'" in message else "mend the syntax here"
        return FatalFault("yaml-syntax", message, hint, index, index)

    def _character(self, error: yaml.reader.ReaderError) -> FatalFault:
        message = f"not YAML: {error.reason}"
        index = min(int(error.position), len(self.text))
        return FatalFault("yaml-syntax", message, "remove the control character", index, index)


def compose_yaml(text: str) -> tuple[Json, Marks, list[Fault]]:
    """Return value, marks and faults of a YAML text.

    Raise FatalFault where there is no value, and DeliveryFailure where PyYAML has come without libyaml.
    """
    composer = _Composer(text)
    root = composer.compose()
    return root, composer.marks, composer.faults


def _parser(text: str) -> EventSource:
    try:
        from yaml._yaml import CParser
    except ImportError:
        raise DeliveryFailure(
            "cannot read YAML: PyYAML is installed here without libyaml, and its slow parser is not used in silence",
            hint="reinstall PyYAML from a wheel, or give the description as JSON",
        ) from None
    parser: EventSource = CParser(text)
    return parser


def _extent(event: yaml.Event) -> tuple[int, int]:
    assert event.start_mark is not None
    assert event.end_mark is not None
    return event.start_mark.index, event.end_mark.index


def _merge(members: dict[str, Json], merges: list[Json]) -> None:
    """Add the members of merged mappings (YAML's `<<`) that are not written out."""
    for merge in merges:
        for source in merge if isinstance(merge, list) else [merge]:
            if isinstance(source, dict):
                for key, value in source.items():
                    members.setdefault(key, value)
