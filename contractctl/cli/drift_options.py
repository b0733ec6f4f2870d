"""Options that `drift`, `sync` and `stamp` share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from contractctl.core.records import dataclass

SpecArgument: TypeAlias = Annotated[
    str | None, typer.Argument(metavar="[SPEC]", help="A path. [default: the configured spec]")
]
VersionFileOption: TypeAlias = Annotated[
    Path | None, typer.Option("--version-file", metavar="FILE", help="[default: spec-version.txt beside SPEC]")
]


@dataclass(frozen=True, slots=True)
class UpstreamOptions:
    """What is compared with what, and how upstream is asked."""

    upstream: Annotated[
        str | None, typer.Option("--upstream", metavar="URL|PATH", help="Compare with this. [default: as configured]")
    ] = None
    version_file: VersionFileOption = None
    allow_private: Annotated[bool, typer.Option("--allow-private", help="Ask loopback and private addresses, too.")] = (
        False
    )
    allow_unreachable: Annotated[
        bool, typer.Option("--allow-unreachable", help="An upstream that cannot be asked is a warning.")
    ] = False
