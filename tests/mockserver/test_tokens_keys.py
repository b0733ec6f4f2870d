"""The keys that tokens are signed with: the mock's own, and those of others."""

from __future__ import annotations

import base64
import hmac
import http.client
import http.server
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from contractctl.mockserver.clock import Clock
from contractctl.mockserver.memory.local import LocalMemory
from contractctl.mockserver.requests import Request
from contractctl.mockserver.settings import SettingError, Settings
from contractctl.mockserver.tokens.foreign_keys import ForeignKeys
from contractctl.mockserver.tokens.jwts import InvalidToken, parse_jwt
from contractctl.mockserver.tokens.keys import signing_key
from contractctl.mockserver.tokens.tokens import Tokens
from tests.mockserver.serving import Served, serving

CONTRACT = """\
openapi: 3.1.0
info: {title: Keys, version: '1'}
components: {securitySchemes: {bearer: {type: http, scheme: bearer}}}
paths:
  /in: {get: {security: [{bearer: []}], responses: {'204': {description: in}}}}
"""
RSA, OTHER, P256 = (
    rsa.generate_private_key(65537, 2048),
    rsa.generate_private_key(65537, 2048),
    ec.generate_private_key(ec.SECP256R1()),
)


def pem(key: Any, encryption: KeySerializationEncryption | None = None) -> str:
    return str(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption()).decode())


def ask(server: Served, method: str, target: str, body: str = "", **headers: str) -> tuple[int, bytes]:
    reply = server.ask(method, target, body or None, headers)
    return reply.status, reply.body


def given(server: Served, **form: str) -> dict[str, str]:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    sent = urlencode({"client_id": "a", "client_secret": "b", **form})
    return dict(json.loads(ask(server, "POST", "/__mock/oauth/token", sent, **kind)[1]))


def issued(server: Served) -> str:
    return given(server, grant_type="client_credentials")["access_token"]


def call(server: Served, token: str) -> int:
    return ask(server, "GET", "/in", Authorization=f"Bearer {token}")[0]


def refused(bundle: Path, *options: str, **environment: str) -> tuple[int, str]:
    """Return how a server ends that cannot start, and what it says."""
    command = [sys.executable, "-I", "-m", "contractctl.mockserver", str(bundle), "--port", "0", "--auth", "token"]
    found = subprocess.run(
        [*command, *options],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], **environment},
        timeout=20,
    )
    return found.returncode, found.stderr


# The mock's own


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        pytest.param(RSA, "RS256", id="RSA"),
        pytest.param(P256, "ES256", id="P-256"),
        pytest.param(ec.generate_private_key(ec.SECP384R1()), "ES384", id="P-384"),
        pytest.param(ec.generate_private_key(ec.SECP521R1()), "ES512", id="P-521"),
    ],
)
def test_a_key_that_is_given_signs(key: Any, algorithm: str) -> None:
    found = signing_key(pem(key))
    message = f"{encoded({'alg': algorithm})}.{encoded({'sub': 'a'})}"
    signature = found.sign(message.encode())
    token = f"{message}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"
    assert jwt.decode(token, key.public_key(), algorithms=[algorithm]) == {"sub": "a"}
    assert jwt.PyJWK(found.public).key.public_numbers() == key.public_key().public_numbers()
    assert (found.algorithm, found.verify(message.encode(), signature)) == (algorithm, True)
    assert [found.verify(message.encode(), other) for other in (b"", signature[1:], signature + b"0")] == [False] * 3


def encoded(value: dict[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_replicas_with_one_key_take_each_others_tokens_and_no_others(bundle: Path) -> None:
    one_line = pem(RSA).replace("\n", "\\n")
    with (
        serving(bundle, "--auth", "token", environment={"MOCK_SIGNING_KEY": pem(RSA)}) as first,
        serving(bundle, "--auth", "token", environment={"MOCK_SIGNING_KEY": one_line}) as second,
    ):
        token = issued(first)
        assert [call(server, token) for server in (first, second)] == [204, 204]
        # One takes the place of the other, which took with it what it knew.
        answer = given(first, grant_type="password", username="ada", password="p")
        for server in (first, second, second):
            answer = given(server, grant_type="refresh_token", refresh_token=answer["refresh_token"])
            assert call(server, answer["access_token"]) == 204


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param("secret", "is no private key in PEM; ", id="no key"),
        pytest.param(pem(RSA)[:300], "is no private key in PEM; ", id="half a key"),
        pytest.param(
            pem(RSA, BestAvailableEncryption(b"p")), "is encrypted; decrypt it first: ", id="an encrypted key"
        ),
        pytest.param(pem(ed25519.Ed25519PrivateKey.generate()), "is a key that cannot sign tokens; ", id="Ed25519"),
        pytest.param(
            pem(rsa.generate_private_key(65537, 1024)), "is a key that cannot sign tokens; ", id="a short key"
        ),
        pytest.param(
            pem(ec.generate_private_key(ec.SECP256K1())), "is a key that cannot sign tokens; ", id="secp256k1"
        ),
    ],
)
def test_a_key_that_is_no_good_is_told(given: str, said: str) -> None:
    with pytest.raises(SettingError) as told:
        signing_key(given)
    assert str(told.value).startswith(f"MOCK_SIGNING_KEY {said}")
    assert "PRIVATE KEY" not in str(told.value)


def test_a_server_without_its_key_ends_with_one_line(bundle: Path) -> None:
    status, errors = refused(bundle, MOCK_SIGNING_KEY="secret")
    assert (status, errors.startswith("error: MOCK_SIGNING_KEY is "), errors.count("\n")) == (2, True, 1)


def test_a_key_is_of_no_interest_where_nobody_asks_for_tokens(bundle: Path) -> None:
    with serving(bundle, environment={"MOCK_SIGNING_KEY": "no key"}) as server:
        assert call(server, "demo") == 204


# Those of others


def key_set(**keys: Any) -> dict[str, Any]:
    return {"keys": [{**_public(key), "kid": name} for name, key in keys.items()]}


def _public(key: Any) -> dict[str, Any]:
    kind = jwt.algorithms.RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else jwt.algorithms.ECAlgorithm
    return dict(kind.to_jwk(key.public_key(), as_dict=True))


def signed(key: Any, algorithm: str, kid: str | None = "a", **claims: Any) -> str:
    return jwt.encode(claims, key, algorithm, headers={"kid": kid} if kid else {})


def confused(key: Any) -> str:
    """Return a token whose secret is what everybody knows (RFC 8725 §2.1)."""
    message = signed("a secret of thirty-two characters", "HS256").rpartition(".")[0]
    secret = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    mark = hmac.digest(secret, message.encode(), "sha256")
    return f"{message}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"


@pytest.fixture(scope="module")
def trusting(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    path = tmp_path_factory.mktemp("jwks") / "keys.json"
    odd: list[Any] = [7, {"kty": "RSA"}, {"kty": "new"}, {**_public(OTHER), "kid": "c", "use": "enc"}]
    path.write_text(json.dumps({"keys": [*odd, *key_set(a=RSA, b=P256)["keys"]]}))
    with serving(bundle, "--auth", "token", "--jwks", str(path)) as server:
        yield server


@pytest.mark.parametrize(
    ("token", "status"),
    [
        pytest.param(signed(RSA, "RS256"), 204, id="RSA"),
        pytest.param(signed(RSA, "PS512"), 204, id="RSA, with another algorithm of its"),
        pytest.param(signed(P256, "ES256", "b"), 204, id="EC"),
        pytest.param(signed(RSA, "RS256", None), 204, id="a key that is not named"),
        pytest.param(signed(RSA, "RS256", exp=1), 401, id="expired"),
        pytest.param(signed(OTHER, "RS256"), 401, id="another key under its name"),
        pytest.param(signed(RSA, "RS256", "b"), 401, id="the name of the other key"),
        pytest.param(signed(RSA, "RS256", "x"), 401, id="a name that nobody has"),
        pytest.param(signed(OTHER, "RS256", "c"), 401, id="a key that is for encryption"),
        pytest.param(signed("a secret of thirty-two characters", "HS256"), 401, id="a secret"),
        pytest.param(confused(RSA), 401, id="the public key as a secret"),
    ],
)
def test_a_token_of_others_is_good_with_one_of_their_keys(trusting: Served, token: str, status: int) -> None:
    assert call(trusting, token) == status


def test_our_own_tokens_are_good_beside_those_of_others(trusting: Served) -> None:
    assert call(trusting, issued(trusting)) == 204


@contextmanager
def published(document: Any) -> Iterator[str]:
    """Publish a key set, and yield its URL."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(document).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/keys"
        server.shutdown()


def test_the_keys_of_others_may_be_at_a_url() -> None:
    with published(key_set(a=RSA)) as url:
        keys = ForeignKeys(url)
    good, bad = (parse_jwt(signed(key, "RS256")) for key in (RSA, OTHER))
    assert good
    assert bad
    keys.verify(good)
    with pytest.raises(InvalidToken, match="the signature of the token is wrong"):
        keys.verify(bad)


def test_keys_that_others_add_are_fetched_and_those_that_they_break_are_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(key_set(a=RSA)))
    keys = ForeignKeys(str(path), seconds=0)
    added, unknown = (parse_jwt(signed(OTHER, "RS256", kid)) for kid in ("b", "c"))
    assert added
    assert unknown
    path.write_text(json.dumps(key_set(a=RSA, b=OTHER)))
    with pytest.raises(InvalidToken, match="the token is signed with a key that is not known"):
        keys.verify(added)
    renewed(keys)
    keys.verify(added)
    path.write_text("broken")
    with pytest.raises(InvalidToken, match="the token is signed with a key that is not known"):
        keys.verify(unknown)
    renewed(keys)
    keys.verify(added)
    assert capsys.readouterr().err.endswith("the earlier keys are still used\n")


def test_what_a_key_has_signed_that_others_take_back_is_good_no_more(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(key_set(a=RSA)))
    memory = LocalMemory()
    tokens = Tokens(Settings(jwks=str(path)), memory, Clock(memory), "", renewal_seconds=0)
    earlier, later = (sent(signed(key, "RS256", kid)) for key, kid in ((RSA, "a"), (OTHER, "b")))
    assert tokens.judge(earlier) is tokens.judge(earlier) is not None
    path.write_text(json.dumps(key_set(b=OTHER)))
    with pytest.raises(InvalidToken, match="a key that is not known"):
        tokens.judge(later)
    renewed(tokens.foreign)
    assert tokens.judge(later)
    with pytest.raises(InvalidToken, match="a key that is not known"):
        tokens.judge(earlier)
    renewed(tokens.foreign)


@pytest.mark.parametrize(
    ("issuer", "address"),
    [
        pytest.param("http://ours.example", {"Host": "ours.example"}, id="its host"),
        pytest.param("http://ours.example", {"X-Forwarded-Host": "ours.example"}, id="the host that its proxy tells"),
        pytest.param("https://other.example", {"X-Forwarded-Proto": "https"}, id="the scheme that its proxy tells"),
    ],
)
def test_who_signs_in_our_name_is_refused_though_the_token_was_good_elsewhere(
    running_tokens: Served, issuer: str, address: dict[str, str]
) -> None:
    told = {"Authorization": f"Bearer {signed(OTHER, 'RS256', iss=issuer)}"}
    seen = [ask(running_tokens, "GET", "/in", Host="other.example", **told)[0]]
    seen += [ask(running_tokens, "GET", "/in", **{"Host": "other.example", **address}, **told)[0] for _ in range(2)]
    assert seen == [204, 401, 401]


def test_who_signs_in_the_name_of_one_prefix_is_refused_there_alone() -> None:
    memory = LocalMemory()
    tokens = Tokens(Settings(), memory, Clock(memory), "")
    told = {b"host": b"a", **sent(signed(OTHER, "RS256", iss="http://a/pets")).headers}
    assert tokens.judge(Request("GET", b"/in", told, prefix="/users"))
    with pytest.raises(InvalidToken, match="the signature of the token is wrong"):
        tokens.judge(Request("GET", b"/in", told, prefix="/pets"))


@pytest.fixture(scope="module")
def running_tokens(bundle: Path) -> Iterator[Served]:
    with serving(bundle, "--auth", "token") as server:
        yield server


def sent(token: str) -> Request:
    return Request("GET", b"/in", {b"authorization": f"Bearer {token}".encode()})


def renewed(keys: ForeignKeys | None) -> None:
    assert keys
    assert keys.renewal
    keys.renewal.join()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("no JSON", 'is no set of keys; it must be JSON such as {"keys": [...]}', id="no JSON"),
        pytest.param('{"keys": {}}', 'is no set of keys; it must be JSON such as {"keys": [...]}', id="no list"),
        pytest.param('{"keys": [{"kty": "RSA"}]}', "holds no key that signatures can be checked with", id="no key"),
    ],
)
def test_keys_of_others_that_are_none_are_told(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(text)
    with pytest.raises(SettingError) as told:
        ForeignKeys(str(path))
    assert str(told.value) == f"--jwks {path} {said}"


def test_keys_of_others_that_cannot_be_had_are_told(tmp_path: Path) -> None:
    with published({}) as url:
        pass
    for place, reason in ((str(tmp_path / "missing"), "No such file or directory"), (url, "Connection refused")):
        with pytest.raises(SettingError) as told:
            ForeignKeys(place)
        assert re.sub(r"\[Errno \d+\] ", "", str(told.value)) == f"--jwks {place} cannot be read: {reason}"
