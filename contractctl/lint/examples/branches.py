"""Which of several alternatives was meant by a value that fits none of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from contractctl.contract.references import referenced_definition
from contractctl.core.json import Json, is_array, is_object

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

    Branch: TypeAlias = list[ValidationError]

_DIRECTIONS: Final = (" (request)", " (response)", " (either)")


def ends(error: ValidationError, document: Mapping[str, Json]) -> list[ValidationError]:
    """Return what there is to mend: the errors of the alternative that was plainly meant, all the way down.

    An error without alternatives, or of which none was plainly meant, is itself. `document` is what was compiled.
    """
    branch = _meant(error, document)
    return [end for inner in branch for end in ends(inner, document)] if branch else [error]


def nearest(error: ValidationError) -> tuple[int, Branch] | None:
    """Return the number, from 1, and the errors of the alternative that has the fewest; None where several do.

    Those that the value is plainly not meant for are left out.
    """
    numbered = enumerate(branches(error), 1)
    near = [(number, one) for number, one in numbered if not any(_is_of_other_kind(inner, error) for inner in one)]
    fewest = min((len(one) for _, one in near), default=0)
    closest = [(number, one) for number, one in near if len(one) == fewest]
    return closest[0] if len(closest) == 1 else None


def fits_several(error: ValidationError) -> bool:
    """Tell whether a value fits more of the alternatives than the one that `oneOf` allows."""
    return any(not branch for branch in branches(error))


def branches(error: ValidationError) -> list[Branch]:
    """Return the errors of each alternative; none of an error that has no alternatives."""
    found: list[Branch] = getattr(error.kind, "context", [])
    return found


def _meant(error: ValidationError, document: Mapping[str, Json]) -> Branch | None:
    several = branches(error)
    if not several or fits_several(error):
        return None
    chosen = _discriminated(error, several, document)
    if chosen is not None:
        return chosen
    fitting = [one for one in several if not any(_is_of_other_type(inner, error) for inner in one)]
    tagged = [one for one in fitting if not any(_is_of_other_kind(inner, error) for inner in one)]
    for left in (fitting, tagged):
        if len(left) == 1:
            return left[0]
    return None


def _is_of_other_type(inner: ValidationError, outer: ValidationError) -> bool:
    return inner.kind.name in {"type", "falseSchema"} and inner.instance_path == outer.instance_path


def _is_of_other_kind(inner: ValidationError, outer: ValidationError) -> bool:
    """Tell whether a value is of another type, or has a tag that is not that of this alternative."""
    is_tag = inner.kind.name in {"const", "enum"} and len(inner.instance_path) == len(outer.instance_path) + 1
    return is_tag or _is_of_other_type(inner, outer)


def _discriminated(error: ValidationError, several: Sequence[Branch], document: Mapping[str, Json]) -> Branch | None:
    """Return the alternative that the discriminator (OpenAPI 3.1.1 §4.8.25) names for the value."""
    *path, keyword = error.schema_path
    schema = _at(document, path)
    said = schema.get("discriminator")
    options = schema.get(str(keyword))
    value = error.instance
    if not is_object(said) or not is_array(options) or not isinstance(value, dict):
        return None
    tag = value.get(str(said.get("propertyName")))
    if not isinstance(tag, str):
        return None
    mapping = said.get("mapping")
    target = mapping.get(tag, tag) if is_object(mapping) else tag
    name = target.rpartition("/")[2] if isinstance(target, str) else ""
    found = [branch for option, branch in zip(options, several, strict=False) if _name(option) == name]
    return found[0] if len(found) == 1 else None


def _name(option: Json) -> str | None:
    """Return the last part of the name of the definition that an alternative refers to."""
    reference = option.get("$ref") if is_object(option) else None
    if not isinstance(reference, str):
        return None
    name = referenced_definition(reference)
    for direction in _DIRECTIONS:
        name = name.removesuffix(direction)
    return name.rpartition("/")[2]


def _at(document: Json, path: Sequence[str | int]) -> Mapping[str, Json]:
    for token in path:
        if is_object(document):
            document = document.get(str(token))
        elif is_array(document) and isinstance(token, int) and token < len(document):
            document = document[token]
    return document if is_object(document) else {}
