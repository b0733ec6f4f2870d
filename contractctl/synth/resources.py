"""References by identifier and anchor, written as `#/…` into the root (JSON Schema 2020-12 core §8.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from contractctl.synth.failures import GaveUp
from contractctl.synth.references import LISTS, MAPS, SINGLE
from contractctl.synth.values import Json, Keywords, Schema, elements, members

_MAPS: Final = MAPS | {"$defs", "definitions"}
_NAMING: Final = frozenset(("$id", "$anchor", "$dynamicAnchor"))
_REFERRING: Final = ("$ref", "$dynamicRef")
_Anchor: TypeAlias = tuple[str, str]
"""The identifier of a resource, and a name in it."""


@dataclass(slots=True)
class _Names:
    """Pointers into the root: of resources by identifier, of anchors, and of those that a later one may replace."""

    resources: dict[str, str] = field(default_factory=dict)
    anchors: dict[_Anchor, str] = field(default_factory=dict)
    dynamic: dict[_Anchor, str] = field(default_factory=dict)

    def target(self, uri: str) -> str | None:
        """Return the pointer to what a whole reference names, None for what is not here."""
        resource, _, fragment = uri.partition("#")
        if fragment and not fragment.startswith("/"):
            return self.anchors.get((resource, fragment))
        return None if resource not in self.resources else self.resources[resource] + fragment

    def dynamic_target(self, uri: str, root: str) -> str | None:
        """Return the same of a `$dynamicRef`; None, too, where it depends on the way to it."""
        resource, _, name = uri.partition("#")
        if (resource, name) not in self.dynamic:
            return self.target(uri)
        # The root is on every way, and the outermost one counts.
        if (root, name) in self.dynamic:
            return self.dynamic[root, name]
        alike = [pointer for (_, other), pointer in self.dynamic.items() if other == name]
        return alike[0] if len(alike) == 1 else None


def within_itself(schema: Schema) -> Schema:
    """Return a schema whose references all begin with `#/`, as far as they lead to something in it.

    It is the same schema where none has another form.
    """
    if isinstance(schema, bool):
        return schema
    names, is_named = _Names(), False
    for node, pointer, base in _subschemas(schema):
        is_named = is_named or not _NAMING.isdisjoint(node) or "$dynamicRef" in node
        if "$id" in node or not pointer:
            names.resources.setdefault(base, pointer)
        for keyword in ("$anchor", "$dynamicAnchor"):
            if isinstance(name := node.get(keyword), str):
                names.anchors.setdefault((base, name), pointer)
                if keyword == "$dynamicAnchor":
                    names.dynamic.setdefault((base, name), pointer)
    if not is_named:
        return schema
    try:
        return _Writer(names, _base(schema, "")).written(schema, "")
    except RecursionError:
        raise GaveUp("the schema nests too deeply") from None


def _subschemas(root: Keywords) -> Iterator[tuple[Keywords, str, str]]:
    """Yield the schemas in a schema and itself, each with its pointer and the identifier of its resource."""
    waiting = [(root, "", "")]
    while waiting:
        node, pointer, above = waiting.pop()
        base = _base(node, above)
        yield node, pointer, base
        for step, inner in _inner(node):
            waiting.append((inner, f"{pointer}/{step}", base))


def _inner(node: Keywords) -> Iterator[tuple[str, Keywords]]:
    for keyword, value in node.items():
        if keyword in SINGLE:
            several = {keyword: value}
        elif keyword in LISTS:
            several = {f"{keyword}/{index}": one for index, one in enumerate(elements(node, keyword))}
        elif keyword in _MAPS:
            several = {f"{keyword}/{_escaped(name)}": one for name, one in members(node, keyword).items()}
        else:
            continue
        for step, one in several.items():
            if isinstance(one, Mapping):
                yield step, one


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1").replace("%", "%25")


def _base(node: Keywords, above: str) -> str:
    identifier = node.get("$id")
    return _joined(above, identifier).partition("#")[0] if isinstance(identifier, str) else above


def _joined(base: str, reference: str) -> str:
    if reference.startswith("#"):
        return f"{base}{reference}"
    from urllib.parse import urljoin

    try:
        return urljoin(base, reference)
    except ValueError:
        return reference


def _with_one_reference(schema: dict[str, Json]) -> Keywords:
    """Return the schema with a dynamic reference that is settled as one that is not."""
    dynamic = schema.get("$dynamicRef")
    if not isinstance(dynamic, str) or (not dynamic.startswith("#/") and dynamic != "#"):
        return schema
    del schema["$dynamicRef"]
    if "$ref" in schema:
        return {**schema, "allOf": [{"$ref": dynamic}, *elements(schema, "allOf")]}
    return {**schema, "$ref": dynamic}


@dataclass(frozen=True, slots=True)
class _Writer:
    names: _Names
    root: str

    def written(self, schema: Keywords, above: str) -> Keywords:
        base = _base(schema, above)
        made: dict[str, Json] = {}
        for keyword, value in schema.items():
            if keyword in _REFERRING and isinstance(value, str):
                self._refer(made, keyword, value, base)
            elif keyword not in _NAMING:
                made[keyword] = self._member(keyword, value, base)
        return _with_one_reference(made)

    def _refer(self, made: dict[str, Json], keyword: str, reference: str, base: str) -> None:
        uri = _joined(base, reference)
        uri = uri if "#" in uri else f"{uri}#"
        is_dynamic = keyword == "$dynamicRef"
        target = self.names.dynamic_target(uri, self.root) if is_dynamic else self.names.target(uri)
        if target is None:
            made[keyword] = reference
        else:
            made[keyword] = f"#{target}"

    def _member(self, keyword: str, value: Json, base: str) -> Json:
        if keyword in SINGLE:
            return self._one(value, base)
        if keyword in LISTS and not isinstance(value, str) and isinstance(value, (list, tuple)):
            return [self._one(one, base) for one in value]
        if keyword in _MAPS and isinstance(value, Mapping):
            return {name: self._one(one, base) for name, one in value.items()}
        return value

    def _one(self, value: Json, base: str) -> Json:
        return self.written(value, base) if isinstance(value, Mapping) else value
