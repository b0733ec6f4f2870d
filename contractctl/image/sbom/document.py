"""The bill of materials of an image or of an index: one SPDX document, made of what was packed and of nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import field

from contractctl import __version__
from contractctl.core.json import Json, is_array, is_object, object_at, text_at
from contractctl.core.records import dataclass
from contractctl.image.model import Image, ImageSet
from contractctl.image.plan import canonical_json
from contractctl.image.sbom.component import Component, package_url
from contractctl.image.sbom.contents import read_contents
from contractctl.image.sbom.licences import spdx_expression
from contractctl.image.sbom.parts import Owners, Part, find_parts, owners_here
from contractctl.image.sbom.spdx import DOCUMENT, Relation, file, file_id, package, relationship, unique_id

_NAMESPACE = "https://spdx.org/spdxdocs/contractctl"
_SPEC = "dev.contractctl.spec"
_IMAGE = "org.opencontainers.image"


@dataclass(slots=True)
class _Body:
    """The lists of a document. A file that several images hold is in it once."""

    packages: list[Json] = field(default_factory=list)
    files: dict[str, Json] = field(default_factory=dict)
    relationships: list[Json] = field(default_factory=list)

    def relate(self, one: str, relation: Relation, other: str) -> None:
        self.relationships.append(relationship(one, relation, other))


def write_sbom(images: ImageSet, *, name: str = "", owners: Owners = owners_here) -> bytes:
    """Write the SPDX 2.3 document (JSON, UTF-8) that describes what a tag of these images names.

    `name` is the repository without a tag (`ghcr.io/acme/dino-mock`); without one the contract's name stands for it.
    Everything is read from the layers and the configurations: equal images give equal bytes. `owners` tells which
    package of this machine a shared library was taken from, where the image itself has no record of it.

    Raise DeliveryFailure when a layer cannot be read.
    """
    repository = name or _labels(_config(images.images[0])).get(f"{_SPEC}.name", "").partition(",")[0] or "mock-api"
    body = _Body()
    whole = _describe_whole(images, repository, body)
    for image in images.images:
        _describe_image(image, repository, body, owners)
        if images.index:
            body.relate(_image_id(image), "VARIANT_OF", whole)
    lists: dict[str, Json] = {
        "packages": body.packages,
        "files": list(body.files.values()),
        "relationships": body.relationships,
    }
    written = hashlib.sha256(canonical_json(lists)).hexdigest()
    document: dict[str, Json] = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": DOCUMENT,
        "name": f"{repository}@{images.digest}",
        "documentNamespace": f"{_NAMESPACE}/{images.digest.replace(':', '-')}-{written[:16]}",
        "creationInfo": {"created": _created(images), "creators": [f"Tool: contractctl-{__version__}"]},
        **lists,
    }
    return canonical_json(document) + b"\n"


def _describe_whole(images: ImageSet, repository: str, body: _Body) -> str:
    """Describe what the tag names: the index, if there is one, else the image, which follows. Return its identifier."""
    if images.index is None:
        body.relate(DOCUMENT, "DESCRIBES", _image_id(images.images[0]))
        return _image_id(images.images[0])
    whole = unique_id("Index", images.digest)
    body.relate(DOCUMENT, "DESCRIBES", whole)
    body.packages.append(package(whole, _named(repository, images.digest)))
    return whole


def _describe_image(image: Image, repository: str, body: _Body, owners: Owners) -> None:
    config = _config(image)
    contents = read_contents(image.layers)
    contracts = dict(_contracts(config))
    found = find_parts(contents, contracts, owners=owners)
    ours = _image_id(image)
    itself = _named(repository, image.manifest.digest, arch=image.platform.architecture)
    body.packages.append(package(ours, itself, contents.files.values()))
    _describe_base(image, config, body)
    identifiers: dict[int, str] = {}
    for part in found.parts:
        identifier = _part_id(image, part)
        identifiers[id(part)] = identifier
        spec_digest = contracts.get(part.component, "")
        body.packages.append(package(identifier, part.component, part.files.values(), spec_digest=spec_digest))
        body.relate(ours, "CONTAINS", identifier)
        for path, facts in part.files.items():
            body.relate(identifier, "CONTAINS", file_id(path, facts))
    for path, facts in found.files.items():
        body.relate(ours, "CONTAINS", file_id(path, facts))
    for path, facts in sorted(contents.files.items()):
        body.files.setdefault(file_id(path, facts), file(path, facts))
    for dependency in found.dependencies:
        body.relate(identifiers[id(dependency.needs)], "DEPENDENCY_OF", identifiers[id(dependency.part)])


def _describe_base(image: Image, config: Mapping[str, Json], body: _Body) -> None:
    labels = _labels(config)
    digest, name = labels.get(f"{_IMAGE}.base.digest", ""), labels.get(f"{_IMAGE}.base.name", "")
    if digest:
        # A name ends with a tag, which is behind the last slash; a port is before it.
        folder, slash, last = name.rpartition("/")
        repository = f"{folder}{slash}{last.partition('@')[0].partition(':')[0]}"
        base = unique_id("Base", image.manifest.digest, digest)
        body.packages.append(package(base, _named(repository or "base", digest, arch=image.platform.architecture)))
        body.relate(_image_id(image), "DESCENDANT_OF", base)


def _contracts(config: Mapping[str, Json]) -> Iterator[tuple[Component, str]]:
    """Yield each contract with its digest: labels and entry point name them in one order."""
    labels, command = _labels(config), object_at(config, "config").get("Entrypoint")
    words = [str(word) for word in command] if is_array(command) else []
    bundles = [word.rpartition("=")[2].strip("/") for word in words if word.endswith(".bundle")]
    entries = [labels.get(f"{_SPEC}.{word}", "").split(",") for word in ("name", "version", "digest")]
    licence = labels.get(f"{_IMAGE}.licenses", "") if len(bundles) == 1 else ""
    known = spdx_expression(licence)
    for (name, version, digest), bundle in zip(zip(*entries, strict=False), bundles, strict=False):
        said = "" if known else licence
        yield Component(name, version, "OTHER", paths=frozenset({bundle}), licence=known, said=said), digest


def _named(repository: str, digest: str, *, arch: str = "") -> Component:
    """Name an image as the package URL type `oci` says: the digest is its version."""
    qualifiers = {"arch": arch, "repository_url": repository.lower() if "/" in repository else ""}
    purl = package_url("oci", repository.rpartition("/")[2].lower(), digest, qualifiers)
    return Component(repository, digest, "CONTAINER", purl)


def _image_id(image: Image) -> str:
    return unique_id("Image", image.manifest.digest)


def _part_id(image: Image, part: Part) -> str:
    component = part.component
    return unique_id(part.kind, image.manifest.digest, component.purl, component.name, *sorted(part.files))


def _created(images: ImageSet) -> str:
    return text_at(_config(images.images[0]), "created") or "1970-01-01T00:00:00Z"


def _labels(config: Mapping[str, Json]) -> Mapping[str, str]:
    return {name: str(value) for name, value in object_at(object_at(config, "config"), "Labels").items()}


def _config(image: Image) -> Mapping[str, Json]:
    config: Json = json.loads(image.config.data)
    return config if is_object(config) else {}
