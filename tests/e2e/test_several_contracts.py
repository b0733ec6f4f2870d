"""One image that serves several contracts, made by ourselves and by the engine."""

from __future__ import annotations

from pathlib import Path

import docker
import pytest

from tests.components.skopeo import Skopeo
from tests.e2e.running import EXAMPLES, CommandLine, example, health_of, running

DINOSAURS = "openapi.yaml"
FAX = f"/faxes={EXAMPLES / 'fax' / 'openapi.yaml'}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return example("dinosaurs", tmp_path_factory.mktemp("several"))


@pytest.fixture(scope="module")
def native(command_line: CommandLine, engine: str, namespace: str, folder: Path) -> str:
    name = f"{namespace}/several:1"
    build = (DINOSAURS, FAX, "--load", "--output", "oci:layout", "--tag", name)
    command_line.build(*build, folder=folder, environment={"DOCKER_HOST": engine})
    return name


@pytest.fixture(scope="module")
def built_by_the_engine(command_line: CommandLine, engine: str, namespace: str, native: str, folder: Path) -> str:
    name = f"{namespace}/several-by-engine:1"
    build = (DINOSAURS, FAX, "--builder", "docker", "--base-image", native, "--tag", name)
    command_line.build(*build, folder=folder, environment={"DOCKER_HOST": engine})
    return name


@pytest.mark.parametrize("way", ["native", "built_by_the_engine"])
def test_each_contract_is_served_below_its_prefix(
    way: str, client: docker.DockerClient, request: pytest.FixtureRequest
) -> None:
    with running(client, request.getfixturevalue(way)) as mock, health_of(client, mock.container) as health:
        assert mock.ask("GET", "/dinosaurs/api/dinosaurs/1/").json()["common_name"] == "T-Rex"
        assert mock.ask("POST", "/faxes/_mock/fax/fax4a-api/9991/fax", json={}).status_code == 401
        assert mock.ask("GET", "/api/dinosaurs/1/").status_code == 404
        assert next(health) == "healthy"
        assert mock.stop() == 0


@pytest.mark.usefixtures("native")
def test_labels_and_layers_tell_them_apart(folder: Path, skopeo: Skopeo) -> None:
    config = skopeo.config(f"oci:{folder / 'layout'}")
    labels, history = config["config"]["Labels"], config["history"]  # type: ignore[index] # JSON of any shape
    assert labels["dev.contractctl.spec.name"].startswith("dinosaurs")
    assert [len(labels[f"dev.contractctl.spec.{each}"].split(",")) for each in ("name", "digest", "version")] == [2] * 3
    made = [entry["created_by"].partition(": ")[2] for entry in history]
    assert made[-2:] == ["bundle /dinosaurs", "bundle /faxes"]
