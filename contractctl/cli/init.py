"""The command `init`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from contractctl.cli.declare import command as declared
from contractctl.cli.remote_options import RemoteOptions
from contractctl.cli.session import Session
from contractctl.core.failures import UsageFailure
from contractctl.core.records import dataclass

Specs = Annotated[
    list[str] | None, typer.Argument(metavar="[[PREFIX=]SPEC]...", help="What the image serves, as for build-mock.")
]
Image = Annotated[
    str | None,
    typer.Option(
        "--image", metavar="NAME[:TAG][@DIGEST]", help="The mock image. [default: as configured, or of build-mock]"
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Write over files that hold something else.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Write nothing; show it as a patch.")]


@dataclass(frozen=True, slots=True)
class KitOptions:
    """What is to be written."""

    kustomize: Annotated[
        bool, typer.Option("--kustomize", help="Kubernetes: replicas of the mock image, in deploy/mock/kustomize.")
    ] = False
    compose: Annotated[bool, typer.Option("--compose", help="The mock in an engine: deploy/mock/compose.yaml.")] = False
    devcontainer: Annotated[
        bool, typer.Option("--devcontainer", help="A development container with the mock beside it: .devcontainer.")
    ] = False
    services: Annotated[
        bool, typer.Option("--services", help="A workflow of GitHub whose tests have the mock as a service.")
    ] = False

    def chosen(self) -> tuple[str, ...]:
        """Return the names of the kits that were asked for. Raise UsageFailure for none."""
        from contractctl.api.kits import KITS

        chosen = tuple(name for name in KITS if getattr(self, name))
        if not chosen:
            hint = f"name one or several of {', '.join(f'--{name}' for name in KITS)}"
            raise UsageFailure("there is nothing to write", hint=hint)
        return chosen


@declared
def command(
    session: Session,
    kits: KitOptions,
    remote: RemoteOptions,
    *,
    specs: Specs = None,
    image: Image = None,
    force: Force = False,
    dry_run: DryRun = False,
) -> int:
    """Write files around the mock image into this repository, filled in.

    A file that holds something else stays, and then nothing is written at all, unless --force is given.
    """
    from contractctl.api.init import plan_scaffold, write_scaffold
    from contractctl.api.mock import compile_mocks
    from contractctl.api.specs import choose_spec, configured, mounted_specs
    from contractctl.report import scaffold as report

    session.check_formats_of("init", report.FORMATS)
    names = kits.chosen()
    config = remote.over(session.config())
    chosen = mounted_specs(specs or (choose_spec(None, config),), config)
    mocks = compile_mocks(chosen, config=config, options={})
    name = configured(chosen[0].spec, config).image if len(chosen) == 1 else None
    planned = plan_scaffold(names, mocks, image=image, configured=name, folder=_top(config.root))
    if not dry_run:
        write_scaffold(planned, force=force)
    session.write(report.renderings(planned, is_dry=dry_run))
    session.notes(planned.notes)
    for step in () if dry_run else planned.next:
        session.note(f"next: {step}")
    return 0


def _top(root: Path) -> Path:
    """Return the repository's root as the current folder sees it, or the configuration's folder outside of one."""
    parents = [Path(), *(Path(*[".."] * depth) for depth in range(1, len(Path.cwd().parents) + 1))]
    return next((folder for folder in parents if (folder / ".git").exists()), root)
