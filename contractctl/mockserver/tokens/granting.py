"""The token endpoint: each grant leads to a consent, and a consent to tokens (RFC 6749 §4, §5, §6)."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import new
from typing import TypeAlias

from contractctl.mockserver.answers import Answer, json_answer
from contractctl.mockserver.model import Json
from contractctl.mockserver.record import record
from contractctl.mockserver.requests import Request
from contractctl.mockserver.sessions import session_of
from contractctl.mockserver.tokens import consents
from contractctl.mockserver.tokens.clients import Client, client_of
from contractctl.mockserver.tokens.consents import Consent
from contractctl.mockserver.tokens.forms import NOT_STORED, Refused, read_form, refusal, required
from contractctl.mockserver.tokens.jwts import encode
from contractctl.mockserver.tokens.scopes import Scopes, narrowed
from contractctl.mockserver.tokens.tokens import Tokens, new_identity

GRANTS = ("authorization_code", "client_credentials", "password", "refresh_token")
_LONGEST_USER = 512
_LONGEST_AUDIENCE = 512

_Form: TypeAlias = "Mapping[str, str]"


@record
class _Asked:
    """A request of the token endpoint, read. `issuer` is who signs, `now` what time it is in its `world`."""

    form: _Form
    client: Client
    issuer: str
    now: float
    world: str


def answer_grant(request: Request, tokens: Tokens, scopes: Scopes, issuer: str) -> Answer:
    """Answer a request for tokens."""
    try:
        form = read_form(request)
        kind = required(form, "grant_type")
        if kind not in GRANTS:
            raise Refused("unsupported_grant_type", f"grant_type is one of {', '.join(GRANTS)}")
        if len(_audience(form)) > _LONGEST_AUDIENCE:
            # A token that says so much fits into no header.
            raise Refused("invalid_target", f"the audience is longer than {_LONGEST_AUDIENCE} characters")
        asked = _Asked(form, client_of(request, form), issuer, tokens.now(request), session_of(request))
        return json_answer(200, _granted(kind, asked, tokens, scopes), headers=NOT_STORED)
    except Refused as refused:
        return refusal(refused)


def _granted(kind: str, asked: _Asked, tokens: Tokens, scopes: Scopes) -> dict[str, Json]:
    match kind:
        case "client_credentials":
            return _for_client(asked, tokens, scopes)
        case "password":
            return _begun(_of_password(asked, scopes), asked, tokens)
        case "authorization_code":
            required(asked.form, "code")
            public = asked.client.is_public
            consent = consents.redeem(tokens, asked.form, asked.client.id, asked.now, asked.world, is_public=public)
            return _begun(consent, asked, tokens)
        case _:
            return _refreshed(asked, tokens)


def _for_client(asked: _Asked, tokens: Tokens, scopes: Scopes) -> dict[str, Json]:
    """Return a token without a user, and so without a refresh token (RFC 6749 §4.4.3)."""
    if asked.client.is_public:
        raise Refused("invalid_client", "client_credentials is for clients with a secret; any will do", 401)
    identity = asked.client.id
    scope = scopes.granted(asked.form.get("scope"))
    return _answer(Consent("", identity, identity, scope, int(asked.now)), scope, asked, tokens)


def _of_password(asked: _Asked, scopes: Scopes) -> Consent:
    user = required(asked.form, "username")
    required(asked.form, "password")
    if len(user) > _LONGEST_USER:
        raise Refused("invalid_request", f"username is longer than {_LONGEST_USER} characters")
    scope = scopes.granted(asked.form.get("scope"))
    return Consent(new_identity(), asked.client.id, user, scope, int(asked.now))


def _begun(consent: Consent, asked: _Asked, tokens: Tokens) -> dict[str, Json]:
    answer = _answer(consent, consent.scope, asked, tokens)
    return {**answer, "refresh_token": consents.refresh_token(tokens, consent, asked.now)}


def _refreshed(asked: _Asked, tokens: Tokens) -> dict[str, Json]:
    token = required(asked.form, "refresh_token")
    consent, generation = consents.presented(tokens, token, asked.client.id, asked.now, asked.world)
    scope = narrowed(consent.scope, asked.form.get("scope"))
    following = consents.follow(tokens, consent, generation, asked.now, asked.world)
    return {**_answer(consent, scope, asked, tokens), "refresh_token": following}


def _answer(consent: Consent, scope: str, asked: _Asked, tokens: Tokens) -> dict[str, Json]:
    """Return what a client gets; the token first, so that a line of shell finds it."""
    access = tokens.sign(_access_claims(consent, scope, asked, tokens.seconds))
    answer: dict[str, Json] = {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": round(tokens.seconds),
        "scope": scope,
    }
    if "openid" in scope.split() and consent.family:
        answer["id_token"] = tokens.sign(_id_claims(consent, access, asked, tokens))
    return answer


def _access_claims(consent: Consent, scope: str, asked: _Asked, seconds: float) -> dict[str, Json]:
    """Return the claims of an access token (RFC 9068 §2.2)."""
    now = int(asked.now)
    prefix = f"{consent.family}." if consent.family else ""
    return {
        "iss": asked.issuer,
        "sub": consent.user,
        "aud": _audience(asked.form) or asked.issuer,
        "client_id": consent.client,
        "iat": now,
        "nbf": now,
        "exp": now + round(seconds),
        "jti": prefix + new_identity(),
        "scope": scope,
    }


def _audience(form: _Form) -> str:
    """Return whom a token is asked for (RFC 8707 §2), empty where it is for nobody in particular."""
    return form.get("resource") or form.get("audience") or ""


def _id_claims(consent: Consent, access: str, asked: _Asked, tokens: Tokens) -> dict[str, Json]:
    """Return the claims of an ID token (OpenID Connect Core §2)."""
    now = int(asked.now)
    digest = new(f"sha{tokens.key.algorithm[2:]}", access.encode()).digest()
    claims: dict[str, Json] = {
        "iss": asked.issuer,
        "sub": consent.user,
        "aud": consent.client,
        "iat": now,
        "exp": now + round(tokens.seconds),
        "auth_time": consent.authenticated,
        "at_hash": encode(digest[: len(digest) // 2]),
    }
    return {**claims, "nonce": consent.nonce} if consent.nonce else claims
