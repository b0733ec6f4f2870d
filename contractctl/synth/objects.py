"""Objects: which members they have, and the schema of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from contractctl.synth.chance import Chance
from contractctl.synth.combine import conjunction
from contractctl.synth.expand import Form
from contractctl.synth.failures import GaveUp, Unsatisfiable
from contractctl.synth.matching import matches
from contractctl.synth.values import Json, Keywords, Schema, as_schema, members, strings, text, whole
from contractctl.synth.where import Make, Where

_MOST_MEMBERS = 2_000


def make_object(form: Form, where: Where, make: Make, *, effort: int, chance: Chance) -> dict[str, Json]:
    """Make an object: with all its documented members (effort 0), the required ones (1), or some (2 and on).

    Raise Unsatisfiable when a required member or the counts exclude every object.
    """
    keywords = form.keywords
    least, most = whole(keywords, "minProperties") or 0, whole(keywords, "maxProperties")
    required = _with_dependencies(strings(keywords, "required"), keywords)
    if most is not None and (most < least or most < len(required)):
        raise Unsatisfiable(f"an object of at most {most} members cannot have all that it needs")
    if least > _MOST_MEMBERS:
        raise GaveUp(f"an object of {least} members is too large to make")
    optional = _optional(keywords, required, where, effort, chance)
    made = _make_members(form, where, make, required=required, optional=optional, most=most)
    _fill(made, form, where, make, least)
    return {name: made[name] for name in _in_order(made, keywords)}


def _make_members(
    form: Form, where: Where, make: Make, *, required: Sequence[str], optional: Sequence[str], most: int | None
) -> dict[str, Json]:
    count = len(required) + len(optional)
    share = max(where.allowance - count, 0) // max(count, 1)
    made: dict[str, Json] = {}
    for name in required:
        made[name] = _make_required(form, where.member(name, share), make)
    for name in optional:
        if most is not None and len(made) >= most:
            break
        try:
            made[name] = make(_labelled(form, name), where.member(name, share))
        except (Unsatisfiable, GaveUp):
            continue
    return made


def _make_required(form: Form, where: Where, make: Make) -> Json:
    try:
        return make(_labelled(form, where.name), where)
    except Unsatisfiable as proof:
        # What else is evaluated depends on branches that this form did not take, so that nothing is proved.
        if "unevaluatedProperties" in form.keywords:
            raise GaveUp(str(proof)) from None
        raise


def _optional(keywords: Keywords, required: Sequence[str], where: Where, effort: int, chance: Chance) -> list[str]:
    dependents = members(keywords, "dependentSchemas").keys() | members(keywords, "dependentRequired").keys()
    names = [name for name in members(keywords, "properties") if name not in required and name not in dependents]
    if effort == 0:
        return names if where.allowance > 0 else []
    return [] if effort == 1 else [name for name in names if chance.below(2)]


def _with_dependencies(required: Sequence[str], keywords: Keywords) -> list[str]:
    names = dict.fromkeys(required)
    dependencies = members(keywords, "dependentRequired")
    waiting = list(names)
    while waiting:
        for name in strings(dependencies, waiting.pop()):
            if name not in names:
                names[name] = None
                waiting.append(name)
    return list(names)


def _fill(made: dict[str, Json], form: Form, where: Where, make: Make, least: int) -> None:
    """Add members until there are `least`; a map of named type (`additionalProperties`) shows one entry."""
    keywords = form.keywords
    free = keywords.get("additionalProperties")
    is_map = isinstance(free, Mapping) and bool(free) and not members(keywords, "properties") and where.allowance > 0
    wanted = max(least, 1 if is_map and not made and whole(keywords, "maxProperties") != 0 else 0)
    for name in _free_names(keywords, made, wanted):
        if len(made) >= wanted:
            return
        try:
            made[name] = make(property_schema(keywords, name), where.member(name, where.allowance // 2))
        except (Unsatisfiable, GaveUp):
            continue
    if len(made) < least:
        raise GaveUp(f"no {least} members were found for an object")


def _free_names(keywords: Keywords, made: Mapping[str, Json], wanted: int) -> list[str]:
    naming = members(keywords, "propertyNames")
    known = (*members(keywords, "properties"), *strings(naming, "enum"), *_named_like(keywords, naming, wanted))
    numbered = (f"key{number}" for number in range(1, wanted + 1))
    return [name for name in dict.fromkeys((*known, *numbered)) if name not in made]


def _named_like(keywords: Keywords, naming: Keywords, wanted: int) -> list[str]:
    from contractctl.synth.texts import texts

    found: list[str] = []
    patterns = [*([text(naming, "pattern")] if "pattern" in naming else []), *members(keywords, "patternProperties")]
    for pattern in patterns:
        for number in range(wanted):
            try:
                found.extend(
                    texts({**naming, "pattern": pattern}, name="key", ordinal=1, chance=Chance(pattern, number))
                )
            except (Unsatisfiable, GaveUp):
                break
    return found


def _labelled(form: Form, name: str) -> Schema:
    """Return the member's schema; the one that a discriminator names prefers the name of its branch."""
    schema = property_schema(form.keywords, name)
    discriminator = members(form.keywords, "discriminator")
    if text(discriminator, "propertyName") != name or not form.entered:
        return schema
    label = _label(form.entered, discriminator)
    return {"allOf": [schema], "prefer": [label]}


def _label(entered: Sequence[str], discriminator: Keywords) -> str:
    mapping = members(discriminator, "mapping")
    for reference in entered:
        for label, target in mapping.items():
            if target == reference or (isinstance(target, str) and target.split("/")[-1] == reference.split("/")[-1]):
                return label
    holder = text(discriminator, "holder")
    others = [reference for reference in entered if reference != holder]
    return (others or [holder])[0].split("/")[-1]


def property_schema(keywords: Keywords, name: str) -> Schema:
    """Return what a member of this name has to satisfy (JSON Schema 2020-12 §10.3.2)."""
    properties = members(keywords, "properties")
    parts = [properties[name]] if name in properties else []
    parts += [
        schema for pattern, schema in members(keywords, "patternProperties").items() if matches(name, pattern=pattern)
    ]
    if not parts:
        parts = [keywords.get("additionalProperties", True), keywords.get("unevaluatedProperties", True)]
    return as_schema(conjunction(*parts))


def _in_order(made: Mapping[str, Json], keywords: Keywords) -> list[str]:
    documented = [name for name in members(keywords, "properties") if name in made]
    return list(dict.fromkeys((*documented, *made)))
