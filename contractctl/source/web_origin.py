"""Documents behind URLs: on the host that the user named, and on those that the user allowed."""

from __future__ import annotations

import posixpath
import time
from collections.abc import Callable
from dataclasses import field
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from contractctl.core.failures import DeliveryFailure, UsageFailure
from contractctl.core.records import dataclass
from contractctl.source.addresses import Audience
from contractctl.source.answers import Limits, NothingThere, StrangeHost
from contractctl.source.document import Unreachable
from contractctl.source.hosts import AllowedHosts
from contractctl.source.positions import check_characters
from contractctl.source.urls import fetchable, port_of, presentable, shares_credentials, userinfo

if TYPE_CHECKING:
    from contractctl.source.remote import Fetched

_MORE_HOSTS = "a private address is asked only when it is named itself, as in --allow-remote 10.0.0.1:8080"


class Fetch(Protocol):
    """How a URL becomes bytes; `source.remote.fetch` is the real one."""

    def __call__(self, url: str, *, audience: Audience, limits: Limits) -> Fetched:
        """Fetch a URL. Raise DeliveryFailure for everything but an answer with bytes in it."""
        ...


def _fetch(url: str, *, audience: Audience, limits: Limits) -> Fetched:
    from contractctl.source.remote import fetch

    return fetch(url, audience=audience, limits=limits)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What all documents of one description may take from the network together: how many, bytes, seconds."""

    documents: int = 1_000
    size: int = 256 * 1024 * 1024
    seconds: float = 300.0


@dataclass(slots=True)
class Web:
    """The network as one description may use it.

    `home` is the entry's URL with its userinfo, "" for an entry that is none: its origin may be asked, and it alone
    gets the userinfo; `landed` is where its redirects led, once it was fetched. What was taken counts against
    `allowance`.
    """

    hosts: AllowedHosts = field(default_factory=AllowedHosts)
    home: str = ""
    allowance: Allowance = field(default_factory=Allowance)
    fetch: Fetch = _fetch
    clock: Callable[[], float] = time.monotonic
    landed: str = ""
    _documents: int = 0
    _size: int = 0
    _seconds: float = 0.0

    def origin(self, url: str) -> WebOrigin:
        """Return the origin of a URL that a document refers to. Raise Unreachable for one that may not be asked."""
        check_characters(url)
        try:
            whole = fetchable(url)
            named = urlsplit(url).username is not None
        except (UsageFailure, ValueError):
            raise _forbidden("it is no http or https URL", "write a relative path, or a URL") from None
        if named:
            hint = "leave out what stands before `@`; only the URL of a command line may carry it"
            raise _forbidden("it carries a user name", hint)
        if not self._may_ask(whole):
            raise another_host(whole)
        return WebOrigin(self, whole)

    def entry(self) -> tuple[WebOrigin, bytes]:
        """Fetch the entry, whose redirects may lead to any public host: return its origin and its bytes."""
        fetched = self._take(self.home, Audience(lambda _url: True, self.hosts.addresses, _MORE_HOSTS))
        self.landed = fetched.url
        return WebOrigin(self, fetched.url), fetched.data

    def take(self, url: str) -> Fetched:
        """Fetch a document that another one refers to. Raise Unreachable, and DeliveryFailure as `fetch` does."""
        own = shares_credentials(self.home, url) if self.home else False
        signed = _with_userinfo(url, self.home) if own else url
        try:
            return self._take(signed, Audience(self._may_ask, self.hosts.addresses, _MORE_HOSTS))
        except NothingThere as missing:
            raise Unreachable("reference-dangling", missing.message, hint=missing.hint) from None
        except StrangeHost as stranger:
            raise another_host(stranger.url, f"it redirects to {presentable(stranger.url)}: ") from None

    def is_home(self, url: str) -> bool:
        """Tell whether a URL has the origin of the entry, or is that one's move to https."""
        return bool(self.home) and shares_credentials(fetchable(self.home), url)

    def _may_ask(self, url: str) -> bool:
        return self.is_home(url) or self.hosts.allow(url)

    def _take(self, url: str, audience: Audience) -> Fetched:
        limits = self._limits(url)
        self._documents += 1
        start = self.clock()
        try:
            fetched = self.fetch(url, audience=audience, limits=limits)
        finally:
            self._seconds += self.clock() - start
        self._size += len(fetched.data)
        return fetched

    def _limits(self, url: str) -> Limits:
        """Return what one more document may take. Raise DeliveryFailure when nothing is left."""
        most, usual = self.allowance, Limits()
        seconds, size = most.seconds - self._seconds, most.size - self._size
        if self._documents >= most.documents or seconds <= 0 or size <= 0:
            message = f"cannot fetch {presentable(url)}: this description took all that one may take from the network"
            bounds = f"{most.documents:,} documents, {most.size // 2**20} MiB and {most.seconds:g} s"
            raise DeliveryFailure(message, hint=f"that is {bounds}; keep copies of its parts in files")
        return Limits(size=min(usual.size, size), seconds=min(usual.seconds, seconds))


@dataclass(slots=True)
class WebOrigin:
    """One URL without userinfo. See `Origin`."""

    web: Web
    url: str
    landed: str = ""

    @property
    def name(self) -> str:
        """The URL."""
        return self.url

    @property
    def relative(self) -> str:
        """The path from the entry's folder where both are on one host; else the URL."""
        entry = self.web.landed
        return relative_url(entry, self.url) if entry and _origin(entry) == _origin(self.url) else self.url

    def beside(self, reference: str) -> WebOrigin:
        """Return the URL that a reference leads to (RFC 3986 §5.2), from where the bytes were found."""
        check_characters(reference)
        try:
            url = urljoin(self.landed or self.url, reference)
        except ValueError:
            raise _forbidden("it is no URL", "write a relative path, or a URL") from None
        return self.web.origin(url)

    def read(self) -> bytes:
        """Fetch the URL, under the limits of the whole description."""
        fetched = self.web.take(self.url)
        self.landed = fetched.url
        return fetched.data


def _origin(url: str) -> tuple[str, str | None, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, port_of(url)


def relative_url(base: str, url: str) -> str:
    """Return the path of `url` from the folder of `base`, with its query; both have one origin."""
    folder = posixpath.dirname(urlsplit(base).path) or "/"
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return posixpath.relpath(parts.path or "/", folder) + query


def another_host(url: str, before: str = "") -> Unreachable:
    """Make the refusal to ask a host that nobody allowed, with the words that would allow it."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    usual = port_of(url) == (443 if parts.scheme == "https" else 80)
    permission = host if usual else f"{host}:{port_of(url)}"
    return _forbidden(
        f"{before}{permission} is another host, which is not asked", f"allow it with --allow-remote {permission}"
    )


def _with_userinfo(url: str, home: str) -> str:
    pair = userinfo(home)
    if pair is None:
        return url
    parts = urlsplit(url)
    name, password = (quote(text, safe="") for text in pair)
    return urlunsplit(parts._replace(netloc=f"{name}:{password}@{parts.netloc}"))


def _forbidden(message: str, hint: str) -> Unreachable:
    return Unreachable("reference-forbidden", message, hint=hint)
