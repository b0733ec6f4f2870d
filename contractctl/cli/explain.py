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
    """Show the manual page of a rule: why it is there, who says so, a bad and a good description.

    Without CODE: the list of all rules.
    """
    from contractctl.api.explain import explain, list_rules
    from contractctl.report import explanation

    if codes and profiles:
        raise UsageFailure("--profile filters the list, and a CODE names one rule", hint="leave one of them out")
    session.check_formats_of("explain", explanation.FORMATS)
    if codes:
        session.write(explanation.pages(explain(codes)))
    else:
        session.write(explanation.listing(list_rules(profiles or ())))
    return 0
