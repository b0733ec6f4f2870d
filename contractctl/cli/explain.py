"""The command `explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from contractctl.cli.declare import command as declared
from contractctl.cli.session import Session
from contractctl.core.failures import UsageFailure
from contractctl.core.profiles import Profile

Codes = Annotated[
    list[str] | None, typer.Argument(metavar="[CODE]...", help="What stands in brackets behind a finding.")
]
Profiles = Annotated[
    list[Profile] | None, typer.Option("--profile", help="List the rules that run with it; repeatable. [default: all]")
]


@declared
def command(session: Session, *, codes: Codes = None, profiles: Profiles = None) -> int:
    """Show the manual page of a rule of lint, or of a kind of change that diff tells: why, by which law, an example.

    Without CODE: the list of all rules, and of all kinds of changes.
    """
    from contractctl.api.explain import explain, list_changes, list_rules
    from contractctl.report import explanation

    if codes and profiles:
        raise UsageFailure("--profile filters the list of rules, and a CODE names one", hint="leave one of them out")
    session.check_formats_of("explain", explanation.FORMATS)
    if codes:
        session.write(explanation.pages(explain(codes)))
    else:
        session.write(explanation.listing(list_rules(profiles or ()), () if profiles else list_changes()))
    return 0
