"""All that tokens rest on, made once a server: its key, what it has signed and revoked, and what time it is."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING

import orjson

from contractctl.mockserver.clock import Clock
from contractctl.mockserver.memory.interface import Memory
from contractctl.mockserver.model import Json
from contractctl.mockserver.requests import Request
from contractctl.mockserver.sessions import session_of
from contractctl.mockserver.settings import Settings
from contractctl.mockserver.tokens.addresses import base_url
from contractctl.mockserver.tokens.foreign_keys import ForeignKeys
from contractctl.mockserver.tokens.jwts import InvalidToken, encode
from contractctl.mockserver.tokens.keys import signing_key
from contractctl.mockserver.tokens.seals import Seal
from contractctl.mockserver.tokens.verifying import Grant, Verifier

if TYPE_CHECKING:
    from contractctl.mockserver.tokens.keys import SigningKey

_YES = b"1"


class Tokens:
    """Signs, judges and revokes. Only revoked tokens and used codes are kept, each world's by itself.

    A world is that of a session; the empty name is of requests that name none.
    """

    def __init__(self, settings: Settings, memory: Memory, clock: Clock, given_key: str) -> None:
        """Make or read the key; raise SettingError for one, or for keys of others, that cannot be used."""
        self.key: SigningKey = signing_key(given_key)
        self.seconds = settings.token_ttl
        self.seal = Seal(self.key.secret)
        self._is_tls = bool(settings.tls_cert)
        self._memory = memory
        self._clock = clock
        self._verifier = Verifier(self.key, ForeignKeys(settings.jwks) if settings.jwks else None)
        header = {"alg": self.key.algorithm, "kid": self.key.id, "typ": "JWT"}
        self._header = encode(orjson.dumps(header))

    def base(self, request: Request) -> str:
        """Return the URL under which the client knows the contract."""
        return base_url(request, is_tls=self._is_tls)

    def now(self, request: Request) -> float:
        """Return what time it is in the world of a request; raise BadTarget for a session that has no name."""
        return self._clock.now(session_of(request))

    def sign(self, claims: Mapping[str, Json]) -> str:
        """Return a JWT."""
        message = f"{self._header}.{encode(orjson.dumps(claims))}"
        return f"{message}.{encode(self.key.sign(message.encode()))}"

    def judge(self, token: str, request: Request) -> Grant:
        """Return what a token grants now; raise InvalidToken for one that is not good."""
        grant = self._verifier.known(token) or self._verifier.read(token, self.base(request))
        world = session_of(request)
        grant.check_time(self._clock.now(world))
        if self.is_revoked(grant.id, world) or self.is_revoked(grant.family, world):
            raise InvalidToken("the token was revoked")
        return grant

    def read(self, token: str, request: Request) -> Grant | None:
        """Return what a token of ours grants, also one that has expired; None for any other text."""
        try:
            grant = self._verifier.known(token) or self._verifier.read(token, self.base(request))
        except InvalidToken:
            return None
        return grant if grant.id else None

    def is_revoked(self, identity: str, world: str) -> bool:
        """Tell whether a token, or the family that it is of, was revoked in a world; nothing is not."""
        return identity != "" and self._memory.get(_revoked(world), identity) is not None

    def revoke(self, identity: str, world: str) -> None:
        """Revoke a token by its id, or all that are of a family."""
        self._memory.put(_revoked(world), identity, _YES)

    def use_code(self, family: str, world: str) -> bool:
        """Note that the code of a family is used; False for one that was."""
        return self._memory.swap(_used(world), family, None, _YES)

    def rotate(self, family: str, generation: int, world: str) -> bool:
        """Let the next generation of refresh tokens follow this one; False where it has already.

        A family of which nothing is known, since the memory is another one now, goes on with what it has.
        """
        space = f"{_used(world)}/refresh"
        known = self._memory.get(space, family)
        if known is not None and known != str(generation).encode():
            return False
        return self._memory.swap(space, family, known, str(generation + 1).encode())


def _revoked(world: str) -> str:
    return f"tokens/{world or '='}/revoked"


def _used(world: str) -> str:
    return f"tokens/{world or '='}/used"


def new_identity() -> str:
    """Return 128 random bits as text."""
    return secrets.token_urlsafe(16)
