"""The command `build-mock`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from contractctl.cli.formats import write_file
from contractctl.cli.mock_options import (
    AuthOption,
    CorsOption,
    KeepInvalidOption,
    LogOption,
    MaxBodyOption,
    ProfileOption,
    SeedOption,
    StrictOption,
    ValidateOption,
    given,
)
from contractctl.cli.progress import steps
from contractctl.cli.session import Session
from contractctl.cli.session import command as everywhere
from contractctl.core.failures import UsageFailure

Spec = Annotated[str | None, typer.Argument(metavar="[SPEC]", help="A path, `-`, a URL, or REF:path of git.")]
Tag = Annotated[
    list[str] | None,
    typer.Option("-t", "--tag", metavar="[NAME:]TAG", help="Repeatable. [default: the contract's title and version]"),
]
Push = Annotated[bool, typer.Option("--push", help="Push to the registry that the name says.")]
Load = Annotated[bool, typer.Option("--load", help="Load into the container engine.")]
Output = Annotated[
    list[str] | None,
    typer.Option("--output", metavar="KIND:PATH", help="docker-archive, oci-archive, oci or context; repeatable."),
]
Bundle = Annotated[Path | None, typer.Option("--bundle", metavar="FILE", help="Write just the bundle.")]
BaseImage = Annotated[
    str | None, typer.Option("--base-image", metavar="host|oci:DIR", help="What the image stands on. [default: host]")
]
Builder = Annotated[
    Literal["native", "docker"], typer.Option("--builder", help="docker: build Dockerfile.mock with the engine.")
]
Label = Annotated[list[str] | None, typer.Option("--label", metavar="KEY=VALUE", help="One more label; repeatable.")]
Username = Annotated[str, typer.Option("--username", help="The registry's user.")]
PasswordStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the registry's password from stdin.")]
KeepInvalid = Annotated[bool, typer.Option("--keep-invalid-examples", help="Serve examples that their schemas forbid.")]


@everywhere
def command(
    session: Session,
    *,
    spec: Spec = None,
    tag: Tag = None,
    push: Push = False,
    load: Load = False,
    output: Output = None,
    bundle: Bundle = None,
    base_image: BaseImage = None,
    builder: Builder = "native",
    label: Label = None,
    username: Username = "",
    password_stdin: PasswordStdin = False,
    profile: ProfileOption = None,
    auth: AuthOption = None,
    max_body: MaxBodyOption = None,
    validate: ValidateOption = None,
    cors: CorsOption = None,
    log: LogOption = None,
    seed: SeedOption = None,
    strict: StrictOption = False,
    keep_invalid_examples: KeepInvalidOption = False,
) -> int:
    """Build the mock image of a description.

    With none of --push, --load and --output it is loaded into the engine if one answers, else written to NAME.tar
    here. Prints `name@sha256:…` alone on standard output.
    """
    from contractctl.api.mock import compile_mock
    from contractctl.api.specs import choose_spec, configured

    config = session.config()
    chosen = choose_spec(spec, config)
    options = given(
        profile=profile,
        auth=auth,
        max_body=max_body,
        validate=validate,
        cors=cors,
        log=log,
        seed=seed,
        strict=strict,
        keep_invalid_examples=keep_invalid_examples,
    )
    with steps(session) as step:
        step(f"compiling {chosen}")
        compiled = compile_mock(chosen, config=config, options=options)
    session.findings(compiled.findings)
    session.notes(compiled.notes)
    if bundle is not None:
        write_file(bundle, compiled.bundle)
        session.note(f"wrote {bundle}; serve it with: python -m contractctl.mockserver {bundle}")
        return 0

    from contractctl.api.build_mock import Destinations, Recipe, build_mock

    recipe = Recipe(tuple(tag or ()), configured(chosen, config).image, base_image or "host", builder, _labels(label))
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else ""
    destinations = Destinations(push=push, load=load, outputs=tuple(output or ()), username=username, password=password)
    with steps(session) as step:
        report = build_mock(compiled, recipe, destinations, step=step)
    session.report(report)
    for done in report.delivered:
        session.note(done)
    session.note(f"serve it with: docker run --rm -p {report.port}:{report.port} {_runnable(report.name, report.tags)}")
    return 0


def _labels(texts: list[str] | None) -> dict[str, str]:
    labels = {}
    for text in texts or ():
        key, equals, value = text.partition("=")
        if not key or not equals:
            raise UsageFailure(f"no label `{text}`", hint="write --label KEY=VALUE")
        labels[key] = value
    return labels


def _runnable(name: str, tags: tuple[str, ...]) -> str:
    return f"{name.removeprefix('docker.io/library/').removeprefix('docker.io/')}:{tags[0]}"
