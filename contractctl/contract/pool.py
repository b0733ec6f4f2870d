"""Referenced components, each built once and shared, and what a reference says in their stead."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Generic, TypeAlias, TypeVar

from contractctl.contract.model import (
    Body,
    Example,
    Header,
    Link,
    MediaType,
    Parameter,
    Response,
    SecurityScheme,
)
from contractctl.contract.node import Node, malformed
from contractctl.contract.parts import reference_chain
from contractctl.contract.references import References
from contractctl.core.locations import Place

N = TypeVar("N", Header, Example, Link, MediaType, SecurityScheme)
D = TypeVar("D", Parameter, Body, Header, Link, SecurityScheme)
P = TypeVar("P", Parameter, Body, Header, Response, Example, Link, MediaType, SecurityScheme)

Build: TypeAlias = Callable[[str, Node], P | None]
"""Makes a part of a name and a node; None for a malformed one, which is told."""


class Pool(Generic[P]):
    """Builds the parts of one kind; what a reference leads to is built once, and shared under each of its names."""

    def __init__(
        self,
        references: References,
        what: str,
        retell: Callable[[P, Mapping[str, str]], P] | None = None,
        rename: Callable[[P, str], P] | None = None,
    ) -> None:
        """Make an empty pool. `what` is the kind in words.

        `retell` returns a part with the texts (`summary`, `description`) of a reference
        in place of its own, as far as its kind has them. `rename` returns a part under another name, for a kind that
        is used under several.
        """
        self._references = references
        self._what = what
        self._retell: Callable[[P, Mapping[str, str]], P] | None = retell
        self._rename: Callable[[P, str], P] | None = rename
        self._built: dict[Place, P | None] = {}
        self._named: dict[tuple[str, Place], P | None] = {}
        self._open: set[Place] = set()

    def part(self, name: str, node: Node, build: Build[P]) -> P | None:
        """Return the part at `node`, or that which its reference leads to; None for a malformed one, which is told.

        `build` belongs to whoever has the pool, which therefore does not keep it: a circle would keep the whole
        description in memory until the next collection.
        """
        if not node.has("$ref"):
            return self._new(name, node, build)
        chain = reference_chain(self._references, node)
        if not chain:
            return None
        part = self._shared(name, chain[-1], build)
        if part is None or self._retell is None:
            return part
        texts = {key: text for reference in reversed(chain[:-1]) for key, text in self._texts(reference)}
        if not texts:
            return part
        retold = self._retell(part, texts)
        return part if retold == part else retold

    def _new(self, name: str, node: Node, build: Build[P]) -> P | None:
        return build(name, node) if node.is_object(self._what) else None

    def _shared(self, name: str, node: Node, build: Build[P]) -> P | None:
        if node.at in self._open:
            node.tell(malformed(node.at, f"`{name}` contains itself; it is skipped there"))
            return None
        if node.at not in self._built:
            self._open.add(node.at)
            self._built[node.at] = self._new(name, node, build)
            self._open.discard(node.at)
        key = (name, node.at)
        if key not in self._named:
            part = self._built[node.at]
            self._named[key] = part if part is None or self._rename is None else self._rename(part, name)
        return self._named[key]

    def _texts(self, reference: Node) -> Iterator[tuple[str, str]]:
        """Yield what a Reference Object says beside its `$ref`: nothing before OpenAPI 3.1 (3.0.4 §4.7.23)."""
        if self._references.version_at(reference.at.uri) in {"2.0", "3.0"}:
            return
        for key in ("summary", "description"):
            text = reference.optional_text(key)
            if text is not None:
                yield key, text


def described(part: D, texts: Mapping[str, str]) -> D:
    """Return a part of a kind that has a description, but no summary, with that of a reference."""
    return replace(part, description=texts["description"]) if "description" in texts else part


def named(part: N, name: str) -> N:
    """Return a part of a kind that has a name under `name`."""
    return part if part.name == name else replace(part, name=name)
