"""The option that lets references lead to other hosts, shared by what reads descriptions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from contractctl.core.records import dataclass

if TYPE_CHECKING:
    from contractctl.config import Config


@dataclass(frozen=True, slots=True)
class RemoteOptions:
    """Whom a description's references may have asked."""

    allow_remote: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-remote", metavar="HOST[:PORT]", help="Follow references to this host, or *.HOST; repeatable."
        ),
    ] = None

    def over(self, config: Config) -> Config:
        """Return the configuration with what was allowed here, too. Raise UsageFailure for what is no host."""
        if not self.allow_remote:
            return config
        from contractctl.source.hosts import read_hosts

        return replace(config, allow_remote=config.allow_remote + read_hosts(self.allow_remote))
