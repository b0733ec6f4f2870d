"""The mock settings as options, shared by `mock` and `build-mock`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypeAlias

import typer

ProfileOption: TypeAlias = Annotated[
    str | None, typer.Option("--profile", metavar="plain|realistic", help="A set of settings. [default: plain]")
]
AuthOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--auth", metavar="off|presence", help="What is asked of credentials. [default: presence]"),
]
MaxBodyOption: TypeAlias = Annotated[
    str | None, typer.Option("--max-body", metavar="SIZE", help="The largest request body: 50kb, 1mb. [default: 1mb]")
]
ValidateOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--validate", metavar="enforce|warn|off", help="What becomes of invalid requests. [default: enforce]"),
]
CorsOption: TypeAlias = Annotated[
    str | None, typer.Option("--cors", metavar="on|off", help="CORS headers on every answer. [default: on]")
]
LogOption: TypeAlias = Annotated[
    str | None, typer.Option("--log", metavar="text|json|none", help="The log of requests. [default: text]")
]
SeedOption: TypeAlias = Annotated[
    str | None, typer.Option("--seed", metavar="N", help="Varies what is synthesised. [default: 0]")
]
StrictOption: TypeAlias = Annotated[bool, typer.Option("--strict", help="Fail on invalid examples and the like.")]
KeepInvalidOption: TypeAlias = Annotated[
    bool, typer.Option("--keep-invalid-examples", help="Serve examples that their schemas forbid.")
]


def given(**options: str | bool | None) -> Mapping[str, str]:
    """Return the settings that were given, by option name, as text."""
    texts = {name.replace("_", "-"): "true" if value is True else value for name, value in options.items()}
    return {name: text for name, text in texts.items() if text}
