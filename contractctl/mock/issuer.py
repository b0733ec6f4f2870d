"""Where the clients of a contract get their tokens: the paths of its OAuth 2 flows, and the scopes that there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from contractctl.contract.model import Contract
from contractctl.core.json import Json
from contractctl.core.patterns import pattern

_SAFE: Final = "/!$&'()*+,;=:@-._~%{}"
_BAD_ESCAPE: Final = pattern(r"%(?![0-9A-Fa-f]{2})")
_SCOPE: Final = pattern(r"[\x21\x23-\x5B\x5D-\x7E]+")
"""What a client can ask for (RFC 6749 §3.3)."""


def issuer_record(contract: Contract, bases: Iterable[str]) -> dict[str, Json]:
    """Return the ISSUER of a contract whose operations are below `bases`, one of which is the bare path.

    A URL is served at its own path, below every base, and, where a base is what its path begins with, without that:
    so a client finds it whatever it has put in the place of the server's address.
    """
    flows = [flow for scheme in contract.security_schemes for flow in scheme.flows]
    addresses = {
        "token": [url for flow in flows for url in (flow.token_url, flow.refresh_url)],
        "authorize": [flow.authorization_url for flow in flows],
        "discovery": [url for one in contract.security_schemes for url in (one.open_id_url, one.metadata_url)],
    }
    below = tuple(bases)
    record: dict[str, Json] = {
        name: list(paths) for name, urls in addresses.items() if (paths := tuple(_paths(urls, below)))
    }
    if scopes := _scopes(contract):
        record["scopes"] = scopes
    if any(operation.extensions.get("x-mock-auth") == "token" for operation in contract.operations):
        record["asked"] = True
    return record


def _scopes(contract: Contract) -> list[Json]:
    """Return every scope that a flow offers or an operation asks for."""
    offered = (name for scheme in contract.security_schemes for flow in scheme.flows for name, _ in flow.scopes)
    asked = (
        name
        for operation in contract.operations
        for requirement in operation.security
        for use in requirement.uses
        for name in use.scopes
    )
    return list(dict.fromkeys(name for names in (offered, asked) for name in names if _SCOPE.fullmatch(name)))


def _paths(urls: Iterable[str], bases: tuple[str, ...]) -> Iterator[str]:
    yield from dict.fromkeys(path for url in urls for path in _served(url, bases))


def _served(url: str, bases: tuple[str, ...]) -> Iterator[str]:
    """Yield the paths of one URL, its own first."""
    try:
        path = "/" + quote(urlsplit(url.strip()).path, safe=_SAFE).lstrip("/")
        unquote(path, errors="strict")
    except ValueError:
        return
    if path == "/" or _BAD_ESCAPE.search(path):
        return
    yield path
    for base in bases:
        yield base + path
        if base and path.startswith(f"{base}/") and path != f"{base}/":
            yield path.removeprefix(base)
