"""The command `mock`."""

from __future__ import annotations

from typing import Annotated

import typer

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
from contractctl.cli.session import Session
from contractctl.cli.session import command as everywhere

Spec = Annotated[str | None, typer.Argument(metavar="[SPEC]", help="A path, `-`, a URL, or REF:path of git.")]
Port = Annotated[
    int | None, typer.Option("--port", min=0, max=65535, help="[default: MOCK_PORT, then PORT, then 3000]")
]
Host = Annotated[str | None, typer.Option("--host", help="[default: MOCK_HOST, then 127.0.0.1]")]


@everywhere
def command(
    session: Session,
    *,
    spec: Spec = None,
    port: Port = None,
    host: Host = None,
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
    """Serve a mock of a description here, until interrupted."""
    from contractctl.api.mock import bundle_file, compile_mock
    from contractctl.api.specs import choose_spec
    from contractctl.mock.process import serve

    config = session.config()
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
    compiled = compile_mock(choose_spec(spec, config), config=config, options=options)
    session.findings(compiled.findings)
    session.notes(compiled.notes)
    with bundle_file(compiled.bundle) as bundle:
        return serve(bundle, options=given(port=None if port is None else str(port), host=host))
