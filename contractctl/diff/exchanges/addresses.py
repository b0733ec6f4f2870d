"""The URLs of servers: what may stand for their variables, and which of them are the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, product

from contractctl.contract.model import Server, ServerVariable
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass

_URL = pattern(r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?//([^/?#]*)([^?#]*).*", re.DOTALL)
_PORTS = {"http": ":80", "https": ":443"}
_MOST_URLS = 100
# Each variable that may be anything makes matching take longer by the length of the URL.
_MOST_FREE = 2


@dataclass(frozen=True, slots=True)
class Address:
    """A URL of a server: scheme and host in lower case, both empty where it is relative, and the base path."""

    scheme: str
    host: str
    path: str

    def is_at(self, other: Address) -> bool:
        """Tell whether the two may be one server: what a URL leaves open is no difference."""
        same_host = not self.host or not other.host or self.host == other.host
        same_scheme = not self.scheme or not other.scheme or self.scheme == other.scheme
        return same_host and same_scheme and self.path == other.path


@dataclass(frozen=True, slots=True)
class Site:
    """A server with all its URLs: at most a hundred, those of the enums of its variables and their defaults."""

    server: Server
    addresses: tuple[Address, ...]
    template: re.Pattern[str] | None

    def has(self, address: Address) -> bool:
        """Tell whether an address is one of this server's."""
        if any(one.is_at(address) for one in self.addresses):
            return True
        return self.template is not None and self.template.fullmatch(_written(address)) is not None


def site_of(server: Server, path: str = "") -> Site:
    """Return a server, `path` being what stands before the paths that are compared."""
    values = (_values(variable) for variable in server.variables)
    addresses: dict[Address, None] = {}
    for chosen in islice(product(*values), _MOST_URLS):
        url = server.url
        for variable, value in zip(server.variables, chosen, strict=True):
            url = url.replace("{" + variable.name + "}", value)
        addresses[_address(url + path)] = None
    return Site(server, tuple(addresses), _template(server, path))


def base_path(server: Server) -> str:
    """Return the base path of a server with the defaults of its variables; empty for the root."""
    return _address(server.resolved_url).path


def is_said(server: Server) -> bool:
    """Tell whether a description says where the API lives. `/` is the default: wherever it is described."""
    return server.url not in {"", "/"}


def _values(variable: ServerVariable) -> Iterator[str]:
    yield from dict.fromkeys((variable.default, *variable.enum))


def _address(url: str) -> Address:
    match = _URL.fullmatch(url)
    if match is None:
        return Address("", "", _path(url))
    scheme, host = (match.group(1) or "").lower(), match.group(2).lower()
    return Address(scheme, host.removesuffix(_PORTS.get(scheme, ":")), _path(match.group(3)))


def _path(text: str) -> str:
    path = text.partition("?")[0].partition("#")[0].removeprefix(".").strip("/")
    return f"/{path}" if path else ""


def _written(address: Address) -> str:
    origin = f"{address.scheme}://{address.host}" if address.host else ""
    return origin + address.path


def _template(server: Server, path: str) -> re.Pattern[str] | None:
    """Return what matches every URL of a server with variables that may be anything; None for one without them."""
    free = {variable.name for variable in server.variables if not variable.enum}
    names = [name for name in re.findall(r"\{([^{}]*)\}", server.url) if name in free]
    if not names or len(names) > _MOST_FREE or len(names) < server.url.count("{"):
        return None
    parts = re.split(r"\{[^{}]*\}", server.url.rstrip("/") + path)
    return re.compile("[^/]+".join(map(re.escape, parts)), re.IGNORECASE)
