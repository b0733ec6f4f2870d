"""Rules about discriminators and what they lead to."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator

from contractctl.core.findings import Severity
from contractctl.core.json import Json, is_array, is_object, object_at
from contractctl.core.locations import Location
from contractctl.core.profiles import Profile
from contractctl.core.suggestions import did_you_mean
from contractctl.lint.examples.inventory import Subschema
from contractctl.lint.rule import Defect, rule
from contractctl.lint.schemas.conjunction import conjuncts
from contractctl.lint.schemas.polymorphism import BRANCHES, Choice, alternatives, branches_of, mappings, may_be_object
from contractctl.lint.subject import Subject


@rule("discriminator-property-undefined", severity=Severity.WARNING, family="schemas")
def discriminator_property_undefined(subject: Subject) -> Iterator[Defect]:
    """A discriminator names a property that the schemas do not define.

    Why: The property tells which schema a value is of. Generated classes have no such field, so that what they send
    cannot be read.

    Source: OpenAPI 3.1.1 §4.8.25.1; OpenAPI 2.0, Schema Object

    Bad:

        paths: {}
        components:
          schemas:
            Cat: {type: object, required: [kind], properties: {kind: {type: string}}}
            Dog: {type: object, required: [name], properties: {name: {type: string}}}
            Pet:
              oneOf: [{$ref: "#/components/schemas/Cat"}, {$ref: "#/components/schemas/Dog"}]
              discriminator: {propertyName: kind}

    Good:

        paths: {}
        components:
          schemas:
            Cat: {type: object, required: [kind], properties: {kind: {type: string}}}
            Dog: {type: object, required: [kind], properties: {kind: {type: string}}}
            Pet:
              oneOf: [{$ref: "#/components/schemas/Cat"}, {$ref: "#/components/schemas/Dog"}]
              discriminator: {propertyName: kind}
    """
    for schema, name in _discriminated(subject):
        lacking = list(_lacking(subject, schema, name))
        if lacking:
            message = f"the discriminator's property `{name}` is not defined in {_listed(lacking)}"
            known = subject.index.property_names.defined(schema.value) or ()
            hint = did_you_mean(name, known) or f"add `{name}` to its `properties`, and to `required`"
            yield Defect(Location(schema.at / "discriminator"), message, hint)


def _discriminated(subject: Subject) -> Iterator[tuple[Subschema, str]]:
    """Yield the schemas with a discriminator that has an effect, and the property that it names."""
    for schema in subject.index.having("discriminator"):
        name = object_at(schema.value, "discriminator").get("propertyName")
        if isinstance(name, str) and _has_effect(subject, schema):
            yield schema, name


def _has_effect(subject: Subject, schema: Subschema) -> bool:
    """Tell whether there is something to choose between: alternatives, or schemas that extend this one."""
    members, _ = conjuncts((schema.value,), subject.index.meaning)
    has_alternatives = any(not set(BRANCHES).isdisjoint(member) for member in members)
    return has_alternatives or subject.index.property_names.is_extended(schema)


def _lacking(subject: Subject, schema: Subschema, name: str) -> Iterator[str]:
    """Yield the schemas that surely do not define a property, as people call them."""
    names = subject.index.property_names
    branches = list(branches_of(schema.value))
    if not branches:
        defined = names.names(schema)
        if defined and name not in defined:
            yield "this schema"
        return
    beside = {key: value for key, value in schema.value.items() if key not in BRANCHES}
    for number, branch in enumerate(branches, start=1):
        defined = names.defined(beside, branch)
        if defined and name not in defined and may_be_object(branch, subject.index.meaning):
            yield _name_of(subject, branch) or f"branch {number}"


def _name_of(subject: Subject, branch: Json) -> str:
    """Return the name of the component that a branch refers to, empty where it refers to none."""
    reference = branch.get("$ref") if is_object(branch) else None
    at = subject.index.places.get(reference) if isinstance(reference, str) else None
    return f"`{at.pointer.tokens[-1]}`" if at is not None and at.pointer.tokens else ""


def _listed(names: list[str]) -> str:
    rest = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + rest


@rule("discriminator-property-optional", severity=Severity.WARNING, family="schemas")
def discriminator_property_optional(subject: Subject) -> Iterator[Defect]:
    """The property of a discriminator is not required.

    Why: Without it nobody knows which schema a value is of; OpenAPI does not say what happens then.

    Source: OpenAPI 3.1.1 §4.8.25.1; OpenAPI 2.0, Schema Object

    Bad:

        paths: {}
        components:
          schemas:
            Cat: {type: object, properties: {kind: {type: string}}}
            Dog: {type: object, required: [kind], properties: {kind: {type: string}}}
            Pet:
              oneOf: [{$ref: "#/components/schemas/Cat"}, {$ref: "#/components/schemas/Dog"}]
              discriminator: {propertyName: kind}

    Good:

        paths: {}
        components:
          schemas:
            Cat: {type: object, required: [kind], properties: {kind: {type: string}}}
            Dog: {type: object, required: [kind], properties: {kind: {type: string}}}
            Pet:
              oneOf: [{$ref: "#/components/schemas/Cat"}, {$ref: "#/components/schemas/Dog"}]
              discriminator: {propertyName: kind}
    """
    for schema, name in _discriminated(subject):
        optional = [] if subject.version_at(schema.at) == "3.2" else list(_optional(subject, schema, name))
        if optional:
            message = f"the discriminator's property `{name}` is not required in {_listed(optional)}"
            yield Defect(Location(schema.at / "discriminator"), message, f"add `{name}` to `required` there")


def _optional(subject: Subject, schema: Subschema, name: str) -> Iterator[str]:
    """Yield the schemas that define a property and do not require it, as people call them."""
    branches = list(branches_of(schema.value))
    if not branches:
        if _leaves_out(subject, [schema.value], name):
            yield "this schema"
        return
    beside = {key: value for key, value in schema.value.items() if key not in BRANCHES}
    for number, branch in enumerate(branches, start=1):
        if _leaves_out(subject, [beside, branch], name) and may_be_object(branch, subject.index.meaning):
            yield _name_of(subject, branch) or f"branch {number}"


def _leaves_out(subject: Subject, schemas: list[Json], name: str) -> bool:
    """Tell whether some of the schemas define a property, and none requires it; branches in them may do either."""
    members, _ = conjuncts(schemas, subject.index.meaning)
    if any(not set(BRANCHES).isdisjoint(member) for member in members):
        return False
    lists = (member.get("required") for member in members)
    if any(is_array(names) and name in names for names in lists):
        return False
    return any(name in object_at(member, "properties") for member in members)


@rule("discriminator-default-missing", severity=Severity.ERROR, family="schemas", profile=Profile.SPEC)
def discriminator_default_missing(subject: Subject) -> Iterator[Defect]:
    """The property of a discriminator is optional, and nothing says what holds without it.

    Why: OpenAPI 3.2 lets the property be left out where `defaultMapping` names the schema that is meant then.

    Source: OpenAPI 3.2.0, Discriminator Object

    Bad:

        openapi: 3.2.0
        info: {title: Example, version: "1"}
        paths: {}
        components:
          schemas:
            Cat: {type: object, properties: {kind: {type: string}}}
            Pet: {oneOf: [{$ref: "#/components/schemas/Cat"}], discriminator: {propertyName: kind}}

    Good:

        openapi: 3.2.0
        info: {title: Example, version: "1"}
        paths: {}
        components:
          schemas:
            Cat: {type: object, properties: {kind: {type: string}}}
            Pet:
              oneOf: [{$ref: "#/components/schemas/Cat"}]
              discriminator: {propertyName: kind, defaultMapping: Cat}
    """
    for schema, name in _discriminated(subject):
        if "defaultMapping" in object_at(schema.value, "discriminator") or subject.version_at(schema.at) != "3.2":
            continue
        optional = list(_optional(subject, schema, name))
        if optional:
            message = f"the discriminator has no `defaultMapping`, and `{name}` is optional in {_listed(optional)}"
            yield Defect(Location(schema.at / "discriminator"), message, f"add `defaultMapping`, or require `{name}`")


@rule("discriminator-mapping-dangling", severity=Severity.ERROR, family="schemas")
def discriminator_mapping_dangling(subject: Subject) -> Iterator[Defect]:
    """A discriminator maps a value to a schema that is not there.

    Why: Values of that kind cannot be read by anybody who goes by the discriminator.

    Source: OpenAPI 3.1.1 §4.8.25.3

    Bad:

        paths: {}
        components:
          schemas:
            Cat: {type: object, required: [kind], properties: {kind: {type: string}}}
            Pet:
              oneOf: [{$ref: "#/components/schemas/Cat"}]
              discriminator: {propertyName: kind, mapping: {cat: "#/components/schemas/Kat"}}

    Good:

        paths: {}
        components:
          schemas:
            Cat: {type: object, required: [kind], properties: {kind: {type: string}}}
            Pet:
              oneOf: [{$ref: "#/components/schemas/Cat"}]
              discriminator: {propertyName: kind, mapping: {cat: "#/components/schemas/Cat"}}
    """
    for one in mappings(subject):
        if one.is_dangling:
            hint = did_you_mean(one.value.rpartition("/")[2], one.components) or "name a schema that exists"
            message = f"`{one.value}`, {_role(one)}, leads nowhere"
            yield Defect(Location(one.at), message, hint)


def _role(one: Choice) -> str:
    is_mapped = one.at.pointer.tokens[-2:-1] == ("mapping",)
    return f"which the discriminator maps `{one.key}` to" if is_mapped else "the default of the discriminator"


@rule("discriminator-mapping-unlisted", severity=Severity.WARNING, family="schemas")
def discriminator_mapping_unlisted(subject: Subject) -> Iterator[Defect]:
    """A discriminator maps a value to a schema that is none of the alternatives.

    Why: The schema refuses values of that kind, whatever the discriminator says of them.

    Source: OpenAPI 3.1.1 §4.8.25.2

    Bad:

        paths: {}
        components:
          schemas:
            Cat: {type: object, required: [kind], properties: {kind: {type: string}}}
            Dog: {type: object, required: [kind], properties: {kind: {type: string}}}
            Pet: {oneOf: [{$ref: "#/components/schemas/Cat"}], discriminator: {propertyName: kind, mapping: {dog: Dog}}}

    Good:

        paths: {}
        components:
          schemas:
            Cat: {type: object, required: [kind], properties: {kind: {type: string}}}
            Dog: {type: object, required: [kind], properties: {kind: {type: string}}}
            Pet:
              oneOf: [{$ref: "#/components/schemas/Cat"}, {$ref: "#/components/schemas/Dog"}]
              discriminator: {propertyName: kind, mapping: {dog: Dog}}
    """
    listed: dict[int, frozenset[int]] = {}
    for one in mappings(subject):
        owner = one.schema.value
        if one.target is None or not any(keyword in owner for keyword in BRANCHES):
            continue
        if id(owner) not in listed:
            listed[id(owner)] = alternatives(owner, subject.index.meaning)
        members, _ = conjuncts((one.target,), subject.index.meaning)
        if listed[id(owner)].isdisjoint(map(id, members)):
            message = f"`{one.value}`, {_role(one)}, is none of the alternatives"
            yield Defect(Location(one.at), message, "add it to the alternatives, or take it out of the mapping")


@rule("discriminator-misplaced", severity=Severity.WARNING, family="schemas")
def discriminator_misplaced(subject: Subject) -> Iterator[Defect]:
    """A discriminator stands in a schema without alternatives that nothing extends.

    Why: There is nothing to choose between. Most often it belongs to the schema that the alternatives extend by
    `allOf`, or beside their `oneOf`.

    Source: OpenAPI 3.1.1 §4.8.25.2; OpenAPI 3.0.3 §4.7.25

    Bad:

        paths: {}
        components:
          schemas:
            Cat:
              type: object
              required: [kind]
              properties: {kind: {type: string}}
              discriminator: {propertyName: kind}

    Good:

        paths: {}
        components:
          schemas:
            Pet:
              type: object
              required: [kind]
              properties: {kind: {type: string}}
              discriminator: {propertyName: kind}
            Cat: {allOf: [{$ref: "#/components/schemas/Pet"}]}
    """
    for schema in subject.index.having("discriminator"):
        if not _has_effect(subject, schema):
            message = "the discriminator has no effect: there is no `oneOf` or `anyOf`, and nothing extends the schema"
            hint = "move it beside the alternatives, or let them extend this schema by `allOf`"
            yield Defect(Location(schema.at / "discriminator"), message, hint)


RULES = (
    discriminator_property_undefined,
    discriminator_property_optional,
    discriminator_default_missing,
    discriminator_mapping_dangling,
    discriminator_mapping_unlisted,
    discriminator_misplaced,
)
