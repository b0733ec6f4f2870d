"""What credentials operations ask for, and the schemes that they name by a URI instead of a component's name."""

from __future__ import annotations

from collections.abc import Iterable

from contractctl.contract.model import SecurityRequirement, SecurityScheme
from contractctl.contract.node import Node
from contractctl.contract.openapi3.security import requirements, scheme
from contractctl.contract.parts import follow, target_node
from contractctl.contract.references import References
from contractctl.core.patterns import pattern

_URI = pattern(r".*[#/.]")


class SecurityOfOperations:
    """The security requirements of one description."""

    def __init__(self, root: Node, references: References) -> None:
        self._references = references
        self._by_uri: dict[str, SecurityScheme | None] = {}
        components = None if references.version == "2.0" else root.child("components")
        schemes = components.members("securitySchemes") if components else ()
        self._names = frozenset(name for name, _ in schemes)
        self._default = self._of(root) or ()

    def of(self, operation: Node) -> tuple[SecurityRequirement, ...]:
        """Return what an operation asks for: what it says itself, else what the description does."""
        own = self._of(operation) if operation.has("security") else None
        return self._default if own is None else own

    def schemes(self) -> tuple[SecurityScheme, ...]:
        """Return the schemes that were named by a URI so far, in order."""
        return tuple(found for found in self._by_uri.values() if found is not None)

    def _of(self, owner: Node) -> tuple[SecurityRequirement, ...] | None:
        found = requirements(owner)
        if found and self._references.version_at(owner.at.uri) == "3.2":
            self._find_schemes(found, owner)
        return found

    def _find_schemes(self, found: Iterable[SecurityRequirement], owner: Node) -> None:
        """Build the schemes that are URIs; a component's name comes first (OpenAPI 3.2.0 §4.30.1)."""
        for requirement in found:
            for use in requirement.uses:
                if use.name not in self._names and use.name not in self._by_uri and _URI.match(use.name):
                    target = target_node(self._references, use.name, requirement.at / use.name, owner.tell)
                    self._by_uri[use.name] = self._scheme(use.name, target) if target else None

    def _scheme(self, name: str, target: Node) -> SecurityScheme | None:
        node = follow(self._references, target)
        if node is None or not node.is_object("a security scheme"):
            return None
        return scheme(name, node, self._references.version_at(node.at.uri))
