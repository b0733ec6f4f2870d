"""Answering a registry's challenge: Basic, or a Bearer token from the service that it names.

Sources: RFC 7235 §4.1, RFC 6750 §3, and CNCF Distribution's "Token Authentication Specification" and "Oauth2 Token
Authentication".
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from urllib.parse import urlencode, urlsplit

from contractctl.core.failures import DeliveryFailure
from contractctl.core.json import is_object, read_json
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.image.registry.credentials import Credentials
from contractctl.image.registry.transport import Answer, Request, is_loopback, is_safe, without_query

_SCHEME = pattern(r"[\s,]*([A-Za-z][A-Za-z0-9!#$%&'*+.^_`|~-]*)(?:\s+|$)")
_PARAMETER = pattern(r"[\s,]*([A-Za-z0-9_-]+)\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s,\"]+))")
_TOKEN = pattern(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Challenge:
    """One scheme (in lower case) of a WWW-Authenticate header, with its parameters (names in lower case)."""

    scheme: str
    parameters: Mapping[str, str] = field(default_factory=dict)


def read_challenges(header: str) -> tuple[Challenge, ...]:
    """Read a WWW-Authenticate header, which may hold several challenges; what makes no sense ends the reading."""
    return tuple(_challenges(header))


def _challenges(header: str) -> Iterator[Challenge]:
    position = 0
    while found := _SCHEME.match(header, position):
        position = found.end()
        parameters: dict[str, str] = {}
        while parameter := _PARAMETER.match(header, position):
            name, quoted, bare = parameter.groups()
            parameters[name.lower()] = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else bare
            position = parameter.end()
        yield Challenge(found[1].lower(), parameters)


class Authority:
    """Knows the Authorization header that one registry takes, and gets a new one when it is refused.

    Shared by the threads of one push: whoever is refused first asks for the token, the others take it.
    """

    def __init__(
        self,
        scope: str,
        credentials: Credentials | None,
        ask: Callable[[Request], Answer],
        *,
        wishes: Sequence[str] = (),
        is_local: bool = True,
    ) -> None:
        """Take the scope to ask tokens for (`repository:NAME:pull,push`) and what reaches the token service.

        `wishes` are scopes that are of use, but not needed. `is_local` says that the registry is on this machine, so
        that its token service may be, too.
        """
        self._scope = scope
        self._wishes = tuple(wishes)
        self._credentials = credentials
        self._ask = ask
        self._is_local = is_local
        self._header = ""
        self._lock = threading.Lock()

    @property
    def credentials(self) -> Credentials | None:
        """Who we are; None is anonymous."""
        return self._credentials

    def header(self) -> str:
        """Return the Authorization header to send, empty before the first challenge. Secret."""
        return self._header

    def renew(self, challenges: str, refused: str) -> bool:
        """Answer the challenges of a 401 to a request sent with the header `refused`; tell whether to try again.

        Raises:
            DeliveryFailure: the token service refuses us or is not one.
        """
        with self._lock:
            if self._header != refused:
                return True
            by_scheme = {challenge.scheme: challenge for challenge in read_challenges(challenges)}
            if "bearer" in by_scheme:
                self._header = f"Bearer {self._token(by_scheme['bearer'])}"
            elif "basic" in by_scheme and self._credentials is not None and not self._credentials.is_identity_token:
                self._header = self._credentials.basic()
            return self._header != refused

    def conceal(self, text: str) -> str:
        """Take our secrets out of what somebody else wrote."""
        secrets = [self._header.partition(" ")[2]]
        if self._credentials is not None:
            secrets += [self._credentials.password, self._credentials.basic().partition(" ")[2]]
        for secret in filter(None, secrets):
            text = text.replace(secret, "***")
        return text

    def _token(self, challenge: Challenge) -> str:
        realm = challenge.parameters.get("realm", "")
        self._check_realm(realm)
        service = challenge.parameters.get("service", "")
        if self._wishes:
            try:
                return self._granted(realm, service, (self._scope, *self._wishes))
            except DeliveryFailure:  # it refuses what we may do without; the next question tells what is wrong
                self._wishes = ()
        return self._granted(realm, service, (self._scope,))

    def _check_realm(self, realm: str) -> None:
        if not realm:
            raise DeliveryFailure(
                "the registry asks for a token, and does not say who gives one",
                hint="is this the registry's address? tell the registry's owner",
            )
        if not is_safe(realm) or (is_loopback(realm) and not self._is_local):
            why = "this machine" if is_loopback(realm) else "not https"
            raise DeliveryFailure(
                f"the registry sends us for a token to `{without_query(realm)}`, which is {why}",
                hint="no credentials were sent there; tell the registry's owner",
            )

    def _granted(self, realm: str, service: str, scopes: Sequence[str]) -> str:
        """Ask by GET, or with an identity token by POST, so that it stands in no address."""
        if self._credentials is not None and self._credentials.is_identity_token:
            request = _refresh(realm, service, scopes, self._credentials.password)
        else:
            pairs = [("service", service), *(("scope", scope) for scope in scopes)]
            query = urlencode([(name, value) for name, value in pairs if value])
            headers = {"authorization": self._credentials.basic()} if self._credentials else {}
            request = Request("GET", f"{realm}{'&' if urlsplit(realm).query else '?'}{query}", headers)
        answer = self._ask(request)
        token = _token_of(answer)
        if not token:
            raise DeliveryFailure(
                f"the token service {without_query(realm)} answered {answer.status} without a token",
                hint="is this the registry's address? try again later",
            )
        return token


def _refresh(realm: str, service: str, scopes: Sequence[str], identity_token: str) -> Request:
    form = {
        "grant_type": "refresh_token",
        "service": service,
        "client_id": "contractctl",
        "scope": " ".join(scopes),
        "refresh_token": identity_token,
    }
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return Request("POST", realm, headers, urlencode(form).encode())


def _token_of(answer: Answer) -> str:
    """Find the token; services call it `token` or `access_token`. Nothing that could break a header is taken."""
    try:
        document = read_json(answer.body)
    except ValueError:
        return ""
    if not is_object(document):
        return ""
    values = (document.get("token"), document.get("access_token"))
    return next((value for value in values if isinstance(value, str) and _TOKEN.fullmatch(value)), "")
