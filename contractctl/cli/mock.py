"""The command `mock`."""

from __future__ import annotations

from typing import Annotated

import typer

from contractctl.cli.declare import command as declared
from contractctl.cli.mock_options import MockOptions
from contractctl.cli.remote_options import RemoteOptions
from contractctl.cli.session import Session

Spec = Annotated[str | None, typer.Argument(metavar="[SPEC]", help="A path, `-`, a URL, or REF:path of git.")]
Port = Annotated[
    int | None, typer.Option("--port", min=0, max=65535, help="[default: MOCK_PORT, then PORT, then 3000]")
]
Host = Annotated[str | None, typer.Option("--host", help="[default: MOCK_HOST, then 127.0.0.1]")]


@declared
def command(
    session: Session,
    options: MockOptions,
    remote: RemoteOptions,
    *,
    spec: Spec = None,
    port: Port = None,
    host: Host = None,
) -> int:
    """Serve a mock of a description here, until interrupted."""
    from contractctl.api.mock import bundle_file, compile_mock
    from contractctl.api.specs import choose_spec
    from contractctl.mock.process import serve

    config = remote.over(session.config())
    compiled = compile_mock(choose_spec(spec, config), config=config, options=options.given())
    session.findings(compiled.findings)
    session.notes(compiled.notes)
    flags = {name: str(value) for name, value in (("port", port), ("host", host)) if value is not None}
    with bundle_file(compiled.bundle) as bundle:
        return serve(bundle, options=flags)
