"""What a `$ref` leads to: in one root document, or in several side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from contractctl.synth.failures import GaveUp
from contractctl.synth.values import Json, Schema, as_schema

Resolve: TypeAlias = Callable[[str], Schema]
"""Returns the schema that a reference, as it is written, leads to; raises GaveUp where it leads nowhere.

The references in what it returns are asked of it again. It is asked often: the answer had better be ready.
"""

SINGLE: Final = frozenset(
    (
        *("additionalProperties", "contains", "else", "if", "items", "not", "propertyNames", "then"),
        *("unevaluatedItems", "unevaluatedProperties"),
    )
)
LISTS: Final = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
MAPS: Final = frozenset(("dependentSchemas", "patternProperties", "properties"))


def within(root: Schema) -> Resolve:
    """Return what resolves `#` and `#/…` in one document."""
    known: dict[str, Schema] = {}

    def resolve(reference: str) -> Schema:
        if reference not in known:
            known[reference] = follow(root, reference)
        return known[reference]

    return resolve


class SideBySide:
    """Several documents, each under a name: `base#/$defs/Pet` leads into the one called `base`.

    It is a Resolve. Nothing is read or copied before it is asked for, so that documents may be large.
    """

    __slots__ = ("_documents", "_known")

    def __init__(self, documents: Mapping[str, Schema]) -> None:
        """Take documents whose own references are `#/…`; no name has a `#`."""
        self._documents = documents
        self._known: dict[str, Schema] = {}

    def __call__(self, reference: str) -> Schema:
        """Return the schema at a reference, with its references as they are read from outside the document."""
        if reference not in self._known:
            name, mark, pointer = reference.partition("#")
            if not mark or name not in self._documents:
                raise GaveUp(f"the reference {reference} leads into no document")
            self._known[reference] = seen_from_outside(follow(self._documents[name], f"#{pointer}"), name)
        return self._known[reference]


def seen_from_outside(schema: Schema, name: str) -> Schema:
    """Return a schema of the document called `name` with its references `#/…` written as `NAME#/…`."""
    return schema if isinstance(schema, bool) else {key: _moved(key, value, name) for key, value in schema.items()}


def _moved(keyword: str, value: Json, name: str) -> Json:
    if keyword == "$ref" and isinstance(value, str) and value.startswith("#"):
        return f"{name}{value}"
    if keyword in SINGLE and isinstance(value, Mapping):
        return seen_from_outside(value, name)
    if keyword in LISTS and isinstance(value, Sequence) and not isinstance(value, str):
        return [seen_from_outside(as_schema(one), name) for one in value]
    if keyword in MAPS and isinstance(value, Mapping):
        return {key: seen_from_outside(as_schema(one), name) for key, one in value.items()}
    return value


def follow(root: Schema, reference: str) -> Schema:
    """Return what `#` or `#/…` leads to in a document. Raise GaveUp where that is nothing."""
    if not reference.startswith("#") or (reference[1:] and not reference.startswith("#/")):
        raise GaveUp(f"the reference {reference} is not a pointer into the schema")
    node: Json = root
    for token in reference[2:].split("/") if len(reference) > 1 else ():
        node = _step(node, _unescape(token), reference)
    return as_schema(node)


def _step(node: Json, token: str, reference: str) -> Json:
    if isinstance(node, Mapping) and token in node:
        return node[token]
    if isinstance(node, Sequence) and not isinstance(node, str) and token.isdecimal() and int(token) < len(node):
        return node[int(token)]
    raise GaveUp(f"the reference {reference} points nowhere")


def _unescape(token: str) -> str:
    if "%" in token:
        from urllib.parse import unquote

        token = unquote(token)
    return token.replace("~1", "/").replace("~0", "~")
