"""The issuer: endpoints that give tokens, revoke them, and tell clients where everything is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from contractctl.mockserver.answers import Answer, json_answer, make_answer
from contractctl.mockserver.control.endpoints import Endpoint
from contractctl.mockserver.requests import Request
from contractctl.mockserver.sessions import session_of
from contractctl.mockserver.tokens.authorizing import RESPONSE_MODES, answer_authorization
from contractctl.mockserver.tokens.clients import client_of
from contractctl.mockserver.tokens.consents import CHALLENGE_METHODS, refreshed
from contractctl.mockserver.tokens.forms import LARGEST_FORM, NOT_STORED, Refused, read_form, refusal, required
from contractctl.mockserver.tokens.granting import GRANTS, answer_grant
from contractctl.mockserver.tokens.scopes import Scopes
from contractctl.mockserver.tokens.tokens import Tokens

_KEPT = (("Cache-Control", "public, max-age=300"),)
_CLIENT_AUTHENTICATION = ["client_secret_basic", "client_secret_post", "none"]


class Issuer:
    """An issuer of some scopes. `place` follows the server's URL in its name; `oauth` is where its endpoints are."""

    def __init__(self, tokens: Tokens, scopes: Iterable[str], *, place: str, oauth: str) -> None:
        self._tokens = tokens
        self._scopes = Scopes(scopes)
        self._place = place
        self._oauth = oauth

    def token(self, request: Request) -> Answer:
        """Answer at the token endpoint."""
        return answer_grant(request, self._tokens, self._scopes, self._name(request))

    def authorize(self, request: Request) -> Answer:
        """Answer at the authorization endpoint."""
        return answer_authorization(request, self._tokens, self._scopes, self._name(request))

    def revoke(self, request: Request) -> Answer:
        """Revoke a token, and with a refresh token all that came from it; one that is not known is none (RFC 7009)."""
        try:
            form = read_form(request)
            client = client_of(request, form).id
            self._revoke(required(form, "token"), client, request)
        except Refused as refused:
            return refusal(refused)
        return make_answer(200, headers=NOT_STORED)

    def keys(self, _: Request) -> Answer:
        """Return the key set (RFC 7517 §5)."""
        return json_answer(200, {"keys": [self._tokens.key.public]}, headers=_KEPT)

    def metadata(self, request: Request) -> Answer:
        """Describe the issuer (RFC 8414 §2, OpenID Connect Discovery §3)."""
        name, oauth = self._name(request), self._tokens.base(request) + self._oauth
        document = {
            "issuer": name,
            "authorization_endpoint": f"{oauth}/authorize",
            "token_endpoint": f"{oauth}/token",
            "revocation_endpoint": f"{oauth}/revoke",
            "jwks_uri": f"{oauth}/jwks",
            "scopes_supported": list(self._scopes.offered),
            "response_types_supported": ["code"],
            "response_modes_supported": list(RESPONSE_MODES),
            "grant_types_supported": list(GRANTS),
            "code_challenge_methods_supported": list(CHALLENGE_METHODS),
            "token_endpoint_auth_methods_supported": _CLIENT_AUTHENTICATION,
            "revocation_endpoint_auth_methods_supported": _CLIENT_AUTHENTICATION,
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [self._tokens.key.algorithm],
            "claims_supported": ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash"],
            "authorization_response_iss_parameter_supported": True,
            "request_parameter_supported": False,
            "request_uri_parameter_supported": False,
        }
        return json_answer(200, document, headers=_KEPT)

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return what is below the control prefix."""
        return (
            _endpoint("/oauth/token", {"POST": self.token}),
            _endpoint("/oauth/authorize", {"GET": self.authorize, "POST": self.authorize}),
            _endpoint("/oauth/revoke", {"POST": self.revoke}),
            _endpoint("/oauth/jwks", {"GET": self.keys}, waits=False),
            _endpoint("/.well-known/openid-configuration", {"GET": self.metadata}, waits=False),
        )

    def _name(self, request: Request) -> str:
        return self._tokens.base(request) + self._place

    def _revoke(self, token: str, client: str, request: Request) -> None:
        if (consent := refreshed(self._tokens, token)) is not None:
            owner, identity = consent.client, consent.family
        elif (grant := self._tokens.read(token, request)) is not None:
            owner, identity = grant.client, grant.id
        else:
            return
        if owner != client:
            raise Refused("invalid_grant", "the token was given to another client")
        self._tokens.revoke(identity, session_of(request))


def _endpoint(path: str, methods: Mapping[str, Callable[[Request], Answer]], *, waits: bool = True) -> Endpoint:
    return Endpoint(path, methods, waits=waits, sees=False, limit=LARGEST_FORM)
