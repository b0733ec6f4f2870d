"""What a form says of an object's members: the schema of each name, the names there may be, and members that must be.

A need is a member that has to be there so that something excluded fails: one of certain names, whose value satisfies
a schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contractctl.synth.combine import conjunction
from contractctl.synth.complement import without
from contractctl.synth.expand import Form
from contractctl.synth.matching import matches
from contractctl.synth.values import Json, Keywords, Schema, as_schema, elements, members, strings
from contractctl.synth.verdicts import member_schemas


@dataclass(frozen=True, slots=True)
class Need:
    """A member of a name that `pattern` matches (empty: any), that `declared` and `patterns` do not, and `naming`."""

    value: Schema
    naming: Schema = True
    pattern: str = ""
    declared: frozenset[str] = frozenset()
    patterns: tuple[str, ...] = ()

    def may_be(self, name: str) -> bool:
        """Tell whether a member of this name can be the one that is needed, `naming` aside."""
        if self.pattern and not matches(name, pattern=self.pattern):
            return False
        return name not in self.declared and not any(matches(name, pattern=pattern) for pattern in self.patterns)


def needs(form: Form) -> Iterator[Need]:
    """Yield the members that must be there because of what the form denies."""
    for denied in form.denied:
        patterns = members(denied, "patternProperties")
        if "propertyNames" in denied:
            yield Need(True, naming=without(as_schema(denied["propertyNames"])))
        elif "additionalProperties" in denied:
            declared = frozenset(members(denied, "properties"))
            undeclared = without(as_schema(denied["additionalProperties"]))
            yield Need(undeclared, declared=declared, patterns=tuple(patterns))
        elif patterns:
            for pattern, value in patterns.items():
                yield Need(without(as_schema(value)), pattern=pattern)


def property_schema(form: Form, name: str) -> Schema:
    """Return what a member of this name has to satisfy (JSON Schema 2020-12 §10.3.2)."""
    found: list[Json] = [schema for part in form.parts for schema in member_schemas(part, name)]
    if "unevaluatedProperties" in form.keywords and not any(_evaluates(part, name) for part in form.parts):
        found.append(form.keywords["unevaluatedProperties"])
    return as_schema(conjunction(*found))


def possible_names(form: Form) -> frozenset[str] | None:
    """Return a set that holds every name that a member can have, None where there is no such limit."""
    limits: list[frozenset[str]] = []
    for part in form.parts:
        if part.get("additionalProperties") is False and not members(part, "patternProperties"):
            limits.append(frozenset(members(part, "properties")))
        naming = members(part, "propertyNames")
        if "enum" in naming:
            limits.append(frozenset(name for name in elements(naming, "enum") if isinstance(name, str)))
        elif isinstance(naming.get("const"), str):
            limits.append(frozenset((str(naming["const"]),)))
    return frozenset.intersection(*limits) if limits else None


def with_dependencies(names: tuple[str, ...], keywords: Keywords) -> list[str]:
    """Return the names with those that `dependentRequired` asks for beside them."""
    found = dict.fromkeys(names)
    dependencies = members(keywords, "dependentRequired")
    waiting = list(found)
    while waiting:
        for name in strings(dependencies, waiting.pop()):
            if name not in found:
                found[name] = None
                waiting.append(name)
    return list(found)


def _evaluates(part: Keywords, name: str) -> bool:
    if name in members(part, "properties") or "additionalProperties" in part:
        return True
    return any(matches(name, pattern=pattern) for pattern in members(part, "patternProperties"))
