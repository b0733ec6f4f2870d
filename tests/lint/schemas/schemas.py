"""Small schemas and values at random, in which much contradicts much."""

from __future__ import annotations

from hypothesis import strategies as st

from contractctl.core.json import Json

NAMES = ("a", "b")
TYPES = ("null", "boolean", "object", "array", "number", "integer", "string")

_names = st.sampled_from(NAMES)
_small = st.integers(-1, 3)
_counts = st.integers(0, 3)
_scalars = st.one_of(
    st.none(), st.booleans(), _small, st.sampled_from([0.5, 1.0, 1.5]), st.sampled_from(["", "x", "xy"])
)
values: st.SearchStrategy[Json] = st.recursive(
    _scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_names, inner, max_size=2)),
    max_leaves=4,
)
"""Values that such schemas have something to say about."""


def _keywords(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    lists = st.lists(inner, min_size=1, max_size=2)
    types = st.one_of(st.sampled_from(TYPES), st.lists(st.sampled_from(TYPES), min_size=1, max_size=2, unique=True))
    optional: dict[str, st.SearchStrategy[Json]] = {
        **dict.fromkeys(
            ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), st.one_of(_small, st.just(0.5))
        ),
        **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), _counts),
        **dict.fromkeys(("minContains", "maxContains"), _counts),
        **dict.fromkeys(("items", "contains", "additionalProperties", "not", "propertyNames"), inner),
        **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), lists),
        "patternProperties": st.dictionaries(st.sampled_from(["a", "^b$"]), inner, max_size=1),
        "properties": st.dictionaries(_names, inner, max_size=2),
        "required": st.lists(_names, max_size=2, unique=True),
        "enum": st.lists(values, max_size=3),
        "const": values,
        "type": types,
    }
    chosen = st.lists(st.sampled_from(sorted(optional)), max_size=5, unique=True)
    typed = st.one_of(st.just(()), st.just(("type",)))
    return st.tuples(chosen, typed).flatmap(
        lambda keys: st.fixed_dictionaries({key: optional[key] for key in {*keys[0], *keys[1]}})
    )


schemas: st.SearchStrategy[Json] = st.recursive(
    st.one_of(
        st.booleans(),
        st.sampled_from([{}, *({"type": name} for name in TYPES), {"$ref": "#/$defs/A"}, {"$ref": "#/$defs/B"}]),
    ),
    _keywords,
    max_leaves=8,
)
"""Schemas of JSON Schema 2020-12 that may refer to two definitions, `A` and `B`."""
