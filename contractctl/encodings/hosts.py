"""Hosts as people list them in a setting: `hooks.example.com, 10.0.0.5:8080, [::1]:9000`."""

from __future__ import annotations

import re
from typing import Final, TypeAlias

_NAME: Final = r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*"
_LISTED: Final = r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+?)\.?(?::(\d{1,5}))?"
_LARGEST_PORT: Final = 65535


Host: TypeAlias = "tuple[str, int | None]"
"""A host as a URL names it, in lower case and without brackets or a dot at its end, and a port; None takes any."""


def parse_hosts(text: str) -> tuple[Host, ...] | None:
    """Read `HOST[:PORT],…`; none for an empty text and `on`, None for `off`. Raise ValueError."""
    if text.strip().lower() in {"on", "off"}:
        return () if text.strip().lower() == "on" else None
    return tuple(_host(item.strip().lower()) for item in text.split(",") if item.strip())


def _host(text: str) -> Host:
    if text.count(":") > 1 and not text.startswith("["):
        text = f"[{text}]"
    found = re.fullmatch(_LISTED, text)
    if found is None:
        raise ValueError(f"no host: {text!r}")
    name, port = found[1], int(found[2]) if found[2] else None
    if port is not None and not 0 < port <= _LARGEST_PORT:
        raise ValueError(f"no port: {text!r}")
    if name.startswith("["):
        # Imported when it is needed: settings are read at every start.
        from ipaddress import IPv6Address

        return str(IPv6Address(name[1:-1])), port
    if not re.fullmatch(_NAME, name):
        raise ValueError(f"no host: {text!r}")
    return name, port
