"""The dinosaurs story: a pull request adds an operation, and its client is written before the backend is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import docker
import pytest

from tests.ci.scratch import DINOSAURS, Scratch
from tests.components.registry import Registry
from tests.e2e.backend import Answer, Asked, Backend, serving_backend
from tests.e2e.mocking import run_python
from tests.e2e.running import running

BEFORE = (DINOSAURS / "openapi.yaml").read_text()
SIGHTINGS = """\
  /api/dinosaurs/{id}/sightings/:
    parameters:
      - name: id
        in: path
        required: true
        description: The number of the dinosaur in the catalogue
        schema:
          type: integer
          minimum: 1
    get:
      operationId: listSightings
      summary: List where visitors saw a dinosaur
      tags: [dinosaurs]
      parameters:
        - name: limit
          in: query
          description: At most so many
          schema:
            type: integer
            minimum: 1
            maximum: 500
            default: 25
      responses:
        "200":
          description: The sightings, the newest first
          content:
            application/json:
              schema:
                type: array
                items:
                  type: object
                  required: [room, seen_at]
                  properties:
                    room:
                      type: string
                    seen_at:
                      type: string
                      format: date-time
              example:
                - room: Great hall
                  seen_at: "2026-03-01T09:30:00Z"
                - room: Cretaceous wing
                  seen_at: "2026-03-01T09:12:00Z"
        "400":
          $ref: "#/components/responses/Invalid"
components:
"""
AFTER = BEFORE.replace("components:\n", SIGHTINGS, 1).replace("version: 1.1.0", "version: 1.2.0")


@pytest.fixture
def image(tmp_path: Path, registry: Registry, client: docker.DockerClient) -> Iterator[str]:
    """The mock that a pull request with the new operation pushes, pulled by the engine of whoever writes the client."""
    scratch = Scratch(tmp_path)
    scratch.commit("main", {"openapi.yaml": BEFORE})
    scratch.commit("change", {"openapi.yaml": AFTER})
    result = scratch.ci("--image", f"{registry.host}/acme/dinos-mock")
    assert (result.code, result.annotations, result.outputs["breaking"]) == (0, [], "0"), result.errors
    image = f"{registry.host}/acme/dinos-mock:pr-7"
    client.images.pull(image)
    yield image
    client.images.remove(image, force=True)


def museum() -> Backend:
    """Make the backend as it is at last: it keeps what it is told."""
    dinosaurs = {1: {"id": 1, "common_name": "T-Rex", "scientific_name": "Tyrannosaurus Rex"}}
    ids = count(2)
    seen = {"2026-06-02T12:00:00Z": "Cafeteria", "2026-06-02T11:40:00Z": "Gift shop", "2026-06-01T08:00:00Z": "Roof"}

    def answer(asked: Asked) -> Answer:
        match asked.method, asked.path.strip("/").split("/")[2:]:
            case "POST", []:
                number = next(ids)
                dinosaurs[number] = {"id": number, **json.loads(asked.body)}
                return 201, dinosaurs[number]
            case "GET", [number] if int(number) in dinosaurs:
                return 200, dinosaurs[int(number)]
            case "GET", [number, "sightings"] if int(number) in dinosaurs:
                limit = int(asked.query.get("limit", 25))
                if limit < 1:
                    return 400, {"message": "limit must be at least 1"}
                return 200, [{"room": room, "seen_at": at} for at, room in list(seen.items())[:limit]]
            case _:
                return 404, {"message": "not found"}

    return answer


def test_the_client_that_was_written_against_the_mock_of_the_change_works_with_the_backend(
    client: docker.DockerClient, image: str
) -> None:
    with running(client, image) as mock:
        assert run_python("dinosaurs.py", {"DINOSAURS_URL": mock.address}).splitlines() == [
            "201 Stegosaurus",
            "T-Rex Great hall 2026-03-01T09:30:00Z",
            "T-Rex Cretaceous wing 2026-03-01T09:12:00Z",
            "400",
        ]
        assert mock.stop() == 0
    with serving_backend(museum()) as address:
        assert run_python("dinosaurs.py", {"DINOSAURS_URL": address}).splitlines() == [
            "201 Stegosaurus",
            "T-Rex Cafeteria 2026-06-02T12:00:00Z",
            "T-Rex Gift shop 2026-06-02T11:40:00Z",
            "400",
        ]
