"""What is said of values that do not fit: what they are, what is due, and what to do."""

from __future__ import annotations

from typing import Final

from contractctl.core.json import Json, is_array, is_object
from contractctl.lint.structure.kinds import Either, Fault, ListOf, ObjectOf, ObjectType, OneOrMore, Scalar, Tokens

_NOUNS: Final = {"string": "a string", "boolean": "true or false", "number": "a number", "integer": "a whole number"}
_TYPES: Final = frozenset(("array", "boolean", "integer", "null", "number", "object", "string"))
_LONGEST: Final = 80
_REFERENCE: Final = "a reference (a string)"
_NAMED: Final = "list the names of the properties that are required"
_NO_FIELD: Final = "remove it, or begin its name with `x-` if it is an extension"
_PREFIX_ITEMS: Final = "schemas by position are written as `prefixItems` since OpenAPI 3.1"


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


def article(title: str) -> str:
    """Put a or an before the title of an object; plurals stand alone."""
    if title.endswith("s"):
        return title
    return f"an {title}" if title[0] in "aeioOX" else f"a {title}"


def noun_of(kind: Scalar) -> str:
    """Say what is due: "a URL (a string)", "true or false"."""
    return kind.noun if kind.noun and not kind.choices else _NOUNS[kind.type]


def not_scalar(value: Json, kind: Scalar, tokens: Tokens) -> Fault:
    """Say that a value is not of a scalar's type."""
    return _wrong(value, noun_of(kind), tokens, kind.hint or _quoting(value, kind))


def _quoting(value: Json, kind: Scalar) -> str:
    if kind.type == "string":
        return "quote it" if isinstance(value, (bool, int, float)) else ""
    is_flag = kind.type == "boolean" and value in ("true", "false")
    is_number = kind.type in ("number", "integer") and isinstance(value, str) and _is_numeric(value)
    return "remove the quotes" if is_flag or is_number else ""


def _is_numeric(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal()


def not_object(value: Json, kind: ObjectOf, entry: ObjectType, tokens: Tokens) -> Fault:
    """Say that a value is no object of its type."""
    return _wrong(value, f"an object ({entry.title})", tokens, _as_object(value, kind, tokens))


def _as_object(value: Json, kind: ObjectOf, tokens: Tokens) -> str:
    """Say how to write as an object what was written as something else."""
    if not isinstance(value, str):
        return _PREFIX_ITEMS if is_array(value) and tokens[-1:] == ("items",) else ""
    if tokens[-1:] == ("$ref",):
        return "a map has no reference of its own: write one in the place of each entry"
    if "#/" in value and (kind.referable or kind.type == "schema"):
        return f"write `{{$ref: '{value}'}}`"
    return f"write `{{type: {value}}}`" if kind.type == "schema" and value in _TYPES else ""


def not_map(value: Json, tokens: Tokens) -> Fault:
    """Say that a value is no object with free keys."""
    return _wrong(value, "an object", tokens, "")


def not_list(value: Json, tokens: Tokens) -> Fault:
    """Say that a value is no list."""
    return _wrong(value, "a list", tokens, _as_list(value, tokens))


def _as_list(value: Json, tokens: Tokens) -> str:
    """Say how to write as a list what was written as something else."""
    if isinstance(value, bool) and tokens[-1:] == ("required",):
        is_property = tokens[-3:-2] == ("properties",)
        named = f"list `{tokens[-2]}` under `required` of the object around it" if is_property else _NAMED
        return named if value else "remove it: what no `required` lists may be left out"
    if is_object(value) and len(value) == 1 and tokens[-1:] == ("security",):
        return f"write `[{{{next(iter(value))}: []}}]`"
    if is_object(value) and tokens[-1:] == ("examples",):
        return "list the values themselves, without names"
    is_word = isinstance(value, str) and value.replace("-", "").replace("_", "").isalnum()
    return f"write `[{value}]`" if is_word else ""


def not_reference(value: Json, tokens: Tokens) -> Fault:
    """Say that what stands at `$ref` leads nowhere, because it is no text."""
    return _wrong(value, _REFERENCE, tokens, "write where it leads, such as `#/components/schemas/Pet`")


def neither(value: Json, kind: Either, tokens: Tokens) -> Fault:
    """Say that a value is neither the scalar nor the other things that may stand there: a list, else a schema."""
    other = "a list" if isinstance(kind.other, ListOf) else "a schema"
    if isinstance(kind.other, OneOrMore) and kind.other.several:
        other = f"{other} or a list"
    hint = _as_object(value, kind.other, tokens) if isinstance(kind.other, ObjectOf) else ""
    if value is None and tokens[-1:] == ("type",):
        hint = 'quote it: "null"'
    return _wrong(value, f"{noun_of(kind.scalar)} or {other}", tokens, hint)


def _wrong(value: Json, noun: str, tokens: Tokens, hint: str) -> Fault:
    name = f"`{tokens[-1]}`" if tokens else "the document"
    return Fault("type-wrong", tokens, f"{name} is {describe(value)}; it must be {noun}", hint)


def repeated(item: Json, tokens: Tokens) -> Fault:
    """Say that a list has an item twice, the second time at `tokens`."""
    name = item.get("name") if is_object(item) else item
    shown = f"`{name}`" if isinstance(name, (str, int, float)) and len(str(name)) <= _LONGEST else "the same item"
    return Fault("list-item-duplicate", tokens, f"`{tokens[-2]}` lists {shown} twice", "remove one of them")


def unknown(key: str, entry: ObjectType, tokens: Tokens, meant: str | None) -> Fault:
    """Say that an object has no such field; `meant` is the one that it looks like."""
    hint = entry.unwanted.get(key) or (f"did you mean `{meant or '$ref'}`?" if meant or key == "ref" else _NO_FIELD)
    message = f"`{key}` is not a field of {article(entry.title)}"
    return Fault("field-unknown", (*tokens, key), message, hint, key, meant or "")
