"""The hosts that descriptions may refer to: those that the user named, and no others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from contractctl.core.failures import UsageFailure
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.source.urls import port_of

if TYPE_CHECKING:
    from contractctl.source.addresses import AddressRule

_NAME = pattern(r"[\w-]+(\.[\w-]+)*")
_SUBDOMAINS = pattern(r"\*(\.[\w-]+){2,}")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class AllowedHost:
    """One permission: a name or address in lower case, `*.example.com` for its subdomains, and a port.

    None for the port stands for that of the scheme.
    """

    host: str
    port: int | None = None

    def covers(self, url: str) -> bool:
        """Tell whether this permission is for the host and the port of a URL."""
        parts = urlsplit(url)
        port = _PORTS.get(parts.scheme) if self.port is None else self.port
        return port_of(url) == port and self._names(parts.hostname or "")

    def _names(self, host: str) -> bool:
        return host.endswith(self.host[1:]) if self.host.startswith("*") else host == self.host


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """All permissions of one run; none by default."""

    hosts: tuple[AllowedHost, ...] = ()

    def __add__(self, other: AllowedHosts) -> AllowedHosts:
        return AllowedHosts(tuple(dict.fromkeys((*self.hosts, *other.hosts))))

    def allow(self, url: str) -> bool:
        """Tell whether a URL is on a host that was allowed."""
        return any(host.covers(url) for host in self.hosts)

    def addresses(self, url: str) -> AddressRule:
        """Return the rule for the addresses behind a URL: public ones, or the very address that was allowed."""
        from contractctl.source.addresses import is_public, literal_address

        literal = literal_address(urlsplit(url).hostname or "")
        if literal is not None and self.allow(url):
            return lambda address: address == literal
        return is_public


def read_hosts(texts: Iterable[str]) -> AllowedHosts:
    """Read permissions as they are typed. Raise UsageFailure for what is no HOST, HOST:PORT or *.HOST."""
    return AllowedHosts(tuple(dict.fromkeys(map(_read_host, texts))))


def _read_host(text: str) -> AllowedHost:
    refusal = UsageFailure(f"`{text}` is no host", hint="write HOST, HOST:PORT or *.example.com, without `https://`")
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise refusal from None
    bare = parts.netloc == text and "@" not in text and not text.endswith(":") and port != 0
    if bare and (_NAME.fullmatch(host) or _SUBDOMAINS.fullmatch(host) or _is_version_6(host)):
        return AllowedHost(host, port)
    raise refusal


def _is_version_6(host: str) -> bool:
    from ipaddress import IPv6Address

    try:
        IPv6Address(host)
    except ValueError:
        return False
    return True
