"""The edition of a description that is split over several files."""

from __future__ import annotations

import json
from pathlib import Path

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


def test_a_file_that_cannot_be_read_leaves_the_others(tmp_path: Path) -> None:
    spec = write(tmp_path, "Pet: {")
    assert edition(spec).content == edition(spec).content


def test_a_version_that_is_not_read_has_the_edition_of_its_entry(tmp_path: Path) -> None:
    spec = write(tmp_path, "Pet: {type: object}\n")
    spec.write_text(DESCRIPTION.replace("3.1.0", "4.0.0"))
    before = edition(spec)
    (tmp_path / "common" / "pet.yaml").write_text("Pet: {type: string}\n")
    assert edition(spec) == before
