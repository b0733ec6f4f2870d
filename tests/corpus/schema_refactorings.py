"""Refactorings of schemas."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from tests.corpus.refactoring import RESOURCES, Draft, Node, Refactoring

_LARGEST = 200
"""How many objects and values a schema that is inlined may hold."""
_TOGETHER = (
    ("properties", "patternProperties", "additionalProperties"),
    ("if", "then", "else"),
    ("contains", "minContains", "maxContains"),
    ("prefixItems", "items", "unevaluatedItems"),
    ("minimum", "exclusiveMinimum"),
    ("maximum", "exclusiveMaximum"),
    ("type", "nullable", "enum", "const", "x-extensible-enum"),
)
"""Keywords that mean something else apart from each other."""
_NOTES = frozenset(("title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly"))
_OF_ONE_TYPE = frozenset(
    (
        *("type", "format", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum"),
        *("exclusiveMaximum", "multipleOf", "items", "minItems", "maxItems", "uniqueItems", "properties", "required"),
        *("additionalProperties", "minProperties", "maxProperties"),
    )
)
_IDLE = {
    "array": {"minItems": 0, "uniqueItems": False},
    "string": {"minLength": 0},
    "object": {"minProperties": 0, "additionalProperties": True},
}


def _is_movable(draft: Draft, node: Node) -> bool:
    return "discriminator" not in node and id(node) not in draft.selected and RESOURCES.isdisjoint(node)


def _put(node: Node, content: Node) -> bool:
    node.clear()
    node.update(content)
    return True


def _wrap(draft: Draft, node: Node) -> bool:
    return _is_movable(draft, node) and _put(node, {"allOf": [dict(node)]})


def _extract(draft: Draft, node: Node) -> bool:
    if not _is_movable(draft, node):
        return False
    name = draft.name()
    draft.components.setdefault("schemas", {})[name] = dict(node)
    return _put(node, {"$ref": f"#/components/schemas/{name}"})


def _inline(draft: Draft, node: Node) -> bool:
    target = draft.target(node)
    alone = draft.version == "3.0" or len(node) == 1
    if not alone or id(node) in draft.selected or not isinstance(target, dict) or not _is_movable(draft, target):
        return False
    return _size(target) <= _LARGEST and _put(node, deepcopy(target))


def _size(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(_size, inner))


def _split(draft: Draft, node: Node) -> bool:
    """Divide the keywords among two parts of an allOf, those that belong together to one."""
    if not _is_movable(draft, node) or "$ref" in node:
        return False
    group_of = {keyword: group for group in _TOGETHER for keyword in group}
    parts: tuple[Node, Node] = ({}, {})
    chosen: dict[Any, int] = {}
    for keyword, value in node.items():
        part = chosen.setdefault(group_of.get(keyword, keyword), draft.chance.randrange(2))
        parts[part][keyword] = value
    return all(parts) and _put(node, {"allOf": list(parts)})


def _split_properties(draft: Draft, node: Node) -> bool:
    """Divide the properties of an open object among two parts of an allOf."""
    properties = node.get("properties")
    closing = {"additionalProperties", "patternProperties"} & node.keys()
    if not _is_movable(draft, node) or closing or not isinstance(properties, dict) or len(properties) < 2:
        return False
    names = draft.chance.sample(sorted(properties), len(properties) // 2)
    apart = {name: properties.pop(name) for name in names}
    node["allOf"] = [*node.get("allOf", ()), {"properties": apart}]
    return True


def _move_between_parts(draft: Draft, node: Node) -> bool:
    """Move a property from one part of an allOf to another."""
    parts = node.get("allOf", ())
    inline = [part for part in parts if "properties" in part and "$ref" not in part and _is_movable(draft, part)]
    inline = [part for part in inline if not {"additionalProperties", "patternProperties"} & part.keys()]
    if len(inline) < 2 or not _is_movable(draft, node):
        return False
    one, other = draft.chance.sample(inline, 2)
    names = sorted(one["properties"].keys() - other["properties"].keys())
    if not names:
        return False
    name = draft.chance.choice(names)
    other["properties"][name] = one["properties"].pop(name)
    return True


def _reorder(draft: Draft, node: Node) -> bool:
    """Shuffle the lists whose order means nothing, and the properties."""
    changed = False
    for keyword in ("allOf", "anyOf", "oneOf", "enum", "required", "type"):
        value = node.get(keyword)
        if isinstance(value, list) and len(value) > 1:
            draft.chance.shuffle(value)
            changed = True
    if isinstance(properties := node.get("properties"), dict) and len(properties) > 1:
        node["properties"] = dict(draft.chance.sample(list(properties.items()), len(properties)))
        changed = True
    return changed


def _retitle(draft: Draft, node: Node) -> bool:
    branches = [one for one in (*node.get("oneOf", ()), *node.get("anyOf", ())) if isinstance(one, dict)]
    plain = [one for one in branches if "$ref" not in one]
    for branch in plain:
        branch["title"] = draft.name()
    return bool(plain)


def _constant(_: Draft, node: Node) -> bool:
    listed = node.get("enum")
    if "const" in node:
        if "enum" not in node:
            node["enum"] = [node.pop("const")]
            return True
    elif isinstance(listed, list) and len(listed) == 1:
        node["const"] = node.pop("enum")[0]
        return True
    return False


def _exclusive_bound(draft: Draft, node: Node) -> bool:
    """Write an inclusive bound on integers as an exclusive one."""
    written = False
    for bound, exclusive, step in (("minimum", "exclusiveMinimum", -1), ("maximum", "exclusiveMaximum", 1)):
        value = node.get(bound)
        alone = node.get("type") == "integer" and exclusive not in node
        if alone and isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**50:
            del node[bound]
            node.update({bound: value + step, exclusive: True} if draft.version == "3.0" else {exclusive: value + step})
            written = True
    return written


def _null_branch(draft: Draft, node: Node) -> bool:
    """Write a type that may be null as a choice between the type and null."""
    types = node.get("type")
    listed = node.get("enum", [None])
    said = node.keys() - _NOTES - {"enum"}
    if not isinstance(types, list) or len(types) != 2 or "null" not in types or None not in listed:
        return False
    if not said <= _OF_ONE_TYPE or not _is_movable(draft, node):
        return False
    notes = {keyword: value for keyword, value in node.items() if keyword in _NOTES}
    other = {keyword: node[keyword] for keyword in node if keyword in said}
    other["type"] = next(one for one in types if one != "null")
    if "enum" in node:
        other["enum"] = [value for value in listed if value is not None]
    branches = [other, {"type": "null"}]
    draft.chance.shuffle(branches)
    return _put(node, {**notes, draft.chance.choice(("anyOf", "oneOf")): branches})


def _null_type(draft: Draft, node: Node) -> bool:
    """Write a choice between a type and null as a type that may be null."""
    keyword = "anyOf" if "anyOf" in node else "oneOf"
    branches = node.get(keyword, ())
    plain = [one for one in branches if one != {"type": "null"}]
    if len(branches) != 2 or len(plain) != 1 or not node.keys() - {keyword} <= _NOTES:
        return False
    branch = plain[0]
    if not isinstance(branch, dict) or not isinstance(branch.get("type"), str) or branch["type"] == "null":
        return False
    if not branch.keys() - _NOTES <= _OF_ONE_TYPE or not _is_movable(draft, branch):
        return False
    return _put(node, {**branch, **node, "type": [branch["type"], "null"]}) and node.pop(keyword) is not None


def _defaults(draft: Draft, node: Node) -> bool:
    """Write out what a schema that says nothing means."""
    if any("unevaluatedProperties" in one for one in draft.all("schema")):
        return False
    idle = _IDLE.get(str(node.get("type")), {})
    flags = {"readOnly": False, "writeOnly": False, "deprecated": False}
    of_old = {"nullable": False, **{f"exclusive{one}": False for one in ("Minimum", "Maximum") if one.lower() in node}}
    written = {**node}
    for keyword, value in {**idle, **flags, **(of_old if draft.version == "3.0" else {})}.items():
        written.setdefault(keyword, value)
    return "$ref" not in node and written != node and _put(node, written)


SCHEMAS = (
    Refactoring("allOf around a schema", "schema", _wrap),
    Refactoring("schema extracted", "schema", _extract),
    Refactoring("schema inlined, recursion unrolled", "schema reference", _inline),
    Refactoring("schema split into parts of an allOf", "schema", _split),
    Refactoring("properties split into parts of an allOf", "schema", _split_properties),
    Refactoring("property moved between parts of an allOf", "schema", _move_between_parts),
    Refactoring("lists of a schema reordered", "schema", _reorder),
    Refactoring("branches retitled", "schema", _retitle),
    Refactoring("enum of one value and const", "schema", _constant, ("3.1", "3.2")),
    Refactoring("bound of an integer written as exclusive", "schema", _exclusive_bound),
    Refactoring("null as a branch", "schema", _null_branch, ("3.1", "3.2")),
    Refactoring("null as a type", "schema", _null_type, ("3.1", "3.2")),
    Refactoring("defaults of schemas written out", "schema", _defaults),
)
