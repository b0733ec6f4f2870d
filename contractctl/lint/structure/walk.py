"""One linear walk over a document along the object tables: what is wrong, and where references stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import TypeAlias

from contractctl.core.json import Json, is_array, is_object
from contractctl.core.records import dataclass
from contractctl.core.suggestions import nearest
from contractctl.lint.structure.clauses import clause
from contractctl.lint.structure.conditions import same_items
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
    compiled,
)
from contractctl.lint.structure.scalars import misfits, missized
from contractctl.lint.structure.wording import (
    neither,
    not_list,
    not_map,
    not_object,
    not_reference,
    repeated,
    unknown,
)

DESCRIPTION = ObjectOf("description")
Objects: TypeAlias = "dict[str, list[tuple[Tokens, Mapping[str, Json]]]]"
"""Objects with their pointers, by the name of their type in the tables."""
_SCHEMA = "schema"
OLDER_SCHEMA = "older-schema"
_OLDER_DIALECT = r"https?://json-schema\.org/(draft-0[3-7]|draft/2019-09)/schema#?"


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
    _schema: str = _SCHEMA
    _meant: dict[tuple[str, str], str | None] = field(default_factory=dict)
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
                case OneOrMore(item=item, several=several):
                    due = (several or ListOf(item, minimum=1)) if is_array(value) else item
                    self._waiting.append((value, due, tokens))
                case ByField():
                    self._waiting.append((value, _chosen(value, kind), tokens))
                case Scalar():
                    self.faults.extend(misfits(value, kind, tokens))
                case Anything():
                    pass

    def _child(self, value: Json, kind: Kind, tokens: Tokens, key: str) -> None:
        """Check a scalar at once and put everything else aside: most nodes are scalars that are right."""
        if type(kind) is Scalar:
            if not _plainly_fits(value, kind):
                self.faults.extend(misfits(value, kind, (*tokens, key)))
        elif type(kind) is not Anything:
            self._waiting.append((value, kind, (*tokens, key)))

    def _object(self, value: Json, kind: ObjectOf, tokens: Tokens) -> None:
        name = self._type_of(value, kind)
        entry = self.table[name]
        if self.seen is not None and not self._is_new(kind, tokens):
            return
        if not is_object(value):
            self.faults.append(not_object(value, kind, entry, tokens))
            return
        reference = value.get("$ref")
        if isinstance(reference, str) and (kind.referable or "$ref" in entry.fields):
            due = ObjectOf(_SCHEMA) if kind.type == OLDER_SCHEMA else kind
            self.references.append(Reference((*tokens, "$ref"), reference, due))
        if kind.referable and "$ref" in value:
            self._reference(value, reference, tokens)
        else:
            self.objects.setdefault(name, []).append((tokens, value))
            self._fields(value, entry, tokens)

    def _type_of(self, value: Json, kind: ObjectOf) -> str:
        """Return the type that an object is of: a schema that names an older dialect is of a laxer one."""
        if OLDER_SCHEMA not in self.table or not is_object(value):
            return kind.type
        if kind.type == "description":
            dialect = value.get("jsonSchemaDialect")
            self._schema = _type_in(dialect) if isinstance(dialect, str) else self._schema
        elif kind.type in (_SCHEMA, OLDER_SCHEMA):
            dialect = value.get("$schema")
            if isinstance(dialect, str):
                return _type_in(dialect)
            return kind.type if kind.type == OLDER_SCHEMA else self._schema
        return kind.type

    def _is_new(self, kind: ObjectOf, tokens: Tokens) -> bool:
        key = (tokens, kind.type)
        if self.seen is None or key in self.seen:
            return False
        self.seen.add(key)
        return True

    def _reference(self, value: Mapping[str, Json], reference: Json, tokens: Tokens) -> None:
        if not isinstance(reference, str):
            self.faults.append(not_reference(reference, (*tokens, "$ref")))
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
        repaired: dict[str, Json] = {}
        for key, child in value.items():
            kind = fields.get(key)
            if kind is not None:
                self._child(child, kind, tokens, key)
            elif entry.open or (entry.extensions and key.startswith("x-")):
                continue
            elif entry.patterned is not None and (entry.keys is None or entry.keys.allows(key)):
                self._child(child, entry.patterned, tokens, key)
            elif entry.keys:
                self.faults.append(entry.keys.fault(tokens, key))
            else:
                meant = self._meant_by(key, entry)
                repaired.update({meant: child} if meant and meant not in value else {})
                self.faults.append(unknown(key, entry, tokens, meant))
        if repaired:
            depth = len(tokens)
            lacks = self._lacks({**value, **repaired}, entry, tokens)
            self.faults.extend(fault for fault in lacks if repaired.keys().isdisjoint(fault.tokens[depth : depth + 1]))
        elif entry.required or entry.conditions or entry.minimum:
            self.faults.extend(self._lacks(value, entry, tokens))

    def _meant_by(self, key: str, entry: ObjectType) -> str | None:
        """Return the field that an unknown one looks like. Descriptions misspell one thing a thousand times."""
        if (entry.title, key) not in self._meant:
            word = None if key in entry.unwanted else nearest(key, entry.fields)
            self._meant[entry.title, key] = word
        return self._meant[entry.title, key]

    def _lacks(self, value: Mapping[str, Json], entry: ObjectType, tokens: Tokens) -> Iterator[Fault]:
        """Yield what an object lacks, and which of its fields do not go together.

        A field that is misspelt is not missing: it was told already that it is.
        """
        for name in entry.required:
            if name not in value:
                hint = f"add `{name}` ({clause(self.version, entry)})"
                yield Fault("field-missing", tokens, f"{entry.title} has no `{name}`", hint, name)
        if len(value) < entry.minimum:
            yield Fault("field-missing", tokens, f"{entry.title} are empty", "add one")
        for condition in entry.conditions:
            yield from condition(value, tokens)

    def _map(self, value: Json, kind: MapOf, tokens: Tokens) -> None:
        if not is_object(value):
            self.faults.append(not_map(value, tokens))
            return
        for key, child in value.items():
            if kind.keys is not None and not kind.keys.allows(key):
                self.faults.append(kind.keys.fault(tokens, key))
            self._child(child, kind.item, tokens, key)
        self.faults.extend(missized(value, kind.minimum, kind.maximum, tokens))

    def _list(self, value: Json, kind: ListOf, tokens: Tokens) -> None:
        if not is_array(value):
            self.faults.append(not_list(value, tokens))
            return
        for index, child in enumerate(value):
            self._child(child, kind.item, tokens, str(index))
        self.faults.extend(missized(value, kind.minimum, None, tokens))
        for index in same_items(value) if kind.unique and len(value) > 1 else ():
            self.faults.append(repeated(value[index], (*tokens, str(index))))

    def _either(self, value: Json, kind: Either, tokens: Tokens) -> None:
        if isinstance(value, (dict, list)):
            self._waiting.append((value, kind.other, tokens))
        elif isinstance(value, bool if kind.scalar.type == "boolean" else str):
            self.faults.extend(misfits(value, kind.scalar, tokens))
        else:
            self.faults.append(neither(value, kind, tokens))


def _chosen(value: Json, kind: ByField) -> Kind:
    name = value.get(kind.name) if is_object(value) else None
    return kind.kinds.get(name, kind.other) if isinstance(name, str) else kind.other


def _type_in(dialect: str) -> str:
    return OLDER_SCHEMA if compiled(_OLDER_DIALECT).fullmatch(dialect) else _SCHEMA


def _plainly_fits(value: Json, kind: Scalar) -> bool:
    """Tell at a glance, for most values, that they are what is due; of the others nothing is said yet."""
    if type(value) is str:
        return kind.type == "string" and kind.form is None and (not kind.choices or value in kind.choices)
    return type(value) is bool and kind.type == "boolean"
