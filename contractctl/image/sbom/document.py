"""The bill of materials of an image or of an index: one SPDX document, made of what was packed and of nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping

from contractctl import __version__
from contractctl.core.json import Json, is_object, object_at, text_at
from contractctl.image.model import Image, ImageSet
from contractctl.image.plan import canonical_json
from contractctl.image.sbom.spdx import DOCUMENT, Element, package, relationship, unique_id

_NAMESPACE = "https://spdx.org/spdxdocs/contractctl"
_SPEC = "dev.contractctl.spec"


def write_sbom(images: ImageSet, *, name: str = "") -> bytes:
    """Write the SPDX 2.3 document (JSON, UTF-8) that describes what a tag of these images names.

    `name` is the repository without a tag (`ghcr.io/acme/dino-mock`); without one the contract's name stands for it.
    Contract, time and digests are what the images themselves say, so that equal images give equal bytes, on a machine
    that does not change.

    Raise DeliveryFailure when a layer cannot be read.
    """
    repository = name or _labels(images.images[0]).get(f"{_SPEC}.name") or "mock-api"
    elements = [*_described(images, repository), *_contracts(images)]
    body: dict[str, Json] = {
        "packages": [element.value for element in elements if element.kind == "package"],
        "relationships": [element.value for element in elements if element.kind == "relationship"],
    }
    written = hashlib.sha256(canonical_json(body)).hexdigest()
    created = text_at(_config(images.images[0]), "created") or "1970-01-01T00:00:00Z"
    document: dict[str, Json] = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": DOCUMENT,
        "name": f"{repository}@{images.digest}",
        "documentNamespace": f"{_NAMESPACE}/{images.digest.replace(':', '-')}-{written[:16]}",
        "creationInfo": {"created": created, "creators": [f"Tool: contractctl-{__version__}"]},
        **body,
    }
    return canonical_json(document) + b"\n"


def _described(images: ImageSet, repository: str) -> Iterator[Element]:
    """Yield the images, and the index above them, if any: the one that the tag names is what is described."""
    whole = unique_id("Index" if images.index else "Image", images.digest)
    yield relationship(DOCUMENT, "DESCRIBES", whole)
    if images.index:
        yield package(whole, repository, images.digest, purpose="CONTAINER", purl=_purl(repository, images.digest))
    for image in images.images:
        purl = _purl(repository, image.manifest.digest, image)
        yield package(_image_id(image), repository, image.manifest.digest, purpose="CONTAINER", purl=purl)
        if images.index:
            yield relationship(_image_id(image), "VARIANT_OF", whole)


def _contracts(images: ImageSet) -> Iterator[Element]:
    labels = _labels(images.images[0])
    entries = [labels.get(f"{_SPEC}.{word}", "").split(",") for word in ("name", "version", "digest")]
    for name, version, digest in zip(*entries, strict=False):
        if name:
            contract = unique_id("Contract", name, digest)
            yield package(contract, name, version, purpose="OTHER", spec_digest=digest)
            yield from (relationship(_image_id(image), "CONTAINS", contract) for image in images.images)


def _image_id(image: Image) -> str:
    return unique_id("Image", image.manifest.digest)


def _labels(image: Image) -> Mapping[str, str]:
    labels = object_at(object_at(_config(image), "config"), "Labels")
    return {name: str(value) for name, value in labels.items()}


def _config(image: Image) -> Mapping[str, Json]:
    config: Json = json.loads(image.config.data)
    return config if is_object(config) else {}


def _purl(repository: str, digest: str, image: Image | None = None) -> str:
    """Name an image as the package URL type `oci` says: the digest is the version, the rest are qualifiers."""
    short = repository.rpartition("/")[2].lower()
    architecture = f"arch={image.platform.architecture}&" if image else ""
    return f"pkg:oci/{short}@{digest.replace(':', '%3A')}?{architecture}repository_url={repository.lower()}"
