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
from contractctl.mockserver.security import bearer_credential
from contractctl.mockserver.sessions import session_of
from contractctl.mockserver.settings import Settings
from contractctl.mockserver.tokens.addresses import Origin, base_url, origin_of
from contractctl.mockserver.tokens.foreign_keys import ForeignKeys
from contractctl.mockserver.tokens.jwts import InvalidToken, encode
from contractctl.mockserver.tokens.keys import signing_key
from contractctl.mockserver.tokens.seals import Seal
from contractctl.mockserver.tokens.verifying import Grant, Verifier

if TYPE_CHECKING:
    from contractctl.mockserver.tokens.keys import SigningKey

_YES = b"1"
_REMEMBERED = 4096
_LONGEST_REMEMBERED = 4096
"""Bytes of the headers by which a grant is remembered."""


class Tokens:
    """Signs, judges and revokes. Only revoked tokens and used codes are kept, each world's by itself.

    A world is that of a session; the empty name is of requests that name none. What a good token grants is remembered
    by the header that it came in and the address that was asked, in this process alone, so that it is taken apart and
    its signature checked once; whether it has expired or was revoked is looked at each time. The address counts: who
    names it as the issuer claims to be us.
    """

    def __init__(
        self, settings: Settings, memory: Memory, clock: Clock, given_key: str, *, renewal_seconds: float = 60
    ) -> None:
        """Make or read the key; raise SettingError for one, or for keys of others, that cannot be used.

        The keys of others are fetched again once in `renewal_seconds` at most.
        """
        self.key: SigningKey = signing_key(given_key)
        self.seconds = settings.token_ttl
        self.seal = Seal(self.key.secret)
        self._is_tls = bool(settings.tls_cert)
        self._memory = memory
        self._clock = clock
        self._grants: dict[tuple[bytes, Origin], Grant] = {}
        self.foreign: ForeignKeys | None = None
        if settings.jwks:
            self.foreign = ForeignKeys(settings.jwks, renewal_seconds, forget=self._forget_grants)
        self._verifier = Verifier(self.key, self.foreign)
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

    def judge(self, request: Request) -> Grant | None:
        """Return what the bearer token of a request grants now, None where it has none.

        Raise InvalidToken for one that is not good.
        """
        said = request.headers.get(b"authorization")
        if said is None:
            return None
        key = said, origin_of(request)
        grant = self._grants.get(key) or self._read_header(key, request)
        if grant is None:
            return None
        world = session_of(request)
        now = self._clock.now(world)
        if not grant.begins <= now < grant.ends:
            raise InvalidToken("the token is not valid yet" if now < grant.ends else "the token has expired")
        if grant.id:
            space = _revoked(world) if world else _REVOKED_OF_ALL
            is_there = self._memory.get
            if is_there(space, grant.id) or (grant.family and is_there(space, grant.family)):
                raise InvalidToken("the token was revoked")
        return grant

    def _read_header(self, key: tuple[bytes, Origin], request: Request) -> Grant | None:
        """Read the token of a header, and remember what it grants."""
        token = bearer_credential(request)
        if not token:
            return None
        # Others take their place when keys change meanwhile: what these have verified is then not remembered.
        grants = self._grants
        grant = self._verifier.read(token, self.base(request))
        said, origin = key
        if len(said) + sum(len(part) for part in origin if part) <= _LONGEST_REMEMBERED:
            if len(grants) >= _REMEMBERED:
                grants.clear()
            grants[key] = grant
        return grant

    def _forget_grants(self) -> None:
        self._grants = {}

    def read(self, token: str, request: Request) -> Grant | None:
        """Return what a token of ours grants, also one that has expired; None for any other text."""
        try:
            grant = self._verifier.read(token, self.base(request))
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


_REVOKED_OF_ALL = _revoked("")


def new_identity() -> str:
    """Return 128 random bits as text."""
    return secrets.token_urlsafe(16)
