"""The bill of materials: valid to an independent reader, and true to the layers."""

from __future__ import annotations

import hashlib
import io
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from contractctl import __version__
from contractctl.image.build import build_image
from contractctl.image.model import Image, ImageSet, Platform
from contractctl.image.plan import Base, ImageMetadata, Served, join_images, pack_image, plan_image
from contractctl.image.sbom.component import Component
from contractctl.image.sbom.contents import FileFacts
from contractctl.image.sbom.document import write_sbom
from tests.image.built import CONTRACTS, METADATA
from tests.image.small_images import small_image, small_layer
from tests.image.spdx import Told, faults

NAME = "ghcr.io/acme/dino-mock"
DEBIAN = {
    "etc/os-release": b'PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\nVERSION_ID="12"\n',
    "usr/lib/libz.so.1": b"not really a library",
    "var/lib/dpkg/status": b"Package: zlib1g\nStatus: install ok installed\nSection: libs\nArchitecture: amd64\n"
    b"Maintainer: Mark Brown <broonie@debian.org>\nVersion: 1:1.2.13.dfsg-1\nSource: zlib\n",
    "var/lib/dpkg/info/zlib1g:amd64.list": b"/.\n/usr\n/usr/lib/libz.so.1\n",
}
METADATA_OF_TWO = ImageMetadata("Zoo", "1", "c1:sha256:aa,c1:sha256:bb", "dinosaurs,birds", "1.4.0,2.0", licenses="MIT")
TWO = (Served(b"dinosaurs", "/dinos"), Served(b"birds", "/birds"))
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the host base is Linux's")


def nobody(_files: Mapping[str, FileFacts]) -> Mapping[str, Component]:
    """Know of no package of this machine."""
    return {}


def image_on(
    files: Mapping[str, bytes], *, architecture: str = "amd64", contracts: tuple[Served, ...] = CONTRACTS
) -> Image:
    """Pack an image with a base of these files."""
    base = Base(
        Platform("linux", architecture),
        "/usr/bin/python3",
        (small_layer("base", files),),
        name="127.0.0.1:5000/library/python:3.13-slim",
        digest="sha256:" + "b" * 64,
    )
    return pack_image(plan_image(contracts, base, (), METADATA if len(contracts) == 1 else METADATA_OF_TWO))


def large_base() -> dict[str, bytes]:
    """Make a base of a few thousand files and some hundred packages."""
    files = {f"usr/share/part{n % 200}/file{n}": b"%d" % n for n in range(2000)}
    status = "\n\n".join(f"Package: part{n}\nStatus: install ok installed\nVersion: {n}" for n in range(200))
    lists = {
        f"var/lib/dpkg/info/part{n}.list": "\n".join(
            f"/usr/share/part{n}/file{m}" for m in range(n, 2000, 200)
        ).encode()
        for n in range(200)
    }
    return {**files, **lists, "var/lib/dpkg/status": status.encode()}


IMAGES = [
    pytest.param(lambda: small_image("rex"), id="an image without contracts"),
    pytest.param(lambda: ImageSet((image_on(DEBIAN),)), id="an image on Debian"),
    pytest.param(lambda: ImageSet((image_on({}, contracts=TWO),)), id="an image of two contracts"),
    pytest.param(lambda: ImageSet((image_on(large_base()),)), id="an image on a large base"),
    pytest.param(
        lambda: join_images([image_on(DEBIAN), image_on(DEBIAN, architecture="arm64")], {}), id="two platforms"
    ),
]


@pytest.fixture(autouse=True)
def _cache(image_cache: Path) -> None:
    """Keep what is cached out of the home of whoever runs the tests."""


@pytest.mark.parametrize("images", IMAGES)
def test_an_independent_reader_finds_it_valid(images: object, tmp_path: Path) -> None:
    assert callable(images)
    assert faults(write_sbom(images(), name=NAME, owners=nobody), tmp_path) == []


@LINUX
def test_an_independent_reader_finds_that_of_the_host_valid(host_image: ImageSet, tmp_path: Path) -> None:
    assert faults(write_sbom(host_image, name=NAME), tmp_path) == []


@pytest.mark.parametrize("images", IMAGES)
def test_every_regular_file_is_in_it_with_its_digests(images: object) -> None:
    assert callable(images)
    made: ImageSet = images()
    expected: dict[str, set[tuple[str, str]]] = {}
    for image in made.images:
        for path, data in held(image).items():
            expected.setdefault(path, set()).add((hashlib.sha1(data).hexdigest(), hashlib.sha256(data).hexdigest()))
    told = Told.by(write_sbom(made, name=NAME, owners=nobody))
    assert {path: set(digests) for path, digests in told.digests().items()} == expected
    contained = {other[2:] for _, other in told.related("CONTAINS") if other.startswith("./")}
    assert contained == expected.keys()


def held(image: Image) -> dict[str, bytes]:
    """Read the files of all layers, which hide nothing of each other here."""
    found: dict[str, bytes] = {}
    for layer in image.layers:
        with tarfile.open(fileobj=io.BytesIO(layer.blob.data)) as archive:
            for member in archive:
                if (content := archive.extractfile(member)) is not None:
                    found[member.name] = content.read()
    return found


def test_equal_images_give_equal_bytes_whatever_is_cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cold = write_sbom(ImageSet((image_on(DEBIAN),)), owners=nobody)
    assert write_sbom(ImageSet((image_on(DEBIAN),)), owners=nobody) == cold
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "other"))
    assert write_sbom(ImageSet((image_on(DEBIAN),)), owners=nobody) == cold


def test_the_document_is_named_by_the_digest_and_dated_by_the_image() -> None:
    images = ImageSet((image_on(DEBIAN),))
    told = Told.by(write_sbom(images, name=NAME, owners=nobody)).document
    assert told["name"] == f"{NAME}@{images.digest}"
    assert images.digest.replace(":", "-") in told["documentNamespace"]
    creators = [f"Tool: contractctl-{__version__}"]
    assert told["creationInfo"] == {"created": "1970-01-01T00:00:00Z", "creators": creators}


def test_what_a_tag_names_is_described() -> None:
    one, two = image_on(DEBIAN), image_on(DEBIAN, architecture="arm64")
    alone = Told.by(write_sbom(ImageSet((one,)), name=NAME, owners=nobody))
    assert alone.related("DESCRIBES") == {("the document", NAME)}
    assert alone.purl(NAME) == f"pkg:oci/dino-mock@{escaped(one.manifest.digest)}?arch=amd64&repository_url={NAME}"
    joined = join_images([one, two], {})
    both = Told.by(write_sbom(joined, name=NAME, owners=nobody))
    purls = {each["versionInfo"]: each for each in both.document["packages"] if each["name"] == NAME}
    assert purls.keys() == {joined.digest, one.manifest.digest, two.manifest.digest}
    (described,) = (r for r in both.document["relationships"] if r["relationshipType"] == "DESCRIBES")
    assert described["relatedSpdxElement"] == purls[joined.digest]["SPDXID"]
    variants = [r for r in both.document["relationships"] if r["relationshipType"] == "VARIANT_OF"]
    assert {r["spdxElementId"] for r in variants} == {purls[image.manifest.digest]["SPDXID"] for image in joined.images}


def escaped(digest: str) -> str:
    return digest.replace(":", "%3A")


def test_the_base_is_named_by_its_repository_and_digest() -> None:
    told = Told.by(write_sbom(ImageSet((image_on(DEBIAN),)), name=NAME, owners=nobody))
    base = "127.0.0.1:5000/library/python"
    assert told.related("DESCENDANT_OF") == {(NAME, base)}
    assert told.purl(base) == f"pkg:oci/python@{escaped('sha256:' + 'b' * 64)}?arch=amd64&repository_url={base}"


def test_packages_of_a_distribution_are_named_as_scanners_name_them() -> None:
    told = Told.by(write_sbom(ImageSet((image_on(DEBIAN),)), name=NAME, owners=nobody))
    purl = "pkg:deb/debian/zlib1g@1%3A1.2.13.dfsg-1?arch=amd64&distro=debian-12&upstream=zlib"
    assert told.purl("zlib1g") == purl
    assert told.package("zlib1g")["supplier"] == "Organization: Mark Brown (broonie@debian.org)"
    assert told.files_in("zlib1g") == ["usr/lib/libz.so.1"]
    assert told.package("debian")["versionInfo"] == "12"


def test_each_contract_has_its_bundle_and_its_digest() -> None:
    told = Told.by(write_sbom(ImageSet((image_on({}, contracts=TWO),)), name=NAME, owners=nobody))
    found = {name: (told.package(name)["versionInfo"], told.files_in(name)) for name in ("dinosaurs", "birds")}
    assert found == {
        "dinosaurs": ("1.4.0", ["opt/mock/contracts/dinos.bundle"]),
        "birds": ("2.0", ["opt/mock/contracts/birds.bundle"]),
    }
    digests = [told.package(name)["externalRefs"][0]["referenceLocator"] for name in ("dinosaurs", "birds")]
    assert digests == ["c1:sha256:aa", "c1:sha256:bb"]


@LINUX
def test_the_host_image_tells_interpreter_server_wheels_and_libraries(host_image: ImageSet) -> None:
    told = Told.by(write_sbom(host_image, name=NAME, owners=nobody))
    version = ".".join(map(str, sys.version_info[:3]))
    assert told.package("python")["versionInfo"] == version
    assert told.purl("python") == f"pkg:generic/python@{version}"
    assert told.purl("contractctl") == f"pkg:pypi/contractctl@{__version__}"
    assert {"httptools", "jsonschema-rs", "orjson", "uvloop", "libc.so.6"} <= set(told.names())
    assert told.package("jsonschema-rs")["licenseDeclared"] == "MIT"
    assert told.files_in("dinosaurs") == ["opt/mock/contract.bundle"]
    beside = {f"etc/{name}" for name in ("group", "nsswitch.conf", "passwd", "ssl/certs/ca-certificates.crt")}
    assert set(told.files_in(NAME)) == beside
    needed = told.related("DEPENDENCY_OF")
    assert {("python", "contractctl"), ("orjson", "contractctl"), ("libc.so.6", "python")} <= needed


@LINUX
def test_the_wheels_of_all_features_claim_all_their_files(image_cache: Path) -> None:
    images = build_image(CONTRACTS, base="host", metadata=METADATA, needs=("redis", "tokens"))
    told = Told.by(write_sbom(images, name=NAME, owners=nobody))
    assert {"cffi", "cryptography", "pyjwt", "redis"} <= set(told.names())
    assert ("cffi", "cryptography") in told.related("DEPENDENCY_OF")
    assert [path for path in told.files_in(NAME) if path.startswith("opt/")] == []
