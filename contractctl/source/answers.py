"""What a server's answer, or the lack of one, means: bytes, or a failure with its reason and what to try."""

from __future__ import annotations

import email.utils
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import field
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from contractctl.core.failures import DeliveryFailure
from contractctl.core.records import dataclass
from contractctl.source.payload import BrokenPayload, OversizedPayload, describe_markup, inflate
from contractctl.source.urls import presentable

if TYPE_CHECKING:
    import requests

PRIVATE_HINT = "pass --allow-private if this address is meant to be asked"
_PASSING = frozenset({429, 500, 502, 503, 504})
_CHUNK = 64 * 1024
_LATER = "try again later"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a fetch may take: bytes after decompression, seconds for one try, redirects.

    `pauses` are the seconds before each further try; a Retry-After over `longest_wait` seconds is not waited for.
    """

    size: int = 64 * 1024 * 1024
    seconds: float = 30.0
    redirects: int = 5
    pauses: tuple[float, ...] = (1.0, 3.0)
    longest_wait: float = 60.0


@dataclass(frozen=True, slots=True)
class Hop:
    """One request of a fetch: a URL without userinfo, and the headers that only its host may see.

    `variable` is the environment variable of the credential, for messages; "" without one. `private_hint` says how to
    allow an address that is not public.
    """

    url: str
    etag: str = ""
    variable: str = ""
    signature: Mapping[str, str] = field(default_factory=dict, repr=False)
    private_hint: str = PRIVATE_HINT

    @property
    def host(self) -> str:
        """The host that the URL names, without port."""
        return urlsplit(self.url).hostname or ""

    def failure(self, reason: str, hint: str) -> DeliveryFailure:
        """Return the failure to fetch this URL."""
        return DeliveryFailure(f"cannot fetch {presentable(self.url)}: {reason}", hint=hint)

    def forbidden(self, address: str) -> DeliveryFailure:
        """Return the refusal to speak to an address that is not public."""
        where = self.host if self.host.strip("[]") == address else f"{self.host} is at {address}, which"
        return self.failure(f"{where} is not a public address", self.private_hint)

    def passing(self, reason: str, hint: str, retry_after: float | None = None) -> PassingFailure:
        """Return a failure that another try may not meet."""
        return PassingFailure(f"cannot fetch {presentable(self.url)}: {reason}", hint, retry_after)


class PassingFailure(DeliveryFailure):
    """A failure that another try may not meet. `retry_after` is in seconds, None when the server did not say."""

    def __init__(self, message: str, hint: str, retry_after: float | None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class NothingThere(DeliveryFailure):
    """The server has nothing at the URL, and says so (404, 410)."""


class StrangeHost(DeliveryFailure):
    """A redirect leads to `url`, on a host that may not be asked."""

    def __init__(self, message: str, hint: str, url: str) -> None:
        super().__init__(message, hint=hint)
        self.url = url


def read_answer(hop: Hop, response: requests.Response, limits: Limits, deadline: float) -> bytes:
    """Return the bytes of an answer with status 200. `deadline` is on the monotonic clock.

    Raise DeliveryFailure for another status, no bytes, a web page, and for too many bytes or seconds.
    """
    if response.status_code != 200:
        raise _refused(hop, response)
    coding = response.headers.get("Content-Encoding", "identity").lower()
    if coding not in ("identity", "gzip", "x-gzip"):
        raise hop.failure(f"it is encoded as {coding!r}, and gzip was asked for", "have the server send it plain")
    try:
        data = inflate(_read_body(hop, response, limits, deadline), limits.size)
    except OversizedPayload:
        raise hop.failure(f"it is larger than {_size(limits.size)}", "give the URL of the description itself") from None
    except BrokenPayload:
        raise hop.passing("the compressed answer is damaged or was cut", _LATER) from None
    if not data.strip():
        raise hop.failure("the answer is empty", "open the URL in a browser, or give another one")
    if page := describe_markup(data):
        raise hop.failure(f"the answer is {page}, not an OpenAPI description", _page_hint(hop))
    return data


def _read_body(hop: Hop, response: requests.Response, limits: Limits, deadline: float) -> bytes:
    declared = response.headers.get("Content-Length", "")
    if declared.isdecimal() and int(declared) > limits.size:
        raise OversizedPayload
    body = bytearray()
    while chunk := response.raw.read1(_CHUNK, decode_content=False):
        body += chunk
        if len(body) > limits.size:
            raise OversizedPayload
        if time.monotonic() > deadline:
            raise hop.failure(f"the answer was not complete after {limits.seconds:g} s", _LATER)
    return bytes(body)


def _refused(hop: Hop, response: requests.Response) -> DeliveryFailure:
    code = response.status_code
    phrase = HTTPStatus(code).phrase if code in HTTPStatus._value2member_map_ else ""
    reason = f"the server answered {code} {phrase}".rstrip()
    if code in _PASSING:
        return hop.passing(reason, _LATER, _retry_after(response.headers.get("Retry-After", "")))
    if code in (401, 403, 407):
        return hop.failure(reason, _access_hint(hop))
    if code in (404, 410):
        hint = "check the URL; private files are also answered like this without a credential"
        return NothingThere(hop.failure(reason, hint).message, hint=hint)
    return hop.failure(reason, "open the URL in a browser, or give another one")


def _access_hint(hop: Hop) -> str:
    if hop.variable:
        return f"check {hop.variable}: it must hold the whole value of the header, such as `Bearer TOKEN`, and be valid"
    return "name a header and the environment variable that holds its value: `auth: {header: Authorization, env: NAME}`"


def _page_hint(hop: Hop) -> str:
    return f"check the URL and the value of {hop.variable}" if hop.variable else "check the URL, or sign in with `auth`"


def _retry_after(text: str) -> float | None:
    """Read seconds or an HTTP date (RFC 9110 §10.2.3); None for anything else."""
    if text.strip().isdecimal():
        return float(text)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    except ValueError:
        return None


def _size(count: int) -> str:
    return f"{count // (1024 * 1024)} MiB" if count >= 1024 * 1024 else f"{count} bytes"


def explain_error(hop: Hop, error: BaseException, limits: Limits) -> DeliveryFailure:
    """Return the failure that an exception of the HTTP client stands for. Its text may hold secrets: never shown."""
    import requests
    import urllib3

    from contractctl.source.connections import ForbiddenAddress

    for cause in _causes(error):
        match cause:
            case urllib3.exceptions.NewConnectionError():
                continue  # It counts as a time-out by its class, whatever the reason that it wraps.
            case ForbiddenAddress():
                return hop.forbidden(str(cause))
            case socket.gaierror():
                return hop.failure(f"the name {hop.host} does not resolve", "check the host name and the network")
            case ssl.SSLCertVerificationError():
                hint = "set REQUESTS_CA_BUNDLE to the file of your certificate authority"
                return hop.failure(f"its certificate is not trusted: {cause.verify_message}", hint)
            case ssl.SSLError():
                return hop.failure("the TLS handshake failed", "check that the port speaks TLS, or use http")
            case TimeoutError() | requests.Timeout() | urllib3.exceptions.TimeoutError():
                return hop.failure(f"no answer within {limits.seconds:g} s", _LATER)
            case ConnectionRefusedError():
                return hop.passing("the connection was refused", "check host and port, and that the server runs")
            case requests.exceptions.ProxyError():
                return hop.passing("the proxy did not let it through", "check HTTPS_PROXY and NO_PROXY")
    if isinstance(error, ValueError):
        return hop.failure("the URL or a header cannot be sent", "check the URL for blanks and strange characters")
    return hop.passing("the connection broke off", _LATER)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and everything that it wraps, outermost first; wrappers hide causes in various members."""
    queue, seen = [error], set[int]()
    while queue:
        current = queue.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        inner = (*current.args, getattr(current, "reason", None), current.__cause__, current.__context__)
        queue += [part for part in inner if isinstance(part, BaseException)]
