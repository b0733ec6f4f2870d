"""What of a schema is plain to see: that it is a reference, a choice of branches, or one set of keywords.

Most schemas are, and need not be expanded. It is enough for a guess, and proves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from contractctl.synth.combine import ANNOTATIONS, SUGGESTIONS
from contractctl.synth.expand import Form
from contractctl.synth.references import Resolve
from contractctl.synth.values import Keywords, Schema, as_schema, elements

_MOST_BRANCHES: Final = 24
_SAYING_NOTHING: Final = ANNOTATIONS - {*SUGGESTIONS, "discriminator"}
_INVOLVED: Final = frozenset(
    (
        *("$ref", "allOf", "anyOf", "oneOf", "if", "not", "dependentSchemas", "$dynamicRef", "$recursiveRef", "$id"),
        *("unevaluatedProperties", "unevaluatedItems", "discriminator", "const"),
    )
)
_CHOICES: Final = ("anyOf", "oneOf")


def only_reference(schema: Schema) -> str:
    """Return the reference of a schema that says nothing else; an empty text for another one."""
    reference = schema.get("$ref") if not isinstance(schema, bool) else None
    return reference if isinstance(reference, str) and _said(schema) == {"$ref"} else ""


def is_null(schema: Schema) -> bool:
    """Tell whether a schema admits null and nothing else, at first sight."""
    return not isinstance(schema, bool) and (schema.get("type") == "null" or schema.get("enum") == [None])


def branches(schema: Schema, resolve: Resolve) -> Sequence[Schema]:
    """Return the branches of a schema that is a choice and nothing else, with those of branches that are; else none.

    References on the way are followed. Raise GaveUp where one leads nowhere.
    """
    found: list[Schema] = []
    waiting, entered = [schema], set[str]()
    while waiting and len(found) < _MOST_BRANCHES:
        one = waiting.pop(0)
        reference = only_reference(one)
        target = resolve(reference) if reference else one
        if reference in entered:
            continue
        if reference:
            entered.add(reference)
        if reference and only_reference(target):
            waiting.insert(0, target)
        elif (keyword := _choice(target)) != "":
            waiting[:0] = map(as_schema, elements(_keywords(target), keyword))
        else:
            found.append(one)
    return found if found != [schema] else ()


def plain_form(schema: Schema, resolve: Resolve) -> Form | None:
    """Return the form of a schema that is one set of keywords, or a reference to one; None for another one."""
    reference = only_reference(schema)
    keywords = _keywords(resolve(reference) if reference else schema)
    if not keywords or _INVOLVED & keywords.keys():
        return None
    return Form(keywords, (keywords,), entered=(reference,) if reference else ())


def _choice(schema: Schema) -> str:
    said = _said(schema)
    return next((keyword for keyword in _CHOICES if said == {keyword}), "")


def _said(schema: Schema) -> set[str]:
    return {key for key in _keywords(schema) if key not in _SAYING_NOTHING and not key.startswith("x-")}


def _keywords(schema: Schema) -> Keywords:
    return {} if isinstance(schema, bool) else schema
