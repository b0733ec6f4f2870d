"""One linear walk over a document along the object tables: what is wrong, and where references stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import TypeAlias

from contractctl.core.json import Json, is_array, is_object
from contractctl.core.records import dataclass
from contractctl.core.suggestions import did_you_mean
from contractctl.lint.structure.clauses import clause
from contractctl.lint.structure.conditions import one_of, same_items
from contractctl.lint.structure.kinds import (
    Anything,
    ByField,
    Either,
    Fault,
    Kind,
    ListOf,
    MapOf,
    ObjectOf,
    ObjectType,
    OneOrMore,
    Scalar,
    Table,
    Tokens,
)

DESCRIPTION = ObjectOf("description")
Objects: TypeAlias = "dict[str, list[tuple[Tokens, Mapping[str, Json]]]]"
"""Objects with their pointers, by the name of their type in the tables."""
_NOUNS = {"string": "a string", "boolean": "true or false", "number": "a number", "integer": "a whole number"}


@dataclass(frozen=True, slots=True)
class Reference:
    """A `$ref` at the pointer `tokens` (the `$ref` itself), where an object of `kind` is due."""

    tokens: Tokens
    target: str
    kind: ObjectOf

    @property
    def expects(self) -> str:
        """The type of the object that is due."""
        return self.kind.type


@dataclass(slots=True)
class Walk:
    """The state of one walk; `faults`, `references` and `objects` fill up in no particular order.

    `objects` are those that were walked, by their types; a Reference Object is none of them.
    `seen` are the objects that were walked, with the type that each was taken for. They are kept, and not walked
    again, only where a set is given: parts that references lead to may lie in each other, a description is one whole.
    """

    table: Table
    version: str
    faults: list[Fault] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    objects: Objects = field(default_factory=dict)
    seen: set[tuple[Tokens, str]] | None = None
    _waiting: list[tuple[Json, Kind, Tokens]] = field(default_factory=list)

    def run(self, root: Json, due: Kind = DESCRIPTION, at: Tokens = ()) -> None:
        """Walk everything below a root at the pointer `at`, where `due` is due. No recursion: depth costs nothing."""
        self._waiting.append((root, due, at))
        while self._waiting:
            value, kind, tokens = self._waiting.pop()
            match kind:
                case ObjectOf():
                    self._object(value, kind, tokens)
                case MapOf():
                    self._map(value, kind, tokens)
                case ListOf():
                    self._list(value, kind, tokens)
                case Either():
                    self._either(value, kind, tokens)
                case OneOrMore(item=item):
                    due = ListOf(item, minimum=1) if is_array(value) else item
                    self._waiting.append((value, due, tokens))
                case ByField():
                    self._waiting.append((value, _chosen(value, kind), tokens))
                case Scalar():
                    self.faults.extend(_scalar(value, kind, tokens))
                case Anything():
                    pass

    def _child(self, value: Json, kind: Kind, tokens: Tokens, key: str) -> None:
        """Check a scalar at once and put everything else aside: most nodes are scalars that are right."""
        if type(kind) is Scalar:
            if not (type(value) is str and kind.type == "string" and not kind.choices):
                self.faults.extend(_scalar(value, kind, (*tokens, key)))
        elif type(kind) is not Anything:
            self._waiting.append((value, kind, (*tokens, key)))

    def _object(self, value: Json, kind: ObjectOf, tokens: Tokens) -> None:
        entry = self.table[kind.type]
        if self.seen is not None and not self._is_new(kind, tokens):
            return
        if not is_object(value):
            self.faults.append(_wrong_type(value, f"an object ({entry.title})", tokens))
            return
        reference = value.get("$ref")
        if isinstance(reference, str) and (kind.referable or "$ref" in entry.fields):
            self.references.append(Reference((*tokens, "$ref"), reference, kind))
        if kind.referable and "$ref" in value:
            self._reference(value, reference, tokens)
        else:
            self.objects.setdefault(kind.type, []).append((tokens, value))
            self._fields(value, entry, tokens)

    def _is_new(self, kind: ObjectOf, tokens: Tokens) -> bool:
        key = (tokens, kind.type)
        if self.seen is None or key in self.seen:
            return False
        self.seen.add(key)
        return True

    def _reference(self, value: Mapping[str, Json], reference: Json, tokens: Tokens) -> None:
        if not isinstance(reference, str):
            self.faults.append(_wrong_type(reference, "a reference (a string)", (*tokens, "$ref")))
        allowed = self.table.get("reference")
        for key in value if allowed else ():
            if allowed and key not in allowed.fields:
                message = f"`{key}` stands beside `$ref`, where it is ignored"
                hint = "remove it, or write it where the reference leads"
                self.faults.append(Fault("reference-sibling", (*tokens, key), message, hint, key))
            elif allowed and key != "$ref":
                self._child(value[key], allowed.fields[key], tokens, key)

    def _fields(self, value: Mapping[str, Json], entry: ObjectType, tokens: Tokens) -> None:
        fields = entry.fields
        for key, child in value.items():
            kind = fields.get(key)
            if kind is not None:
                self._child(child, kind, tokens, key)
            elif entry.open or (entry.extensions and key.startswith("x-")):
                continue
            elif entry.patterned is not None and (entry.keys is None or entry.keys.allows(key)):
                self._child(child, entry.patterned, tokens, key)
            else:
                self.faults.append(entry.keys.fault(tokens, key) if entry.keys else _unknown(key, entry, tokens))
        for name in entry.required:
            if name not in value:
                self.faults.append(self._missing(name, entry, tokens))
        if len(value) < entry.minimum:
            self.faults.append(Fault("field-missing", tokens, f"{entry.title} are empty", "add one"))
        for condition in entry.conditions:
            self.faults.extend(condition(value, tokens))

    def _missing(self, name: str, entry: ObjectType, tokens: Tokens) -> Fault:
        hint = f"add `{name}` ({clause(self.version, entry)})"
        return Fault("field-missing", tokens, f"{entry.title} has no `{name}`", hint, name)

    def _map(self, value: Json, kind: MapOf, tokens: Tokens) -> None:
        if not is_object(value):
            self.faults.append(_wrong_type(value, "an object", tokens))
            return
        for key, child in value.items():
            if kind.keys is not None and not kind.keys.allows(key):
                self.faults.append(kind.keys.fault(tokens, key))
            self._child(child, kind.item, tokens, key)
        self.faults.extend(_sized(value, kind.minimum, kind.maximum, tokens))

    def _list(self, value: Json, kind: ListOf, tokens: Tokens) -> None:
        if not is_array(value):
            self.faults.append(_wrong_type(value, "a list", tokens))
            return
        for index, child in enumerate(value):
            self._child(child, kind.item, tokens, str(index))
        self.faults.extend(_sized(value, kind.minimum, None, tokens))
        for index in same_items(value) if kind.unique and len(value) > 1 else ():
            message = f"`{tokens[-1]}` lists the same item twice"
            self.faults.append(Fault("list-item-duplicate", (*tokens, str(index)), message, "remove one of them"))

    def _either(self, value: Json, kind: Either, tokens: Tokens) -> None:
        if isinstance(value, (dict, list)):
            self._waiting.append((value, kind.other, tokens))
            return
        if not isinstance(value, bool if kind.scalar.type == "boolean" else str):
            other = "a list" if isinstance(kind.other, ListOf) else "a schema"
            self.faults.append(_wrong_type(value, f"{_noun(kind.scalar)} or {other}", tokens))
            return
        self.faults.extend(_scalar(value, kind.scalar, tokens))


def describe(value: object) -> str:
    """Say what a value is: "a string", "null", "a list"."""
    match value:
        case None:
            return "null"
        case bool():
            return f"`{str(value).lower()}`"
        case str():
            return "a string"
        case int() | float():
            return "a number"
    return "a list" if isinstance(value, list) else "an object"


def _wrong_type(value: Json, noun: str, tokens: Tokens) -> Fault:
    name = f"`{tokens[-1]}`" if tokens else "the document"
    quote = "quote it" if noun == "a string" and isinstance(value, (bool, int, float)) else ""
    return Fault("type-wrong", tokens, f"{name} is {describe(value)}; it must be {noun}", quote)


def _unknown(key: str, entry: ObjectType, tokens: Tokens) -> Fault:
    hint = entry.unwanted.get(key) or did_you_mean(key, entry.fields) or "names of extensions begin with `x-`"
    return Fault("field-unknown", (*tokens, key), f"`{key}` is not a field of {article(entry.title)}", hint, key)


def article(title: str) -> str:
    """Put a or an before the title of an object; plurals stand alone."""
    if title.endswith("s"):
        return title
    return f"an {title}" if title[0] in "aeioOX" else f"a {title}"


def _chosen(value: Json, kind: ByField) -> Kind:
    name = value.get(kind.name) if is_object(value) else None
    return kind.kinds.get(name, kind.other) if isinstance(name, str) else kind.other


def _noun(kind: Scalar) -> str:
    return kind.noun if kind.noun and not kind.choices else _NOUNS[kind.type]


def _scalar(value: Json, kind: Scalar, tokens: Tokens) -> Iterator[Fault]:
    if not _has_type(value, kind):
        yield _wrong_type(value, _noun(kind), tokens)
    elif kind.choices and isinstance(value, str) and value not in kind.choices:
        name = tokens[-2] if tokens[-1].isdecimal() and len(tokens) > 1 else tokens[-1]
        noun = kind.noun or f"a value of `{name}`"
        hint = kind.unwanted.get(value) or did_you_mean(value, kind.choices) or f"use {one_of(kind.choices)}"
        yield Fault("value-not-allowed", tokens, f"`{value}` is not {noun}", hint, value)
    elif isinstance(value, (int, float)) and not _is_over(value, kind):
        bound = f"over {kind.minimum}" if kind.above else f"{kind.minimum} or more"
        yield Fault("value-not-allowed", tokens, f"`{tokens[-1]}` is {value}; it must be {bound}")


def _is_over(value: float, kind: Scalar) -> bool:
    return kind.minimum is None or value > kind.minimum or (value == kind.minimum and not kind.above)


def _has_type(value: Json, kind: Scalar) -> bool:
    match kind.type:
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "number":
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case "integer":
            return (isinstance(value, int) and not isinstance(value, bool)) or (
                isinstance(value, float) and value.is_integer()
            )


def _sized(value: Mapping[str, Json] | Sequence[Json], low: int, high: int | None, tokens: Tokens) -> Iterator[Fault]:
    if len(value) < low:
        yield Fault("value-not-allowed", tokens, f"`{tokens[-1]}` is empty", "add an entry, or remove it")
    if high is not None and len(value) > high:
        message = f"`{tokens[-1]}` has {len(value)} entries; only {high} is allowed"
        yield Fault("value-not-allowed", tokens, message, "keep one")
