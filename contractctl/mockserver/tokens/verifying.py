"""Whether a token that a client presents is good: ours by its signature, one of others by its claims."""

from __future__ import annotations

from contractctl.mockserver.record import record
from contractctl.mockserver.security import is_bearer
from contractctl.mockserver.tokens.foreign_keys import ForeignKeys
from contractctl.mockserver.tokens.jwts import InvalidToken, Jwt, parse_jwt, scopes_of, time_of
from contractctl.mockserver.tokens.keys import SigningKey

_REMEMBERED = 4096
_LONGEST_REMEMBERED = 4096


@record
class Grant:
    """What a token is good for. Times are seconds since 1970, None where the token does not say.

    `id` names a token of ours, `family` all that come from one consent, `client` whom it was given; all are empty for
    one of others.
    """

    scopes: frozenset[str]
    not_before: float | None
    expires: float | None
    id: str = ""
    family: str = ""
    client: str = ""

    def check_time(self, now: float) -> None:
        """Raise InvalidToken unless it is good now (RFC 7519 §4.1.4, §4.1.5)."""
        if self.expires is not None and now >= self.expires:
            raise InvalidToken("the token has expired")
        if self.not_before is not None and now < self.not_before:
            raise InvalidToken("the token is not valid yet")


class Verifier:
    """Reads tokens. What a good one says is remembered by its text, so that a signature is checked once."""

    def __init__(self, key: SigningKey, foreign: ForeignKeys | None) -> None:
        self._key = key
        self._foreign = foreign
        self._remembered: dict[str, Grant] = {}

    def known(self, token: str) -> Grant | None:
        """Return what a token that was read grants; None for one that was not, or is not good."""
        return self._remembered.get(token)

    def read(self, token: str, base: str) -> Grant:
        """Return what a token grants, whatever the time; raise InvalidToken for one that is not good.

        What `base`, the server's own URL, is said to have issued has to be signed by us.
        """
        if not is_bearer(token):
            raise InvalidToken("the token has characters that no token has")
        grant = self._read(token, base)
        if len(token) <= _LONGEST_REMEMBERED:
            if len(self._remembered) >= _REMEMBERED:
                del self._remembered[next(iter(self._remembered))]
            self._remembered[token] = grant
        return grant

    def _read(self, token: str, base: str) -> Grant:
        jwt = parse_jwt(token)
        if jwt is None:
            raise InvalidToken("the token was not issued by this mock, and is no JWT of others")
        times = time_of(jwt.claims, "nbf"), time_of(jwt.claims, "exp")
        if self._is_ours(jwt, base):
            return self._own(jwt, times)
        if self._foreign is not None:
            self._foreign.verify(jwt)
        return Grant(scopes_of(jwt.claims), *times)

    def _is_ours(self, jwt: Jwt, base: str) -> bool:
        issuer = jwt.claims.get("iss")
        said = isinstance(issuer, str) and (issuer == base or issuer.startswith(f"{base}/"))
        return said or jwt.text("kid") == self._key.id

    def _own(self, jwt: Jwt, times: tuple[float | None, float | None]) -> Grant:
        if jwt.text("alg") != self._key.algorithm or not self._key.verify(jwt.signed, jwt.signature):
            raise InvalidToken("the signature of the token is wrong")
        identity = jwt.claims.get("jti")
        if not isinstance(identity, str):
            raise InvalidToken("this is an ID token; send the access token")
        family, dot, _ = identity.partition(".")
        client = str(jwt.claims.get("client_id", ""))
        return Grant(scopes_of(jwt.claims), *times, identity, family if dot else "", client)
