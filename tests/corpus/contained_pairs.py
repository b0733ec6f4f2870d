"""Pairs of schemas in the words that drafts 4 and 2020-12 read alike: no `const`, no exclusive bounds.

Every object says what else it may hold. For the comparison a member that is not declared is never sent, for a checker
of containment it may be; where nothing is left unsaid both ask the same question.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

_NAMES = ("a", "b")
_TEXTS = ("", "a", "bb")
_PATTERNS = ("^a$", "^[ab]$", "^[a-c]{1,2}$")


def pairs(count: int, seed: int) -> Iterator[tuple[Any, Any]]:
    """Yield so many pairs, equal ones for equal seeds; three of four are a schema and what an edit made of it."""
    chance = Random(seed)
    for _ in range(count):
        base = _schema(chance, 2)
        revision = _edited(chance, base) if chance.random() < 0.75 else _schema(chance, 2)
        yield (base, revision) if chance.random() < 0.5 else (revision, base)


def _schema(chance: Random, depth: int) -> dict[str, Any]:
    leaves = [_integers, _numbers, _texts, _values, _type]
    if depth == 0 or chance.random() < 0.35:
        return chance.choice(leaves)(chance)
    return chance.choice([_object, _object, _array, _choice, _negation])(chance, depth - 1)


def _bounds(chance: Random, low: str, high: str, most: int) -> dict[str, Any]:
    least = chance.randint(0, most)
    bounds = {low: least, high: least + chance.randint(0, most)}
    return {key: bound for key, bound in bounds.items() if chance.random() < 0.5}


def _integers(chance: Random) -> dict[str, Any]:
    steps = {"multipleOf": chance.choice([2, 3, 4])} if chance.random() < 0.3 else {}
    return {"type": "integer", **_bounds(chance, "minimum", "maximum", 4), **steps}


def _numbers(chance: Random) -> dict[str, Any]:
    return {"type": "number", **_bounds(chance, "minimum", "maximum", 4)}


def _texts(chance: Random) -> dict[str, Any]:
    pattern = {"pattern": chance.choice(_PATTERNS)} if chance.random() < 0.3 else {}
    return {"type": "string", **_bounds(chance, "minLength", "maxLength", 3), **pattern}


def _values(chance: Random) -> dict[str, Any]:
    kind, values = chance.choice([("string", _TEXTS), ("integer", (0, 1, 2, 3))])
    return {"type": kind, "enum": chance.sample(values, chance.randint(1, 2))}


def _type(chance: Random) -> dict[str, Any]:
    return {"type": chance.choice(["null", "boolean", "string", "integer", "number"])}


def _object(chance: Random, depth: int) -> dict[str, Any]:
    names = chance.sample(_NAMES, chance.randint(0, 2))
    required = [name for name in names if chance.random() < 0.4]
    return {
        "type": "object",
        "properties": {name: _schema(chance, depth) for name in names},
        "additionalProperties": False if chance.random() < 0.6 else _schema(chance, 0),
        **({"required": required} if required else {}),
        **(_bounds(chance, "minProperties", "maxProperties", 2) if chance.random() < 0.3 else {}),
    }


def _array(chance: Random, depth: int) -> dict[str, Any]:
    unique = {"uniqueItems": True} if chance.random() < 0.2 else {}
    return {"type": "array", "items": _schema(chance, depth), **_bounds(chance, "minItems", "maxItems", 2), **unique}


def _choice(chance: Random, depth: int) -> dict[str, Any]:
    return {chance.choice(["anyOf", "anyOf", "allOf", "oneOf"]): [_schema(chance, depth) for _ in range(2)]}


def _negation(chance: Random, depth: int) -> dict[str, Any]:
    return {"not": _schema(chance, min(depth, 1))}


def _edited(chance: Random, schema: Any) -> Any:
    """Return the schema with one keyword dropped, or one schema below it replaced."""
    key = chance.choice(sorted(schema))
    child = schema[key]
    match child:
        case dict() if key in {"items", "additionalProperties", "not"}:
            return {**schema, key: _edited(chance, child)}
        case dict() if child:
            name = chance.choice(sorted(child))
            return {**schema, key: {**child, name: _edited(chance, child[name])}}
        case list() if key in {"anyOf", "allOf", "oneOf"}:
            number = chance.randrange(len(child))
            return {**schema, key: [_edited(chance, one) if at == number else one for at, one in enumerate(child)]}
        case int() if key not in {"additionalProperties", "uniqueItems"}:
            return {**schema, key: child + 1}
        case str():
            return _schema(chance, 0)
    left = {name: value for name, value in schema.items() if name != key}
    return left if {"type", "anyOf", "allOf", "oneOf", "not"} & set(left) else _schema(chance, 0)
