"""The components are real: an image goes through each of them, and each refuses whom it should."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
import requests

from tests.components.engine import answers
from tests.components.registry import BearerRegistry, Registry
from tests.components.skopeo import Skopeo

pytestmark = pytest.mark.component


@pytest.fixture(scope="session")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An OCI layout of the smallest image there is: one empty layer."""
    folder = tmp_path_factory.mktemp("layout")
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def stored(content: bytes, media_type: str) -> dict[str, object]:
        digest = _sha256(content)
        (blobs / digest).write_bytes(content)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(content)}

    layer = bytes(10240)
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{_sha256(layer)}"]},
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": stored(json.dumps(config).encode(), "application/vnd.oci.image.config.v1+json"),
        "layers": [stored(layer, "application/vnd.oci.image.layer.v1.tar")],
    }
    described = stored(json.dumps(manifest).encode(), "application/vnd.oci.image.manifest.v1+json")
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [described]}))
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    return folder


def _sha256(content: bytes) -> str:
    return sha256(content).hexdigest()


def test_an_image_goes_into_the_open_registry_and_comes_back_by_digest(
    registry: Registry, skopeo: Skopeo, layout: Path, tmp_path: Path
) -> None:
    skopeo.copy(f"oci:{layout}", f"docker://{registry.host}/acme/mock:1")
    digest = skopeo.digest(f"docker://{registry.host}/acme/mock:1")
    skopeo.copy(f"docker://{registry.host}/acme/mock@{digest}", f"oci:{tmp_path}/back")
    assert (digest, skopeo.digest(f"oci:{tmp_path}/back")) == (skopeo.digest(f"oci:{layout}"),) * 2


@pytest.mark.parametrize("kind", ["htpasswd_registry", "bearer_registry"])
def test_a_guarded_registry_takes_the_right_password_and_refuses_the_wrong_one(
    kind: str, request: pytest.FixtureRequest, skopeo: Skopeo, layout: Path
) -> None:
    guarded: Registry | BearerRegistry = request.getfixturevalue(kind)
    place = f"docker://{guarded.host}/acme/mock:1"
    right = f"{guarded.user}:{guarded.password}"
    skopeo.copy(f"oci:{layout}", place, destination_credentials=right)
    assert skopeo.digest(place, credentials=right) == skopeo.digest(f"oci:{layout}")
    for wrong in ("ada:wrong", ""):
        with pytest.raises(AssertionError, match=r"unauthorized|authentication required"):
            skopeo.digest(place, credentials=wrong)


def test_a_reader_of_the_bearer_registry_may_pull_but_not_push(
    bearer_registry: BearerRegistry, skopeo: Skopeo, layout: Path
) -> None:
    place = f"docker://{bearer_registry.host}/acme/read:1"
    owner = f"{bearer_registry.user}:{bearer_registry.password}"
    reader = f"{bearer_registry.reader}:{bearer_registry.password}"
    skopeo.copy(f"oci:{layout}", place, destination_credentials=owner)
    assert skopeo.manifest(place, credentials=reader)["schemaVersion"] == 2
    with pytest.raises(AssertionError, match=r"unauthorized|denied"):
        skopeo.copy(f"oci:{layout}", f"docker://{bearer_registry.host}/acme/other:1", destination_credentials=reader)


def test_the_bearer_registry_challenges_and_its_token_server_records_who_asked(
    bearer_registry: BearerRegistry,
) -> None:
    challenge = requests.get(f"http://{bearer_registry.host}/v2/acme/new/tags/list", timeout=5)
    words = challenge.headers["WWW-Authenticate"]
    assert (challenge.status_code, words.split(" ")[0]) == (401, "Bearer")
    realm = words.split('realm="')[1].split('"')[0]
    scope = "repository:acme/new:pull"
    basic = base64.b64encode(b"ada:correct horse").decode()
    answer = requests.get(
        realm,
        params={"service": bearer_registry.tokens.service, "scope": scope},
        headers={"Authorization": f"Basic {basic}"},
        timeout=5,
    )
    assert (answer.status_code, sorted(answer.json())) == (200, ["expires_in", "token"])
    last = bearer_registry.tokens.asked[-1]
    assert (last.user, last.scopes, last.status) == ("ada", (scope,), 200)


def test_the_engine_answers(engine: str) -> None:
    assert not engine.startswith("unix://") or answers(engine)


@pytest.mark.parametrize(("ci", "outcome"), [("true", "1 error"), ("", "1 skipped")])
def test_an_absent_component_skips_aloud_and_fails_where_ci_is_true(ci: str, outcome: str, tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    (tmp_path / "test_absent.py").write_text("def test_it(skopeo): pass\n")
    result = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-ra", "-p", "no:cacheprovider", "-p", "tests.components.fixtures"),
            *("--rootdir", str(tmp_path), "-c", "/dev/null", str(tmp_path)),
        ],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PATH": "/nonexistent", "CI": ci, "PYTHONPATH": str(root)},
    )
    assert outcome in result.stdout
    assert "skopeo is absent: `apt-get install skopeo`" in result.stdout
