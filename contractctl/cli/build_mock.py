"""The command `build-mock`."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal

import typer

from contractctl.api.build_mock import Destinations, Recipe, build_mock
from contractctl.api.specs import choose_spec, configured, mounted_specs
from contractctl.cli.declare import command as declared
from contractctl.cli.formats import write_file
from contractctl.cli.mock_options import MockOptions
from contractctl.cli.progress import steps
from contractctl.cli.remote_options import RemoteOptions
from contractctl.cli.session import Session
from contractctl.cli.streams import read_password
from contractctl.core.failures import UsageFailure
from contractctl.core.records import dataclass
from contractctl.core.writing import spare
from contractctl.image.compression import Compression

Specs = Annotated[
    list[str] | None, typer.Argument(metavar="[[PREFIX=]SPEC]...", help="Paths, `-`, URLs, or REF:path of git.")
]
Bundle = Annotated[Path | None, typer.Option("--bundle", metavar="FILE", help="Write just the bundle.")]


@dataclass(frozen=True, slots=True)
class ImageOptions:
    """How the image is made and named."""

    tag: Annotated[
        list[str] | None,
        typer.Option("-t", "--tag", metavar="[NAME:]TAG", help="Repeatable; `auto`: by branch, git tag or PR."),
    ] = None
    base_image: Annotated[
        str | None,
        typer.Option("--base-image", metavar="BASE", help="host, NAME:TAG, oci:DIR, docker-archive:FILE, engine:NAME."),
    ] = None
    platform: Annotated[
        list[str] | None,
        typer.Option("--platform", metavar="OS/ARCHITECTURE", help="Repeatable. [default: this machine's]"),
    ] = None
    compression: Annotated[
        Compression, typer.Option("--compression", help="stored: equal digests with every build of zlib.")
    ] = "gzip"
    builder: Annotated[
        Literal["native", "docker"], typer.Option("--builder", help="docker: build Dockerfile.mock with the engine.")
    ] = "native"
    label: Annotated[
        list[str] | None, typer.Option("--label", metavar="KEY=VALUE", help="One more label; repeatable.")
    ] = None

    def recipe(self, image: str | None) -> Recipe:
        """Return the recipe; `image` is the configured name. Raise UsageFailure for a label that is none."""
        return Recipe(
            tags=tuple(self.tag or ()),
            name=image,
            base=self.base_image,
            platforms=tuple(self.platform or ()),
            builder=self.builder,
            compression=self.compression,
            labels=_labels(self.label or ()),
        )


@dataclass(frozen=True, slots=True)
class DeliveryOptions:
    """Where the image goes."""

    push: Annotated[bool, typer.Option("--push", help="Push to the registry that the name says.")] = False
    load: Annotated[bool, typer.Option("--load", help="Load into the container engine.")] = False
    output: Annotated[
        list[str] | None,
        typer.Option("--output", metavar="KIND:PATH", help="docker-archive, oci-archive, oci or context; repeatable."),
    ] = None
    sbom: Annotated[
        Path | None, typer.Option("--sbom", metavar="FILE", help="List what is in the image, as SPDX 2.3.")
    ] = None
    force: Annotated[bool, typer.Option("--force", help="Move the tag of a version that the registry has.")] = False
    username: Annotated[str, typer.Option("--username", help="The registry's user.")] = ""
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the registry's password from standard input.")
    ] = False

    def destinations(self) -> Destinations:
        """Return the destinations; reads the password if it is to be read."""
        password = read_password() if self.password_stdin else ""
        return Destinations(
            push=self.push,
            load=self.load,
            outputs=tuple(self.output or ()),
            sbom=self.sbom,
            force=self.force,
            username=self.username,
            password=password,
        )

    def check_places(self, read: Collection[str], bundle: Path | None) -> None:
        """Raise UsageFailure when something would be written over what is read, or over something else written."""
        taken: set[str] = set()
        for place in self._places(bundle):
            spare(read, place)
            if (real := os.path.realpath(place)) in taken:
                raise UsageFailure(f"two things are to be written to {place}", hint="name a place for each")
            taken.add(real)

    def _places(self, bundle: Path | None) -> Iterator[Path]:
        named = (bundle, self.sbom, *(Path(text.partition(":")[2]) for text in self.output or () if ":" in text))
        yield from (place for place in named if place is not None and not place.is_char_device())


@declared
def command(
    session: Session,
    image: ImageOptions,
    delivery: DeliveryOptions,
    options: MockOptions,
    remote: RemoteOptions,
    *,
    specs: Specs = None,
    bundle: Bundle = None,
) -> int:
    """Build the image of a mock server of descriptions.

    Several are served below a path prefix each, which is chosen with PREFIX=, with `prefix:` in contractctl.yaml, or
    made from the title.

    With none of --push, --load and --output it is loaded into the engine if one answers, else written to NAME.tar
    here. Prints `name@sha256:…` alone on standard output.
    """
    from contractctl.api.mock import compile_mocks

    config = remote.over(session.config())
    chosen = mounted_specs(specs or (choose_spec(None, config),), config)
    if bundle is not None and (delivery.push or delivery.load or delivery.output or delivery.sbom):
        raise UsageFailure(
            "--bundle writes no image that could be delivered", hint="leave out --push, --load, --output, --sbom"
        )
    if bundle is not None and len(chosen) > 1:
        raise UsageFailure(f"--bundle writes one bundle, and {len(chosen)} SPECs are named", hint="name one of them")
    read = [one.spec for one in chosen]
    session.spare(read)
    delivery.check_places(read, bundle)
    if delivery.password_stdin and "-" in read:
        raise UsageFailure("SPEC and password cannot both be read from standard input", hint="name a file for one")
    name = configured(chosen[0].spec, config).image if len(chosen) == 1 else None
    recipe, destinations = image.recipe(name), delivery.destinations()
    with steps(session) as step:
        step(f"compiling {', '.join(one.spec for one in chosen)}")
        mocks = compile_mocks(chosen, config=config, options=options.given())
    session.findings(tuple(finding for mock in mocks for finding in mock.findings))
    if bundle is not None:
        write_file(bundle, mocks[0].bundle)
        session.note(f"wrote {bundle}; serve it with: python -m contractctl.mockserver {bundle}")
        return 0

    with steps(session) as step:
        report = build_mock(mocks, recipe, destinations, steps=step)
    session.report(report)
    for done in report.delivered:
        session.note(done)
    session.note(f"serve it with: docker run --rm -p {report.port}:{report.port} {_runnable(report.name, report.tags)}")
    return 0


def _labels(texts: Iterable[str]) -> dict[str, str]:
    labels = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not key or not equals:
            raise UsageFailure(f"no label `{text}`", hint="write --label KEY=VALUE")
        labels[key] = value
    return labels


def _runnable(name: str, tags: tuple[str, ...]) -> str:
    return f"{name.removeprefix('docker.io/library/').removeprefix('docker.io/')}:{tags[0]}"
