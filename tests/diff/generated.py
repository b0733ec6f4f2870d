"""Small generated schemas, and values of them that keep to what they declare."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

NAMES = ("a", "b", "c")
SCALARS: tuple[Any, ...] = (None, True, False, 0, 1, 2, 1.5, "", "a", "bb", "ccc")


def _bounded(keywords: dict[str, Any], low: str, high: str) -> st.SearchStrategy[dict[str, Any]]:
    small = st.integers(0, 3)
    return st.fixed_dictionaries(keywords, optional={low: small, high: small})


def leaves() -> st.SearchStrategy[Any]:
    """Schemas of scalar values."""
    return st.one_of(
        st.sampled_from([{}, True, {"type": "null"}, {"type": "boolean"}]),
        _bounded({"type": st.just("string")}, "minLength", "maxLength"),
        _bounded({"type": st.sampled_from(["integer", "number"])}, "minimum", "maximum"),
        _bounded({"type": st.just("integer")}, "exclusiveMinimum", "exclusiveMaximum"),
        st.lists(st.sampled_from(["string", "integer", "null", "number"]), min_size=1, max_size=3, unique=True).map(
            lambda names: {"type": names}
        ),
        st.lists(st.sampled_from(SCALARS[2:]), min_size=1, max_size=3, unique_by=repr).map(lambda v: {"enum": v}),
        st.sampled_from(SCALARS).map(lambda value: {"const": value}),
    )


def _objects(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {"type": st.just("object"), "properties": st.dictionaries(st.sampled_from(NAMES), children, max_size=3)},
        optional={
            "required": st.lists(st.sampled_from(NAMES), max_size=2, unique=True),
            "additionalProperties": st.one_of(st.booleans(), children),
            "minProperties": st.integers(0, 2),
            "maxProperties": st.integers(1, 3),
        },
    )


def _arrays(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {"type": st.just("array")},
        optional={
            "items": children,
            "prefixItems": st.lists(children, min_size=1, max_size=2),
            "minItems": st.integers(0, 2),
            "maxItems": st.integers(0, 2),
            "uniqueItems": st.booleans(),
        },
    )


def _compounds(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    parts = st.lists(children, min_size=1, max_size=3)
    return st.one_of(
        parts.map(lambda all_of: {"allOf": all_of}),
        parts.map(lambda any_of: {"anyOf": any_of}),
        parts.map(lambda one_of: {"oneOf": one_of}),
        children.map(lambda excluded: {"not": excluded}),
        st.tuples(_objects(children), parts).map(lambda both: {**both[0], "allOf": both[1]}),
        st.tuples(_objects(children), parts).map(lambda both: {**both[0], "anyOf": both[1]}),
    )


def schemas() -> st.SearchStrategy[Any]:
    """Schemas a few levels deep."""
    return st.recursive(
        leaves(),
        lambda children: st.one_of(_objects(children), _arrays(children), _compounds(children)),
        max_leaves=6,
    )


@st.composite
def edited(draw: st.DrawFn) -> tuple[Any, Any]:
    """A schema, and the same with one subschema replaced: what a pull request does."""
    schema = draw(schemas())
    return schema, _replace(draw, schema)


def _replace(draw: st.DrawFn, schema: Any) -> Any:
    if not isinstance(schema, dict) or draw(st.integers(0, 2)) == 0:
        return draw(schemas())
    keys = [key for key in schema if isinstance(schema[key], dict | list) and key not in {"enum", "required", "type"}]
    if not keys:
        return draw(schemas())
    key = draw(st.sampled_from(keys))
    child = schema[key]
    if isinstance(child, list):
        index = draw(st.integers(0, len(child) - 1))
        replaced: Any = [_replace(draw, one) if number == index else one for number, one in enumerate(child)]
    elif key == "properties" and child:
        name = draw(st.sampled_from(sorted(child)))
        replaced = {**child, name: _replace(draw, child[name])}
    else:
        replaced = (
            draw(st.dictionaries(st.sampled_from(NAMES), leaves())) if key == "properties" else _replace(draw, child)
        )
    return {**schema, key: replaced}


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
    for part in (part for part in parts if isinstance(part, dict)):
        for name, child in part.get("properties", {}).items():
            if name in schema.get("required", ()) or draw(st.booleans()):
                members.setdefault(name, _value(draw, child))
        other = part.get("additionalProperties")
        if isinstance(other, dict) and other:
            members.setdefault(draw(st.sampled_from(NAMES)), _value(draw, other))
    return members


def _array(draw: st.DrawFn, schema: Any) -> list[Any]:
    prefix = [_value(draw, child) for child in schema.get("prefixItems", ())]
    rest = [_value(draw, schema.get("items", True)) for _ in range(draw(st.integers(0, 2)))]
    return (prefix + rest)[: draw(st.integers(0, 4))]
