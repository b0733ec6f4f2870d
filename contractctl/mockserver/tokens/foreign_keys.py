"""The keys of tokens that others issue: a JWK Set (RFC 7517 §5) in a file or at a URL."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import orjson

from contractctl.mockserver.model import Json
from contractctl.mockserver.record import record
from contractctl.mockserver.settings import SettingError
from contractctl.mockserver.tokens.jwts import InvalidToken, Jwt
from contractctl.mockserver.tokens.keys import MISSING

_FETCH_SECONDS = 10
_LARGEST = 1 << 20
_MOST_TRIED = 20
_ALGORITHMS: Mapping[str, tuple[str, ...]] = {
    "RSA": ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    "EC": ("ES256", "ES384", "ES512", "ES256K"),
    "OKP": ("EdDSA",),
    "oct": ("HS256", "HS384", "HS512"),
}
"""What a key may be used for goes by its own type, whatever the token says (RFC 8725 §3.1)."""


class _Unreadable(Exception):
    """The keys cannot be had; one line for people."""


@record
class _Key:
    id: str
    type: str
    verify: Mapping[str, Callable[[bytes, bytes], bool]]
    """By algorithm: whether a signature (the second) is of a message."""


class ForeignKeys:
    """The keys at a place. An unknown id has them fetched again, by `renewal`: at most once in `seconds`.

    `forget` is called, in another thread, once there are others: what the earlier ones have signed may be good no more.
    """

    def __init__(self, place: str, seconds: float = 60, forget: Callable[[], None] | None = None) -> None:
        """Read them; raise SettingError where there are none to be had."""
        self.renewal: threading.Thread | None = None
        self._forget = forget
        self._place = place
        self._seconds = seconds
        try:
            import jwt  # noqa: F401 # told here, and not when a key is read
        except ImportError:
            raise SettingError(MISSING) from None
        try:
            self._keys = _keys(_fetch(place))
        except _Unreadable as error:
            raise SettingError(f"--jwks {place} {error}") from None
        self._fetched = time.monotonic()

    def verify(self, jwt: Jwt) -> None:
        """Return for a token that one of the keys has signed; raise InvalidToken for any other one."""
        wanted, algorithm = jwt.text("kid"), jwt.text("alg")
        keys = [key for key in self._keys if not wanted or key.id in {"", wanted}]
        if not keys:
            self._refetch()
            raise InvalidToken("the token is signed with a key that is not known")
        for key in keys[:_MOST_TRIED]:
            verify = key.verify.get(algorithm)
            if verify is not None and verify(jwt.signed, jwt.signature):
                return
        raise InvalidToken("the signature of the token is wrong")

    def _refetch(self) -> None:
        now = time.monotonic()
        if now - self._fetched >= self._seconds:
            self._fetched = now
            # The loop must not wait for it: the token that asks for the key is refused once.
            self.renewal = threading.Thread(target=self._renew, daemon=True)
            self.renewal.start()

    def _renew(self) -> None:
        try:
            self._keys = _keys(_fetch(self._place))
            if self._forget is not None:
                self._forget()
        except _Unreadable as error:
            import sys

            sys.stderr.write(f"warning: --jwks {self._place} {error}; the earlier keys are still used\n")


def _fetch(place: str) -> bytes:
    try:
        if not place.lower().startswith(("http://", "https://")):
            with Path(place).open("rb") as file:
                return file.read(_LARGEST + 1)
        from urllib.request import Request, urlopen

        request = Request(place, headers={"Accept": "application/jwk-set+json, application/json"})  # noqa: S310 # http or https
        with urlopen(request, timeout=_FETCH_SECONDS) as answer:  # noqa: S310 # see above
            data = answer.read(_LARGEST + 1)
            assert isinstance(data, bytes)
            return data
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
        raise _Unreadable(f"cannot be read: {reason}") from None


def _keys(data: bytes) -> tuple[_Key, ...]:
    try:
        document = orjson.loads(data) if len(data) <= _LARGEST else None
    except ValueError:
        document = None
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise _Unreadable('is no set of keys; it must be JSON such as {"keys": [...]}')
    keys = tuple(_usable(listed))
    if not keys:
        raise _Unreadable("holds no key that signatures can be checked with")
    return keys


def _usable(listed: Iterable[Json]) -> Iterable[_Key]:
    """Yield the keys that can check signatures; a set may hold others (RFC 7517 §5)."""
    for member in listed:
        if isinstance(member, dict) and member.get("use", "sig") == "sig":
            identity, kind, named = member.get("kid"), member.get("kty"), member.get("alg")
            allowed = [name for name in _ALGORITHMS.get(str(kind), ()) if named in {None, name}]
            checks = {name: check for name in allowed if (check := _check(member, name)) is not None}
            if checks:
                yield _Key(identity if isinstance(identity, str) else "", str(kind), checks)


def _check(member: Mapping[str, Json], algorithm: str) -> Callable[[bytes, bytes], bool] | None:
    """Return what checks the signatures of an algorithm with a key; None where they do not fit each other."""
    from jwt import PyJWK
    from jwt.exceptions import PyJWTError

    try:
        made = PyJWK(dict(member), algorithm)
    except (PyJWTError, ValueError, TypeError):
        return None
    return lambda message, signature: bool(made.Algorithm.verify(message, made.key, signature))
