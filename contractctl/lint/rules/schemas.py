"""Rules about schemas: what they call themselves, what they are written in, and how their parts fit together."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from contractctl.core.findings import Severity
from contractctl.core.json import Json, is_array, is_object, object_at
from contractctl.core.locations import Location
from contractctl.core.profiles import Profile
from contractctl.core.suggestions import did_you_mean
from contractctl.lint.examples.inventory import Subschema
from contractctl.lint.rule import Defect, rule
from contractctl.lint.rules.document import told
from contractctl.lint.schemas.conjunction import conjuncts
from contractctl.lint.schemas.types import OBJECT, allowed
from contractctl.lint.structure.conditions import same_items
from contractctl.lint.subject import Subject


@rule("schema-identifier-duplicate", severity=Severity.ERROR, family="schemas", profile=Profile.SPEC)
def schema_identifier_duplicate(subject: Subject) -> Iterator[Defect]:
    """Two schemas have one identifier.

    Why: A reference by that name means one of them in one tool, and the other in the next.

    Source: JSON Schema 2020-12 core §8.2.1, §8.2.2, §9.1.2

    Bad:

        paths: {}
        components:
          schemas:
            Cat: {$anchor: pet, type: object}
            Dog: {$anchor: pet, type: object}

    Good:

        paths: {}
        components:
          schemas:
            Cat: {$anchor: cat, type: object}
            Dog: {$anchor: dog, type: object}
    """
    return told(subject, "schema-identifier-duplicate")


@rule("schema-dialect-unknown", severity=Severity.WARNING, family="schemas")
def schema_dialect_unknown(subject: Subject) -> Iterator[Defect]:
    """The dialect that a schema is said to be written in is not known.

    Why: Its keywords may mean something else there than what they are read as.

    Source: OpenAPI 3.1.1 §4.8.24.5; JSON Schema 2020-12 core §8.1.1

    Bad:

        paths: {}
        components:
          schemas:
            Pet: {$schema: https://example.com/dialect, type: object}

    Good:

        paths: {}
        components:
          schemas:
            Pet: {$schema: https://json-schema.org/draft/2020-12/schema, type: object}
    """
    return told(subject, "schema-dialect-unknown")


@rule("array-items-missing", severity=Severity.ERROR, family="schemas", profile=Profile.SPEC)
def array_items_missing(subject: Subject) -> Iterator[Defect]:
    """An array of OpenAPI 3.0 has no `items`.

    Why: OpenAPI 3.0 requires it; many generators stop, the others make lists of anything.

    Source: OpenAPI 3.0.3 §4.7.24.1

    Bad:

        openapi: 3.0.3
        info: {title: Example, version: "1"}
        paths: {}
        components:
          schemas:
            Names: {type: array}

    Good:

        openapi: 3.0.3
        info: {title: Example, version: "1"}
        paths: {}
        components:
          schemas:
            Names: {type: array, items: {type: string}}
    """
    return _without_items(subject, "3.0")


@rule("array-items-unspecified", severity=Severity.WARNING, family="schemas", profile=Profile.STRICT)
def array_items_unspecified(subject: Subject) -> Iterator[Defect]:
    """Nothing says what is in an array.

    Why: Generated code has a list of anything, and nobody checks what is in it.

    Source: JSON Schema 2020-12 core §10.3.1

    Bad:

        paths: {}
        components:
          schemas:
            Names: {type: array}

    Good:

        paths: {}
        components:
          schemas:
            Names: {type: array, items: {type: string}}
    """
    return _without_items(subject, "3.1", "3.2")


def _without_items(subject: Subject, *versions: str) -> Iterator[Defect]:
    if not any(subject.references.version_at(uri) in versions for uri in subject.documents):
        return
    for schema in subject.schemas:
        value = schema.value
        declared = value.get("type")
        if declared != "array" and not (declared.__class__ is list and is_array(declared) and "array" in declared):
            continue
        if "items" not in value and "prefixItems" not in value and subject.version_at(schema.at) in versions:
            members, _ = conjuncts((value,), subject.index.meaning)
            if all(_SAY_ITEMS.isdisjoint(member) for member in members):
                message = "nothing says what is in the array: it has no `items`"
                yield Defect(Location(schema.at), message, "add `items`; `items: {}` says that anything may be")


@rule("property-required-undefined", severity=Severity.WARNING, family="schemas")
def property_required_undefined(subject: Subject) -> Iterator[Defect]:
    """A property is required that the schema does not define.

    Why: Most often one of the two names is misspelt: what is defined may then be left out, and what is required is
    not checked.

    Source: JSON Schema 2020-12 validation §6.5.3

    Bad:

        paths: {}
        components:
          schemas:
            Pet: {type: object, required: [nmae], properties: {name: {type: string}}}

    Good:

        paths: {}
        components:
          schemas:
            Pet: {type: object, required: [name], properties: {name: {type: string}}}
    """
    for schema in subject.index.having("required"):
        listed, own = schema.value["required"], object_at(schema.value, "properties")
        required = listed if is_array(listed) else ()
        names = [name for name in required if isinstance(name, str) and name not in own]
        if not names or not allowed(schema.value.get("type")) & OBJECT or _is_refused(schema):
            continue
        defined = subject.index.property_names.names(schema)
        chosen = object_at(schema.value, "discriminator").get("propertyName")
        lost = [name for name in names if defined and name not in defined and name != chosen]
        if lost:
            at = schema.at / "required" / required.index(lost[0])
            yield Defect(Location(at), _undefined(lost), did_you_mean(lost[0], defined or ()) or _define(lost))


def _define(names: list[str]) -> str:
    them = "it" if len(names) == 1 else "them"
    return f"define {them} in `properties`, or take {them} out of `required`"


def _is_refused(schema: Subschema) -> bool:
    """Tell of a schema that refuses what it does not define, of which another rule says that it cannot be satisfied."""
    return schema.value.get("additionalProperties") is False and schema.value.get("type") == "object"


def _undefined(names: list[str]) -> str:
    listed = ", ".join(f"`{name}`" for name in names[:3])
    rest = f" and {len(names) - 3} more" if len(names) > 3 else ""
    if len(names) == 1:
        return f"{listed} is required, and the schema defines no such property"
    return f"{listed}{rest} are required, and the schema defines no such properties"


@rule("read-and-write-only", severity=Severity.ERROR, family="schemas", profile=Profile.SPEC)
def read_and_write_only(subject: Subject) -> Iterator[Defect]:
    """A property of OpenAPI 3.0 is both `readOnly` and `writeOnly`.

    Why: It may be sent in neither direction.

    Source: OpenAPI 3.0.3 §4.7.24.1

    Bad:

        openapi: 3.0.3
        info: {title: Example, version: "1"}
        paths: {}
        components:
          schemas:
            Id: {type: string, readOnly: true, writeOnly: true}

    Good:

        openapi: 3.0.3
        info: {title: Example, version: "1"}
        paths: {}
        components:
          schemas:
            Id: {type: string, readOnly: true}
    """
    return _in_no_direction(subject, "3.0")


@rule("property-never-sent", severity=Severity.WARNING, family="schemas")
def property_never_sent(subject: Subject) -> Iterator[Defect]:
    """A property is both `readOnly` and `writeOnly`.

    Why: The one says that it is in responses alone, the other that it is in requests alone; no message has it.

    Source: JSON Schema 2020-12 validation §9.4

    Bad:

        paths: {}
        components:
          schemas:
            Id: {type: string, readOnly: true, writeOnly: true}

    Good:

        paths: {}
        components:
          schemas:
            Id: {type: string, readOnly: true}
    """
    return _in_no_direction(subject, "3.1", "3.2")


def _in_no_direction(subject: Subject, *versions: str) -> Iterator[Defect]:
    for part in subject.index.written("readOnly"):
        both = part.value["readOnly"] is True and part.value.get("writeOnly") is True
        if both and subject.version_at(part.at) in versions:
            message = "`readOnly` and `writeOnly` are both true, so that it may be sent in neither direction"
            yield Defect(Location(part.at / "writeOnly"), message, "keep one of the two")


@rule("composition-duplicate", severity=Severity.WARNING, family="schemas")
def composition_duplicate(subject: Subject) -> Iterator[Defect]:
    """Two alternatives of a schema accept the same.

    Why: Of `oneOf`, exactly one must accept a value; what one of the two accepts, the other one does too, so that
    `oneOf` refuses it. Of `anyOf`, one of the two was meant to be something else.

    Source: JSON Schema 2020-12 core §10.2.1.2, §10.2.1.3

    Bad:

        paths: {}
        components:
          schemas:
            Id: {oneOf: [{type: string, title: Name}, {type: string, title: Number}]}

    Good:

        paths: {}
        components:
          schemas:
            Id: {oneOf: [{type: string, title: Name}, {type: integer, title: Number}]}
    """
    for keyword in ("oneOf", "anyOf"):
        for schema in subject.index.having(keyword):
            branches = schema.value[keyword]
            if not is_array(branches) or len(branches) < 2:
                continue
            same = _first_repeated(branches, is_oneof=keyword == "oneOf")
            if same is not None:
                message = f"branch {same + 1} of `{keyword}` accepts what an earlier one does"
                if keyword == "oneOf":
                    message += ", so that `oneOf` refuses it"
                yield Defect(Location(schema.at / keyword / same), message, "mend one of them, or take one out")


def _first_repeated(branches: Sequence[Json], *, is_oneof: bool) -> int | None:
    """Return the first branch that says what an earlier one does; of `oneOf`, whatever the two are called.

    They are compared in full where they have their keywords in common, which few have.
    """
    essences = [_essence(branch) for branch in branches] if is_oneof else branches
    alike: dict[tuple[object, ...], list[int]] = {}
    for index, branch in enumerate(essences):
        key = (frozenset(branch), *(str(branch.get(name)) for name in ("type", "$ref"))) if is_object(branch) else ()
        alike.setdefault(key, []).append(index)
    groups = [indices for indices in alike.values() if len(indices) > 1]
    same = [indices[index] for indices in groups for index in same_items([essences[one] for one in indices])]
    return min(same, default=None)


def _essence(schema: Json) -> Json:
    """Return what a schema says but for what is no more than words about it."""
    if not is_object(schema):
        return schema
    return {key: value for key, value in schema.items() if key not in _ABOUT and not key.startswith("x-")}


@rule("composition-single", severity=Severity.INFO, family="schemas", profile=Profile.STRICT)
def composition_single(subject: Subject) -> Iterator[Defect]:
    """A `oneOf` or `anyOf` has one branch.

    Why: There is nothing to choose; generators make a type of alternatives where one class would do.

    Source: JSON Schema 2020-12 core §10.2.1.2, §10.2.1.3

    Bad:

        paths: {}
        components:
          schemas:
            Id: {oneOf: [{type: string}]}

    Good:

        paths: {}
        components:
          schemas:
            Id: {type: string}
    """
    for keyword in ("oneOf", "anyOf"):
        for schema in subject.index.having(keyword):
            branches = schema.value[keyword]
            if is_array(branches) and len(branches) == 1 and "discriminator" not in schema.value:
                message = f"`{keyword}` has a single branch"
                yield Defect(Location(schema.at / keyword), message, "write the branch in its stead, or add another")


_SAY_ITEMS: Final = frozenset(("items", "prefixItems", "contains", "unevaluatedItems", "enum", "const"))
_ABOUT: Final = frozenset(
    ("title", "description", "example", "examples", "default", "deprecated", "externalDocs", "$comment", "xml")
)

RULES = (
    schema_identifier_duplicate,
    schema_dialect_unknown,
    array_items_missing,
    array_items_unspecified,
    property_required_undefined,
    read_and_write_only,
    property_never_sent,
    composition_duplicate,
    composition_single,
)
