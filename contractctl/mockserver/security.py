"""Mode `presence`: a well-formed credential is there for one of the alternatives that the contract allows, or 401."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from contractctl.mockserver.model import Operation, Scheme
from contractctl.mockserver.queries import parse_cookies, parse_query
from contractctl.mockserver.requests import Request

_BEARER_TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]+=*")

Schemes: TypeAlias = Mapping[str, Scheme]


def is_authenticated(request: Request, operation: Operation, schemes: Schemes) -> bool:
    """Tell whether the request carries what the operation asks for: any alternative, all schemes of it."""
    return not operation.security or any(
        all(is_present(request, schemes[name]) for name in uses) for uses in operation.security
    )


def is_present(request: Request, scheme: Scheme) -> bool:
    """Tell whether a well-formed credential of this scheme is there; what it says is not checked."""
    match scheme.type:
        case "apiKey":
            return bool(_api_key(request, scheme))
        case "mutualTLS":
            return bool(request.header("x-forwarded-client-cert"))
        case "http":
            return _has_http_credential(request, scheme.scheme)
        case _:
            return _has_http_credential(request, "bearer")


def challenges(operation: Operation, schemes: Schemes) -> tuple[str, ...]:
    """Return one value of WWW-Authenticate for each scheme of the operation (RFC 9110 §11.6.1)."""
    return tuple(_challenge(schemes[name]) for name in scheme_names(operation))


def scheme_names(operation: Operation) -> tuple[str, ...]:
    """Return the schemes that the operation takes, in the contract's order, each once."""
    return tuple(dict.fromkeys(name for uses in operation.security for name in uses))


def secret_query_names(schemes: Iterable[Scheme]) -> frozenset[str]:
    """Return the query parameters that hold a credential: never to be logged."""
    keys = {scheme.parameter for scheme in schemes if scheme.type == "apiKey" and scheme.location == "query"}
    return frozenset({"access_token", *keys})


def _api_key(request: Request, scheme: Scheme) -> str | None:
    match scheme.location:
        case "query":
            return next(iter(parse_query(request.query).get(scheme.parameter, ())), None)
        case "cookie":
            return next(iter(parse_cookies(request.header("cookie") or "").get(scheme.parameter, ())), None)
        case _:
            return request.header(scheme.parameter.lower())


def _has_http_credential(request: Request, scheme: str) -> bool:
    name, _, credential = (request.header("authorization") or "").partition(" ")
    credential = credential.strip()
    return name.lower() == scheme and bool(credential) and _WELL_FORMED.get(scheme, bool)(credential)


def _is_basic(credential: str) -> bool:
    try:
        return b":" in b64decode(credential, validate=True)
    except ValueError:
        return False


def _is_bearer(credential: str) -> bool:
    return _BEARER_TOKEN.fullmatch(credential) is not None


_WELL_FORMED: Mapping[str, Callable[[str], bool]] = {"basic": _is_basic, "bearer": _is_bearer}


def _challenge(scheme: Scheme) -> str:
    realm = f'realm="{_quoted(scheme.name)}"'
    match scheme.type, scheme.scheme:
        case "http", "basic":
            return f'Basic {realm}, charset="UTF-8"'
        case "http", "digest":
            return f'Digest {realm}, qop="auth", algorithm=SHA-256, nonce="mock"'
        case "http", name if name != "bearer":
            return f"{name.capitalize()} {realm}"
        case "apiKey", _:
            return f'ApiKey {realm}, in="{_quoted(scheme.location)}", name="{_quoted(scheme.parameter)}"'
        case "mutualTLS", _:
            return f"Mutual {realm}"
        case _:
            return f"Bearer {realm}"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
