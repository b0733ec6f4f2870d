"""JSON Web Tokens in the compact form (RFC 7515 §3.1), read without trusting anything in them."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping

import orjson

from contractctl.mockserver.model import Json
from contractctl.mockserver.record import record

_PART = re.compile(r"[A-Za-z0-9_-]+")
_LATEST = 253_402_300_799
"""The last second of the year 9999: a later one is no time that anybody meant."""


class InvalidToken(Exception):
    """The token is not good; says why in printable ASCII without quotes or backslashes (RFC 6750 §3)."""


@record
class Jwt:
    """A token taken apart; nothing is verified. `signed` is what the signature is of."""

    header: Mapping[str, Json]
    claims: Mapping[str, Json]
    signed: bytes
    signature: bytes

    def text(self, name: str) -> str:
        """Return a member of the header; empty where it is no text."""
        value = self.header.get(name)
        return value if isinstance(value, str) else ""


def parse_jwt(token: str) -> Jwt | None:
    """Take a token apart; None for an opaque one. Raise InvalidToken for one that cannot be read, or is not signed."""
    parts = token.split(".")
    if len(parts) != 3 or not all(map(_PART.fullmatch, parts[:2])):
        return None
    header = _object(parts[0])
    if header is None:
        return None
    claims = _object(parts[1])
    if claims is None:
        raise InvalidToken("the claims of the token are no JSON object")
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm.lower() in {"", "none"} or not _PART.fullmatch(parts[2]):
        raise InvalidToken("the token is not signed")
    if "crit" in header:
        # RFC 7515 §4.1.11: what is not understood must not be passed over.
        raise InvalidToken("the token has a header that must be understood, and is not")
    return Jwt(header, claims, f"{parts[0]}.{parts[1]}".encode(), decode(parts[2]))


def encode(data: bytes) -> str:
    """Return base64url without padding (RFC 7515 §2)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """Undo `encode`; raise InvalidToken for a text that it cannot have made."""
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise InvalidToken("the token is not base64url") from None


def time_of(claims: Mapping[str, Json], name: str, default: float) -> float:
    """Return a NumericDate (RFC 7519 §2); raise InvalidToken for what is none."""
    value = claims.get(name)
    if value is None and name not in claims:
        return default
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= _LATEST:
        raise InvalidToken(f"the claim {name} of the token is no time")
    return value


def scopes_of(claims: Mapping[str, Json]) -> frozenset[str]:
    """Return the scopes of `scope` (RFC 9068 §2.2.3) and `scp`: a text with spaces, or an array."""
    found: set[str] = set()
    for name in ("scope", "scp"):
        value = claims.get(name)
        if isinstance(value, str):
            found.update(value.split())
        elif isinstance(value, list):
            found.update(item for item in value if isinstance(item, str))
    return frozenset(found)


def _object(part: str) -> dict[str, Json] | None:
    try:
        value = orjson.loads(decode(part))
    except (InvalidToken, ValueError):
        return None
    return value if isinstance(value, dict) else None
