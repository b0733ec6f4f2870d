"""Ask the validator whether a schema accepts one certain value, such as a value of the other side's enum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contractctl.contract.subschemas import references
from contractctl.diff.relation import Inclusion

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from jsonschema_rs import Draft202012Validator

    from contractctl.contract.model import Schema
    from contractctl.core.json import Json
    from contractctl.diff.schemas.shape import Node

_MOST_DEFINITIONS = 200


class Membership:
    """The schemas of one side, each compiled when a value is first held against it."""

    def __init__(self, definitions: Mapping[str, Schema]) -> None:
        self._definitions = definitions
        self._validators: dict[Hashable, Draft202012Validator | None] = {}

    def accepts(self, node: Node, value: Json) -> Inclusion:
        """Tell whether the value is one of the node's; open where the schema is too large or cannot be compiled."""
        if node.key not in self._validators:
            self._validators[node.key] = self._compile(node)
        validator = self._validators[node.key]
        if validator is None:
            return Inclusion.OPEN
        return Inclusion.PROVEN if validator.is_valid(value) else Inclusion.REFUTED

    def accepts_all(self, node: Node, values: Iterable[Json]) -> Inclusion:
        """Tell whether all of the values are the node's."""
        return min((self.accepts(node, value) for value in values), default=Inclusion.PROVEN)

    def _compile(self, node: Node) -> Draft202012Validator | None:
        from contractctl.contract.vetting import assertions, build_validator

        definitions = self._closure(node)
        if definitions is None:
            return None
        parts = [assertions(part.value if isinstance(part.value, bool) else dict(part.value)) for part in node.parts]
        known: dict[str, Json] = {key: assertions(schema.value) for key, schema in definitions.items()}
        return build_validator({"allOf": parts, "$defs": known})

    def _closure(self, node: Node) -> Mapping[str, Schema] | None:
        """Return the definitions that the node leads to, None where there are too many."""
        found: dict[str, Schema] = {}
        waiting: list[Json] = [part.value for part in node.parts]
        while waiting:
            for key in references(waiting.pop()):
                if key not in found:
                    found[key] = self._definitions[key]
                    waiting.append(found[key].value)
            if len(found) > _MOST_DEFINITIONS:
                return None
        return found
