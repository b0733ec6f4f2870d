"""A token server as GHCR has one: Basic credentials in, a signed token for the asked scopes out."""

from __future__ import annotations

import base64
import binascii
import json
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may ask for tokens, and the actions that the tokens may carry."""

    password: str
    actions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request for a token: the user ("" without credentials), the scopes, and the status answered."""

    user: str
    scopes: tuple[str, ...]
    status: int


@dataclass(frozen=True, slots=True)
class TokenIssuer:
    """Signs tokens with a key whose self-signed certificate travels in the `x5c` header (RFC 7515 §4.1.6).

    `asked` is the record of every request for a token, oldest first.
    """

    issuer: str
    service: str
    accounts: Mapping[str, Account]
    key: rsa.RSAPrivateKey
    certificate: x509.Certificate
    asked: list[Asked] = field(default_factory=list)

    def account(self, user: str, password: str) -> Account | None:
        """Return the account, one without any right where no credentials were sent, None when they are wrong."""
        if not user:
            return Account("", frozenset())
        account = self.accounts.get(user)
        return account if account is not None and account.password == password else None

    def token(self, user: str, access: list[dict[str, object]]) -> str:
        """Return a token (Docker token authentication specification), valid for five minutes."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": user,
            "aud": self.service,
            "exp": now + 300,
            "nbf": now - 10,
            "iat": now,
            "jti": uuid.uuid4().hex,
            "access": access,
        }
        certificate = base64.b64encode(self.certificate.public_bytes(Encoding.DER)).decode()
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"x5c": [certificate]})


def new_issuer(accounts: Mapping[str, Account]) -> TokenIssuer:
    """Return an issuer with a key and a certificate of its own."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "contractctl test tokens")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, SHA256())
    )
    return TokenIssuer("contractctl-tests", "registry.test", accounts, key, certificate)


@contextmanager
def token_server(issuer: TokenIssuer) -> Iterator[str]:
    """Serve tokens on a loopback port and yield the realm, the address that a registry's challenge names."""

    class Handler(_TokenHandler):
        tokens = issuer

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/token"
        finally:
            server.shutdown()
            thread.join()


class _TokenHandler(BaseHTTPRequestHandler):
    tokens: TokenIssuer

    def do_GET(self) -> None:
        scopes = parse_qs(urlsplit(self.path).query).get("scope", [])
        user, password = _credentials(self.headers.get("Authorization", ""))
        account = self.tokens.account(user, password)
        if account is None:
            self.tokens.asked.append(Asked(user, tuple(scopes), 401))
            self._answer(401, {"errors": [{"code": "UNAUTHORIZED", "message": "authentication required"}]})
            return
        self.tokens.asked.append(Asked(user, tuple(scopes), 200))
        access = [granted for scope in scopes if (granted := _granted(scope, account))]
        self._answer(200, {"token": self.tokens.token(user, access), "expires_in": 300})

    def _answer(self, status: int, document: object) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="tokens"')
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Stay silent: what matters is in the issuer's record."""


def _credentials(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "?", ""
    return user, password


def _granted(scope: str, account: Account) -> dict[str, object] | None:
    kind, _, rest = scope.partition(":")
    name, _, actions = rest.rpartition(":")
    granted = [action for action in actions.split(",") if action in account.actions]
    return {"type": kind, "name": name, "actions": granted} if granted else None
