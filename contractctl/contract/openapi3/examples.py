"""Documented examples of media types, parameters and headers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from contractctl.contract.model import Example
from contractctl.contract.node import Node
from contractctl.contract.pool import Pool, named
from contractctl.contract.references import References


class ExampleBuilder:
    """Builds the examples of one description."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._pool = Pool[Example](references, "an example", _retold, named)

    def examples(self, owner: Node) -> tuple[Example, ...]:
        """Return the single `example` of a part, then its `examples` in order; one that says nothing is left out."""
        return tuple(self._examples(owner))

    def _examples(self, owner: Node) -> Iterator[Example]:
        if owner.has("example"):
            yield Example(owner.at / "example", "", owner.get("example"))
        if not owner.has("examples"):
            return
        for name, item in owner.members("examples"):
            example = self._pool.part(name, item, self._example)
            if example is not None:
                yield example

    def _example(self, name: str, node: Node) -> Example | None:
        is_3_2 = self._references.version_at(node.at.uri) == "3.2"
        fields = ("dataValue", "value") if is_3_2 else ("value",)
        field = next(filter(node.has, fields), None)
        external = node.text("externalValue") or None
        serialized = node.optional_text("serializedValue") if is_3_2 else None
        if field is None and external is None and serialized is None:
            return None
        return Example(
            at=node.at / field if field else node.at,
            name=name,
            value=node.get(field) if field else None,
            external=external,
            summary=node.text("summary"),
            serialized=serialized,
            has_value=field is not None,
        )


def _retold(example: Example, texts: Mapping[str, str]) -> Example:
    """Take the summary of a reference; the model has no description of an example."""
    return replace(example, summary=texts["summary"]) if "summary" in texts else example
