from __future__ import annotations

import io
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import docker
import pytest

from contractctl.core.failures import DeliveryFailure
from contractctl.image.engine import build_with_engine, engine_available, load
from contractctl.image.model import Blob, LayerBlob
from contractctl.image.reference import Reference, parse_reference
from tests.image.small_images import image_of, small_image

IMAGE = small_image("engine")
NAMES = (
    parse_reference("contractctl-tests/mock:1.4.0"),
    parse_reference("127.0.0.1:5000/contractctl-tests/mock"),
)
ABSENT_HINT = (
    "start the engine or set DOCKER_HOST; without one, write a file with --output docker-archive:FILE or use --push"
)


@pytest.fixture
def client(engine: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[docker.DockerClient]:
    monkeypatch.setenv("DOCKER_HOST", engine)
    with closing(docker.DockerClient(base_url=engine)) as client:
        yield client
        for image in client.images.list(filters={"reference": ["contractctl-tests/*", "*/contractctl-tests/*"]}):
            for tag in image.tags:
                if "contractctl-tests/" in tag:
                    client.images.remove(tag, force=True)


def test_the_engine_has_the_image_under_its_names(client: docker.DockerClient) -> None:
    image_id = load(IMAGE, NAMES)
    loaded = client.images.get(image_id)
    assert sorted(loaded.tags) == [
        "127.0.0.1:5000/contractctl-tests/mock:latest",
        "contractctl-tests/mock:1.4.0",
    ]
    assert loaded.attrs["RootFS"]["Layers"] == [layer.diff_id for layer in IMAGE.images[0].layers]
    assert image_id in {IMAGE.images[0].config.digest, IMAGE.digest}


def test_an_image_without_a_name_is_loaded_by_its_id(client: docker.DockerClient) -> None:
    image_id = load(small_image("nameless"), ())
    assert client.images.get(image_id).tags == []
    client.images.remove(image_id)


def test_loading_twice_gives_the_same_image(client: docker.DockerClient) -> None:
    assert load(IMAGE, NAMES[:1]) == load(IMAGE, NAMES[:1])


def test_an_error_in_the_stream_of_the_load_is_told(client: docker.DockerClient) -> None:
    layer = IMAGE.images[0].layers[0]
    broken = LayerBlob(layer.name, Blob.of(layer.blob.media_type, b"no tar"), layer.diff_id)
    with pytest.raises(DeliveryFailure) as told:
        load(image_of((broken,)), NAMES[:1])
    assert told.value.message.startswith("cannot load the image into the engine: Error processing tar file")
    assert told.value.hint == "see the engine's log (journalctl -u docker)"


def tar_of(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for path, data in files.items():
            info = tarfile.TarInfo(path)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return packed.getvalue()


DOCKERFILE = b"ARG WORD=none\nFROM scratch\nARG WORD\nCOPY rex /\nLABEL word=$WORD\n"


@pytest.mark.parametrize("form", ["folder", "tar"])
def test_a_context_is_built_and_its_log_is_heard(form: str, client: docker.DockerClient, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_bytes(DOCKERFILE)
    (tmp_path / "rex").write_bytes(b"roar")
    context = tmp_path if form == "folder" else tar_of({"Dockerfile": DOCKERFILE, "rex": b"roar"})
    log: list[str] = []
    image_id = build_with_engine(context, NAMES, log=log.append, build_arguments={"WORD": form})
    built = client.images.get(image_id)
    assert sorted(built.tags) == ["127.0.0.1:5000/contractctl-tests/mock:latest", "contractctl-tests/mock:1.4.0"]
    assert built.labels == {"word": form}
    assert [line.partition(" : ")[2] for line in log if line.startswith("Step ")] == [
        "ARG WORD=none",
        "FROM scratch",
        "ARG WORD",
        "COPY rex /",
        "LABEL word=$WORD",
    ]


FAILING = {
    "a file that is not in the context": (b"FROM scratch\nCOPY bronto /\n", "COPY failed: "),
    "an instruction that does not exist": (b"FROM scratch\nROAR\n", "dockerfile parse error"),
}


@pytest.mark.parametrize(("dockerfile", "words"), FAILING.values(), ids=FAILING)
def test_a_build_that_fails_is_told(dockerfile: bytes, words: str, client: docker.DockerClient) -> None:
    with pytest.raises(DeliveryFailure) as told:
        build_with_engine(tar_of({"Dockerfile": dockerfile}), (), log=lambda _: None)
    assert words in told.value.message


def test_a_failed_build_ends_with_the_last_lines_of_its_log(client: docker.DockerClient) -> None:
    log: list[str] = []
    with pytest.raises(DeliveryFailure) as told:
        build_with_engine(tar_of({"Dockerfile": b"FROM scratch\nCOPY bronto /\n"}), (), log=log.append)
    assert log == ["Step 1/2 : FROM scratch", " ---> ", "Step 2/2 : COPY bronto /"]
    assert told.value.message.endswith(f" (its last lines: {'; '.join(log)})")


def test_an_engine_that_answers_is_available(client: docker.DockerClient) -> None:
    assert engine_available()


@pytest.mark.parametrize("socket", ["absent", "dead"])
def test_an_engine_that_is_absent_is_told(socket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "engine.sock"
    if socket == "dead":
        path.touch()
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
    assert not engine_available()
    with pytest.raises(DeliveryFailure) as told:
        load(IMAGE, NAMES)
    why = {"absent": "No such file or directory", "dead": "Connection refused"}[socket]
    assert told.value.message == f"cannot load the image into the engine: no engine answers at unix://{path} ({why})"
    assert told.value.hint == ABSENT_HINT


def test_an_address_that_makes_no_sense_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "carrier-pigeon://coop")
    assert not engine_available()
    with pytest.raises(DeliveryFailure) as told:
        load(IMAGE, ())
    assert told.value.hint == ABSENT_HINT


@pytest.mark.parametrize("room", ["engine", "registry"])
def test_importing_the_room_imports_neither_sdk_nor_requests(room: str) -> None:
    program = f"import sys, contractctl.image.{room}; print({{'docker', 'requests', 'urllib3'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_a_reference_of_the_engine_is_what_people_type() -> None:
    assert str(Reference("docker.io", "library/mock", "1")) == "mock:1"
