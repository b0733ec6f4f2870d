"""Whether a token that a client presents is good: ours by its signature, one of others by its claims."""

from __future__ import annotations

import math

from contractctl.mockserver.record import record
from contractctl.mockserver.security import is_bearer
from contractctl.mockserver.tokens.foreign_keys import ForeignKeys
from contractctl.mockserver.tokens.jwts import InvalidToken, Jwt, parse_jwt, scopes_of, time_of
from contractctl.mockserver.tokens.keys import SigningKey


@record
class Grant:
    """What a token is good for, from when it `begins` until it `ends`: seconds since 1970, infinite where it says none.

    `id` names a token of ours, `family` all that come from one consent, `client` whom it was given; all are empty for
    one of others.
    """

    scopes: frozenset[str]
    begins: float
    ends: float
    id: str = ""
    family: str = ""
    client: str = ""


class Verifier:
    """Reads tokens, and checks their signatures."""

    def __init__(self, key: SigningKey, foreign: ForeignKeys | None) -> None:
        self._key = key
        self._foreign = foreign

    def read(self, token: str, base: str) -> Grant:
        """Return what a token grants, whatever the time; raise InvalidToken for one that is not good.

        What `base`, the server's own URL, is said to have issued has to be signed by us.
        """
        if not is_bearer(token):
            raise InvalidToken("the token has characters that no token has")
        jwt = parse_jwt(token)
        if jwt is None:
            raise InvalidToken("the token was not issued by this mock, and is no JWT of others")
        times = time_of(jwt.claims, "nbf", -math.inf), time_of(jwt.claims, "exp", math.inf)
        if self._is_ours(jwt, base):
            return self._own(jwt, times)
        if self._foreign is not None:
            self._foreign.verify(jwt)
        return Grant(scopes_of(jwt.claims), *times)

    def _is_ours(self, jwt: Jwt, base: str) -> bool:
        issuer = jwt.claims.get("iss")
        said = isinstance(issuer, str) and (issuer == base or issuer.startswith(f"{base}/"))
        return said or jwt.text("kid") == self._key.id

    def _own(self, jwt: Jwt, times: tuple[float, float]) -> Grant:
        if jwt.text("alg") != self._key.algorithm or not self._key.verify(jwt.signed, jwt.signature):
            raise InvalidToken("the signature of the token is wrong")
        identity = jwt.claims.get("jti")
        if not isinstance(identity, str):
            raise InvalidToken("this is an ID token; send the access token")
        family, dot, _ = identity.partition(".")
        client = str(jwt.claims.get("client_id", ""))
        return Grant(scopes_of(jwt.claims), *times, identity, family if dot else "", client)
