"""The authorization endpoint: everybody consents, so that the client gets its code at once (RFC 6749 §4.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from contractctl.mockserver.answers import Answer, make_answer, problem
from contractctl.mockserver.requests import Request
from contractctl.mockserver.tokens.consents import Consent, check_challenge, code_for
from contractctl.mockserver.tokens.forms import NOT_STORED, Refused, read_form, read_parameters
from contractctl.mockserver.tokens.scopes import Scopes
from contractctl.mockserver.tokens.tokens import Tokens, new_identity

RESPONSE_MODES = ("query", "fragment")
_USER = "user"
_LONGEST = 512
_URI = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):([A-Za-z0-9._~:/?@!$&'()*+,;=%\[\]-]+)")
_SCRIPTS = frozenset({"javascript", "data", "vbscript", "file", "blob", "about", "filesystem", "view-source"})
"""Schemes that a browser would run, or open on the user's machine."""


def answer_authorization(request: Request, tokens: Tokens, scopes: Scopes, issuer: str) -> Answer:
    """Send a browser back to its client, with a code or with what is wrong.

    Where it came from no client that can be trusted with it, it stays here (RFC 6749 §4.1.2.1).
    """
    try:
        asked = read_form(request) if request.method == "POST" else read_parameters(request.query, "query")
        redirect = _redirect(asked)
    except Refused as refused:
        return problem(refused.status, refused.description, headers=NOT_STORED, error=refused.error)
    now = tokens.now(request)
    try:
        answer = {"code": _code(asked, redirect, now, tokens, scopes)}
    except Refused as refused:
        answer = {"error": refused.error, "error_description": refused.description}
    if "state" in asked:
        answer["state"] = asked["state"]
    # RFC 9207: so that a client of several issuers knows who answers.
    return _sent(redirect, {**answer, "iss": issuer}, asked.get("response_mode", "query"))


def _redirect(asked: Mapping[str, str]) -> str:
    identity, uri = asked.get("client_id", ""), asked.get("redirect_uri", "")
    if not 0 < len(identity) <= _LONGEST:
        raise Refused("invalid_request", f"client_id is missing, or longer than {_LONGEST} characters; any will do")
    found = _URI.fullmatch(uri)
    if found is None or found[1].lower() in _SCRIPTS:
        raise Refused("invalid_request", "redirect_uri is missing, or no URI that a browser can be sent to")
    if found[1].lower() in {"http", "https"} and not re.match(r"//[^/?]", found[2]):
        raise Refused("invalid_request", "redirect_uri names no host")
    return uri


def _code(asked: Mapping[str, str], redirect: str, now: float, tokens: Tokens, scopes: Scopes) -> str:
    if "response_type" not in asked:
        raise Refused("invalid_request", "the parameter response_type is missing")
    if asked["response_type"] != "code":
        raise Refused("unsupported_response_type", "response_type is code")
    if asked.get("response_mode", "query") not in RESPONSE_MODES:
        raise Refused("invalid_request", f"response_mode is one of {', '.join(RESPONSE_MODES)}")
    for name in ("request", "request_uri"):
        if name in asked:
            # OpenID Connect Core §6: not read, and so not to be passed over.
            raise Refused(f"{name}_not_supported", f"the parameter {name} is not read")
    challenge, method = asked.get("code_challenge", ""), asked.get("code_challenge_method", "plain")
    if challenge:
        check_challenge(challenge, method)
    elif "code_challenge_method" in asked:
        raise Refused("invalid_request", "code_challenge_method without code_challenge")
    nonce = asked.get("nonce", "")
    if len(nonce) > _LONGEST:
        raise Refused("invalid_request", f"nonce is longer than {_LONGEST} characters")
    scope = scopes.granted(asked.get("scope"))
    consent = Consent(new_identity(), asked["client_id"], _USER, scope, int(now), nonce)
    return code_for(tokens, consent, now, redirect=redirect, challenge=challenge, method=method)


def _sent(redirect: str, answer: Mapping[str, str], mode: str) -> Answer:
    if mode == "fragment":
        target = f"{redirect}#{urlencode(answer)}"
    else:
        target = f"{redirect}{'&' if '?' in redirect else '?'}{urlencode(answer)}"
    headers = [("Location", target), *NOT_STORED, ("Referrer-Policy", "no-referrer")]
    return make_answer(302, headers=headers)
