"""Where requests may be sent: to loopback, and to the hosts that a setting lists.

A URL comes out of what a client sends, so that it must not lead where the client could not go itself. Its host is read
once, by us; its addresses are looked up once, all of them judged, and one of them connected to, so that a name that
leads elsewhere a moment later leads nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import SplitResult, quote, unquote, urlsplit

from contractctl.encodings.hosts import parse_hosts
from contractctl.mockserver.record import record

_LONGEST_URL: Final = 8192
_UNWRITTEN: Final = re.compile(r"[\x00-\x20\x7f<>\"\\^`{}|]")
"""What a URL never has (RFC 3986 §2), line ends and blanks among it."""
_NAME: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
_NUMBER_AT_END: Final = re.compile(r"(.*\.)?(\d+|0x[0-9a-f]*)")
"""A host that some read as an IPv4 address (WHATWG URL §3.5): `127.1`, `2130706433`, `0x7f.1`."""
_SECRET: Final = re.compile(r"(?i)token|key|secret|pass|pwd|code|sig|auth|cred|session|jwt")
_START: Final = re.compile(r"(?i)(https?://)([^/?#\\@]*@)?(?=(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]*)?(?:[/?#]|$))")
"""What comes before the host of a URL that can be read."""
_FRAGMENT: Final = re.compile(r"(?<!\$request\.body)(?<!\$response\.body)#")
"""What a fragment begins with; in an expression of the contract a pointer does."""
_LONGEST_HOST: Final = 253
_SAFE: Final = "!$%&'()*+,-./:;=?@_~#[]"
_PORTS: Final = {"http": 80, "https": 443}


class Refused(Exception):
    """Nothing is sent there. One line for people that says why, and what to do."""


@record
class Target:
    """A URL that was taken apart. `host` is as the allow-list has it, `path` what is asked for, with the query."""

    url: str
    is_secure: bool
    host: str
    port: int
    path: str

    @property
    def addresses(self) -> tuple[str, ...]:
        """The address that the host is; none for a name, which has to be looked up."""
        return (self.host,) if ":" in self.host or self.host.replace(".", "").isdigit() else ()

    @property
    def authority(self) -> str:
        """What the header Host says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = _PORTS["https" if self.is_secure else "http"]
        return host if self.port == usual else f"{host}:{self.port}"


class AllowList:
    """Who may be sent something. `is_on` is false where nobody may."""

    def __init__(self, setting: str) -> None:
        """Read the setting `callbacks`, which was checked when it was given."""
        hosts = parse_hosts(setting)
        self.is_on = hosts is not None
        self._hosts = frozenset(hosts or ())

    def lists(self, target: Target) -> bool:
        """Tell whether a host is named, so that its addresses may be any."""
        return (target.host, None) in self._hosts or (target.host, target.port) in self._hosts

    def judge(self, target: Target, addresses: Sequence[str]) -> None:
        """Let the addresses of a target pass; raise Refused."""
        if not self.is_on:
            raise Refused("callbacks are off; start the mock without `--callbacks off`")
        if self.lists(target):
            return
        for address in addresses:
            if not _is_loopback(address):
                what = target.host if target.host == address else f"{target.host} ({address})"
                raise Refused(f"{what} is not this machine; allow it with --callbacks {target.authority}")


def read_target(url: str) -> Target:
    """Take a URL apart; raise Refused for one that nothing may be sent to whatever the allow-list says."""
    if len(url) > _LONGEST_URL:
        raise Refused(f"the URL has more than {_LONGEST_URL} characters")
    if found := _UNWRITTEN.search(url):
        raise Refused(f"the URL has a character that no URL has: {found.group()!r}; percent-encode it")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        # Not how: that has what was taken for a port, which may be a password.
        raise Refused("the URL cannot be read; its host or its port is none") from None
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not parts.netloc:
        raise Refused("the URL is not absolute, with http or https; a callback says where it goes in full")
    if "@" in parts.netloc:
        raise Refused("the URL has user information, which is not sent; leave out what is before the @")
    if port == 0:
        raise Refused("the URL has the port 0, to which nobody listens")
    # What is not ASCII is escaped as UTF-8; a lone surrogate says nothing in it.
    path = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=_SAFE, errors="replace")
    return Target(url, scheme == "https", _host(parts), port or _PORTS[scheme], path)


def redacted(url: str) -> str:
    """Return a URL for people to read, without user information, fragment and the credentials in its query.

    Of one that cannot be read nothing is shown of what is before an @, wherever that is.
    """
    found = _START.match(url)
    readable = url if found or "@" not in url else f"***@{url.rpartition('@')[2]}"
    whole, *fragment = _FRAGMENT.split(readable, maxsplit=1)
    start, mark, query = whole.partition("?")
    if found is not None:
        start = found[1] + ("***@" if found[2] else "") + start[found.end() :]
    shown = start + mark + "".join(map(_hidden, re.split("([&;])", query)))
    return shown + "#***" if fragment else shown


def _hidden(pair: str) -> str:
    name, equals, value = pair.partition("=")
    return f"{name}=***" if value and _SECRET.search(unquote(name)) else name + equals + value


def distinct(addresses: Iterable[str]) -> tuple[str, ...]:
    """Return addresses in their order, each once."""
    return tuple(dict.fromkeys(addresses))


def _host(parts: SplitResult) -> str:
    """Return the host of a URL as the allow-list has it; raise Refused for one that others might read differently."""
    host = (parts.hostname or "").removesuffix(".")
    if parts.netloc.startswith("["):
        if "%" in host:
            raise Refused(f"[{host}] names a network interface; leave out what is behind the percent sign")
        try:
            return str(IPv6Address(host))
        except ValueError:
            raise Refused(f"[{host}] is not an IPv6 address") from None
    if _NUMBER_AT_END.fullmatch(host):
        try:
            return str(IPv4Address(host))
        except ValueError:
            raise Refused(f"{host} is not an IPv4 address of four numbers") from None
    if len(host) > _LONGEST_HOST or not _NAME.fullmatch(host):
        raise Refused(f"{host!r} is not a host name of ASCII letters, digits, hyphens and dots")
    return host


def _is_loopback(address: str) -> bool:
    """Tell of an address that was looked up whether it leads to this machine and nowhere else."""
    read = ip_address(address.partition("%")[0])
    mapped = read.ipv4_mapped if isinstance(read, IPv6Address) else None
    return (mapped or read).is_loopback
