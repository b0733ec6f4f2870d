"""One small contract in each version: what the versions say alike is one model."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from itertools import pairwise
from typing import TypeAlias

import pytest

from contractctl.contract.build import BuiltContract
from contractctl.contract.model import Contract
from contractctl.contract.references import definition_reference
from contractctl.core.json import Json, is_array, is_object
from tests.contract.descriptions import FULL_VERSION, build_root, told
from tests.contract.swagger_descriptions import TRIOS, trio

_PLACES = ("at", "template", "openapi", "unread")

Change: TypeAlias = Callable[[dict[str, Json]], Json]


def without_places(part: object) -> Json:
    """Return a part of a contract as plain values, without its places and the version that it is written in."""
    if is_dataclass(part):
        names = [field.name for field in fields(part) if field.name not in _PLACES]
        return {name: without_places(getattr(part, name)) for name in names}
    if isinstance(part, Mapping):
        return {str(name): without_places(member) for name, member in part.items()}
    if isinstance(part, (tuple, list)):
        return [without_places(member) for member in part]
    assert part is None or isinstance(part, (str, int, float))
    return part


def form_fields_written_out(contract: dict[str, Json]) -> Json:
    """A form of 2.0 is written nowhere: its properties are definitions with the places of the parameters."""
    definitions = contract["definitions"]
    assert is_object(definitions)
    in_forms = {key: schema for key, schema in definitions.items() if "/parameters/" in key}
    assert in_forms
    values = {definition_reference(key): _value(schema) for key, schema in in_forms.items()}
    kept = {key: schema for key, schema in definitions.items() if key not in in_forms}
    return _replaced({**contract, "definitions": kept}, lambda part: values.get(str(part.get("$ref")), part))


def lists_as_text(contract: dict[str, Json]) -> Json:
    """2.0 takes lists apart at tabs anywhere, and at pipes in paths; to 3 such lists are text without a form."""
    styles: Mapping[str, dict[str, Json]] = {
        "pipeDelimited": {"style": "simple", "explode": False},
        "tabDelimited": {"style": "form", "explode": True},
    }

    def text(part: dict[str, Json]) -> Json:
        written = styles.get(str(part.get("style")))
        return {**part, **written, "schema": {"value": {"type": "string"}}} if written else part

    return _replaced(contract, text)


def inner_definitions_renamed(contract: dict[str, Json]) -> Json:
    """The key of a definition that is no component is its pointer, and 2.0 has schemas elsewhere than 3."""
    text = json.dumps(contract)
    renamed: Json = json.loads(re.sub("components(/|~1)schemas", "definitions", text))
    return renamed


def extension_dropped(contract: dict[str, Json]) -> Json:
    """`x-nullable` of a parameter is one of its extensions, besides what it means; 3 says it in the schema only."""
    nothing: dict[str, Json] = {"extensions": {}}
    return _replaced(
        contract, lambda part: {**part, **nothing} if part.get("extensions") == {"x-nullable": True} else part
    )


UNLIKE: Mapping[tuple[str, str], Change] = {
    ("forms", "2.0"): form_fields_written_out,
    ("files", "2.0"): form_fields_written_out,
    ("lists-as-text", "2.0"): lists_as_text,
    ("nullable", "2.0"): extension_dropped,
    **{("recursion", version): inner_definitions_renamed for version in FULL_VERSION},
}
"""What a version says otherwise in a trio, and how it is made the same; the functions say why."""

TOLD: Mapping[str, list[str]] = {
    "references-astray": ["part-malformed", "reference-circular", "reference-dangling", "reference-dangling"],
}
"""The rules of what is told of a trio in all of its versions; nothing of the others."""


def _rules(built: BuiltContract) -> list[str]:
    return sorted(rule for rule, _ in told(built))


def _replaced(value: Json, change: Change) -> Json:
    """Return a value with each object in it changed, from the inside out."""
    if is_array(value):
        return [_replaced(item, change) for item in value]
    if is_object(value):
        return change({name: _replaced(member, change) for name, member in value.items()})
    return value


def _value(schema: Json) -> Json:
    """Return the value of a definition."""
    assert is_object(schema)
    return schema["value"]


def modelled(name: str, version: str, contract: Contract) -> Json:
    """Return a contract without places, made comparable where its version is unlike the others."""
    plain = without_places(contract)
    assert is_object(plain)
    change = UNLIKE.get((name, version))
    return change(dict(plain)) if change else plain


@pytest.mark.parametrize("name", TRIOS)
def test_every_version_says_the_same(name: str) -> None:
    built = {version: build_root(root) for version, root in trio(name).items()}
    assert {version: _rules(one) for version, one in built.items()} == {
        version: TOLD.get(name, []) for version in built
    }
    models = {version: modelled(name, version, one.contract) for version, one in built.items()}
    assert len(models) > 1
    for older, newer in pairwise(models):
        assert models[older] == models[newer], f"{older} and {newer}"


@pytest.mark.parametrize(("name", "version"), UNLIKE)
def test_every_exception_is_one(name: str, version: str) -> None:
    plain = without_places(build_root(trio(name)[version]).contract)
    assert is_object(plain)
    assert UNLIKE[name, version](dict(plain)) != plain
