"""The values that the fields of a form may stand for: styles undone, texts read by type, lists put together.

A text may stand for several values (`5` for a number or a string), and which one the contract means is for its schema
to say. So everything here gives choices, the likeliest first, never none and never many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Generic, TypeAlias, TypeVar

from contractctl.encodings.forms import Fault, Field, Form
from contractctl.encodings.json_texts import NotJson, read_json
from contractctl.encodings.scalars import candidates
from contractctl.encodings.values import Value

_MOST_CHOICES = 32
_DEEPEST = 32
_OPENING = {"array": "[", "object": "{"}

T = TypeVar("T")
Tree: TypeAlias = "dict[str, list[T] | Tree[T]]"
"""What was sent under `name[step][step]`, by step."""


class StyleError(ValueError):
    """What was sent for a field is not in its style; `name` is the field's, the message says what was expected."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name

    def fault(self, form: Form) -> Fault:
        """Return this as what is wrong with the form."""
        message = f"`{self.name}` is not what its style says"
        return Fault((self.name,), str(self), message, form.field(self.name).at)


class Reader(Generic[T]):
    """Reads what was sent under each name, at least one thing; `T` is one of these, a text or a part.

    `value` gives the values that a thing may stand for, none where it fits no type; `text` says what it says; `split`
    cuts it at a delimiter, in each way that there is.
    """

    def __init__(
        self,
        sent: Mapping[str, list[T]],
        *,
        value: Callable[[T, Field], Sequence[Value]],
        text: Callable[[T], str],
        split: Callable[[T, str], Iterable[Sequence[T]]],
    ) -> None:
        self._sent = sent
        self._value = value
        self._text = text
        self._split = split
        self._taken: set[str] = set()
        self._bracketed: dict[str, list[str]] = {}
        for name in sent:
            if name.endswith("]"):
                self._bracketed.setdefault(name.partition("[")[0], []).append(name)

    def values(self, form: Form) -> tuple[Value, ...]:
        """Return the objects that everything sent may stand for; raise StyleError."""
        members: dict[str, Sequence[Value]] = {}
        for name, field in form.fields.items():
            if choices := self._field(name, field, form):
                members[name] = choices
        for name, things in self._sent.items():
            if name not in self._taken:
                members[name] = self.several(things, form.other)
        return tuple(combined(members))

    def several(self, things: Sequence[T], field: Field) -> Sequence[Value]:
        """Return what things sent under one name may stand for."""
        whole = self._value(things[0], field) if len(things) == 1 else ()
        if "array" in field.types:
            lists = both([self.one(thing, field.item) for thing in things])
            documented = [value for value in whole if isinstance(value, list)]
            others = [value for value in whole if not isinstance(value, list)]
            is_nested = "array" in field.item.types
            return [*lists, *documented, *others] if is_nested else [*documented, *lists, *others]
        if len(things) > 1:
            return [[self.one(thing, field)[0] for thing in things]]
        return whole or [self._text(things[0])]

    def one(self, thing: T, field: Field) -> Sequence[Value]:
        """Return what one thing may stand for; what fits no type is its text, for validation to refuse."""
        return self._value(thing, field) or [self._text(thing)]

    def _field(self, name: str, field: Field, form: Form) -> Sequence[Value]:
        things = self._sent.get(name, [])
        self._taken.add(name)
        if field.style == "deepObject":
            return self._deep(name, field, things)
        if field.style == "form" and field.explode and not things and "object" in field.types:
            return self._exploded(field, form)
        if not things:
            return ()
        is_repeated = not field.style or field.explode or field.types == ("string",)
        return self.several(things, field) if is_repeated else self._delimited(name, field, things)

    def _delimited(self, name: str, field: Field, things: Sequence[T]) -> Sequence[Value]:
        """Read `n=a,b` · `n=k,v,k,v`, with the delimiter of the style."""
        if len(things) > 1:
            raise StyleError(name, f"`{name}` once, not {len(things)} times")
        found: list[Value] = []
        for pieces in self._split(things[0], field.delimiter):
            if "array" in field.types:
                found += both([self.one(piece, field.item) for piece in pieces])
            if "object" in field.types and len(pieces) % 2 == 0:
                names = map(self._text, pieces[::2])
                found.append(
                    {key: self.one(piece, field.member(key))[0] for key, piece in zip(names, pieces[1::2], strict=True)}
                )
        return [*found, *self._value(things[0], field)] or [self._text(things[0])]

    def _exploded(self, field: Field, form: Form) -> Sequence[Value]:
        """Read `k=v&k=v`: each member is a field of its own, of a name that no field of the form has."""
        is_free = not field.properties or field.additional is not None
        known = self._sent if is_free else [name for name in field.properties if name in self._sent]
        names = [name for name in known if name not in form.fields and name not in self._taken]
        self._taken.update(names)
        members = {name: self.several(self._sent[name], field.member(name)) for name in names}
        return list(combined(members)) if members else ()

    def _deep(self, name: str, field: Field, things: Sequence[T]) -> Sequence[Value]:
        """Read `n[k]=v&n[k][l]=v`, and lists, of which OpenAPI says nothing, as `n[]=v` or `n[0]=v`."""
        tree: Tree[T] = {}
        for key in self._bracketed.get(name.partition("[")[0], ()):
            if key.startswith(name + "["):
                self._taken.add(key)
                _place(tree, key[len(name) + 1 : -1].split("]["), name, self._sent[key])
        if not tree:
            return self.several(things, field) if things else ()
        if things:
            raise StyleError(name, f"`{name}` either with a value or with members, not both")
        first, last = (self._of_tree(tree, field, pick) for pick in (0, -1))
        return [first] if first == last else [first, last]

    def _of_tree(self, tree: Tree[T], field: Field, pick: int) -> Value:
        if "array" not in field.types or not all(step == "" or _is_index(step) for step in tree):
            return {step: self._of_node(node, field.member(step), pick) for step, node in tree.items()}
        items: list[Value] = []
        for step in sorted(tree, key=lambda step: (len(step), step)):
            node = tree[step]
            if step == "" and isinstance(node, list):
                items += (self.one(thing, field.item)[pick] for thing in node)
            else:
                items.append(self._of_node(node, field.item, pick))
        return items

    def _of_node(self, node: list[T] | Tree[T], field: Field, pick: int) -> Value:
        return self._of_tree(node, field, pick) if isinstance(node, dict) else self.several(node, field)[pick]


def text_choices(text: str, field: Field) -> list[Value]:
    """Return what a text may stand for: JSON where it may be an array or an object, else what its types say."""
    if field.kind == "json" and (parsed := _json(text)):
        return parsed
    found: list[Value] = []
    for kind in field.types:
        if kind not in _OPENING:
            found += candidates(text, (kind,))
        elif text.lstrip()[:1] == _OPENING[kind]:
            found += _json(text)
    return found


def combined(members: Mapping[str, Sequence[Value]]) -> Iterator[Value]:
    """Yield the objects that choices of members make, the first of each first; not all of them where they are many."""
    first: dict[str, Value] = {name: choices[0] for name, choices in members.items()}
    open_members = {name: choices for name, choices in members.items() if len(choices) > 1}
    yield first
    if not open_members:
        return
    count = 1
    for choices in open_members.values():
        count = min(count * len(choices), _MOST_CHOICES + 1)
    if count <= _MOST_CHOICES:
        for values in islice(product(*open_members.values()), 1, None):
            yield {**first, **dict(zip(open_members, values, strict=True))}
        return
    yield {**first, **{name: choices[-1] for name, choices in open_members.items()}}
    for name, choices in islice(open_members.items(), _MOST_CHOICES):
        yield {**first, name: choices[-1]}


def both(items: Sequence[Sequence[Value]]) -> Iterator[Value]:
    """Yield a list of the first choice of each item and, where it differs, one of the last."""
    yield [choices[0] for choices in items]
    if any(len(choices) > 1 for choices in items):
        yield [choices[-1] for choices in items]


def _place(tree: Tree[T], path: Sequence[str], name: str, things: list[T]) -> None:
    if len(path) > _DEEPEST:
        raise StyleError(name, f"at most {_DEEPEST} levels of members")
    *above, last = path
    for step in above:
        inner = tree.setdefault(step, {})
        if not isinstance(inner, dict):
            raise StyleError(name, f"`[{step}]` either with a value or with members, not both")
        tree = inner
    if last in tree:
        raise StyleError(name, f"`[{last}]` either with a value or with members, not both")
    tree[last] = things


def _is_index(step: str) -> bool:
    return step.isascii() and step.isdecimal()


def _json(text: str) -> list[Value]:
    """Return what a text says as JSON; nothing where it is none."""
    try:
        return [read_json(text.encode())]
    except NotJson:
        return []
