"""The mock settings as options: those that `mock` and `build-mock` share, and those of a server here."""

from __future__ import annotations

import os
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
        typer.Option("--auth", metavar="off|presence|token", help="What is asked of credentials. [default: presence]"),
    ] = None
    token_ttl: Annotated[
        str | None, typer.Option("--token-ttl", metavar="DURATION", help="How long a token is good. [default: 2h]")
    ] = None
    jwks: Annotated[
        str | None,
        typer.Option("--jwks", metavar="FILE|URL", help="Keys of tokens that others issue. [default: believed]"),
    ] = None
    latency: Annotated[
        str | None, typer.Option("--latency", metavar="[METHOD,…:]MIN-MAX", help="In ms; rules separated by `;`.")
    ] = None
    faults: Annotated[
        str | None,
        typer.Option(
            "--faults", metavar="KIND=SHARE,…", help="error, a status, reset, drip, truncate: 503=1%,reset=0.5%."
        ),
    ] = None
    rate_limit: Annotated[
        str | None, typer.Option("--rate-limit", metavar="N/WINDOW", help="Requests of a client: 100/1m.")
    ] = None
    stateful: Annotated[bool, typer.Option("--stateful", help="Keep what is created, replaced and deleted.")] = False
    state_url: Annotated[
        str | None, typer.Option("--state-url", metavar="URL", help="Share it through this Redis: redis://HOST:6379.")
    ] = None
    journal: Annotated[
        str | None, typer.Option("--journal", metavar="N", help="Requests that are kept to read. [default: 1000]")
    ] = None
    callbacks: Annotated[
        str | None,
        typer.Option("--callbacks", metavar="HOSTS|off", help="Where callbacks may go. [default: loopback alone]"),
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


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """Where and how the server of `mock` listens."""

    port: Annotated[
        int | None,
        typer.Option("--port", metavar="N", min=0, max=65535, help="0: a free one. [default: MOCK_PORT, PORT, 3000]"),
    ] = None
    host: Annotated[str | None, typer.Option("--host", metavar="HOST", help="[default: MOCK_HOST, then 127.0.0.1]")] = (
        None
    )
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", min=1, max=64, help="Processes on the port. [default: 1]")
    ] = None
    tls_cert: Annotated[
        str | None, typer.Option("--tls-cert", metavar="FILE", help="Serve HTTPS with this certificate (PEM).")
    ] = None
    tls_key: Annotated[
        str | None, typer.Option("--tls-key", metavar="FILE", help="Its key, if the certificate's file has none.")
    ] = None

    def given(self, configured: Mapping[str, str]) -> Mapping[str, str]:
        """Return what was given, as flags of the server by name; what a bundle does not hold, else, as configured."""
        values = {field.name.replace("_", "-"): getattr(self, field.name) for field in fields(self)}
        flags = {name: str(value) for name, value in values.items() if value is not None}
        if "tls-cert" not in flags and not os.environ.get("MOCK_TLS_CERT"):
            flags |= {name: configured[name] for name in ("tls-cert", "tls-key") if name in configured}
        if "state-url" in configured and not os.environ.get("MOCK_STATE_URL"):
            flags.setdefault("state-url", configured["state-url"])
        return flags
