"""YAML texts: our own composer over libyaml's events. Values, positions and faults in one pass without recursion."""

from __future__ import annotations

from collections.abc import Callable
from math import copysign, isinf
from typing import TypeAlias

import yaml

from contractctl.core.json import Json
from contractctl.core.locations import Pointer
from contractctl.core.records import dataclass
from contractctl.source.faults import DEPTH_LIMIT, LARGEST_NUMBER, FatalFault, Fault, too_deep, too_large, too_long
from contractctl.source.libyaml import EventSource, extent, parser_of
from contractctl.source.marks import Marks
from contractctl.source.stand_ins import disguise
from contractctl.source.yaml_faults import not_yaml
from contractctl.source.yaml_scalars import NotJson, TooLong, meaning_in_yaml_1_1, resolve_plain

_EXPANSION_FACTOR = 10
_EXPANSION_FLOOR = 10_000
_REMEMBERED_LENGTH = 40
_TAG = "tag:yaml.org,2002:"
_TAGGED: dict[str, tuple[type, ...]] = {
    "!": (str, dict, list),
    _TAG + "str": (str,),
    _TAG + "int": (int,),
    _TAG + "float": (int, float),
    _TAG + "bool": (bool,),
    _TAG + "null": (type(None),),
    _TAG + "map": (dict,),
    _TAG + "seq": (list,),
}

_BLOCKS = frozenset("|>")

_Handlers: TypeAlias = dict[type[yaml.Event], Callable[..., None]]


@dataclass(frozen=True, slots=True)
class YamlText:
    """A value, the marks of its nodes, what is wrong with it, and whether a mapping of it holds a key twice."""

    root: Json
    marks: Marks
    faults: list[Fault]
    repeats_keys: bool


@dataclass(slots=True, eq=False)
class _Open:
    """A collection whose end has not come yet: `members` of a mapping, `items` of a list.

    In a mapping `key` is the one whose value is awaited. `added` counts the nodes that aliases stood for before it,
    `height` how many collections stand in each other here, itself included.
    """

    node: int
    members: dict[str, Json] | None
    items: list[Json]
    is_block: bool
    last_end: int
    added: int
    key: str | None = None
    key_start: int = 0
    key_end: int = 0
    height: int = 1
    merged: Json = None


@dataclass(slots=True)
class _Anchor:
    """A value that aliases may repeat, with its node, its height, and the nodes it stands for (0: still open).

    `text` is how a scalar is written; a collection has none. Nor has a key a node: it stands nowhere by itself.
    """

    value: Json
    text: str | None
    node: int | None
    expanded: int = 1
    height: int = 0


class _Composer:
    """Builds the value from events. One instance reads one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.marks = Marks(text)
        self._add_node = self.marks.adder()
        self.faults: list[Fault] = []
        self.repeats_keys = False
        # The document is the one item of a list, so that every node has a holder.
        self._holder = _Open(-1, None, [], is_block=True, last_end=0, added=0)
        self._above: list[_Open] = []
        self._anchors: dict[str, _Anchor] = {}
        self._pending: list[tuple[_Open, _Anchor]] = []
        self._plain: dict[str, Json] = {}
        self._names: dict[str, str] = {}
        self._disguise = disguise(text)
        self._added = 0
        self._documents = 0

    def compose(self) -> Json:
        """Return the value of the first document. Raise FatalFault where there is none."""
        parser = parser_of(self._disguise.text if self._disguise else self.text)
        try:
            self._read(parser)
        finally:
            parser.dispose()
        return self._holder.items[0] if self._holder.items else None

    def _read(self, parser: EventSource) -> None:
        """Read all events. Most are scalars without tag and anchor: those cost no call that can be saved."""
        next_event, handlers = parser.get_event, self._handlers()
        add_node, place, plain, names = self._add_node, self._place, self._plain, self._names
        reveal, scalar = self._disguise.reveal if self._disguise else None, yaml.ScalarEvent
        last_start = last_end = 0
        try:
            while (event := next_event()) is not None:
                if type(event) is not scalar:
                    handlers[type(event)](event)
                    continue
                start_mark, end_mark = event.start_mark, event.end_mark
                assert start_mark is not None
                assert end_mark is not None
                start, end = start_mark.index, end_mark.index
                text, style, holder = event.value, event.style, self._holder
                if start < end:
                    last_start, last_end = start, end
                if reveal is not None:
                    text = reveal(text, style or "", start)
                members, key = holder.members, holder.key
                if event.tag is not None or event.anchor is not None or style in _BLOCKS:
                    self._rare_scalar(event, text, start, end)
                elif key is None and members is not None:
                    holder.key = names.get(text) or self._name(text, start, end, is_plain=not style)
                    holder.key_start, holder.key_end = start, end
                else:
                    value = text if style else plain[text] if text in plain else self._meaning(text, start, end)
                    add_node(start, end, key, holder.key_start, holder.key_end)
                    if key is None or key == "<<" or members is None or key in members:
                        place(value, end)
                    else:
                        members[key] = value
                        holder.key, holder.last_end = None, end
        except yaml.MarkedYAMLError as error:
            raise not_yaml(error, self.text, (last_start, last_end)) from None

    def _handlers(self) -> _Handlers:
        return {
            yaml.StreamStartEvent: _pass_over,
            yaml.DocumentStartEvent: self._document,
            yaml.MappingStartEvent: self._mapping,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceStartEvent: self._sequence,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
            yaml.DocumentEndEvent: _pass_over,
            yaml.StreamEndEvent: _pass_over,
        }

    def _document(self, event: yaml.DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            message = "the file holds more than one YAML document"
            raise FatalFault("yaml-multiple-documents", message, "keep one description a file", *extent(event))

    def _rare_scalar(self, event: yaml.ScalarEvent, text: str, start: int, end: int) -> None:
        """Read a scalar that has a tag, an anchor or lines of its own."""
        holder, is_plain = self._holder, not event.style and event.tag is None
        if event.style in _BLOCKS:
            end = start + len(self.text[start:end].rstrip())
        if holder.members is not None and holder.key is None:
            holder.key, holder.key_start, holder.key_end = self._name(text, start, end, is_plain=is_plain), start, end
            if event.tag is not None and event.tag not in _TAGGED:
                self._refuse_tag(event.tag, start, end)
            if event.anchor is not None:
                self._anchors[event.anchor] = _Anchor(text, text, None)
            return
        value = self._meaning(text, start, end) if is_plain else self._tagged(event.tag, text, start, end)
        node = self._add_node(start, end, holder.key, holder.key_start, holder.key_end)
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchor(value, text, node)
        self._place(value, end)

    def _name(self, text: str, start: int, end: int, *, is_plain: bool) -> str:
        """Return a key, told of where YAML 1.1 takes it for something else, and else one string for all alike."""
        if text != "<<" and meaning_in_yaml_1_1(text) is not None:
            if is_plain:
                self._holder.key = text
                self._tell_ambiguous(text, None, start, end)
            return text
        return self._names.setdefault(text, text)

    def _meaning(self, text: str, start: int, end: int) -> Json:
        """Return what an unquoted scalar means, and remember it where there is nothing to tell of it."""
        told = len(self.faults)
        value = self._resolved(text, start, end)
        self._tell_ambiguous(text, value, start, end)
        if len(self.faults) == told and len(text) <= _REMEMBERED_LENGTH:
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

    def _tell_ambiguous(self, text: str, value: Json, start: int, end: int) -> None:
        meaning = meaning_in_yaml_1_1(text)
        if meaning is None:
            return
        is_number = isinstance(value, (int, float))
        message = f"`{text}` without quotes is {meaning} in YAML 1.1 and a {'number' if is_number else 'string'} in 1.2"
        hint = f'quote it if it is text: "{text}"' + (
            f"; write {_number(value)} if it is a number" if is_number else ""
        )
        self._tell("yaml-ambiguous-scalar", message, hint, start, end)

    def _tagged(self, tag: str | None, text: str, start: int, end: int) -> Json:
        if tag is None or tag in ("!", _TAG + "str"):
            return text
        if tag not in _TAGGED:
            self._refuse_tag(tag, start, end)
            return text
        value = self._resolved(text, start, end)
        self._check_tag(tag, value, start, end)
        return value

    def _check_tag(self, tag: str, value: Json, start: int, end: int) -> None:
        if tag not in _TAGGED:
            self._refuse_tag(tag, start, end)
        elif type(value) not in _TAGGED[tag]:
            self._refuse_kind(tag, start, end)

    def _refuse_tag(self, tag: str, start: int, end: int) -> None:
        message = f"the YAML tag `{tag}` means nothing in an OpenAPI description; it is passed over"
        self._tell("yaml-custom-tag", message, "remove the tag", start, end)

    def _refuse_kind(self, tag: str, start: int, end: int) -> None:
        message = f"this is not what its YAML tag `{tag.replace(_TAG, '!!')}` says; the tag is passed over"
        self._tell("yaml-custom-tag", message, "remove the tag", start, end)

    def _mapping(self, event: yaml.MappingStartEvent) -> None:
        self._open(event, {}, [])

    def _sequence(self, event: yaml.SequenceStartEvent) -> None:
        self._open(event, None, [])

    def _open(self, event: yaml.CollectionStartEvent, members: dict[str, Json] | None, items: list[Json]) -> None:
        start, end = extent(event)
        holder = self._holder
        if holder.members is not None and holder.key is None:
            raise _complex_key(start, end)
        if len(self._above) >= DEPTH_LIMIT:
            raise too_deep(start, end)
        value = items if members is None else members
        if event.tag is not None:
            self._check_tag(event.tag, value, start, end)
        node = self._add_node(start, end, holder.key, holder.key_start, holder.key_end)
        opened = _Open(node, members, items, not event.flow_style, end, self._added)
        if event.anchor is not None:
            anchor = self._anchors[event.anchor] = _Anchor(value, None, node, expanded=0)
            self._pending.append((opened, anchor))
        self._above.append(holder)
        self._holder = opened

    def _end(self, event: yaml.CollectionEndEvent) -> None:
        opened, self._holder = self._holder, self._above.pop()
        end = opened.last_end if opened.is_block else extent(event)[1]
        self.marks.close(opened.node, end)
        if self._pending and self._pending[-1][0] is opened:
            anchor = self._pending.pop()[1]
            anchor.expanded = self.marks.sizes[opened.node] + self._added - opened.added
            anchor.height = opened.height
        if opened.members is not None and opened.merged is not None:
            _merge(opened.members, opened.merged)
        self._holder.height = max(self._holder.height, opened.height + 1)
        self._place(opened.items if opened.members is None else opened.members, end)

    def _alias(self, event: yaml.AliasEvent) -> None:
        start, end = extent(event)
        holder, anchor = self._holder, self._anchors.get(str(event.anchor))
        if anchor is None:
            message = f"the alias `*{event.anchor}` names no anchor above it"
            raise FatalFault("yaml-alias", message, f"write `&{event.anchor}` at its target", start, end)
        if anchor.expanded == 0:
            message = f"the alias `*{event.anchor}` stands inside its own anchor"
            raise FatalFault("yaml-alias", message, "use a `$ref` for recursion", start, end)
        if holder.members is not None and holder.key is None:
            if anchor.text is None:
                raise _complex_key(start, end)
            holder.key, holder.key_start, holder.key_end = anchor.text, start, end
            return
        if len(self._above) + anchor.height > DEPTH_LIMIT:
            raise too_deep(start, end)
        node = self._add_node(start, end, holder.key, holder.key_start, holder.key_end)
        if anchor.node is not None:
            self.marks.aliases[node] = anchor.node
        self._added += anchor.expanded - 1
        holder.height = max(holder.height, anchor.height + 1)
        self._place(anchor.value, end)
        self._check_expansion(start, end)

    def _check_expansion(self, start: int, end: int) -> None:
        nodes = len(self.marks.sizes)
        if nodes + self._added > _EXPANSION_FLOOR + _EXPANSION_FACTOR * nodes:
            message = f"aliases expand the text to more than {_EXPANSION_FACTOR} times its size"
            raise FatalFault("yaml-alias", message, "use `$ref` instead of YAML aliases", start, end)

    def _tell(self, rule: str, message: str, hint: str, start: int, end: int) -> None:
        """Note a fault that leaves a value, at the node that is being read."""
        self.faults.append(Fault(rule, message, hint, start, end, self._pointer()))

    def _pointer(self) -> Pointer:
        """Return the pointer of the node that is being read."""
        holders = (*self._above, self._holder)[1:]
        return Pointer(tuple(str(len(one.items)) if one.members is None else one.key or "" for one in holders))

    def _place(self, value: Json, end: int) -> None:
        """Put a finished value where it belongs."""
        holder = self._holder
        holder.last_end = end
        members, key = holder.members, holder.key
        if members is None:
            holder.items.append(value)
            return
        assert key is not None
        holder.key = None
        if key == "<<" and self.text[holder.key_start] == "<":
            self._merge_later(holder, value)
            return
        self.repeats_keys |= key in members
        members[key] = value

    def _merge_later(self, holder: _Open, value: Json) -> None:
        """Keep what stands under `<<` (YAML 1.1) until all that is written out is there."""
        self.repeats_keys |= holder.merged is not None
        holder.merged = value
        if not all(isinstance(source, dict) for source in (value if isinstance(value, list) else [value])):
            message = "`<<` merges a mapping, or a list of them, and this is neither"
            self._tell("yaml-alias", message, "write an alias of a mapping after it", holder.key_start, holder.key_end)


def compose_yaml(text: str) -> YamlText:
    """Return value, marks and faults of a YAML text.

    Raise FatalFault where there is no value, and DeliveryFailure where PyYAML has come without libyaml.
    """
    composer = _Composer(text)
    root = composer.compose()
    return YamlText(root, composer.marks, composer.faults, composer.repeats_keys)


def _pass_over(_event: yaml.Event) -> None:
    """Do nothing: neither stream nor document has a value of its own."""


def _complex_key(start: int, end: int) -> FatalFault:
    return FatalFault("yaml-complex-key", "a mapping key must be a scalar", "write the key as text", start, end)


def _number(value: Json) -> str:
    """Write a number so that YAML 1.1 and 1.2 agree on it."""
    written = repr(value)
    return written if "." in written else written.replace("e", ".0e")


def _merge(members: dict[str, Json], merged: Json) -> None:
    """Add the members of merged mappings (YAML's `<<`) that are not written out."""
    for source in merged if isinstance(merged, list) else [merged]:
        if isinstance(source, dict):
            for key, value in source.items():
                members.setdefault(key, value)
