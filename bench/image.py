"""How long an image takes: built anew and after a change, and in an engine from `run` to the first answer.

    python bench/image.py [--rounds 5] [--contract FILE] [--path /api/dinosaurs/1/]

A change is another `info.version`. Beside our build of it stands the engine's of the same context, where it has every
layer but the bundle's already; contexts are written before the clock starts. The engine is the one that answers
(DOCKER_HOST), else one that is started for the while, as the tests do it; without either only our builds are measured.
Beside the container that answers runs one of the same image whose Python does nothing: what the engine itself takes.
Sides alternate; figures are medians with their range, in seconds.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import docker
import pytest
import yaml
from docker.models.containers import Container
from start import CONTRACTCTL, DINOSAURS, Measured, alternate, await_answer, free_port, run

from tests.components.engine import shared_engine

NAME = "contractctl-bench/mock:1"
BUILT = "contractctl-bench/built:1"
UNKNOWN = float("nan")
"""The processor's seconds of a container: they are its engine's to know."""


def build(contract: Path, cache: Path, *, cold: bool = False) -> Measured:
    """Build the image and write it as a file, once the cache has been emptied if `cold`."""
    if cold:
        shutil.rmtree(cache, ignore_errors=True)
    output = f"oci-archive:{cache.parent / 'image.tar'}"
    return run((*CONTRACTCTL, "build-mock", str(contract), "--output", output), XDG_CACHE_HOME=str(cache))


class Changing:
    """A copy of a description whose version is another each time."""

    def __init__(self, contract: Path, folder: Path) -> None:
        self._document = parse_yaml(contract.read_text())
        self._path = folder / "changing.json"
        self._count = 0

    def changed(self) -> Path:
        self._count += 1
        self._document["info"]["version"] = f"0.0.{self._count}"
        self._path.write_text(json.dumps(self._document))
        return self._path


def parse_yaml(text: str) -> dict[str, dict[str, object]]:
    document: dict[str, dict[str, object]] = yaml.load(text, Loader=yaml.CSafeLoader)  # a safe loader, in C
    return document


def engine_build(client: docker.DockerClient, changing: Changing, cache: Path) -> Measured:
    """Build the context of a changed contract with the engine, on our own image as the base."""
    context = cache.parent / "context"
    run(
        (*CONTRACTCTL, "build-mock", str(changing.changed()), "--output", f"context:{context}"),
        XDG_CACHE_HOME=str(cache),
    )
    began = time.perf_counter()
    client.images.build(path=str(context), buildargs={"BASE_IMAGE": NAME}, tag=BUILT, rm=True)
    return time.perf_counter() - began, UNKNOWN


def load(contract: Path, cache: Path, engine: str) -> None:
    """Load the image into the engine, and say how large it is."""
    command = (*CONTRACTCTL, "build-mock", str(contract), "--load", "--tag", NAME, "--format", "json")
    environment = {"PATH": "/usr/bin:/bin", "DOCKER_HOST": engine, "XDG_CACHE_HOME": str(cache)}
    built = subprocess.run(command, capture_output=True, check=True, env=environment)
    sizes = {layer["name"]: layer["size"] for layer in json.loads(built.stdout)["layers"]}
    print(f"compressed layers, bytes: {', '.join(f'{name} {size:,}' for name, size in sizes.items())}")


@contextmanager
def created(client: docker.DockerClient, port: int, **options: object) -> Iterator[Container]:
    """Give a container that is ready to be started, with a read-only root and its port published."""
    ports = {"3000/tcp": ("127.0.0.1", port)}
    container = client.containers.create(NAME, read_only=True, ports=ports, **options)  # type: ignore[arg-type]  # their stubs want each option by name
    try:
        yield container
    finally:
        container.remove(force=True)


def start_to_answer(client: docker.DockerClient, path: str) -> Measured:
    """Create and start a container of the mock, and ask until it answers."""
    port, began = free_port(), time.perf_counter()
    with created(client, port) as container:
        container.start()
        await_answer(port, path, alive=lambda: is_running(container))
        return time.perf_counter() - began, UNKNOWN


def start_to_end(client: docker.DockerClient) -> Measured:
    """Create and start a container whose Python does nothing, and wait for its end."""
    began = time.perf_counter()
    with created(client, free_port(), entrypoint=["python3"], command=["-I", "-B", "-S", "-c", "pass"]) as container:
        container.start()
        container.wait()
        return time.perf_counter() - began, UNKNOWN


def is_running(container: Container) -> bool:
    container.reload()
    return container.status == "running"


def stop_time(client: docker.DockerClient, path: str) -> Measured:
    """Stop a container that answers, as `docker stop` does."""
    port = free_port()
    with created(client, port) as container:
        container.start()
        await_answer(port, path, alive=lambda: is_running(container))
        began = time.perf_counter()
        container.stop()
        return time.perf_counter() - began, UNKNOWN


def measure_in_engine(contract: Path, cache: Path, path: str, rounds: int) -> None:
    with shared_engine() as address, closing(docker.DockerClient(base_url=address)) as client:
        load(contract, cache, address)
        changing = Changing(contract, cache.parent)
        sides: dict[str, Callable[[], Measured]] = {
            "image, changed contract": lambda: build(changing.changed(), cache),
            "engine: build of the same context": lambda: engine_build(client, changing, cache),
            "engine: run to first answer": lambda: start_to_answer(client, path),
            "engine: run of a Python that does nothing": lambda: start_to_end(client),
            "engine: stop": lambda: stop_time(client, path),
        }
        try:
            alternate(sides, rounds)
        finally:
            client.images.remove(BUILT, force=True)
            client.images.remove(NAME, force=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--contract", type=Path, default=DINOSAURS)
    parser.add_argument("--path", default="/api/dinosaurs/1/", help="what the mock of the contract is asked for")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cache, kept = Path(folder) / "cache", Path(folder) / "kept"
        sides = {
            "image, empty cache": lambda: build(options.contract, cache, cold=True),
            "image, unchanged contract": lambda: build(options.contract, kept),
        }
        alternate(sides, options.rounds)
        try:
            measure_in_engine(options.contract, kept, options.path, options.rounds)
        except pytest.skip.Exception as absent:
            print(f"no figures of the engine: {absent}")


if __name__ == "__main__":
    main()
