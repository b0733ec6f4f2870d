"""The edition of a description that is split over several files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contractctl.core.failures import UsageFailure
from contractctl.drift.edition import Edition
from contractctl.drift.local import read_local
from contractctl.source.hosts import AllowedHosts

DESCRIPTION = """openapi: 3.1.0
info: {title: Pets, version: '1'}
paths:
  /pets:
    get:
      responses:
        '200': {description: Pets, content: {application/json: {schema: {$ref: common/pet.yaml#/Pet}}}}
"""


def write(folder: Path, pet: str, name: str = "common/pet.yaml") -> Path:
    spec, common = folder / "openapi.yaml", folder / name
    common.parent.mkdir(parents=True, exist_ok=True)
    spec.write_text(DESCRIPTION.replace("common/pet.yaml", name))
    common.write_text(pet)
    return spec


def edition(spec: Path) -> Edition:
    return read_local(spec, AllowedHosts()).edition


def test_a_change_in_any_of_its_files_is_another_content(tmp_path: Path) -> None:
    before = edition(write(tmp_path, "Pet: {type: object}\n"))
    after = edition(write(tmp_path, "Pet: {type: object, required: [name]}\n"))
    assert before.content != after.content
    assert (before.version, before.raw) == (after.version, after.raw)


def test_where_it_lies_and_how_its_files_are_written_is_none(tmp_path: Path) -> None:
    pet = {"Pet": {"type": "object", "maxProperties": 3}}
    here = edition(write(tmp_path / "a", "Pet: {type: object, maxProperties: 3}\n"))
    there = edition(write(tmp_path / "b" / "c", json.dumps(pet)))
    assert here.content == there.content


@pytest.mark.parametrize(
    ("pet", "where"),
    [
        pytest.param("Pet: {", "common/pet.yaml:1:7", id="a broken file"),
        pytest.param("", "common/pet.yaml:1:1", id="an empty file"),
        pytest.param(None, "openapi.yaml:7:80", id="no file"),
    ],
)
def test_without_one_of_its_files_it_is_not_known(tmp_path: Path, pet: str | None, where: str) -> None:
    spec = write(tmp_path, pet or "")
    if pet is None:
        (tmp_path / "common" / "pet.yaml").unlink()
    with pytest.raises(UsageFailure) as caught:
        edition(spec)
    assert caught.value.message.startswith(f"{tmp_path / where} is not a description whose version can be told: ")


def test_a_version_that_is_not_read_has_the_edition_of_its_entry(tmp_path: Path) -> None:
    spec = write(tmp_path, "Pet: {type: object}\n")
    spec.write_text(DESCRIPTION.replace("3.1.0", "4.0.0"))
    before = edition(spec)
    (tmp_path / "common" / "pet.yaml").write_text("Pet: {type: string}\n")
    assert edition(spec) == before
