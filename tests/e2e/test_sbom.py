"""What `--sbom` writes: valid, of the image that was delivered, and the same wherever it was built."""

from __future__ import annotations

import json
from pathlib import Path

from tests.e2e.running import CommandLine, example
from tests.image.spdx import Told, faults

NAME = "ghcr.io/contractctl/dinosaurs-mock"
FILES = ("contractctl.yaml", "openapi.yaml")
BUILD = ("openapi.yaml", "--output", "oci:image", "--sbom", "mock.spdx.json")


def test_it_lists_what_is_in_the_image_that_was_delivered(command_line: CommandLine, tmp_path: Path) -> None:
    folder = example("dinosaurs", tmp_path / "work", *FILES)
    reference = command_line.build(*BUILD, folder=folder).strip()
    written = (folder / "mock.spdx.json").read_bytes()
    assert faults(written, tmp_path) == []
    told = Told.by(written)
    assert told.document["name"] == reference
    assert told.related("DESCRIBES") == {("the document", NAME)}
    (contract,) = (each for each in told.document["packages"] if each["SPDXID"].startswith("SPDXRef-Contract-"))
    built = json.loads(command_line.build("openapi.yaml", "--output", "oci:again", "--format", "json", folder=folder))
    assert contract["externalRefs"][0]["referenceLocator"] == built["spec_digest"]
    assert told.files_in(contract["name"]) == ["opt/mock/contract.bundle"]


def test_it_is_the_same_wherever_the_image_is_built(command_line: CommandLine, tmp_path: Path) -> None:
    written = []
    for place in ("here", "over/there"):
        folder = example("dinosaurs", tmp_path / place, *FILES)
        environment = {"XDG_CACHE_HOME": str(tmp_path / place / "cache"), "TZ": "Asia/Tokyo"} if "/" in place else {}
        command_line.build(*BUILD, folder=folder, environment=environment)
        written.append((folder / "mock.spdx.json").read_bytes())
    assert written[0] == written[1]
