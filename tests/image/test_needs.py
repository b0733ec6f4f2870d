"""What a server needs only for some settings: in the image where they ask for it, and nowhere else."""

from __future__ import annotations

import io
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from contractctl.image.build import build_image
from contractctl.image.context import write_context
from contractctl.image.model import ImageSet
from contractctl.image.wheels import RUNTIME, runtime_distributions
from contractctl.mock.settings import MockSettings, Need
from tests.image.built import CONTRACTS, METADATA, run_in, unpack
from tests.mockserver.serving import compiled

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the host base is Linux's")
CONTRACT = "{openapi: 3.1.0, info: {title: A, version: '1'}, paths: {/a: {get: {x-mock-auth: MODE, responses: {}}}}}"
ISSUES_A_TOKEN = """
import sys
sys.path.insert(0, "/opt/mock")
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
key = rsa.generate_private_key(65537, 2048)
token = jwt.encode({"scope": "read"}, key, algorithm="RS256")
print(jwt.decode(token, key.public_key(), algorithms=["RS256"])["scope"])
import redis
print(redis.Redis.__name__)
"""

NEEDS = [
    pytest.param({}, "presence", (), id="presence asks for nothing"),
    pytest.param({"auth": "token"}, "off", ("tokens",), id="mode token"),
    pytest.param({}, "token", ("tokens",), id="mode token of one operation"),
    pytest.param({"profile": "realistic"}, "off", ("tokens",), id="the profile realistic"),
    pytest.param({"profile": "realistic", "auth": "presence"}, "off", (), id="the profile with another mode"),
    pytest.param({"stateful": "true"}, "off", (), id="state in memory"),
    pytest.param({"state-url": "redis://:secret@a"}, "off", ("redis",), id="state in a Redis, whose URL stays outside"),
    pytest.param({"state-url": "redis://a", "auth": "token"}, "off", ("redis", "tokens"), id="both"),
]


@pytest.mark.parametrize(("options", "mode", "needs"), NEEDS)
def test_what_a_server_needs_is_known_when_its_bundle_is_made(
    options: dict[str, str], mode: str, needs: tuple[Need, ...]
) -> None:
    assert compiled(CONTRACT.replace("MODE", mode), MockSettings.parse(options)).needs == needs


def test_the_wheels_are_those_of_the_needs() -> None:
    assert runtime_distributions(()) == RUNTIME
    assert runtime_distributions(("tokens",)) == ("cffi", "cryptography", *RUNTIME[:3], "pyjwt", "uvloop")
    assert runtime_distributions(("redis",)) == (*RUNTIME[:3], "redis", "uvloop")


@pytest.fixture(scope="module")
def full_image(image_cache: Path) -> ImageSet:
    """An image whose server can do everything."""
    return build_image(CONTRACTS, base="host", metadata=METADATA, needs=("redis", "tokens"))


def test_a_server_that_needs_them_loads_them_with_nothing_of_this_machine_around(
    full_image: ImageSet, tmp_path: Path
) -> None:
    unpack(full_image, tmp_path)
    program = ("/usr/local/bin/python3", "-I", "-B", "-S", "-c", ISSUES_A_TOKEN)
    assert run_in(tmp_path, *program).splitlines() == ["read", "Redis"]


def test_an_image_without_needs_has_no_byte_of_them(host_image: ImageSet, full_image: ImageSet) -> None:
    more = {
        name.split("/")[0].split("-")[0].split(".")[0] for name in set(wheels(full_image)) - set(wheels(host_image))
    }
    assert more == {"_cffi_backend", "cffi", "cryptography", "jwt", "pyjwt", "redis"}
    assert [layer.blob.digest for layer in host_image.images[0].layers[2:]] == [
        layer.blob.digest for layer in full_image.images[0].layers[2:]
    ]


def test_the_context_of_an_engine_has_them_too(full_image: ImageSet, tmp_path: Path) -> None:
    write_context(tmp_path / "context", CONTRACTS, METADATA, needs=("redis", "tokens"))
    folder = tmp_path / "context" / "wheels"
    written = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert written == set(wheels(full_image))


def wheels(image: ImageSet) -> Iterator[str]:
    """Yield the files of the layer of wheels, by their path below the root of the server."""
    (layer,) = (layer for layer in image.images[0].layers if layer.name == "wheels")
    with tarfile.open(fileobj=io.BytesIO(layer.blob.data)) as archive:
        for member in archive:
            if member.isfile():
                yield member.name.removeprefix("opt/mock/")
