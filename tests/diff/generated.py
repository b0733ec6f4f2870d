"""Small generated schemas, and values of them that keep to what they declare."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

NAMES = ("a", "b", "c")
SCALARS: tuple[Any, ...] = (None, True, False, 0, 1, 2, 1.5, "", "a", "bb", "ccc")


LEAVES: tuple[Any, ...] = (
    *({}, True, False, {"type": "null"}, {"type": "boolean"}, {"type": "string"}, {"type": "number"}),
    *({"type": "integer", low: bound} for low in ("minimum", "exclusiveMinimum") for bound in (0, 1, 2)),
    *({"type": "number", high: bound} for high in ("maximum", "exclusiveMaximum") for bound in (1, 2, 1.5)),
    *({"type": "string", "minLength": low, "maxLength": high} for low in (0, 1) for high in (1, 2)),
    *({"type": "string", "maxLength": 2}, {"minLength": 1}, {"minimum": 1}, {"type": "integer", "multipleOf": 2}),
    *({"type": [one, other]} for one in ("integer", "string") for other in ("null", "number")),
    *({"enum": values} for values in (["a"], ["a", "bb"], [1, "a"], [1, True], [0, 1, 2], [None, "a"], [1.5, 2])),
    *({"const": value} for value in ("a", "bb", 1, True, None)),
    *({"type": "integer", "enum": [1, 2]}, {"type": "string", "enum": ["a", 1]}),
    {"type": ["string", "null"], "enum": ["a", None]},
    *({"type": "string", "pattern": pattern} for pattern in ("^a", "b$", "^[a-z]{1,2}$")),
    *({"type": "number", "multipleOf": step} for step in (1, 0.5, 2)),
    *({"not": {"enum": ["a", 1]}}, {"type": "string", "not": {"maxLength": 1}}, {"not": {"type": "string"}}),
    *({"const": value} for value in ([], ["a"], {}, {"a": "a"}, {"a": 1, "b": "a"})),
)  # fmt: skip
LEAF = st.sampled_from(LEAVES)
BOUND = st.sampled_from([None, None, None, 0, 1, 2])
SUBSET = st.sampled_from([[], [], ["a"], ["b"], ["a", "b"], ["c"]])


@st.composite
def schemas(draw: st.DrawFn) -> Any:
    """Schemas up to three levels deep."""
    return _schema(draw, 3)


def _schema(draw: st.DrawFn, depth: int) -> Any:
    kind = draw(st.integers(0, 11)) if depth else 0
    if kind < 2:
        return draw(LEAF)
    if kind < 5:
        return _object_schema(draw, depth)
    if kind == 5:
        return _array_schema(draw, depth)
    if kind == 6:
        return {"not": _schema(draw, depth - 1)}
    if kind > 9:
        return _conditional(draw, depth)
    parts = [_schema(draw, depth - 1) for _ in range(draw(st.integers(1, 3)))]
    host = _object_schema(draw, depth) if draw(st.integers(0, 3)) == 3 else {}
    return {**host, ("allOf", "anyOf", "oneOf")[kind - 7]: parts}


def _object_schema(draw: st.DrawFn, depth: int) -> dict[str, Any]:
    names = draw(SUBSET)
    schema: dict[str, Any] = {"type": "object", "properties": {name: _schema(draw, depth - 1) for name in names}}
    extra = {"required": draw(SUBSET), "minProperties": draw(BOUND), "maxProperties": draw(BOUND)}
    if (other := draw(st.integers(0, 5))) > 3:
        extra["additionalProperties"] = False if other == 4 else _schema(draw, depth - 1)
    if draw(st.integers(0, 3)) == 3:
        extra |= _rarer(draw, depth)
    return {**schema, **{key: value for key, value in extra.items() if value not in (None, [])}}


def _rarer(draw: st.DrawFn, depth: int) -> dict[str, Any]:
    """One of the keywords of objects that few schemas have."""
    return draw(
        st.sampled_from(
            [
                {"patternProperties": {draw(st.sampled_from(["^a", "b|c", "^x-"])): _schema(draw, depth - 1)}},
                {
                    "propertyNames": draw(
                        st.sampled_from([{"maxLength": 1}, {"enum": ["a", "b"]}, {"pattern": "^[ab]"}])
                    )
                },
                {"dependentRequired": {draw(st.sampled_from(NAMES)): draw(SUBSET)}},
                {"dependentSchemas": {draw(st.sampled_from(NAMES)): _schema(draw, depth - 1)}},
                {"unevaluatedProperties": draw(st.sampled_from([False, {"type": "string"}]))},
            ]
        )
    )


def _conditional(draw: st.DrawFn, depth: int) -> dict[str, Any]:
    """A condition beside an object or beside nothing."""
    host = _object_schema(draw, depth) if draw(st.booleans()) else {}
    keywords = draw(st.sampled_from([("then",), ("else",), ("then", "else")]))
    return {**host, **{keyword: _schema(draw, depth - 1) for keyword in ("if", *keywords)}}


def _array_schema(draw: st.DrawFn, depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "array", "minItems": draw(BOUND), "maxItems": draw(BOUND)}
    if draw(st.booleans()):
        schema["items"] = _schema(draw, depth - 1)
    if draw(st.integers(0, 3)) == 3:
        schema["prefixItems"] = [_schema(draw, depth - 1)]
    if draw(st.integers(0, 3)) == 3:
        schema["uniqueItems"] = True
    if draw(st.integers(0, 3)) == 3:
        schema["contains"] = _schema(draw, depth - 1)
        schema |= {"minContains": draw(BOUND), "maxContains": draw(BOUND)}
    if draw(st.integers(0, 7)) == 7:
        schema["unevaluatedItems"] = False
    return {key: value for key, value in schema.items() if value is not None}


@st.composite
def edited(draw: st.DrawFn) -> tuple[Any, Any]:
    """A schema, and the same with one subschema replaced or one keyword taken out: what a pull request does."""
    schema = draw(schemas())
    return schema, _replace(draw, schema)


def _replace(draw: st.DrawFn, schema: Any) -> Any:
    if not isinstance(schema, dict) or not schema or draw(st.integers(0, 3)) == 0:
        return _schema(draw, 1)
    key = draw(st.sampled_from(sorted(schema)))
    child = schema[key]
    if isinstance(child, list) and child and key not in {"enum", "required", "type", "const"}:
        index = draw(st.integers(0, len(child) - 1))
        return {**schema, key: [_replace(draw, one) if number == index else one for number, one in enumerate(child)]}
    if key == "properties":
        name = draw(st.sampled_from(NAMES))
        return {**schema, key: {**child, name: _replace(draw, child.get(name, True))}}
    if key in {"items", "additionalProperties", "not", "contains", "if", "then", "else", "unevaluatedProperties"}:
        return {**schema, key: _replace(draw, child)}
    return {name: value for name, value in schema.items() if name != key}


@st.composite
def values(draw: st.DrawFn, schema: Any) -> Any:
    """A value that the schema may accept, with no member that the schema does not declare on the way there."""
    return _value(draw, schema)


def _value(draw: st.DrawFn, schema: Any) -> Any:
    if not isinstance(schema, dict):
        return draw(st.sampled_from(SCALARS))
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema and not ("properties" in schema or "allOf" in schema):
            return _value(draw, draw(st.sampled_from(schema[keyword])))
    if "enum" in schema:
        return draw(st.sampled_from(schema["enum"]))
    if "const" in schema:
        return schema["const"]
    if _declares(schema):
        return _object(draw, schema)
    if schema.get("type") == "array":
        return _array(draw, schema)
    if "allOf" in schema:
        return _value(draw, draw(st.sampled_from(schema["allOf"])))
    return draw(st.sampled_from(SCALARS))


def _declares(schema: Any) -> bool:
    return isinstance(schema, dict) and ("properties" in schema or any(map(_declares, schema.get("allOf", ()))))


def _object(draw: st.DrawFn, schema: Any) -> dict[str, Any]:
    """Take members from the properties of all conjuncts, of one branch, and from what is given for others."""
    members: dict[str, Any] = {}
    parts = [schema, *schema.get("allOf", ())]
    parts += [draw(st.sampled_from(schema[key])) for key in ("anyOf", "oneOf") if key in schema]
    parts += [schema[key] for key in ("if", "then", "else") if key in schema]
    for part in (part for part in parts if isinstance(part, dict)):
        for name, child in part.get("properties", {}).items():
            if name in schema.get("required", ()) or draw(st.booleans()):
                members.setdefault(name, _value(draw, child))
        for other in (part.get("additionalProperties"), *part.get("patternProperties", {}).values()):
            if isinstance(other, dict) and other:
                members.setdefault(draw(st.sampled_from((*NAMES, "x-a"))), _value(draw, other))
    return members


def _array(draw: st.DrawFn, schema: Any) -> list[Any]:
    prefix = [_value(draw, child) for child in schema.get("prefixItems", ())]
    rest = [_value(draw, schema.get("items", True)) for _ in range(draw(st.integers(0, 2)))]
    return (prefix + rest)[: draw(st.integers(0, 4))]
