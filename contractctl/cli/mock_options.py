"""The mock settings as options, shared by `mock` and `build-mock`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Annotated

import typer

from contractctl.core.records import dataclass


@dataclass(frozen=True, slots=True)
class MockOptions:
    """Settings of a mock as they were given; they go over those of the configuration."""

    profile: Annotated[
        str | None, typer.Option("--profile", metavar="plain|realistic", help="A set of settings. [default: plain]")
    ] = None
    auth: Annotated[
        str | None,
        typer.Option("--auth", metavar="off|presence", help="What is asked of credentials. [default: presence]"),
    ] = None
    max_body: Annotated[
        str | None,
        typer.Option("--max-body", metavar="SIZE", help="The largest request body: 50kb, 1mb. [default: 1mb]"),
    ] = None
    validate: Annotated[
        str | None,
        typer.Option("--validate", metavar="enforce|warn|off", help="What becomes of bad requests. [default: enforce]"),
    ] = None
    cors: Annotated[
        str | None, typer.Option("--cors", metavar="on|off", help="CORS headers on every answer. [default: on]")
    ] = None
    log: Annotated[
        str | None, typer.Option("--log", metavar="text|json|none", help="The log of requests. [default: text]")
    ] = None
    control_prefix: Annotated[
        str | None, typer.Option("--control-prefix", metavar="PATH", help="Our own endpoints. [default: /__mock]")
    ] = None
    seed: Annotated[
        str | None, typer.Option("--seed", metavar="N", help="Varies what is synthesised. [default: 0]")
    ] = None
    dynamic: Annotated[bool, typer.Option("--dynamic", help="Synthesise where there are examples, too.")] = False
    strict: Annotated[
        bool, typer.Option("--strict", help="Fail on invalid examples; refuse undeclared query parameters.")
    ] = False
    keep_invalid_examples: Annotated[
        bool, typer.Option("--keep-invalid-examples", help="Serve examples that their schemas forbid.")
    ] = False

    def given(self) -> Mapping[str, str]:
        """Return the settings that were given, by option name, as text."""
        values = {field.name.replace("_", "-"): getattr(self, field.name) for field in fields(self)}
        return {name: "true" if value is True else value for name, value in values.items() if value}
