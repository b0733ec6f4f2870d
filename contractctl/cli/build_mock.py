"""The command `build-mock`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

import typer

from contractctl.api.build_mock import Destinations, Recipe, build_mock
from contractctl.api.specs import choose_spec, configured
from contractctl.cli.declare import command as declared
from contractctl.cli.formats import write_file
from contractctl.cli.mock_options import MockOptions
from contractctl.cli.progress import steps
from contractctl.cli.remote_options import RemoteOptions
from contractctl.cli.session import Session
from contractctl.core.failures import UsageFailure
from contractctl.core.records import dataclass

Spec = Annotated[str | None, typer.Argument(metavar="[SPEC]", help="A path, `-`, a URL, or REF:path of git.")]
Bundle = Annotated[Path | None, typer.Option("--bundle", metavar="FILE", help="Write just the bundle.")]


@dataclass(frozen=True, slots=True)
class ImageOptions:
    """How the image is made and named."""

    tag: Annotated[
        list[str] | None,
        typer.Option("-t", "--tag", metavar="[NAME:]TAG", help="Repeatable. [default: the title and the version]"),
    ] = None
    base_image: Annotated[
        str, typer.Option("--base-image", metavar="host|oci:DIR", help="What the image stands on.")
    ] = "host"
    builder: Annotated[
        Literal["native", "docker"], typer.Option("--builder", help="docker: build Dockerfile.mock with the engine.")
    ] = "native"
    label: Annotated[
        list[str] | None, typer.Option("--label", metavar="KEY=VALUE", help="One more label; repeatable.")
    ] = None

    def recipe(self, image: str | None) -> Recipe:
        """Return the recipe; `image` is the configured name. Raise UsageFailure for a label that is none."""
        return Recipe(tuple(self.tag or ()), image, self.base_image, self.builder, _labels(self.label or ()))


@dataclass(frozen=True, slots=True)
class DeliveryOptions:
    """Where the image goes."""

    push: Annotated[bool, typer.Option("--push", help="Push to the registry that the name says.")] = False
    load: Annotated[bool, typer.Option("--load", help="Load into the container engine.")] = False
    output: Annotated[
        list[str] | None,
        typer.Option("--output", metavar="KIND:PATH", help="docker-archive, oci-archive, oci or context; repeatable."),
    ] = None
    username: Annotated[str, typer.Option("--username", help="The registry's user.")] = ""
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the registry's password from standard input.")
    ] = False

    def destinations(self) -> Destinations:
        """Return the destinations; reads the password if it is to be read."""
        password = sys.stdin.readline().rstrip("\r\n") if self.password_stdin else ""
        outputs = tuple(self.output or ())
        return Destinations(push=self.push, load=self.load, outputs=outputs, username=self.username, password=password)


@declared
def command(
    session: Session,
    image: ImageOptions,
    delivery: DeliveryOptions,
    options: MockOptions,
    remote: RemoteOptions,
    *,
    spec: Spec = None,
    bundle: Bundle = None,
) -> int:
    """Build the mock image of a description.

    With none of --push, --load and --output it is loaded into the engine if one answers, else written to NAME.tar
    here. Prints `name@sha256:…` alone on standard output.
    """
    from contractctl.api.mock import compile_mock

    config = remote.over(session.config())
    chosen = choose_spec(spec, config)
    if bundle is not None and (delivery.push or delivery.load or delivery.output):
        raise UsageFailure(
            "--bundle writes no image that could be delivered", hint="leave out --push, --load, --output"
        )
    recipe, destinations = image.recipe(configured(chosen, config).image), delivery.destinations()
    with steps(session) as step:
        step(f"compiling {chosen}")
        compiled = compile_mock(chosen, config=config, options=options.given())
    session.findings(compiled.findings)
    if bundle is not None:
        write_file(bundle, compiled.bundle)
        session.note(f"wrote {bundle}; serve it with: python -m contractctl.mockserver {bundle}")
        return 0

    with steps(session) as step:
        report = build_mock(compiled, recipe, destinations, step=step)
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
