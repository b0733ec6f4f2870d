"""The command `diff`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contractctl.cli.declare import command as declared
from contractctl.cli.remote_options import RemoteOptions
from contractctl.cli.session import Session
from contractctl.core.failures import UsageFailure
from contractctl.core.policies import VersionPolicy
from contractctl.core.records import dataclass
from contractctl.core.reports import DiffThreshold
from contractctl.report.words import counted

if TYPE_CHECKING:
    from contractctl.diff.policies.approvals_file import Signature

Base = Annotated[
    str,
    typer.Argument(
        metavar="BASE",
        help="A path, a URL, `-` for standard input or REF:path of git (origin/main:openapi.yaml); "
        "a folder or a quoted glob, whose descriptions are paired by their paths.",
    ),
]
Revision = Annotated[str, typer.Argument(metavar="REVISION", help="The same, after the change.")]
FailOn = Annotated[
    DiffThreshold | None, typer.Option("--fail-on", help="The least impact that exits 1. [default: breaking]")
]
Composed = Annotated[
    bool, typer.Option("--composed", help="Take all descriptions of a side for one contract, whatever their files.")
]
Versions = Annotated[
    VersionPolicy | None,
    typer.Option("--version-policy", help="semver: `info.version` must rise enough. [default: none]"),
]
ExitZero = Annotated[bool, typer.Option("--exit-zero", help="Exit 0 whatever has changed.")]


@dataclass(frozen=True, slots=True)
class ApprovalOptions:
    """What goes with approvals."""

    accept: Annotated[
        bool, typer.Option("--accept", help="Approve of what would exit 1: write it to .contractctl/accepted.yaml.")
    ] = False
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="Why it is accepted; with --accept.")
    ] = None
    owner: Annotated[
        str | None,
        typer.Option("--owner", metavar="WHO", help="Who accepts it; with --accept. [default: git's user.email]"),
    ] = None
    expires: Annotated[
        str | None, typer.Option("--expires", metavar="DATE", help="The last day that it holds; with --accept.")
    ] = None


@declared
def command(
    session: Session,
    remote: RemoteOptions,
    approval: ApprovalOptions,
    *,
    base: Base,
    revision: Revision,
    fail_on: FailOn = None,
    composed: Composed = False,
    version_policy: Versions = None,
    exit_zero: ExitZero = False,
) -> int:
    """Say what changed between two descriptions, and what that breaks.

    Exits 1 when a change is at or over --fail-on and no approval covers it, 2 when a side is no description, 3 when
    one cannot be fetched.
    """
    _check(approval)
    from contractctl.api.diff import DiffOptions, accept, diff

    config = remote.over(session.config())
    options = DiffOptions(fail_on, version_policy, composed)
    if approval.accept:
        accepted = accept(base, revision, config=config, signature=_signature(approval), options=options)
        report = accepted.report
        session.note(_told(accepted.count, str(accepted.file)))
    else:
        report = diff(base, revision, config=config, options=options)
    session.spare(report.read)
    session.report(report)
    return 0 if exit_zero else report.exit_code


def _check(approval: ApprovalOptions) -> None:
    """Refuse what would do nothing."""
    given = {"--reason": approval.reason, "--owner": approval.owner, "--expires": approval.expires}
    idle = next((name for name, value in given.items() if value is not None), None)
    if idle is not None and not approval.accept:
        raise UsageFailure(f"{idle} says something of what is accepted", hint="add --accept, or leave it out")


def _signature(approval: ApprovalOptions) -> Signature:
    from contractctl.diff.policies.approvals_file import Signature, day
    from contractctl.source.git import own_address

    expires = day(approval.expires) if approval.expires is not None else None
    if approval.expires is not None and expires is None:
        raise UsageFailure(f"`--expires {approval.expires}` is no date", hint="write the year first: 2026-01-31")
    owner = own_address(Path()) if approval.owner is None else approval.owner
    return Signature(approval.reason or "accepted without a reason", owner, expires)


def _told(count: int, file: str) -> str:
    if not count:
        return "there is nothing to accept"
    return f"wrote {counted(count, 'approval')} to {file}"
