"""Edits of single keywords at components of a real description: each is one thing that somebody changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from tests.corpus.refactoring import Draft, Node

Edit: TypeAlias = Callable[[Draft, Node], bool]
"""Edits a component in place where it has what the edit is about; tells whether it did."""


def edit(draft: Draft, count: int) -> int:
    """Make so many edits, each at another schema below a component; return how many could be made."""
    made = 0
    for node in draft.free("schema"):
        made += draft.is_component(node) and draft.chance.choice(EDITS)(draft, node)
        if made == count:
            break
    return made


def _plain_properties(node: Node, *types: str) -> Iterator[Node]:
    """Yield the properties that say nothing but one of these types."""
    for member in node.get("properties", {}).values():
        if isinstance(member, dict) and member.get("type") in types and member.keys() <= {"type", "description"}:
            yield member


def _require(_: Draft, node: Node) -> bool:
    optional = sorted(node.get("properties", {}).keys() - set(node.get("required", ())))
    node["required"] = [*node.get("required", ()), *optional[:1]]
    return bool(optional)


def _release(_: Draft, node: Node) -> bool:
    declared = [name for name in node.get("required", ()) if name in node.get("properties", {})]
    node["required"] = [name for name in node.get("required", ()) if name not in declared[:1]]
    return bool(declared)


def _retype(_: Draft, node: Node) -> bool:
    member = next(_plain_properties(node, "string", "integer", "boolean"), None)
    if member is not None:
        member["type"] = "integer" if member["type"] == "string" else "string"
    return member is not None


def _bound(_: Draft, node: Node) -> bool:
    member = next(_plain_properties(node, "string"), None)
    if member is not None:
        member["maxLength"] = 7
    return member is not None


def _add(draft: Draft, node: Node) -> bool:
    if "properties" in node:
        node["properties"][draft.name()] = {"type": "string"}
    return "properties" in node


def _remove(_: Draft, node: Node) -> bool:
    name = next(iter(node.get("properties", ())), None)
    if name is not None:
        del node["properties"][name]
        node["required"] = [one for one in node.get("required", ()) if one != name]
    return name is not None


def _list(draft: Draft, node: Node) -> bool:
    """Add a value to an enum of texts."""
    for member in node.get("properties", {}).values():
        listed = member.get("enum") if isinstance(member, dict) else None
        if isinstance(listed, list) and all(isinstance(value, str) for value in listed):
            listed.append(draft.name())
            return True
    return False


EDITS: tuple[Edit, ...] = (_require, _release, _retype, _bound, _add, _remove, _list)
