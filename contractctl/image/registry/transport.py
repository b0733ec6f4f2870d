"""One HTTP exchange with a registry: what is asked, what is answered, and how the wire can fail."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self
from urllib.parse import SplitResult, urljoin, urlsplit

from contractctl import __version__
from contractctl.core.records import dataclass

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

CONNECT_SECONDS = 10.0
SILENCE_SECONDS = 120.0
LARGEST_ANSWER = 16 * 1024 * 1024
"""Bytes of an answer that are read: manifests and configurations are smaller (a registry takes 4 MiB)."""

_PIECE = 256 * 1024
_REDIRECTS = 5
_ANY_METHOD = frozenset({307, 308})
_READING = frozenset({301, 302, 303})
_OWN_PORTS = {"https": ":443", "http": ":80"}
_CA_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
"""The first that is set names whom to trust: what requests reads, then what OpenSSL, Go and Python's ssl read."""


class WireError(Exception):
    """An exchange that brought no answer; the text says why in the system's words."""


class Unreachable(WireError):
    """No connection: refused, no such host, no route."""


class Untrusted(WireError):
    """No TLS: certificate, protocol, or a server that does not speak it. Trying again does not help."""


class TooLarge(WireError):
    """An answer of more bytes than anybody wants to read."""


class Cut(WireError):
    """A connection that ended or fell silent in the middle."""


class UnsafeRedirect(WireError):
    """An answer that sends us to plain http on another machine, or round in circles."""


def _unheard(count: int) -> None:
    """Ignore progress."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked. `sent` hears how many bytes of the body went out, in pieces; what it raises ends the exchange.

    `received` takes the body of an answer 200 or 206 in pieces, which is then not in the answer, however large it is.
    Header names are written in lower case. The headers are in no `repr`: they hold secrets.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    sent: Callable[[int], None] = field(default=_unheard, repr=False)
    received: Callable[[Answer, bytes], None] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, with header names in lower case. `url` is the one that answered, after redirects."""

    status: int
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


class Transport(Protocol):
    """Carries one request; follows no redirect, remembers no cookie. Called from several threads."""

    def send(self, request: Request) -> Answer:
        """Return the answer, whatever its status.

        Raises:
            WireError: there is none.
        """
        ...


class HttpTransport:
    """The real transport: requests, with the environment's proxies (not for this machine) and CA bundle."""

    def __init__(self) -> None:
        from http.cookiejar import DefaultCookiePolicy

        import requests

        self._far = requests.Session()
        self._near = requests.Session()
        self._near.trust_env = False
        for session in (self._far, self._near):
            # It would read the address of a redirect that it is not to follow, and fail where there is none.
            setattr(session, "get_redirect_target", _nowhere)  # noqa: B010 - mypy lets no method be assigned
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
            session.headers.update({"User-Agent": f"contractctl/{__version__}", "Accept-Encoding": "identity"})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._far.close()
        self._near.close()

    def send(self, request: Request) -> Answer:
        """Send over a kept connection where there is one; see `Transport`."""
        import requests
        import urllib3

        session = self._near if is_loopback(request.url) else self._far
        try:
            with session.request(
                request.method,
                request.url,
                headers=request.headers,
                data=_Metered(request) if request.body else None,
                timeout=(CONNECT_SECONDS, SILENCE_SECONDS),
                verify=_trusted(request.url),
                auth=_as_it_is,
                allow_redirects=False,
                stream=True,
            ) as response:
                headers = {name.lower(): value for name, value in response.headers.items()}
                answer = Answer(response.status_code, request.url, headers)
                if request.received is None or answer.status not in {200, 206}:
                    return replace(answer, body=_read(response.iter_content(_PIECE)))
                for piece in response.iter_content(_PIECE):
                    request.received(answer, piece)
                return answer
        except requests.exceptions.SSLError as error:
            raise Untrusted(_system_words(error)) from None
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema) as error:
            raise Unreachable(str(error)) from None
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            words = _system_words(error)
            raise (Unreachable(words) if _never_connected(error) else Cut(words)) from None


def follow(transport: Transport, request: Request) -> Answer:
    """Send, and follow redirects; Authorization does not travel to another host, nor from https to http.

    Raises:
        WireError: there is no answer, or the redirect is unsafe.
    """
    for _ in range(_REDIRECTS):
        answer = transport.send(request)
        target = answer.headers.get("location", "")
        followed = _ANY_METHOD | (_READING if request.method in {"GET", "HEAD"} else frozenset())
        if answer.status not in followed or not target:
            return answer
        request = _redirected(request, resolve(request.url, target))
    raise UnsafeRedirect("it redirects in circles")


def resolve(url: str, target: str) -> str:
    """Return the address that `target`, as it stands in an answer of `url`, means.

    Raises:
        UnsafeRedirect: it is none.
    """
    try:
        return urljoin(url, target)
    except ValueError:
        raise UnsafeRedirect("it sends us to what is no address") from None


def origin(url: str) -> tuple[str, str]:
    """Return scheme and host with port (not the scheme's own), in lower case: what credentials belong to."""
    parts = _split(url)
    scheme, host = parts.scheme.lower(), parts.netloc.rpartition("@")[2].lower()
    return scheme, host.removesuffix(_OWN_PORTS.get(scheme, ":"))


def is_safe(url: str) -> bool:
    """Tell whether credentials may travel to `url`: https, or http to this machine."""
    parts = _split(url)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(url)))


def is_loopback(url: str) -> bool:
    """Tell whether the host of `url` is this machine: `localhost` or a loopback address."""
    host = _split(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _Metered:
    """A body with a length that tells how much of it went out."""

    def __init__(self, request: Request) -> None:
        self._request = request

    def __len__(self) -> int:
        return len(self._request.body)

    def __iter__(self) -> Iterator[bytes]:
        body = memoryview(self._request.body)
        for start in range(0, len(body), _PIECE):
            piece = bytes(body[start : start + _PIECE])
            yield piece
            self._request.sent(len(piece))


def _redirected(request: Request, target: str) -> Request:
    same = origin(target) == origin(request.url)
    downgraded = request.url.startswith("https:") and not target.startswith("https:")
    if downgraded or not is_safe(target):
        raise UnsafeRedirect(f"it redirects to {without_query(target)}, which is not https")
    headers = {name: value for name, value in request.headers.items() if same or name != "authorization"}
    return replace(request, url=target, headers=headers)


def without_query(url: str) -> str:
    """Return the URL for a message: queries and user names hold secrets."""
    scheme, host = origin(url)
    return f"{scheme}://{host}{_split(url).path}" if scheme else url.partition("?")[0]


def _split(url: str) -> SplitResult:
    """Take an address apart; one that is none has no host."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def _nowhere(_response: Response) -> None:
    """Leave every redirect to `follow`."""


def _as_it_is(request: PreparedRequest) -> PreparedRequest:
    """Keep requests from adding credentials of its own, from ~/.netrc."""
    return request


def _trusted(url: str) -> str | bool:
    """Return the file or folder of the CAs to trust, True for those that everybody trusts."""
    if urlsplit(url).scheme != "https":
        return True
    for name in _CA_BUNDLES:
        if path := os.environ.get(name, ""):
            if not Path(path).exists():
                raise Untrusted(f"{name} names {path}, which does not exist")
            return path
    return True


def _read(pieces: Iterator[bytes]) -> bytes:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > LARGEST_ANSWER:
            raise TooLarge(f"the answer is larger than {LARGEST_ANSWER} bytes")
    return bytes(body)


def _chain(error: BaseException) -> Iterator[BaseException]:
    current: BaseException | None = error
    while current is not None:
        yield current
        current = current.__cause__ or current.__context__


def _never_connected(error: BaseException) -> bool:
    import requests
    import urllib3

    kinds = (urllib3.exceptions.NewConnectionError, requests.exceptions.ConnectTimeout, requests.exceptions.ProxyError)
    return any(isinstance(one, kinds) for one in _chain(error))


def _system_words(error: BaseException) -> str:
    """Say what the system said under the layers that libraries wrap around it, without addresses of objects."""
    import ssl

    words = ""
    for one in _chain(error):
        if isinstance(one, ssl.SSLCertVerificationError):
            return one.verify_message
        if isinstance(one, ssl.SSLError):
            return one.reason or "TLS failed"
        if isinstance(one, OSError) and one.strerror:
            words = one.strerror
        elif isinstance(one, OSError) and str(one).startswith("Tunnel connection failed"):
            words = str(one).replace("Tunnel connection failed", "the proxy says")
        elif isinstance(one, TimeoutError):
            words = "timed out"
    return words.lower() or "the connection was cut"
