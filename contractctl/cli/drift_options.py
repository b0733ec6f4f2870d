"""Options that `drift`, `sync` and `stamp` share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

SpecArgument: TypeAlias = Annotated[
    str | None, typer.Argument(metavar="[SPEC]", help="A path. [default: the configured spec]")
]
UpstreamOption: TypeAlias = Annotated[
    str | None, typer.Option("--upstream", metavar="URL|PATH", help="What to compare with. [default: as configured]")
]
VersionFileOption: TypeAlias = Annotated[
    Path | None, typer.Option("--version-file", metavar="FILE", help="[default: spec-version.txt beside SPEC]")
]
AllowPrivateOption: TypeAlias = Annotated[
    bool, typer.Option("--allow-private", help="Ask loopback and private addresses, too.")
]
AllowUnreachableOption: TypeAlias = Annotated[
    bool, typer.Option("--allow-unreachable", help="An upstream that cannot be asked is a warning.")
]
