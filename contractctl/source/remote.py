"""URLs to bytes, under limits: size, time, redirects, whom to speak to, and who gets to see the credential."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from contractctl import __version__
from contractctl.core.failures import DeliveryFailure, UsageFailure
from contractctl.core.records import dataclass
from contractctl.source.addresses import (
    AddressRule,
    Audience,
    addresses_of,
    is_any,
    is_local_name,
    is_public,
    literal_address,
)
from contractctl.source.answers import (
    PRIVATE_HINT,
    Hop,
    Limits,
    PassingFailure,
    StrangeHost,
    explain_error,
    read_answer,
)
from contractctl.source.urls import fetchable, port_of, presentable, shares_credentials, userinfo

if TYPE_CHECKING:
    import requests

_ACCEPT = "application/vnd.oai.openapi+json, application/json, application/yaml, text/yaml, */*;q=0.5"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Credential:
    """A request header that proves who asks. The value is never shown. `variable` says where it came from."""

    header: str
    value: str = field(repr=False)
    variable: str = ""


@dataclass(frozen=True, slots=True)
class CredentialSource:
    """The request header to send, and the environment variable that holds its whole value."""

    header: str
    variable: str

    def read(self, environment: Mapping[str, str] = os.environ) -> Credential:
        """Return the credential. Raise DeliveryFailure, naming the variable, when it is missing or unusable."""
        value = environment.get(self.variable, "").strip()
        if not value:
            raise DeliveryFailure(
                f"cannot sign in to upstream: the environment variable {self.variable} is not set",
                hint=f"set {self.variable} to the value of the header {self.header}; pull requests of forks get none",
            )
        if not (value.isascii() and value.isprintable()):
            raise DeliveryFailure(
                f"cannot sign in to upstream: {self.variable} holds characters that no HTTP header can carry",
                hint="look for a line break inside the secret",
            )
        return Credential(self.header, value, self.variable)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a URL served. `data` has no content coding left and is empty exactly when `not_modified`.

    `url` is the last one of the redirects, without userinfo. `etag` is as sent, "" when there was none.
    """

    data: bytes
    etag: str
    url: str
    not_modified: bool = False


def fetch(
    url: str,
    *,
    etag: str = "",
    credential: Credential | None = None,
    allow_private: bool = False,
    limits: Limits | None = None,
    sleep: Callable[[float], None] = time.sleep,
    rule: AddressRule | None = None,
    audience: Audience | None = None,
) -> Fetched:
    """Fetch a URL. With `etag`, ask only for something newer (If-None-Match, RFC 9110 §13.1.2).

    Loopback, private and link-local addresses are refused at every hop unless `allow_private`; `rule` replaces that
    judgement, `audience` both: a redirect that it does not ask raises StrangeHost. 429, 5xx and broken connections are
    tried again after `sleep`. The credential, and userinfo of the URL as Basic, go to the first host only. Raise
    DeliveryFailure for everything but an answer with bytes in it, and UsageFailure for what is no http or https URL.
    """
    limits = limits or Limits()
    audience = audience or _anybody(rule or (is_any if allow_private else is_public))
    variable = credential.variable if credential else ""
    first = Hop(fetchable(url), etag, variable, _signature(url, credential), audience.hint)
    for pause in (*limits.pauses, None):
        try:
            return _follow(first, limits, audience)
        except PassingFailure as failure:
            asked = pause if failure.retry_after is None else failure.retry_after
            if pause is None or asked is None or asked > limits.longest_wait:
                raise
            sleep(asked)
    raise AssertionError("the last try returns or raises")


def _anybody(rule: AddressRule) -> Audience:
    """Return the audience of a fetch that may be redirected anywhere, under one rule for addresses."""
    return Audience(lambda _url: True, lambda _url: rule, PRIVATE_HINT)


def _signature(url: str, credential: Credential | None) -> dict[str, str]:
    from requests import Request

    if credential is not None:
        return {credential.header: credential.value}
    pair = userinfo(url)
    if pair is None:
        return {}
    return {"Authorization": Request("GET", "http://x", auth=pair).prepare().headers["Authorization"]}


def _follow(hop: Hop, limits: Limits, audience: Audience) -> Fetched:
    from contractctl.source.connections import open_session

    deadline = time.monotonic() + limits.seconds
    for _ in range(limits.redirects + 1):
        rule = audience.addresses(hop.url)
        with open_session(rule) as session:
            outcome = _take(session, hop, limits, rule, deadline)
        if isinstance(outcome, Fetched):
            return outcome
        if not audience.asks(outcome.url):
            failure = outcome.failure("it is on a host that may not be asked", "")
            raise StrangeHost(failure.message, failure.hint, outcome.url)
        hop = outcome
    raise hop.failure(f"more than {limits.redirects} redirects", "give the URL that the redirects lead to")


def _take(session: requests.Session, hop: Hop, limits: Limits, rule: AddressRule, deadline: float) -> Fetched | Hop:
    """Make one request: return what it served, or the next hop."""
    import requests
    import urllib3

    try:
        with _send(session, hop, limits, rule) as response:
            location = response.headers.get("Location")
            if response.status_code in _REDIRECTS and location is not None:
                return _redirected(hop, location)
            etag = response.headers.get("ETag", "")
            if response.status_code == 304 and hop.etag:
                return Fetched(b"", etag or hop.etag, presentable(hop.url), not_modified=True)
            return Fetched(read_answer(hop, response, limits, deadline), etag, presentable(hop.url))
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        raise explain_error(hop, error, limits) from None


def _redirected(hop: Hop, location: str) -> Hop:
    try:
        url = fetchable(urljoin(hop.url, location))
    except (UsageFailure, ValueError):
        raise hop.failure("it redirects to what is no web address", "give the URL of the file itself") from None
    if hop.url.startswith("https:") and not url.startswith("https:"):
        raise hop.failure(f"it redirects from https to {presentable(url)}", "give an https URL that stays with https")
    if shares_credentials(hop.url, url):
        return replace(hop, url=url)
    return replace(hop, url=url, signature={}, variable="")


def _send(session: requests.Session, hop: Hop, limits: Limits, rule: AddressRule) -> requests.Response:
    from requests import Request
    from requests.utils import select_proxy

    headers = {"Accept": _ACCEPT, "Accept-Encoding": "gzip", "User-Agent": f"contractctl/{__version__}"}
    if hop.etag:
        headers["If-None-Match"] = hop.etag
    # Prepared by hand: a session would add the password of ~/.netrc, over our own header and at every host.
    prepared = Request("GET", hop.url, headers=headers | dict(hop.signature)).prepare()
    settings = session.merge_environment_settings(hop.url, {}, stream=True, verify=None, cert=None)
    _check_host(hop, rule, proxied=select_proxy(hop.url, settings["proxies"]) is not None)
    timeout = (min(10.0, limits.seconds), limits.seconds)
    return session.send(prepared, allow_redirects=False, timeout=timeout, **settings)


def _check_host(hop: Hop, rule: AddressRule, *, proxied: bool) -> None:
    """Refuse a host by its addresses; behind a proxy, which looks names up itself, by its name."""
    spelled = literal_address(hop.host)
    if spelled is None and proxied:
        if rule is not is_any and is_local_name(hop.host):
            raise hop.failure(f"{hop.host} is a name of the local network", hop.private_hint)
        return
    for address in (spelled,) if spelled else addresses_of(hop.host, port_of(hop.url)):
        if not rule(address):
            raise hop.forbidden(str(address))
