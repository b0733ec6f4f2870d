"""Which contract an image serves, read from its labels in the registry; no layer is fetched."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from contractctl.core.failures import DeliveryFailure
from contractctl.core.json import Json, is_object, object_at, read_json, text_at
from contractctl.core.records import dataclass
from contractctl.core.reports import InspectReport, LayerSummary, ServedContract
from contractctl.image.bases.stored import DIGEST, fits, objects_at, platform_of
from contractctl.image.model import Blob, Platform
from contractctl.image.reference import Reference, parse_reference
from contractctl.image.registry.credentials import find_credentials
from contractctl.image.registry.reading import open_repository

_SPEC = "dev.contractctl.spec."
_OCI = "org.opencontainers.image."
_OURS = "contractctl build-mock: "


class Source(Protocol):
    """Where manifests and configurations are read from: a repository."""

    def top(self) -> Blob:
        """Return the manifest or index that was asked for."""
        ...

    def manifest(self, name: str, *, digest: str) -> Blob:
        """Return the manifest with this digest."""
        ...

    def blob(self, digest: str) -> bytes:
        """Return a configuration."""
        ...


def inspect_image(image: str, *, platform: str = "", username: str = "", password: str = "") -> InspectReport:
    """Ask the registry which contracts the image `image` (a reference; `latest` without tag and digest) serves.

    Of an index that says it for all platforms nothing else is read; with `platform`, and where there is but one, also
    the manifest and the configuration, so that the layers are known.

    Raises:
        UsageFailure: `image` is no reference, `platform` no platform, or half of a login is missing.
        DeliveryFailure: the registry does not give it, or it is no mock image.
    """
    reference = parse_reference(image)
    wanted = Platform.parse(platform) if platform else None
    who = find_credentials(
        reference.registry,
        repository=reference.repository,
        environment=os.environ,
        username=username,
        password=password,
    )
    with open_repository(reference, credentials=who) as repository:
        return inspect_source(repository, reference, wanted)


def inspect_source(source: Source, reference: Reference, wanted: Platform | None) -> InspectReport:
    """Do what `inspect_image` does, with what reads."""
    return _Inspection(source, reference, wanted).report()


@dataclass(frozen=True, slots=True)
class _Single:
    """One platform's image: what its manifest, its configuration and its labels say."""

    digest: str
    platform: Platform
    labels: Mapping[str, str]
    created: str
    layers: tuple[LayerSummary, ...]


@dataclass(frozen=True, slots=True)
class _Inspection:
    source: Source
    reference: Reference
    wanted: Platform | None

    def report(self) -> InspectReport:
        top = self.source.top()
        document = self._object(top.data, top.digest)
        if "manifests" not in document:
            single = self._single(top.digest, document)
            self._check_platform((single.platform,))
            return self._report(single.labels, single.digest, (single.platform,), single)
        return self._of_index(top.digest, document)

    def _of_index(self, digest: str, index: Mapping[str, Json]) -> InspectReport:
        """Read the index alone where that suffices: it speaks for all platforms, and there are several."""
        entries = dict(_entries(index))
        platforms = tuple(entries)
        self._check_platform(platforms)
        labels = _texts(index.get("annotations"))
        if self.wanted is None and len(platforms) > 1 and f"{_SPEC}digest" in labels:
            return self._report(labels, digest, platforms, None)
        chosen = next((one for one in platforms if self.wanted is not None and fits(one, self.wanted)), platforms[0])
        child = self._digest(text_at(entries[chosen], "digest"))
        manifest = self.source.manifest(child, digest=child)
        single = self._single(child, self._object(manifest.data, child))
        if self.wanted is not None:
            return self._report(single.labels, child, (chosen,), single)
        alone = single if len(platforms) == 1 else None
        return self._report({**single.labels, **labels}, digest, platforms, alone)

    def _single(self, digest: str, manifest: Mapping[str, Json]) -> _Single:
        described = self._digest(text_at(object_at(manifest, "config"), "digest"))
        config = self._object(self.source.blob(described), described)
        labels = _texts(object_at(config, "config").get("Labels"))
        return _Single(
            digest=digest,
            platform=platform_of(config),
            labels={**_texts(manifest.get("annotations")), **labels},
            created=text_at(config, "created"),
            layers=tuple(_layers(manifest, config)),
        )

    def _report(
        self, labels: Mapping[str, str], digest: str, platforms: Sequence[Platform], single: _Single | None
    ) -> InspectReport:
        contracts = tuple(_contracts(labels))
        if not contracts:
            raise DeliveryFailure(
                f"cannot tell which contract {self.reference} serves: it has no label {_SPEC}digest",
                hint="is this the image that `contractctl build-mock` made?",
            )
        return InspectReport(
            reference=str(self.reference),
            digest=digest,
            platforms=tuple(map(str, platforms)),
            contracts=contracts,
            title=labels.get(f"{_OCI}title", ""),
            base=labels.get(f"{_OCI}base.name", ""),
            base_digest=labels.get(f"{_OCI}base.digest", ""),
            source=labels.get(f"{_OCI}source", ""),
            created=single.created if single else "",
            layers=single.layers if single else (),
        )

    def _check_platform(self, held: Sequence[Platform]) -> None:
        if not held:
            raise DeliveryFailure(f"cannot read {self.reference}: it holds no image", hint="push the image again")
        if self.wanted is not None and not any(fits(one, self.wanted) for one in held):
            raise DeliveryFailure(
                f"{self.reference} has no image for {self.wanted}: it holds {', '.join(map(str, held))}",
                hint="name one of these with --platform, or leave it out",
            )

    def _object(self, data: bytes, digest: str) -> Mapping[str, Json]:
        try:
            value: Json = read_json(data)
        except ValueError:
            value = None
        if not is_object(value):
            raise DeliveryFailure(
                f"cannot tell which contract {self.reference} serves: {digest} is no part of an image",
                hint="is this the image that `contractctl build-mock` made?",
            )
        return value

    def _digest(self, text: str) -> str:
        if not DIGEST.fullmatch(text):
            raise DeliveryFailure(
                f"cannot tell which contract {self.reference} serves: its manifest names no configuration",
                hint="is this the image that `contractctl build-mock` made?",
            )
        return text


def _entries(index: Mapping[str, Json]) -> Iterator[tuple[Platform, Mapping[str, Json]]]:
    """Yield the images of an index; what builders attest of them has the platform `unknown`."""
    for member in objects_at(index, "manifests"):
        platform = platform_of(object_at(member, "platform"))
        if platform.os not in {"", "unknown"}:
            yield platform, member


def _contracts(labels: Mapping[str, str]) -> Iterator[ServedContract]:
    """Yield what the labels say of each contract: one entry each, parted by commas, where an image serves several."""
    digests = labels.get(f"{_SPEC}digest", "")
    count = digests.count(",") + 1 if digests else 0
    names, versions = (labels.get(f"{_SPEC}{what}", "") for what in ("name", "version"))
    columns = [text.split(",", count - 1) if count else [] for text in (names, versions, digests)]
    for index in range(count):
        yield ServedContract(*(column[index].strip() if index < len(column) else "" for column in columns))


def _layers(manifest: Mapping[str, Json], config: Mapping[str, Json]) -> Iterator[LayerSummary]:
    """Yield the layers, named after what made them; those of the base are called so."""
    described = list(objects_at(manifest, "layers"))
    made = [one for one in objects_at(config, "history") if not one.get("empty_layer")]
    authors = [text_at(one, "created_by") for one in made] if len(made) == len(described) else [""] * len(described)
    for layer, author in zip(described, authors, strict=True):
        size = layer.get("size")
        name = author.removeprefix(_OURS) if author.startswith(_OURS) else "base"
        yield LayerSummary(name, text_at(layer, "digest"), size if isinstance(size, int) else 0)


def _texts(value: Json) -> dict[str, str]:
    return {name: text for name, text in value.items() if isinstance(text, str)} if is_object(value) else {}
