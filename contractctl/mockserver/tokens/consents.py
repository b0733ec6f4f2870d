"""Consents: what a user allows a client, and the codes and refresh tokens that carry it until it is asked for."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from hmac import compare_digest

from contractctl.mockserver.model import Json
from contractctl.mockserver.record import record
from contractctl.mockserver.tokens.forms import Refused
from contractctl.mockserver.tokens.tokens import Tokens

CODE_SECONDS = 60
REFRESH_SECONDS = 30 * 86_400
CHALLENGE_METHODS = ("S256", "plain")
_CODE = "code"
_REFRESH = "refresh"
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
"""RFC 7636 §4.1"""


@record
class Consent:
    """What was granted to a client, and by whom; all tokens that come from it are of one `family`.

    `authenticated` is when, in seconds since 1970. `nonce` is the client's own, for the first ID token.
    """

    family: str
    client: str
    user: str
    scope: str
    authenticated: int
    nonce: str = ""

    def as_json(self) -> dict[str, Json]:
        """Return what `read` takes."""
        return {
            "family": self.family,
            "client": self.client,
            "user": self.user,
            "scope": self.scope,
            "authenticated": self.authenticated,
            "nonce": self.nonce,
        }

    @classmethod
    def read(cls, content: Mapping[str, Json]) -> Consent:
        """Read a consent that was sealed, and so is whole."""
        texts = {name: str(content[name]) for name in ("family", "client", "user", "scope", "nonce")}
        return cls(authenticated=_number(content["authenticated"]), **texts)


def code_for(tokens: Tokens, consent: Consent, now: float, *, redirect: str, challenge: str, method: str) -> str:
    """Return a code for a consent; `challenge` is empty where the client gave none."""
    bound: dict[str, Json] = {"redirect": _hash(redirect), "challenge": challenge, "method": method}
    return tokens.seal.close(_CODE, {**consent.as_json(), **bound, "expires": now + CODE_SECONDS})


def redeem(tokens: Tokens, form: Mapping[str, str], client: str, now: float, world: str, *, is_public: bool) -> Consent:
    """Return the consent of a code, which is good once; raise Refused where it is not good for this client."""
    content = _opened(tokens, _CODE, form["code"], client, now)
    if content["redirect"] != _hash(form.get("redirect_uri", "")):
        raise Refused("invalid_grant", "redirect_uri is not the one that the code was asked for with")
    _check_verifier(str(content["challenge"]), str(content["method"]), form.get("code_verifier", ""))
    if is_public and not content["challenge"]:
        raise Refused("invalid_grant", "a client without a secret has to ask with a code_challenge (RFC 7636)")
    consent = Consent.read(content)
    if not tokens.use_code(consent.family, world):
        # RFC 6749 §4.1.2: somebody else may have been quicker, so that what it has is good no more.
        tokens.revoke(consent.family, world)
        raise Refused("invalid_grant", "the code was used before; the tokens that it gave are revoked")
    return consent


def refresh_token(tokens: Tokens, consent: Consent, now: float, generation: int = 0) -> str:
    """Return a refresh token for a consent; each generation of a family follows the one before."""
    kept = replace(consent, nonce="").as_json()
    return tokens.seal.close(_REFRESH, {**kept, "generation": generation, "expires": now + REFRESH_SECONDS})


def presented(tokens: Tokens, token: str, client: str, now: float, world: str) -> tuple[Consent, int]:
    """Return the consent of a refresh token and its generation; raise Refused where it is not good any more."""
    content = _opened(tokens, _REFRESH, token, client, now)
    consent = Consent.read(content)
    if tokens.is_revoked(consent.family, world):
        raise Refused("invalid_grant", "the refresh token was revoked")
    return consent, _number(content["generation"])


def follow(tokens: Tokens, consent: Consent, generation: int, now: float, world: str) -> str:
    """Return the refresh token that takes the place of one; raise Refused, and revoke all, where one has (RFC 9700)."""
    if not tokens.rotate(consent.family, generation, world):
        tokens.revoke(consent.family, world)
        raise Refused("invalid_grant", "the refresh token was used before; all that came from it are revoked")
    return refresh_token(tokens, consent, now, generation + 1)


def refreshed(tokens: Tokens, token: str) -> Consent | None:
    """Return the consent that a refresh token is of, whether it is good or not; None for any other text."""
    content = tokens.seal.open(_REFRESH, token)
    return None if content is None else Consent.read(content)


def check_challenge(challenge: str, method: str) -> None:
    """Raise Refused for a code_challenge that no verifier could meet (RFC 7636 §4.2, §4.4.1)."""
    if method not in CHALLENGE_METHODS:
        raise Refused("invalid_request", f"code_challenge_method is one of {', '.join(CHALLENGE_METHODS)}")
    if not _VERIFIER.fullmatch(challenge) or (method == "S256" and len(challenge) != 43):
        raise Refused("invalid_request", "code_challenge is not of the form that its method makes")


def _check_verifier(challenge: str, method: str, verifier: str) -> None:
    """Raise Refused unless a verifier fits a challenge, or neither is there (RFC 7636 §4.6, RFC 9700 §2.1.1)."""
    if not challenge and not verifier:
        return
    made = verifier
    if method == "S256":
        made = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    if not challenge or not _VERIFIER.fullmatch(verifier) or not compare_digest(made, challenge):
        raise Refused("invalid_grant", "code_verifier is not the one of the code_challenge")


def _opened(tokens: Tokens, kind: str, text: str, client: str, now: float) -> dict[str, Json]:
    content = tokens.seal.open(kind, text)
    name = "code" if kind == _CODE else "refresh token"
    if content is None:
        raise Refused("invalid_grant", f"the {name} was not given by this mock")
    if content["client"] != client:
        raise Refused("invalid_grant", f"the {name} was given to another client")
    if now >= _number(content["expires"]):
        raise Refused("invalid_grant", f"the {name} has expired")
    return content


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _number(value: Json) -> int:
    assert isinstance(value, (int, float))
    return int(value)
