"""Build the mock image of a description and take it where it is wanted."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import Literal

from contractctl.api.mock import CompiledDescription
from contractctl.api.naming import image_metadata, image_references
from contractctl.core.failures import UsageFailure
from contractctl.core.progress import SILENCE, Steps
from contractctl.core.records import dataclass
from contractctl.core.reports import BuildReport, LayerSummary
from contractctl.core.writing import whole_file
from contractctl.image import archive, engine
from contractctl.image.bases.choosing import base_login, default_base
from contractctl.image.bases.host import default_platform
from contractctl.image.build import build_image
from contractctl.image.compression import Compression
from contractctl.image.context import write_context
from contractctl.image.model import Image, ImageSet, Platform
from contractctl.image.plan import MOCK_PORT, Served
from contractctl.image.reference import Reference
from contractctl.image.registry.credentials import Credentials, find_credentials
from contractctl.image.registry.fetching import FindCredentials
from contractctl.image.registry.pushing import push
from contractctl.image.sbom.document import write_sbom
from contractctl.mock.settings import Need

Logins = Mapping[str, Credentials | None]

_CONTEXT = "context"
_OUTPUTS = (*archive.ARCHIVE_WRITERS, _CONTEXT)
_ALONE = frozenset({_CONTEXT, "docker-archive"})
"""Outputs that hold one platform."""


@dataclass(frozen=True, slots=True)
class Destinations:
    """Where an image is to go. With none of them: the engine if one answers, else `NAME.tar` in this folder.

    `outputs` are `KIND:PATH` with KIND one of docker-archive, oci-archive, oci and context, `sbom` is a file for the
    list of what is in it. `nowhere` is for those who only want to know that it can be built. `force` moves the tag of a
    release that a registry has at another digest.
    """

    nowhere: bool = False
    push: bool = False
    load: bool = False
    outputs: tuple[str, ...] = ()
    sbom: Path | None = None
    force: bool = False
    username: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an image is to be made. `tags` are references, bare tags or `auto`; `name` is the configured image, if any.

    `base` None is the default for the platforms, which are `OS/ARCHITECTURE`; none of them means the one of this host.
    """

    tags: tuple[str, ...] = ()
    name: str | None = None
    base: str | None = None
    platforms: tuple[str, ...] = ()
    builder: Literal["native", "docker"] = "native"
    compression: Compression = "gzip"
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Order:
    """What is to be built, and how it is called."""

    mocks: tuple[CompiledDescription, ...]
    recipe: Recipe
    references: tuple[Reference, ...]

    @property
    def contracts(self) -> tuple[Served, ...]:
        return tuple(Served(mock.bundle, mock.prefix) for mock in self.mocks)

    @property
    def needs(self) -> tuple[Need, ...]:
        return tuple(sorted({need for mock in self.mocks for need in mock.needs}))

    @property
    def platforms(self) -> tuple[Platform, ...]:
        return tuple(dict.fromkeys(map(Platform.parse, self.recipe.platforms)))


def build_mock(
    mocks: Iterable[CompiledDescription],
    recipe: Recipe,
    destinations: Destinations,
    *,
    steps: Steps | None = None,
) -> BuildReport:
    """Build the image that serves `mocks`, one at least, once and deliver it everywhere it is wanted.

    Equal contracts and recipes give equal digests. `steps` hears what is being done. Raise UsageFailure for names,
    bases and outputs that there are not, DeliveryFailure for a place that does not take the image.
    """
    mocks, step = tuple(mocks), steps or SILENCE
    order = _Order(mocks, recipe, image_references(mocks, recipe.tags, recipe.name))
    outputs = tuple(_output(text) for text in destinations.outputs)
    if recipe.builder == "docker":
        return _build_with_engine(order, destinations, step)
    _refuse_several(order.platforms, outputs)
    logins = _logins(order.references, destinations)
    contexts = tuple(path for kind, path in outputs if kind == _CONTEXT)
    for path in contexts:
        _write_context(order, path, step)
    images = build_image(
        order.contracts,
        base=recipe.base,
        platforms=order.platforms,
        metadata=image_metadata(mocks),
        needs=order.needs,
        labels=recipe.labels,
        compression=recipe.compression,
        credentials=_base_logins(order.references, destinations),
        progress=step,
    )
    delivered = (
        *(_written(_CONTEXT, path, order.references[0]) for path in contexts),
        *_deliver(images, order.references, outputs, destinations, logins=logins, step=step),
    )
    return _report(order, images, delivered)


def _refuse_several(platforms: Sequence[Platform], outputs: Iterable[tuple[str, Path]]) -> None:
    """Refuse what holds one platform where several are asked for."""
    for kind, path in outputs:
        if kind in _ALONE and len(platforms) > 1:
            hint = "write an OCI archive with --output oci-archive:FILE, push it, or name one --platform"
            raise UsageFailure(f"{kind}:{path} holds one platform, and {len(platforms)} are asked for", hint=hint)


def _write_context(order: _Order, path: Path, step: Steps) -> None:
    write_context(
        path,
        order.contracts,
        image_metadata(order.mocks),
        platform=next(iter(order.platforms), None),
        needs=order.needs,
        labels=order.recipe.labels,
        progress=step,
    )


def _deliver(
    images: ImageSet,
    references: tuple[Reference, ...],
    outputs: tuple[tuple[str, Path], ...],
    destinations: Destinations,
    *,
    logins: Logins,
    step: Steps,
) -> Iterator[str]:
    """Take the image to each destination, and say of each that it is there."""
    if destinations.sbom is not None:
        step(f"writing {destinations.sbom}")
        with whole_file(destinations.sbom) as file:
            file.write(write_sbom(images, name=references[0].name))
        yield f"wrote {destinations.sbom}, the list of what is in the image"
    load = destinations.load
    if not (destinations.nowhere or destinations.push or load or outputs):
        load = engine.engine_available()
        if not load:
            kind = "docker-archive" if len(images.images) == 1 else "oci-archive"
            outputs = ((kind, Path(f"{references[0].repository.rpartition('/')[2]}.tar")),)
    for kind, path in outputs:
        if kind != _CONTEXT:
            step(f"writing {path}")
            archive.ARCHIVE_WRITERS[kind](images, path, references)
            yield _written(kind, path, references[0])
    if load:
        step("loading the image into the engine")
        own = _of_this_machine(images)
        engine.load(ImageSet((own,)), references)
        yield "loaded into the engine" if images.index is None else f"loaded the {own.platform} image into the engine"
    if destinations.push:
        yield from _push(images, references, logins, step, force=destinations.force)


def _of_this_machine(images: ImageSet) -> Image:
    """Return the image that runs here, the first where none does: an engine holds one platform under a name."""
    here = default_platform()
    return next((image for image in images.images if image.platform == here), images.images[0])


_NEXT: Mapping[str, str] = {
    "docker-archive": "an engine takes it with: docker load --input {path}",
    "oci": "an engine takes it with: skopeo copy oci:{path} docker-daemon:{reference}",
    "oci-archive": "an engine takes it with: skopeo copy oci-archive:{path} docker-daemon:{reference}",
    _CONTEXT: "an engine builds it with: docker build --tag {reference} {path}",
}


def _written(kind: str, path: Path, reference: Reference) -> str:
    """Say that a file is there, and the step that is between it and `docker run`."""
    return f"wrote {path}; {_NEXT[kind].format(path=path, reference=reference)}"


def _logins(references: Iterable[Reference], destinations: Destinations) -> Logins:
    """Find who we are to each repository that is pushed to: before anything is built, since half of a pair may lack."""
    pushed = {reference.name: reference for reference in references} if destinations.push else {}
    return {
        name: find_credentials(
            reference.registry,
            repository=reference.repository,
            environment=os.environ,
            username=destinations.username,
            password=destinations.password,
        )
        for name, reference in pushed.items()
    }


def _base_logins(references: Iterable[Reference], destinations: Destinations) -> FindCredentials:
    """Return what finds who we are to a base's registry: there, too, whom it pushes as, elsewhere never."""
    hosts = {reference.registry for reference in references} if destinations.push else set()

    def find(host: str) -> Credentials | None:
        if host not in hosts:
            return base_login(host)
        return find_credentials(
            host, environment=os.environ, username=destinations.username, password=destinations.password
        )

    return find


def _push(
    images: ImageSet, references: tuple[Reference, ...], logins: Logins, step: Steps, *, force: bool
) -> Iterator[str]:
    repositories: dict[str, list[Reference]] = {}
    for reference in references:
        repositories.setdefault(reference.name, []).append(reference)
    done: list[Reference] = []
    for name, tagged in repositories.items():
        step(f"pushing {name}")
        tags = [reference.tag for reference in tagged]
        push(
            images,
            tagged[0],
            tags,
            credentials=logins[name],
            force=force,
            held_by=tuple(done),
            progress=step.moved,
        )
        done.append(tagged[0])
        yield f"pushed {name} with the tags {', '.join(tags)}"


def _build_with_engine(order: _Order, destinations: Destinations, step: Steps) -> BuildReport:
    """Build Dockerfile.mock with the engine, for those who edit it; the image stays there."""
    recipe = order.recipe
    if destinations.push or destinations.outputs or destinations.sbom:
        hint = "push what the engine has built with `docker push`, or leave out --builder docker"
        raise UsageFailure("--builder docker builds into the engine only", hint=hint)
    if order.platforms not in {(), (default_platform(),)}:
        hint = "leave out --builder docker, or --platform"
        raise UsageFailure(f"--builder docker builds for {default_platform()}, the engine's own platform", hint=hint)
    arguments = {"BASE_IMAGE": recipe.base} if recipe.base not in {None, "host"} else {}
    with tempfile.TemporaryDirectory(prefix="contractctl-") as folder:
        context = Path(folder) / "context"
        _write_context(order, context, step)
        identity = engine.build_with_engine(context, order.references, log=step, build_arguments=arguments)
    delivered = (f"built in the engine as {identity}; a registry gives it another digest",)
    return replace(_report(order, None, delivered), digest=identity, is_local=True)


def _report(order: _Order, images: ImageSet | None, delivered: tuple[str, ...]) -> BuildReport:
    platforms = tuple(str(image.platform) for image in images.images) if images else (str(default_platform()),)
    return BuildReport(
        name=order.references[0].name,
        tags=tuple(dict.fromkeys(reference.tag for reference in order.references)),
        digest=images.digest if images else "",
        platforms=platforms,
        layers=_layers(images) if images else (),
        spec_digest=",".join(mock.spec_digest for mock in order.mocks),
        base=order.recipe.base or default_base(order.platforms),
        port=order.mocks[0].port or MOCK_PORT,
        delivered=delivered,
        findings=tuple(finding for mock in order.mocks for finding in mock.findings),
    )


def _layers(images: ImageSet) -> tuple[LayerSummary, ...]:
    """Name each layer once: what platforms share is one blob."""
    layers = {layer.blob.digest: layer for image in images.images for layer in image.layers}
    return tuple(LayerSummary(layer.name, digest, layer.blob.size) for digest, layer in layers.items())


def _output(text: str) -> tuple[str, Path]:
    kind, _, path = text.partition(":")
    if kind in _OUTPUTS and path:
        return kind, Path(path)
    fault = f"the output `{text}` names no path" if kind in _OUTPUTS else f"no output `{text}`"
    raise UsageFailure(fault, hint=f"write KIND:PATH with KIND one of {', '.join(_OUTPUTS)}")
