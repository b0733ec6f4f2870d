"""Lists in answers: where the items are, and which members say something about the page that they are on.

Schemas are seen as the Bundle has them of responses. What is found is a PAGE of contractctl/mockserver/bundle.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final, TypeAlias

from contractctl.contract.model import Schema
from contractctl.contract.references import referenced_definition
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.records import dataclass
from contractctl.mock.paging_words import (
    ABOUT,
    ASIDE,
    COUNTS,
    CURSORS,
    FLAGS,
    HREFS,
    LINKS,
    LISTS,
    WEAK,
    WRAPPERS,
    plain,
)
from contractctl.mock.readings import declared_types
from contractctl.mock.schemas import SchemaTable, schema_examples

Steps: TypeAlias = "tuple[str, ...]"

_MOST_PARTS: Final = 200
_MOST_SEEN: Final = 10_000
_DEEPEST_ABOUT: Final = 2
_ALTERNATIVES: Final = ("anyOf", "oneOf")
_NUMBERS: Final = frozenset(("integer", "number"))
_SIMPLE: Final = frozenset(
    (
        *("$ref", "allOf", "type", "items", "minItems", "maxItems", "uniqueItems", "properties", "required"),
        *("additionalProperties", "minProperties", "maxProperties", "title", "description", "default", "example"),
        *("examples", "deprecated", "readOnly", "externalDocs", "xml"),
    )
)
"""Keywords that say nothing of several items together, but how many there are and that they differ."""
_FORMS: Final = {"uri": "uri", "url": "uri", "iri": "uri", "uri-reference": "path", "iri-reference": "path"}
_CURSORS: Final = frozenset(("cursor", "cursors"))
_IDS: Final = frozenset(("id", "uuid", "guid"))


@dataclass(frozen=True, slots=True)
class Part:
    """A schema that applies to a value, alone or with others. `at` are the steps to it in the record with its `$defs`.

    `certain` is false for one of several alternatives.
    """

    value: Mapping[str, Json]
    at: Steps
    certain: bool


@dataclass(frozen=True, slots=True)
class Said:
    """A member that says something about a page.

    `cut` is how many of its steps lead to what goes where it has nothing to say, which then is `null`, is missing
    (`omit`), or is `empty`. `form` is that of a link: `uri`, `path`, `other`, or empty where nothing says it.
    """

    role: str
    at: Steps
    types: tuple[str, ...]
    form: str
    missing: str
    cut: int
    weak: bool

    def record(self) -> dict[str, Json]:
        """Return the SAYS."""
        record: dict[str, Json] = {"role": self.role, "at": list(self.at), "types": list(self.types)}
        record |= {"form": self.form} if self.form else {}
        record |= {"cut": self.cut} if self.cut != len(self.at) else {}
        return record | {"missing": self.missing}


@dataclass(frozen=True, slots=True)
class ListShape:
    """A list in an answer.

    `name` is the member's, empty for the whole body; `is_plain` says that the answer is nothing else than a list,
    whichever operation gives it. `has_id`: it may as well be one thing that holds others. `is_free`: whether an answer
    is valid depends on how many items there are and on each by itself, and on nothing else about them.
    """

    at: Steps
    items: tuple[Steps, ...]
    least: int
    most: int | None
    unique: bool
    says: tuple[Said, ...]
    name: str
    is_plain: bool
    has_id: bool
    holds_objects: bool
    is_free: bool = False

    def record(self, *, pages: bool, asks: Mapping[str, str]) -> dict[str, Json]:
        """Return the PAGE; where an operation `pages`, words that may mean anything are about the page.

        `asks` are the words that a request asks with, and what an answer says by the same ones.
        """
        says = [_as_asked(one, asks) for one in (self.says if pages else _kept(self.says))]
        record: dict[str, Json] = {"at": list(self.at), "items": [list(steps) for steps in self.items]}
        record |= {"least": self.least} if self.least else {}
        record |= {"most": self.most} if self.most is not None else {}
        record |= {"unique": True} if self.unique else {}
        record |= {"free": True} if self.is_free else {}
        return record | ({"says": [said.record() for said in says]} if says else {})


class Lists:
    """Finds the lists in the responses of one contract; each schema is looked at once."""

    __slots__ = ("_known", "_table")

    def __init__(self, table: SchemaTable) -> None:
        self._table = table
        self._known: dict[str, ListShape | None] = {}

    def shape(self, key: str) -> ListShape | None:
        """Return the list that a response with the schema under `key` is or holds, None where there is none."""
        if key not in self._known:
            self._known[key] = self._found(self.parts(self._table.described(key), ()))
        return self._known[key]

    def has_example(self, key: str, schema: Schema) -> bool:
        """Tell whether a schema itself, which is known under `key`, documents a whole value that it allows."""
        return any(self._table.is_valid(key, value) for _, value in schema_examples(self._table, schema))

    def parts(self, value: Json, at: Steps) -> tuple[Part, ...]:
        """Return the schemas that may apply to a value of a schema: itself, its target, its branches."""
        found: list[Part] = []
        waiting = [(value, at, True)]
        entered: set[str] = set()
        while waiting and len(found) < _MOST_PARTS:
            node, steps, certain = waiting.pop()
            if not is_object(node):
                continue
            found.append(Part(node, steps, certain))
            waiting.extend(reversed(list(self._below(node, steps, certain, entered))))
        return tuple(found)

    def _below(
        self, node: Mapping[str, Json], steps: Steps, certain: bool, entered: set[str]
    ) -> Iterator[tuple[Json, Steps, bool]]:
        reference = node.get("$ref")
        if isinstance(reference, str) and reference not in entered:
            entered.add(reference)
            name = referenced_definition(reference)
            yield self._table.described_definition(name), ("$defs", name), certain
        for keyword in ("allOf", *_ALTERNATIVES):
            branches = node.get(keyword)
            is_sure = certain and (keyword == "allOf" or (is_array(branches) and len(branches) == 1))
            for index, branch in enumerate(branches if is_array(branches) else ()):
                yield branch, (*steps, keyword, str(index)), is_sure

    def _found(self, parts: tuple[Part, ...]) -> ListShape | None:
        kinds = types_of(parts)
        if "array" in kinds and "object" not in kinds:
            found = self._list(parts, (), "", says=(), is_plain=True, has_id=False)
            return _freed(found, parts)
        members = self._members(parts)
        if not members:
            return None
        name, inner = self._list_member(members)
        if name:
            return _freed(self._in_object(members, parts, (name,), inner), (*parts, *inner))
        for wrapper, below in members.items():
            if plain(wrapper) in WRAPPERS and "object" in types_of(below):
                wrapped = self._members(below)
                name, inner = self._list_member(wrapped)
                if name:
                    found = self._in_object(wrapped, below, (wrapper, name), inner)
                    outer = tuple(self._said(parts, (), exclude=wrapper))
                    return _with_outer(found, outer) if found else None
        return None

    def _in_object(
        self, members: Mapping[str, tuple[Part, ...]], parts: tuple[Part, ...], at: Steps, inner: tuple[Part, ...]
    ) -> ListShape | None:
        said = tuple(self._said(parts, at[:-1], exclude=at[-1]))
        has_id = any(plain(name) in _IDS for name in members)
        is_plain = not has_id and (
            len(members) == 1 or plain(at[-1]) in LISTS or any(not one.weak for one in said) or len(at) > 1
        )
        return self._list(inner, at, at[-1], says=said, is_plain=is_plain, has_id=has_id)

    def _list(
        self, parts: tuple[Part, ...], at: Steps, name: str, *, says: tuple[Said, ...], is_plain: bool, has_id: bool
    ) -> ListShape | None:
        holding = [part for part in parts if "items" in part.value and "prefixItems" not in part.value]
        certain = [part for part in holding if part.certain] or holding[:1]
        if not certain:
            return None
        items = tuple(dict.fromkeys(self._leading(part.value["items"], (*part.at, "items")) for part in certain))
        item_parts = [one for part in certain for one in self.parts(part.value["items"], (*part.at, "items"))]
        return ListShape(
            at=at,
            items=items,
            least=max((_whole(part.value.get("minItems")) or 0 for part in parts if part.certain), default=0),
            most=min((n for part in parts if (n := _whole(part.value.get("maxItems"))) is not None), default=None),
            unique=any(part.value.get("uniqueItems") is True for part in parts),
            says=says,
            name=name,
            is_plain=is_plain,
            has_id=has_id,
            holds_objects="object" in types_of(item_parts),
        )

    def _leading(self, value: Json, at: Steps) -> Steps:
        """Return the steps to a schema; of one that is only a reference, to its target."""
        seen: set[Steps] = set()
        while is_object(value) and value.keys() == {"$ref"} and isinstance(reference := value["$ref"], str):
            at = ("$defs", referenced_definition(reference))
            if at in seen:
                break
            seen.add(at)
            value = self._table.described_definition(at[1])
        return at

    def _members(self, parts: Iterable[Part]) -> dict[str, tuple[Part, ...]]:
        """Return the declared members of an object, each with the schemas that apply to it."""
        found: dict[str, tuple[Part, ...]] = {}
        seen = 0
        for part in parts:
            declared = part.value.get("properties")
            for name, member in declared.items() if is_object(declared) else ():
                below = self.parts(member, (*part.at, "properties", name))
                found[name] = (*found.get(name, ()), *below)
                seen += len(found[name])
            if seen > _MOST_SEEN:
                break
        return found

    def _list_member(self, members: Mapping[str, tuple[Part, ...]]) -> tuple[str, tuple[Part, ...]]:
        """Return the member that is the list: the one that is called so, else the only one (of objects); or nothing."""
        arrays = {
            name: parts
            for name, parts in members.items()
            if (kinds := types_of(parts)) and "array" in kinds and not kinds & {"object", "string"}
        }
        for word in sorted(arrays, key=lambda name: plain(name) not in LISTS):
            if plain(word) in LISTS:
                return word, arrays[word]
        main = {name: parts for name, parts in arrays.items() if plain(name) not in ASIDE} or arrays
        if len(main) > 1:
            main = {name: parts for name, parts in main.items() if self._holds_objects(parts)}
        return next(iter(main.items())) if len(main) == 1 else ("", ())

    def _holds_objects(self, parts: tuple[Part, ...]) -> bool:
        items = (self.parts(part.value.get("items"), ()) for part in parts)
        return any("object" in types_of(one) for one in items)

    def _said(self, parts: tuple[Part, ...], at: Steps, *, exclude: str = "", depth: int = 0) -> Iterator[Said]:
        """Yield what an object says about a page; members that are about it are entered."""
        required = _required(parts)
        for name, below in self._members(parts).items():
            if name == exclude:
                continue
            kinds, word = types_of(below), plain(name)
            steps = (*at, name)
            missing = "null" if "null" in kinds else "empty" if name in required else "omit"
            if "object" in kinds:
                if word in LINKS and (link := self._link_in(below)):
                    inner, form, inner_kinds = link
                    yield Said(LINKS[word], (*steps, inner), inner_kinds, form, missing, len(steps), word in WEAK)
                elif word in ABOUT and depth < _DEEPEST_ABOUT:
                    inside = _strong(self._said(below, steps, depth=depth + 1))
                    yield from (_as_cursor(one) if word in _CURSORS else one for one in inside)
                continue
            role = _role(word, kinds)
            if role:
                form = _form(below) if role in LINKS.values() else ""
                yield Said(role, steps, tuple(sorted(kinds)), form, missing, len(steps), word in WEAK)

    def _link_in(self, parts: tuple[Part, ...]) -> tuple[str, str, tuple[str, ...]] | None:
        members = self._members(parts)
        for name in HREFS:
            if name in members and "string" in (kinds := types_of(members[name])):
                return name, _form(members[name]), tuple(sorted(kinds))
        return None


def types_of(parts: Iterable[Part]) -> frozenset[str]:
    """Return the types that are spoken of; `number` alone is no `integer`."""
    return frozenset(kind for part in parts for kind in declared_types(part.value))


def _role(word: str, kinds: frozenset[str]) -> str:
    """Return what a member of this name and these types says; empty for nothing."""
    if kinds <= {"boolean", "null"} and "boolean" in kinds:
        return FLAGS.get(word, "")
    if kinds & _NUMBERS:
        return COUNTS.get(word) or CURSORS.get(word, "")
    if "string" in kinds:
        role = LINKS.get(word) or CURSORS.get(word) or COUNTS.get(word, "")
        return "" if role in {"number", "start_item", "end_item", "offset", "size"} and word in WEAK else role
    return ""


def _form(parts: tuple[Part, ...]) -> str:
    """Return how a link is written: `uri` for a whole one, `path` for one that begins with the path."""
    for part in parts:
        if (said := part.value.get("format")) and isinstance(said, str) and said in _FORMS:
            return _FORMS[said]
    for part in parts:
        several = part.value.get("examples")
        for text in (part.value.get("example"), *(several if is_array(several) else ())):
            if isinstance(text, str) and text:
                return "path" if text.startswith(("/", "?")) else "uri" if "://" in text else "other"
    return ""


def _strong(said: Iterable[Said]) -> Iterator[Said]:
    for one in said:
        yield Said(one.role, one.at, one.types, one.form, one.missing, one.cut, one.role == "self")


def _as_asked(said: Said, asks: Mapping[str, str]) -> Said:
    role = asks.get(plain(said.at[-1])) if said.form not in {"uri", "path"} else None
    return replace(said, role=role) if role else said


def _as_cursor(said: Said) -> Said:
    """Return what `next` says in an object of cursors."""
    cursors = {"next": "next_cursor", "previous": "previous_cursor"}
    return replace(said, role=cursors.get(said.role, said.role), form="") if said.form != "uri" else said


def _kept(said: Iterable[Said]) -> Iterator[Said]:
    """Leave out words that may mean anything where no other says that this is a page."""
    found = list(said)
    is_page = any(not one.weak for one in found) or len({one.role for one in found} - {"self"}) > 1
    yield from (one for one in found if is_page or one.role in {"self", "count"})


def _freed(shape: ListShape | None, parts: Iterable[Part]) -> ListShape | None:
    """Say of a list whether nothing looks at its items together; `parts` are all schemas above them."""
    return replace(shape, is_free=all(_is_simple(part) for part in parts)) if shape else None


def _is_simple(part: Part) -> bool:
    others = part.value.get("additionalProperties", True)
    return part.certain and part.value.keys() <= _SIMPLE and isinstance(others, bool)


def _with_outer(shape: ListShape, outer: tuple[Said, ...]) -> ListShape:
    return replace(shape, says=(*shape.says, *outer))


def _required(parts: Iterable[Part]) -> frozenset[str]:
    listed = (part.value.get("required") for part in parts if part.certain)
    return frozenset(name for names in listed if is_array(names) for name in names if isinstance(name, str))


def _whole(value: Json) -> int | None:
    return int(value) if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1e9 else None
