"""What values look like: by name, by format, by both with bounds."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from contractctl.synth import Plans, synthesize
from contractctl.synth.formats import FORMATS, format_writer, short_writer, stretched
from contractctl.synth.names import named_number, named_text, singular

TEXTS = [
    ("firstName", "Ada"),
    ("last_name", "Lovelace"),
    ("surname", "Lovelace"),
    ("name", "Ada Lovelace"),
    ("username", "ada"),
    ("login", "ada"),
    ("city", "Berlin"),
    ("countryCode", "DE"),
    ("country_name", "Germany"),
    ("currency", "EUR"),
    ("phoneNumber", "+49 30 901820"),
    ("postal_code", "10115"),
    ("street_address", "1 Main Street"),
    ("price", "9.99"),
    ("latitude", "52.52"),
    ("company_name", "Acme Ltd"),
    ("time_zone", "Europe/Berlin"),
    ("customer_id", "1"),
    ("favourite_dish", "favourite dish"),
    ("", "text 1"),
]


@pytest.mark.parametrize(("name", "value"), TEXTS)
def test_a_text_fits_the_name(name: str, value: str) -> None:
    assert named_text(name, 0) == value


NUMBERS = [("price", 9.99), ("lat", 52.52), ("age", 34), ("page_size", 25), ("id", 1), ("created", 1_705_311_000)]


@pytest.mark.parametrize(("name", "value"), NUMBERS)
def test_a_number_fits_the_name(name: str, value: float) -> None:
    assert float(named_number(name, 1)) == value


SINGULARS = [
    ("tags", "tag"),
    ("categories", "category"),
    ("addresses", "address"),
    ("boxes", "box"),
    ("status", "status"),
]


@pytest.mark.parametrize(("several", "one"), SINGULARS)
def test_an_item_is_called_after_its_array(several: str, one: str) -> None:
    assert singular(several) == one


IN_ORDER = [
    ("created_at", "updated_at", {"type": "string", "format": "date-time"}),
    ("createdAt", "deletedAt", {"type": "string", "format": "date-time"}),
    ("start_date", "end_date", {"type": "string", "format": "date"}),
    ("valid_from", "valid_to", {"type": "string", "format": "date"}),
    ("created", "expires", {"type": "integer"}),
    ("start", "end", {"type": "integer"}),
    ("min", "max", {"type": "number"}),
]


@pytest.mark.parametrize(("first", "second", "schema"), IN_ORDER, ids=str)
@pytest.mark.parametrize("seed", [0, 3, 9_990])
def test_what_comes_first_is_smaller(first: str, second: str, schema: Any, seed: int) -> None:
    value: Any = synthesize({"type": "object", "properties": {first: schema, second: schema}}, seed=seed)
    assert value[first] < value[second]


def test_the_members_of_a_person_belong_together() -> None:
    names = ("first_name", "last_name", "full_name", "email", "login")
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
    assert synthesize(schema, seed=13) == {
        "first_name": "Katherine",
        "last_name": "Dijkstra",
        "full_name": "Katherine Dijkstra",
        "email": "katherine.dijkstra@example.com",
        "login": "katherine2",
    }


@pytest.mark.parametrize("name", FORMATS)
def test_texts_of_a_format_are_valid_whatever_their_number_and_length(name: str) -> None:
    known = jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True)
    write, short = format_writer(name, "x"), short_writer(name)
    assert write is not None
    written = [write(pick) for pick in (0, 1, 2, 30, 365, 999, 10_006)]
    written += [stretched(write(3), name, least) for least in range(0, 140, 7)]
    written += [short(pick) for pick in range(4)] if short else []
    assert [value for value in written if not known.is_valid(value)] == []


BOUNDED = [
    pytest.param({"format": "email", "minLength": 100, "maxLength": 100}, id="a long address"),
    pytest.param({"format": "email", "maxLength": 8}, id="a short address"),
    pytest.param({"format": "email", "pattern": "^[a-z]+@example[.]com$"}, id="an address with a pattern"),
    pytest.param({"format": "uri", "maxLength": 5}, id="a short reference"),
    pytest.param({"format": "uri", "minLength": 300}, id="a long reference"),
    pytest.param({"format": "uri", "pattern": "^https://"}, id="a reference with a pattern"),
    pytest.param({"format": "hostname", "minLength": 200, "maxLength": 210}, id="a long name of a host"),
    pytest.param({"format": "hostname", "maxLength": 1}, id="a short name of a host"),
    pytest.param({"format": "date-time", "minLength": 26}, id="a moment with fractions"),
    pytest.param({"format": "duration", "minLength": 12, "maxLength": 12}, id="a long duration"),
    pytest.param({"format": "ipv6", "minLength": 39}, id="a long address of a host"),
    pytest.param({"format": "uuid", "pattern": "^[0-9A-F-]{36}$"}, id="capital letters"),
    pytest.param({"format": "date", "pattern": "^2024-"}, id="a date with a pattern"),
    pytest.param({"format": "json-pointer", "minLength": 30}, id="a long pointer"),
    pytest.param({"format": "regex", "maxLength": 1}, id="a short expression"),
]


@pytest.mark.parametrize("schema", BOUNDED)
@pytest.mark.parametrize("shape", [None, "edge"], ids=str)
def test_a_format_keeps_to_bounds_and_patterns(schema: Any, shape: Any) -> None:
    known = jsonschema_rs.Draft202012Validator({"type": "string", **schema}, validate_formats=True)
    plan = Plans(True).plan({"type": "string", **schema})
    for seed in (0, 1, 2, 5_000):
        assert known.is_valid(plan.value(known.is_valid, known.iter_errors, seed=seed, shape=shape))
