"""Credentials: where each scheme has them, whether they are well formed, and how an answer asks for them."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import TypeAlias

from contractctl.mockserver.model import Operation, Scheme
from contractctl.mockserver.queries import decode_query, parse_cookies
from contractctl.mockserver.requests import BadTarget, Request

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_BEARER_TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]+=*")

Schemes: TypeAlias = Mapping[str, Scheme]


def is_authenticated(request: Request, operation: Operation, schemes: Schemes) -> bool:
    """Tell whether the request carries what the operation asks for: any alternative, all schemes of it.

    This is mode `presence`; what is in a credential is not looked at.
    """
    return not operation.security or any(
        all(is_present(request, schemes[name]) for name in uses) for uses in operation.security
    )


def is_present(request: Request, scheme: Scheme) -> bool:
    """Tell whether a well-formed credential of this scheme is there; what it says is not checked.

    A key of which the contract does not say where it is sent cannot be asked for.
    """
    match scheme.type:
        case "apiKey":
            return not (scheme.location and scheme.parameter) or bool(api_key(request, scheme))
        case "mutualTLS":
            return bool(request.header("x-forwarded-client-cert"))
        case "http":
            return _has_http_credential(request, scheme.scheme)
        case _:
            return _has_http_credential(request, "bearer")


def reads_tokens(scheme: Scheme) -> bool:
    """Tell whether the credential of a scheme is a token, which says what it is good for."""
    return scheme.type in {"oauth2", "openIdConnect"} or (scheme.type == "http" and scheme.scheme == "bearer")


def bearer_credential(request: Request) -> str:
    """Return what Authorization has behind `Bearer`, empty where it has none (RFC 6750 §2.1)."""
    name, _, credential = (request.header("authorization") or "").partition(" ")
    return credential.strip() if name.lower() == "bearer" else ""


def challenges(operation: Operation, schemes: Schemes, fault: str = "") -> tuple[str, ...]:
    """Return one value of WWW-Authenticate for each scheme of the operation (RFC 9110 §11.6.1).

    `fault` is what is wrong with the token that was there, empty where none was (RFC 6750 §3.1).
    """
    error = f', error="invalid_token", error_description="{_quoted(fault)}"' if fault else ""
    listed = (schemes[name] for name in scheme_names(operation))
    return tuple(_challenge(scheme) + (error if reads_tokens(scheme) else "") for scheme in listed)


def scope_challenge(scheme: Scheme, scopes: Iterable[str]) -> str:
    """Return what tells a client that its token is good, and not for this (RFC 6750 §3)."""
    return f'{_challenge(scheme)}, error="insufficient_scope", scope="{_quoted(" ".join(scopes))}"'


def scheme_names(operation: Operation) -> tuple[str, ...]:
    """Return the schemes that the operation takes, in the contract's order, each once."""
    return tuple(dict.fromkeys(name for uses in operation.security for name in uses))


def api_key(request: Request, scheme: Scheme) -> str | None:
    """Return the key of a scheme of type `apiKey` as it was sent, if it was."""
    match scheme.location:
        case "query":
            return _query_value(request.query, scheme.parameter)
        case "cookie":
            return next(iter(parse_cookies(request.header("cookie") or "").get(scheme.parameter, ())), None)
        case _:
            return request.header(scheme.parameter.lower())


def _query_value(query: str, name: str) -> str | None:
    """Return the first value of a query parameter, as sent. Who cannot be read is told of it after authentication."""
    for part in query.split("&"):
        sent, _, value = part.partition("=")
        with suppress(BadTarget):
            if decode_query(sent) == name:
                return value
    return None


def _has_http_credential(request: Request, scheme: str) -> bool:
    """Tell whether Authorization is there in a scheme (RFC 9110 §11.4); in any where the contract names none."""
    name, _, credential = (request.header("authorization") or "").partition(" ")
    credential = credential.strip()
    is_named = name.lower() == scheme or (not scheme and name != "")
    return is_named and bool(credential) and _WELL_FORMED.get(scheme, bool)(credential)


def _is_basic(credential: str) -> bool:
    try:
        return b":" in b64decode(credential, validate=True)
    except ValueError:
        return False


def is_bearer(credential: str) -> bool:
    """Tell whether a text has the characters of a token alone (RFC 6750 §2.1)."""
    return _BEARER_TOKEN.fullmatch(credential) is not None


_WELL_FORMED: Mapping[str, Callable[[str], bool]] = {"basic": _is_basic, "bearer": is_bearer}


def _challenge(scheme: Scheme) -> str:
    realm = f'realm="{_quoted(scheme.name)}"'
    match scheme.type, scheme.scheme:
        case "http", "basic":
            return f'Basic {realm}, charset="UTF-8"'
        case "http", "digest":
            return f'Digest {realm}, qop="auth", algorithm=SHA-256, nonce="mock"'
        case "http", name if name != "bearer" and _TOKEN.fullmatch(name):
            return f"{name.capitalize()} {realm}"
        case "apiKey", _:
            return f'ApiKey {realm}, in="{_quoted(scheme.location)}", name="{_quoted(scheme.parameter)}"'
        case "mutualTLS", _:
            return f"Mutual {realm}"
        case _:
            return f"Bearer {realm}"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
