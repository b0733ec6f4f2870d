"""Hosts and addresses that a fetch may reach: public ones, unless somebody allows the others."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import TypeAlias

from contractctl.core.records import dataclass

Address: TypeAlias = "ipaddress.IPv4Address | ipaddress.IPv6Address"
AddressRule: TypeAlias = Callable[[Address], bool]
"""Tells whether an address may be spoken to."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a fetch may speak to: which URLs a redirect may lead to, and which addresses may be behind a URL.

    `hint` says how to allow an address that is refused.
    """

    asks: Callable[[str], bool]
    addresses: Callable[[str], AddressRule]
    hint: str


_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LOCAL_NAMES = (".localhost", ".local", ".internal", ".home.arpa", ".ip6-localhost", ".ip6-loopback")


def is_public(address: Address) -> bool:
    """Tell whether an address is reachable by anybody: not loopback, private, link-local, shared or multicast.

    An IPv6 address that carries an IPv4 one (mapped, 6to4, NAT64) is judged by the one that it carries.
    """
    carried = _carried(address)
    return carried.is_global and not carried.is_multicast


def is_any(_address: Address) -> bool:
    """Allow every address."""
    return True


def addresses_of(host: str, port: int) -> tuple[Address, ...]:
    """Return the addresses that the system's resolver gives for a host. Raise OSError when it gives none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(read_address(str(sockaddr[0])) for *_, sockaddr in found))


def read_address(text: str) -> Address:
    """Read an address as a socket names it; a zone (`fe80::1%eth0`) is dropped."""
    return ipaddress.ip_address(text.partition("%")[0])


def literal_address(host: str) -> Address | None:
    """Return the address that a host spells out, or None for a name.

    Takes brackets and the old spellings that resolvers still take: `127.1`, `0x7f.1`, `2130706433`.
    """
    bare = host.removeprefix("[").removesuffix("]")
    try:
        return read_address(bare)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(bare))
    except (OSError, UnicodeError):
        return None


def is_local_name(host: str) -> bool:
    """Tell whether a name belongs to this machine or its network by convention (RFC 6761, RFC 6762, RFC 8375)."""
    return f".{host.lower().rstrip('.')}".endswith(_LOCAL_NAMES)


def _carried(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address
