"""Rewriting a real description so that it says the same: where its objects are, and which of them may be rewritten."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import unquote

from contractctl.contract.build import build_contract
from contractctl.contract.model import Contract
from contractctl.contract.versions import version_of
from contractctl.diff import diff_contracts
from contractctl.lint.structure.gate import table_of
from contractctl.lint.structure.walk import Walk
from contractctl.source.parse import parse_document

Node: TypeAlias = dict[str, Any]
"""An object of a description, which may be written to."""
Tokens: TypeAlias = tuple[str, ...]

MOST_PLACES = 12
"""How often a refactoring is applied to one description."""

RESOURCES = frozenset(("$id", "$anchor", "$schema", "$dynamicRef", "$dynamicAnchor", "unevaluatedProperties"))
"""Keywords with which a schema means something else at another place."""


class Draft:
    """A copy of a description that refactorings write to.

    An object is free unless a reference leads through it or into it (other than to a component as a whole), or the
    contract tells of a fault at it, above or below.
    """

    def __init__(self, root: Node, faults: Sequence[Tokens], chance: random.Random) -> None:
        self.root = root
        self.chance = chance
        self.version = version_of(str(root["openapi"]))
        self.components: Node = root.setdefault("components", {})
        self._faults = faults
        self._fixed = {tokens[:length] for tokens in _deep_references(root) for length in range(len(tokens) + 1)}
        walk = Walk(table_of(self.version), self.version)
        walk.run(root)
        self._objects: dict[str, list[tuple[Tokens, Node]]] = {}
        for kind, found in walk.objects.items():
            self._objects[kind] = [(tokens, self.at(tokens)) for tokens, _ in found]
        for one in walk.references:
            place = one.tokens[:-1]
            self._objects.setdefault(f"{one.expects} reference", []).append((place, self.at(place)))
        self._of_components = {
            id(node) for tokens, node in self._objects.get("schema", ()) if tokens[0] == "components"
        }
        self.selected = {id(branch) for node in self.all("schema") for branch in _discriminated(node)}
        self._names = 0

    def at(self, tokens: Tokens) -> Any:
        """Return what stands at a pointer."""
        node: Any = self.root
        for token in tokens:
            node = node[int(token)] if isinstance(node, list) else node[token]
        return node

    def all(self, kind: str) -> Iterator[Node]:
        """Yield the objects of a kind, or with `KIND reference` the references to such."""
        return (node for _, node in self._objects.get(kind, ()))

    def free(self, kind: str) -> Iterator[Node]:
        """Yield those of them that may be written to, in a random order."""
        found = list(self._objects.get(kind, ()))
        self.chance.shuffle(found)
        return (node for tokens, node in found if self._is_free(tokens))

    def is_component(self, schema: Node) -> bool:
        """Tell whether the schema is a component or stands in one."""
        return id(schema) in self._of_components

    def target(self, node: Any) -> Any:
        """Return what a reference leads to, at the end of a chain; None where it leaves the description."""
        met: set[str] = set()
        while isinstance(node, dict) and isinstance(reference := node.get("$ref"), str):
            if reference in met or not reference.startswith("#/"):
                return None
            met.add(reference)
            try:
                node = self.at(_tokens(reference))
            except (KeyError, IndexError, TypeError, ValueError):
                return None
        return node

    def name(self) -> str:
        """Return a name that nothing has yet."""
        self._names += 1
        return f"Fresh{self._names}"

    def _is_free(self, tokens: Tokens) -> bool:
        touched = (fault[: len(tokens)] == tokens or tokens[: len(fault)] == fault for fault in self._faults)
        return not tokens or (tokens not in self._fixed and not any(touched))


@dataclass(frozen=True, slots=True)
class Refactoring:
    """One way to say the same. `rewrite` is tried on the free objects of `kind`, and tells whether it wrote."""

    name: str
    kind: str
    rewrite: Callable[[Draft, Node], bool]
    versions: tuple[str, ...] = ("3.0", "3.1", "3.2")

    def apply(self, draft: Draft) -> int:
        """Apply it at several places; return at how many."""
        places = 0
        for node in draft.free(self.kind) if draft.version in self.versions else ():
            places += self.rewrite(draft, node)
            if places == MOST_PLACES:
                break
        return places


class Original:
    """A description as it was published, and its contract."""

    def __init__(self, data: bytes) -> None:
        self.root: Node = json.loads(data)
        built = build_contract(parse_document("openapi.json", data))
        self.contract = built.contract
        self._faults = [finding.location.place.pointer.tokens for finding in built.findings]

    def draft(self, chance: random.Random) -> Draft:
        """Return a copy to be rewritten."""
        return Draft(deepcopy(self.root), self._faults, chance)


def contract_of(root: Mapping[str, Any]) -> Contract:
    """Return the contract of a description."""
    return build_contract(parse_document("openapi.json", json.dumps(root).encode())).contract


def said(base: Contract, revision: Contract) -> list[str]:
    """Return what the comparison says, in both directions."""
    found = (*diff_contracts(base, revision), *diff_contracts(revision, base))
    return [f"{one.impact} {one.change.kind}: {one.change.message}" for one in found]


def references(root: Any) -> Iterator[Node]:
    """Yield every object with a `$ref`, whatever it is."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _deep_references(root: Node) -> Iterator[Tokens]:
    for node in references(root):
        reference = node["$ref"]
        tokens = _tokens(reference) if reference.startswith("#/") else ()
        if len(tokens) != 3 or tokens[0] != "components":
            yield tokens


def _tokens(reference: str) -> Tokens:
    return tuple(one.replace("~1", "/").replace("~0", "~") for one in unquote(reference[2:]).split("/"))


def _discriminated(node: Node) -> list[Any]:
    """Return the branches that a discriminator tells apart by their names."""
    return [*node.get("oneOf", ()), *node.get("anyOf", ())] if "discriminator" in node else []
