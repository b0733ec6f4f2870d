"""Build the mock image of a description and take it where it is wanted."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import Literal

from contractctl.api.mock import CompiledDescription
from contractctl.core.failures import UsageFailure
from contractctl.core.records import dataclass
from contractctl.core.reports import BuildReport, LayerSummary
from contractctl.image import archive, engine
from contractctl.image.bases.host import default_platform
from contractctl.image.build import build_image
from contractctl.image.context import write_context
from contractctl.image.model import ImageSet
from contractctl.image.plan import MOCK_PORT, ImageMetadata
from contractctl.image.reference import Reference, clean_repository, clean_tag, parse_reference
from contractctl.image.registry.credentials import Credentials, find_credentials
from contractctl.image.registry.pushing import push

Step = Callable[[str], None]
Logins = Mapping[str, Credentials | None]

_CONTEXT = "context"
_OUTPUTS = (*archive.ARCHIVE_WRITERS, _CONTEXT)


@dataclass(frozen=True, slots=True)
class Destinations:
    """Where an image is to go. With none of them: the engine if one answers, else `NAME.tar` in this folder.

    `outputs` are `KIND:PATH` with KIND one of docker-archive, oci-archive, oci and context. `nowhere` is for those who
    only want to know that it can be built.
    """

    nowhere: bool = False
    push: bool = False
    load: bool = False
    outputs: tuple[str, ...] = ()
    username: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an image is to be made. `tags` are references or bare tags; `name` is the configured image, if any."""

    tags: tuple[str, ...] = ()
    name: str | None = None
    base: str = "host"
    builder: Literal["native", "docker"] = "native"
    labels: Mapping[str, str] = field(default_factory=dict)


def build_mock(
    compiled: CompiledDescription, recipe: Recipe, destinations: Destinations, *, step: Step = lambda _step: None
) -> BuildReport:
    """Build the image once and deliver it everywhere it is wanted.

    Equal contracts and recipes give equal digests. `step` hears what is being done. Raise UsageFailure for names,
    bases and outputs that there are not, DeliveryFailure for a place that does not take the image.
    """
    references = _references(compiled, recipe)
    metadata, needs = _metadata(compiled), compiled.needs
    if recipe.builder == "docker":
        return _build_with_engine(compiled, recipe, destinations, references, step)
    outputs = tuple(_output(text) for text in destinations.outputs)
    logins = _logins(references, destinations)
    contexts = tuple(path for kind, path in outputs if kind == _CONTEXT)
    for path in contexts:
        write_context(path, compiled.bundle, metadata, needs=needs, labels=recipe.labels, progress=step)
    images = build_image(
        compiled.bundle, base=recipe.base, metadata=metadata, needs=needs, labels=recipe.labels, progress=step
    )
    delivered = (
        *(_written(_CONTEXT, path, references[0]) for path in contexts),
        *_deliver(images, references, outputs, destinations, logins=logins, step=step),
    )
    return _report(compiled, recipe, references, images, delivered)


def _deliver(
    images: ImageSet,
    references: tuple[Reference, ...],
    outputs: tuple[tuple[str, Path], ...],
    destinations: Destinations,
    *,
    logins: Logins,
    step: Step,
) -> Iterator[str]:
    """Take the image to each destination, and say of each that it is there."""
    load = destinations.load
    if not (destinations.nowhere or destinations.push or load or outputs):
        load = engine.engine_available()
        if not load:
            outputs = (("docker-archive", Path(f"{references[0].repository.rpartition('/')[2]}.tar")),)
    for kind, path in outputs:
        if kind != _CONTEXT:
            step(f"writing {path}")
            archive.ARCHIVE_WRITERS[kind](images, path, references)
            yield _written(kind, path, references[0])
    if load:
        step("loading the image into the engine")
        engine.load(images, references)
        yield "loaded into the engine"
    if destinations.push:
        yield from _push(images, references, logins, step)


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
    """Find who we are to each registry that is pushed to: before anything is built, since half of a pair may lack."""
    hosts = {reference.registry for reference in references} if destinations.push else set()
    who = {"username": destinations.username, "password": destinations.password}
    return {host: find_credentials(host, environment=os.environ, **who) for host in sorted(hosts)}


def _push(images: ImageSet, references: tuple[Reference, ...], logins: Logins, step: Step) -> Iterator[str]:
    repositories: dict[str, list[Reference]] = {}
    for reference in references:
        repositories.setdefault(reference.name, []).append(reference)
    for name, tagged in repositories.items():
        step(f"pushing {name}")
        tags = [reference.tag for reference in tagged]
        push(images, tagged[0], tags, credentials=logins[tagged[0].registry])
        yield f"pushed {name} with the tags {', '.join(tags)}"


def _build_with_engine(
    compiled: CompiledDescription,
    recipe: Recipe,
    destinations: Destinations,
    references: tuple[Reference, ...],
    step: Step,
) -> BuildReport:
    """Build Dockerfile.mock with the engine, for those who edit it; the image stays there."""
    if destinations.push or destinations.outputs:
        hint = "push what the engine has built with `docker push`, or leave out --builder docker"
        raise UsageFailure("--builder docker builds into the engine only", hint=hint)
    arguments = {} if recipe.base == "host" else {"BASE_IMAGE": recipe.base}
    with tempfile.TemporaryDirectory(prefix="contractctl-") as folder:
        context = Path(folder) / "context"
        metadata, needs = _metadata(compiled), compiled.needs
        write_context(context, compiled.bundle, metadata, needs=needs, labels=recipe.labels, progress=step)
        identity = engine.build_with_engine(context, references, log=step, build_arguments=arguments)
    return BuildReport(
        name=references[0].name,
        tags=tuple(reference.tag for reference in references),
        digest=identity,
        platforms=(str(default_platform()),),
        layers=(),
        spec_digest=compiled.spec_digest,
        base=recipe.base,
        port=compiled.port or MOCK_PORT,
        delivered=(f"built in the engine as {identity}; a registry gives it another digest",),
        findings=compiled.findings,
        is_local=True,
    )


def _report(
    compiled: CompiledDescription,
    recipe: Recipe,
    references: tuple[Reference, ...],
    images: ImageSet,
    delivered: tuple[str, ...],
) -> BuildReport:
    return BuildReport(
        name=references[0].name,
        tags=tuple(dict.fromkeys(reference.tag for reference in references)),
        digest=images.digest,
        platforms=tuple(str(image.platform) for image in images.images),
        layers=tuple(
            LayerSummary(layer.name, layer.blob.digest, layer.blob.size)
            for image in images.images
            for layer in image.layers
        ),
        spec_digest=compiled.spec_digest,
        base=recipe.base,
        port=compiled.port or MOCK_PORT,
        delivered=delivered,
        findings=compiled.findings,
    )


def _layers(images: ImageSet) -> tuple[LayerSummary, ...]:
    """Name each layer once: what platforms share is one blob."""
    layers = {layer.blob.digest: layer for image in images.images for layer in image.layers}
    return tuple(LayerSummary(layer.name, digest, layer.blob.size) for digest, layer in layers.items())


def _references(compiled: CompiledDescription, recipe: Recipe) -> tuple[Reference, ...]:
    """Return the names that the image gets, each with a tag: `info.version` where none is given."""
    version = clean_tag(compiled.contract.version) or "latest"
    default = parse_reference(recipe.name or _default_name(compiled))
    return tuple(dict.fromkeys(_named(recipe.tags or (version,), default, version)))


def _named(tags: Iterable[str], default: Reference, version: str) -> Iterator[Reference]:
    """Read a tag with a slash or a colon as a whole reference, any other as a tag of the default name."""
    for tag in tags:
        if "/" in tag or ":" in tag:
            reference = parse_reference(tag)
            if reference.digest:
                raise UsageFailure(f"`{tag}` names a digest", hint="the build decides the digest; give a NAME:TAG")
            yield reference if reference.tag else reference.tagged(version)
        elif tag and clean_tag(tag) == tag:
            yield default.tagged(tag)
        else:
            hint = "a tag has letters, digits, `_`, `.` and `-`, 128 at most"
            raise UsageFailure(f"`{tag}` is no tag", hint=hint)


def _default_name(compiled: CompiledDescription) -> str:
    repository = os.environ.get("GITHUB_REPOSITORY")
    if os.environ.get("GITHUB_ACTIONS") == "true" and repository:
        return f"ghcr.io/{repository.lower()}/mock-api"
    return clean_repository(compiled.contract.title) or "mock-api"


def _metadata(compiled: CompiledDescription) -> ImageMetadata:
    contract = compiled.contract
    return ImageMetadata(
        title=contract.title,
        version=contract.version,
        spec_digest=compiled.spec_digest,
        spec_name=clean_repository(contract.title),
        description=contract.description,
        licenses=contract.license,
        source=_source(),
        port=compiled.port or MOCK_PORT,
    )


def _source() -> str:
    """Return the repository's address in Actions, which links a package of GHCR to it; else nothing."""
    server, repository = os.environ.get("GITHUB_SERVER_URL"), os.environ.get("GITHUB_REPOSITORY")
    return f"{server}/{repository}" if server and repository else ""


def _output(text: str) -> tuple[str, Path]:
    kind, _, path = text.partition(":")
    if kind in _OUTPUTS and path:
        return kind, Path(path)
    fault = f"the output `{text}` names no path" if kind in _OUTPUTS else f"no output `{text}`"
    raise UsageFailure(fault, hint=f"write KIND:PATH with KIND one of {', '.join(_OUTPUTS)}")
