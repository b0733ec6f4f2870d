"""The command `mock`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from contractctl.cli.declare import command as declared
from contractctl.cli.mock_options import MockOptions, ServerOptions
from contractctl.cli.remote_options import RemoteOptions
from contractctl.cli.session import Session
from contractctl.cli.streams import say

if TYPE_CHECKING:
    from contractctl.api.serving import Event, Reloaded
    from contractctl.config import Config

Specs = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[[PREFIX=]SPEC]...",
        help="Paths, `-`, URLs, or REF:path of git; /pets=pets.yaml is served below /pets.",
        show_default=False,
    ),
]


@declared
def command(
    session: Session,
    server: ServerOptions,
    options: MockOptions,
    remote: RemoteOptions,
    *,
    specs: Specs = None,
) -> int:
    """Serve mocks of descriptions here, until interrupted.

    Files are watched: what is saved is served. Several descriptions are served below a path prefix each, which is
    chosen with PREFIX=, with `prefix:` in contractctl.yaml, or made from the title.
    """
    from contractctl.api.serving import served_mocks
    from contractctl.mock.process import serve
    from contractctl.mock.settings import SERVER_OPTIONS

    def load() -> Config:
        return remote.over(session.config())

    given = options.given()
    with served_mocks(specs or (), load=load, options=given) as mocks:
        session.findings(mocks.findings)
        flags = dict(server.given(mocks.config.mock))
        flags |= {name: text for name, text in given.items() if name in SERVER_OPTIONS}
        return serve(mocks.bundles, options=flags, renew=lambda reload: _renew(session, mocks.poll(), reload))


def _renew(session: Session, events: Iterable[Event], reload: Callable[[], None]) -> None:
    """Tell what became of files that changed, once it is served."""
    from contractctl.api.serving import Reloaded
    from contractctl.cli.main import explain

    for event in events:
        if isinstance(event, Reloaded):
            if event.is_replaced:
                reload()
            _tell_reload(session, event)
        else:
            explain(event.failure)
            say(f"{event.name}: what was there before is still served")


def _tell_reload(session: Session, reload: Reloaded) -> None:
    session.findings(reload.new)
    if reload.is_changed or (reload.is_mended and reload.is_replaced):
        verb = "mended and reloaded" if reload.is_mended else "reloaded"
        operations, findings = _count(reload.operations, "operation"), _count(len(reload.findings), "finding")
        session.note(f"{verb} {reload.spec}: {operations}, {findings}")
    elif reload.is_mended:
        session.note(f"mended {reload.spec}: the contract is as it was")
    elif reload.is_replaced:
        session.detail(f"reloaded {reload.spec}: only lines have moved")


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
