"""The same description and settings give the same image: wherever, whenever and for whomever it is built."""

from __future__ import annotations

import io
import json
import re
import tarfile
from pathlib import Path

from contractctl.mockserver.bundle import FOOTER
from contractctl.source.parse import parse_document
from tests.components.skopeo import Skopeo
from tests.e2e.running import EXAMPLES, CommandLine, example

NAME = "ghcr.io/contractctl/dinosaurs-mock"
FILES = ("contractctl.yaml", "openapi.yaml")


def test_it_is_built_twice_in_different_surroundings(command_line: CommandLine, tmp_path: Path) -> None:
    here = example("dinosaurs", tmp_path / "here", *FILES)
    there = example("dinosaurs", tmp_path / "over" / "there" / "with a blank", *FILES)
    build = ("build-mock", "openapi.yaml", "--output", "oci-archive:image.tar")
    ours = {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "0"}
    theirs = {
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C.UTF-8",
        "PYTHONHASHSEED": "4711",
        "XDG_CACHE_HOME": str(tmp_path / "cold"),
        "USER": "ada",
    }
    plain = [
        command_line.run(*build, folder=here, environment=ours),
        command_line.run(*build, folder=there, environment=theirs, umask=0o077),
    ]
    detailed = [
        command_line.run(*build, "--format", "json", folder=here, environment=ours),
        command_line.run(*build, "--format", "json", folder=there, environment=theirs, umask=0o077),
    ]
    assert [ran.status for ran in (*plain, *detailed)] == [0, 0, 0, 0], [ran.stderr for ran in (*plain, *detailed)]
    assert plain[0].stdout == plain[1].stdout
    assert re.fullmatch(rf"{NAME}@sha256:[0-9a-f]{{64}}\n", plain[0].stdout)
    assert detailed[0].stdout == detailed[1].stdout
    assert json.loads(detailed[0].stdout)["reference"] == plain[0].stdout.strip()
    assert (here / "image.tar").read_bytes() == (there / "image.tar").read_bytes()


def test_every_form_of_it_holds_the_same_image(command_line: CommandLine, skopeo: Skopeo, tmp_path: Path) -> None:
    folder = example("dinosaurs", tmp_path, *FILES)
    kinds = ("oci", "oci-archive", "docker-archive")
    outputs = [word for kind in kinds for word in ("--output", f"{kind}:as {kind}")]
    digest = command_line.build(*outputs, folder=folder).partition("@")[2]
    forms = [f"{kind}:{folder}/as {kind}" for kind in kinds]
    assert [skopeo.digest(form) for form in forms[:2]] == [digest, digest]
    # skopeo writes a manifest of its own for docker's form; the configuration is what names the image there.
    (named,) = {json.dumps(skopeo.manifest(form)["config"]["digest"]) for form in forms}  # type: ignore[index]  # JSON of any shape
    assert named
    assert skopeo.config(forms[0]) == skopeo.config(forms[1]) == skopeo.config(forms[2])


def test_a_description_in_json_gives_the_mock_of_the_one_in_yaml(command_line: CommandLine, tmp_path: Path) -> None:
    as_yaml = example("dinosaurs", tmp_path / "yaml", *FILES)
    as_json = example("dinosaurs", tmp_path / "json", "contractctl.yaml")
    root = parse_document("openapi.yaml", (EXAMPLES / "dinosaurs" / "openapi.yaml").read_bytes()).root
    (as_json / "openapi.json").write_text(json.dumps(root, indent=2))
    build = ("--output", "docker-archive:image.tar", "--format", "json")
    built = [
        json.loads(command_line.build("openapi.yaml", *build, folder=as_yaml)),
        json.loads(command_line.build("openapi.json", *build, folder=as_json)),
    ]
    assert built[0]["spec_digest"] == built[1]["spec_digest"]
    assert [layer["name"] for layer in built[0]["layers"]] == ["base", "wheels", "server", "bundle"]
    assert built[0]["layers"][:3] == built[1]["layers"][:3]
    # A violation names the line of the contract that says so: the one thing in which the two may differ.
    assert without_lines(bundle_in(as_yaml / "image.tar")) == without_lines(bundle_in(as_json / "image.tar"))


def bundle_in(archive: Path) -> bytes:
    """Return the bundle that the last layer of a docker archive holds."""
    with tarfile.open(archive) as image:
        (described,) = json.loads(read(image, "manifest.json"))
        with tarfile.open(fileobj=io.BytesIO(read(image, described["Layers"][-1]))) as layer:
            return read(layer, "opt/mock/contract.bundle")


def read(archive: tarfile.TarFile, name: str) -> bytes:
    member = archive.extractfile(name)
    assert member is not None
    return member.read()


def without_lines(bundle: bytes) -> str:
    """Blank out the lines that a bundle names and the positions of its records, which move with their length."""
    text = bundle[: -FOOTER.size].decode()
    record = text.index('{"file":"openapi.')
    _, end = json.JSONDecoder().raw_decode(text, record)
    return re.sub(r"openapi\.(?:yaml|json):\d+|\[\d+,\d+\]", "", text[:record] + text[end:])
