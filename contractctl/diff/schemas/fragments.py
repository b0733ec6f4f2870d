"""Constraints of a shape, written as schemas again: what one side says about the one thing that differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from contractctl.contract.model import SchemaValue
from contractctl.core.json import Json
from contractctl.diff.schemas.shape import EVERY_KIND, NUMBERS, Choice, Key, Kind, Limit, Node, Sealed, Shape


def of_node(node: Node | None) -> SchemaValue:
    """Return the schema of a node; of None, which stands for no schema, one that accepts everything."""
    if node is None:
        return True
    values = [part.value for part in node.parts]
    return values[0] if len(values) == 1 else {"allOf": values}


def of_kinds(kinds: frozenset[Kind]) -> SchemaValue:
    """Return the schema of all values of these kinds."""
    if kinds == EVERY_KIND:
        return True
    names: list[Json] = []
    names.extend(sorted(kinds - NUMBERS))
    if kinds >= NUMBERS:
        names.append("number")
    elif "integer" in kinds:
        names.append("integer")
    elif "fraction" in kinds:
        fraction: dict[str, Json] = {"type": "number", "not": {"type": "integer"}}
        others: dict[str, Json] = {"type": names}
        return {"anyOf": [others, fraction]} if names else fraction
    return {"type": names} if names else False


def of_values(values: Mapping[Key, Json] | None) -> SchemaValue:
    """Return the schema of an enum; of None, which stands for none, one that accepts everything."""
    return True if values is None else ({"enum": list(values.values())} if values else False)


def of_limit(keyword: str, limit: Limit | None) -> SchemaValue:
    """Return the schema of a bound, None standing for none. `keyword` is `minimum`, `maxItems` and so on."""
    if limit is None:
        return True
    name = f"exclusive{keyword[0].upper()}{keyword[1:]}" if limit.exclusive else keyword
    return {name: limit.value}


def of_all(keyword: str, values: Iterable[str | int | float]) -> SchemaValue:
    """Return the schema that has a keyword once for each value (several patterns, formats)."""
    parts: list[Json] = [{keyword: value} for value in values]
    if not parts:
        return True
    return {"allOf": parts}


def of_multiples(multiples: Iterable[Fraction]) -> SchemaValue:
    """Return the schema of the common multiples."""
    return of_all("multipleOf", (int(one) if one.denominator == 1 else float(one) for one in multiples))


def of_required(names: Iterable[str]) -> SchemaValue:
    """Return the schema of objects that have these members."""
    listed: list[Json] = list(names)
    return {"required": listed} if listed else True


def of_member(name: str, schema: SchemaValue, *, required: bool = False) -> SchemaValue:
    """Return the schema of objects whose member with this name keeps a schema, where it is there or `required`."""
    found: dict[str, Json] = {"properties": {name: schema}}
    return {**found, "required": [name]} if required else found


def of_patterns(shape: Shape) -> SchemaValue:
    """Return the schema that an object's members keep by their names, but for those that it declares one by one."""
    found: dict[str, Json] = {"properties": dict.fromkeys((*shape.properties, *shape.hidden), True)}
    found["patternProperties"] = {pattern: of_node(node) for pattern, node in shape.pattern_properties.items()}
    return found if shape.additional is None else {**found, "additionalProperties": of_node(shape.additional)}


def of_dependency(name: str, others: Iterable[str]) -> SchemaValue:
    """Return the schema of objects in which a member brings others with it."""
    return {"dependentRequired": {name: sorted(others)}}


def of_others(shape: Shape) -> SchemaValue:
    """Return the schema that an object's undeclared members keep, whether it is given or not."""
    if shape.additional is None:
        return True
    declared: dict[str, Json] = dict.fromkeys((*shape.properties, *shape.hidden), True)
    patterns: dict[str, Json] = dict.fromkeys(shape.pattern_properties, True)
    return {
        "properties": declared,
        "patternProperties": patterns,
        "additionalProperties": of_node(shape.additional),
    }


def of_choice(choice: Choice | None) -> SchemaValue:
    """Return the schema of a choice, None standing for none."""
    if choice is None:
        return True
    return {"oneOf" if choice.exclusive else "anyOf": list(map(of_node, choice.branches))}


def of_excluded(node: Node) -> SchemaValue:
    """Return the schema of what does not fit the node."""
    return {"not": of_node(node)}


def of_sealed(sealed: Sealed | None) -> SchemaValue | None:
    """Return the schema of a condition, None standing for none; None where it says nothing without what is around."""
    if sealed is None:
        return True
    schemas = list(map(of_node, sealed.nodes))
    match sealed.keyword:
        case "if":
            return dict(zip(("if", "then", "else"), schemas, strict=True))
        case "dependentSchemas":
            return {"dependentSchemas": {sealed.tag: schemas[0]}}
        case "contains":
            least, most = sealed.occurrences
            bounds: dict[str, Json] = {} if most is None else {"maxContains": most}
            return {"contains": schemas[0], "minContains": least, **bounds}
        case _:
            return None
