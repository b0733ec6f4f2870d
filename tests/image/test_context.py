from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contractctl.core.failures import DeliveryFailure
from contractctl.core.packaged import packaged_file
from contractctl.image.bases.host import host_python
from contractctl.image.context import render_dockerfile, write_context
from contractctl.image.model import ImageSet
from contractctl.image.plan import ImageMetadata, Served, entry_point, health_check
from tests.image.built import BUNDLE, CONTRACTS, METADATA

WRITE = """
import os, pathlib, sys
os.umask(0o077)
from contractctl.image.context import write_context
from tests.image.built import BUNDLE, CONTRACTS, METADATA
write_context(pathlib.Path(sys.argv[1]), CONTRACTS, METADATA)
"""
SETTINGS = ("ENV", "WORKDIR", "EXPOSE", "USER", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "LABEL")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the installed wheels are another system's")


def files_of(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return content and mode of every file by its path."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mode & 0o777) for path in paths}


def packed_files(image: ImageSet, name: str) -> Iterator[tuple[str, tuple[bytes, int]]]:
    (layer,) = (layer for layer in image.images[0].layers if layer.name == name)
    with tarfile.open(fileobj=io.BytesIO(layer.blob.data)) as archive:
        for member in archive:
            if content := archive.extractfile(member):
                yield member.name.removeprefix("opt/mock/"), (content.read(), member.mode)


def test_the_context_holds_the_files_of_the_native_image(host_image: ImageSet, tmp_path: Path) -> None:
    folder = tmp_path / "context"
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    subprocess.run([sys.executable, "-c", WRITE, str(folder)], env=environment, check=True)
    assert sorted(path.name for path in folder.iterdir()) == ["Dockerfile", "contracts", "server", "wheels"]
    assert files_of(folder / "wheels") == dict(packed_files(host_image, "wheels"))
    assert files_of(folder / "server") == dict(packed_files(host_image, "server"))
    assert (folder / "contracts" / "contract.bundle").read_bytes() == BUNDLE
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o755}


def test_the_dockerfile_says_what_the_native_image_is_configured_with(host_image: ImageSet) -> None:
    lines = packaged_file("Dockerfile.mock").read_text().splitlines()
    config = json.loads(host_image.images[0].config.data)["config"]
    assert f"ENTRYPOINT {json.dumps(entry_point('python3', CONTRACTS))}" in lines
    health = config["Healthcheck"]
    times = " ".join(
        f"--{option}={health[name] // 1_000_000_000}s"
        for option, name in (("interval", "Interval"), ("timeout", "Timeout"), ("start-period", "StartPeriod"))
    )
    check = lines.index(f"HEALTHCHECK {times} --retries={health['Retries']} \\")
    assert lines[check + 1] == f"  CMD {json.dumps(health_check('python3', CONTRACTS))}"
    assert f"USER {config['User']}" in lines
    assert f"STOPSIGNAL {config['StopSignal']}" in lines
    assert [f"EXPOSE {port}" for port in config["ExposedPorts"]] == [x for x in lines if x.startswith("EXPOSE")]
    assert f"ENV {config['Env'][-1]}" in lines


def test_no_step_runs_a_program_or_fetches_anything() -> None:
    lines = packaged_file("Dockerfile.mock").read_text().splitlines()
    steps = [line.split()[0] for line in lines if line and not line.startswith(("#", " "))]
    assert set(steps) == {"ARG", "FROM", "COPY", *SETTINGS}
    assert not [line for line in lines if line.startswith("COPY") and ("://" in line or "--from" in line)]


def test_what_a_build_decides_is_written_into_the_dockerfile() -> None:
    template = "ARG BASE_IMAGE=python:3.13-slim\nFROM ${BASE_IMAGE}\nEXPOSE 3000/tcp\nENTRYPOINT []\n"
    labels = {"title": 'A "$5" fax', "path": "C:\\x", "long": "one\n  two"}
    assert render_dockerfile(template, "3.12", labels, contracts=(Served(b"", "/pets"),), port=8088) == (
        "ARG BASE_IMAGE=python:3.12-slim\n"
        "FROM ${BASE_IMAGE}\n"
        "EXPOSE 8088/tcp\n"
        'ENTRYPOINT ["python3", "-I", "-B", "-S", "/opt/mock", "/pets=/opt/mock/contracts/pets.bundle"]\n'
        'LABEL "long"="one two" \\\n'
        '      "path"="C:\\\\x" \\\n'
        '      "title"="A \\"\\$5\\" fax"\n'
    )


def test_the_default_base_has_the_python_that_the_wheels_are_for(tmp_path: Path) -> None:
    write_context(tmp_path / "context", CONTRACTS, METADATA)
    assert f"ARG BASE_IMAGE=python:{host_python()}-slim\n" in (tmp_path / "context" / "Dockerfile").read_text()


def test_a_context_that_nobody_changed_is_replaced(tmp_path: Path) -> None:
    write_context(tmp_path, CONTRACTS, METADATA)
    write_context(tmp_path, (Served(b"new"),), ImageMetadata("Other", "2", "c1:sha256:o", "other", "2"))
    assert (tmp_path / "contracts" / "contract.bundle").read_bytes() == b"new"
    assert '"Other"' in (tmp_path / "Dockerfile").read_text()


def changed_dockerfile(folder: Path) -> None:
    with (folder / "Dockerfile").open("a") as file:
        file.write("ENV MOCK_SEED=7\n")


def another_file(folder: Path) -> None:
    (folder / "notes.txt").write_text("mine")


def no_dockerfile(folder: Path) -> None:
    (folder / "Dockerfile").unlink()


@pytest.mark.parametrize("change", [changed_dockerfile, another_file, no_dockerfile])
def test_a_folder_with_work_of_others_in_it_is_left_alone(change: Callable[[Path], None], tmp_path: Path) -> None:
    write_context(tmp_path, CONTRACTS, METADATA)
    change(tmp_path)
    before = files_of(tmp_path)
    with pytest.raises(DeliveryFailure, match="the folder exists and holds other things"):
        write_context(tmp_path, (Served(b"new"),), METADATA)
    assert files_of(tmp_path) == before
