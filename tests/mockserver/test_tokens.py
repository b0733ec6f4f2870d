"""What the issuer gives, and what becomes of it: conversations of several requests, in a world with its own clock."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest

from tests.mockserver.serving import Served, bundle_of, serving

CONTRACT = """\
openapi: 3.1.0
info: {title: Tokens, version: '1'}
components:
  securitySchemes:
    login:
      type: oauth2
      flows:
        authorizationCode: {authorizationUrl: /authorize, tokenUrl: /token, scopes: {read: r, write: w}}
paths:
  /read: {get: {security: [{login: [read]}], responses: {'204': {description: in}}}}
  /write: {get: {security: [{login: [write]}], responses: {'204': {description: in}}}}
"""
VERIFIER = "a-verifier-of-at-least-forty-three-characters"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
CALLBACK = "http://app.example/callback"


@dataclass
class Client:
    """A client with a secret, in a world of its own."""

    server: Served
    world: str
    id: str = "app"
    secret: str | None = "secret"
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, target: str, body: str | None = None, **headers: str) -> tuple[int, Any, dict[str, str]]:
        reply = self.server.ask(method, target, body, {"Mock-Session": self.world, **self.headers, **headers})
        is_json = reply.headers.get_content_type().endswith("json")
        return reply.status, reply.json() if is_json else reply.body, dict(reply.headers)

    def post(self, target: str, **form: str) -> tuple[int, Any, dict[str, str]]:
        shown = {"client_id": self.id, **({"client_secret": self.secret} if self.secret is not None else {})}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", target, urlencode({**shown, **form}), **kind)

    def tokens(self, grant_type: str, **form: str) -> dict[str, Any]:
        status, answer, headers = self.post("/token", grant_type=grant_type, **form)
        assert (status, headers["Cache-Control"], headers["Pragma"]) == (200, "no-store", "no-cache"), answer
        return dict(answer)

    def refusal(self, grant_type: str, **form: str) -> tuple[int, str]:
        status, answer, _ = self.post("/token", grant_type=grant_type, **form)
        return status, answer["error"]

    def begun(self, **more: str) -> dict[str, Any]:
        """Return the tokens of a user."""
        return self.tokens("password", username="ada", password="p", **more)

    def authorized(self, **more: str) -> dict[str, str]:
        """Return what a browser is sent back with."""
        asked = {"response_type": "code", "client_id": self.id, "redirect_uri": CALLBACK, **more}
        status, _, headers = self.ask("GET", f"/authorize?{urlencode(asked)}")
        target = urlsplit(headers["Location"])
        assert (status, target._replace(query="", fragment="").geturl()) == (302, asked["redirect_uri"])
        return {name: values[0] for name, values in parse_qs(target.query or target.fragment).items()}

    def code(self, **more: str) -> str:
        return self.authorized(code_challenge=CHALLENGE, code_challenge_method="S256", **more)["code"]

    def redeemed(self, code: str, **more: str) -> tuple[int, str]:
        form = {"code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER, **more}
        status, answer, _ = self.post("/token", grant_type="authorization_code", **form)
        return status, answer.get("error", "")

    def call(self, token: str, path: str = "/read") -> tuple[int, str]:
        """Return the status and the error of a call."""
        status, _, headers = self.ask("GET", path, Authorization=f"Bearer {token}")
        found = re.search(r'error="(\w+)"', headers.get("WWW-Authenticate", ""))
        return status, found[1] if found else ""

    def advance(self, by: str) -> None:
        kind = {"Content-Type": "application/json"}
        assert self.ask("POST", "/__mock/clock", json.dumps({"advance": by}), **kind)[0] == 200


PASSES, INVALID, LACKING = (204, ""), (401, "invalid_token"), (403, "insufficient_scope")
REFUSED = (400, "invalid_grant")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    path = tmp_path_factory.mktemp("tokens") / "tokens.bundle"
    path.write_bytes(bundle_of(CONTRACT))
    with serving(path, "--auth", "token") as running:
        yield running


@pytest.fixture
def client(served: Served, request: pytest.FixtureRequest) -> Client:
    return Client(served, re.sub(r"[^A-Za-z0-9]", "-", request.node.name)[:100])


def claims(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


def key_of(client: Client, token: str) -> Any:
    """Return the key that the issuer publishes for a token."""
    keys = {key["kid"]: key for key in client.ask("GET", "/__mock/oauth/jwks")[1]["keys"]}
    return jwt.PyJWK(keys[jwt.get_unverified_header(token)["kid"]]).key


def test_a_token_is_a_signed_jwt_that_says_what_it_grants(client: Client) -> None:
    answer = client.tokens("client_credentials", scope="read")
    token = answer.pop("access_token")
    base = f"http://127.0.0.1:{client.server.port}"
    found = jwt.decode(token, key_of(client, token), algorithms=["RS256"], audience=base, issuer=base)
    assert answer == {"token_type": "Bearer", "expires_in": 7200, "scope": "read"}
    assert jwt.get_unverified_header(token) == {
        "alg": "RS256",
        "kid": client.ask("GET", "/__mock/oauth/jwks")[1]["keys"][0]["kid"],
        "typ": "JWT",
    }
    assert (found["sub"], found["client_id"], found["scope"]) == ("app", "app", "read")
    assert found["exp"] - found["iat"] == 7200
    assert found["nbf"] == found["iat"]
    assert sorted(found) == ["aud", "client_id", "exp", "iat", "iss", "jti", "nbf", "scope", "sub"]


def test_the_id_of_a_key_is_its_thumbprint(client: Client) -> None:
    (key,) = client.ask("GET", "/__mock/oauth/jwks")[1]["keys"]
    members = json.dumps({name: key[name] for name in ("e", "kty", "n")}, separators=(",", ":"))
    assert key["kid"] == base64.urlsafe_b64encode(hashlib.sha256(members.encode()).digest()).rstrip(b"=").decode()
    assert sorted(key) == ["alg", "e", "kid", "kty", "n", "use"]


def test_a_client_that_names_no_scope_gets_all(client: Client) -> None:
    assert client.tokens("client_credentials")["scope"] == "read write"


def test_a_token_is_for_what_was_asked(client: Client) -> None:
    token = client.tokens("client_credentials", scope="read", resource="https://api.example/")["access_token"]
    assert claims(token)["aud"] == "https://api.example/"


def test_a_token_is_for_nobody_whose_name_no_header_could_hold(client: Client) -> None:
    assert client.refusal("client_credentials", audience="a" * 513) == (400, "invalid_target")


def test_what_is_issued_passes_where_its_scopes_are_enough(client: Client) -> None:
    token = client.tokens("client_credentials", scope="read")["access_token"]
    assert (client.call(token), client.call(token, "/write")) == (PASSES, LACKING)


def test_a_token_expires_by_the_clock_of_its_world(client: Client) -> None:
    token = client.tokens("client_credentials")["access_token"]
    client.advance("1h59m")
    assert client.call(token) == PASSES
    client.advance("1m")
    assert client.call(token) == INVALID
    other = Client(client.server, f"{client.world}-2")
    assert other.call(token) == PASSES


def test_a_token_of_tomorrow_is_not_valid_yet(client: Client) -> None:
    client.advance("1d")
    token = client.tokens("client_credentials")["access_token"]
    assert client.call(token) == PASSES
    assert Client(client.server, f"{client.world}-2").call(token) == INVALID


@pytest.mark.parametrize("part", [0, 1, 2], ids=["header", "claims", "signature"])
def test_a_token_of_ours_that_was_changed_is_refused(client: Client, part: int) -> None:
    parts = client.tokens("client_credentials")["access_token"].split(".")
    changed = list(parts)
    if part < 2:
        inside = json.loads(base64.urlsafe_b64decode(parts[part] + "=="))
        inside["more"] = True
        changed[part] = base64.urlsafe_b64encode(json.dumps(inside).encode()).rstrip(b"=").decode()
    else:
        changed[part] = parts[part][:-4] + ("AAAA" if not parts[part].endswith("AAAA") else "BBBB")
    assert client.call(".".join(changed)) == INVALID


@pytest.mark.parametrize("algorithm", ["HS256", "RS512", "PS256", "none"])
def test_a_token_in_our_name_is_good_with_our_algorithm_alone(client: Client, algorithm: str) -> None:
    token = client.tokens("client_credentials")["access_token"]
    key = client.ask("GET", "/__mock/oauth/jwks")[1]["keys"][0]
    header = {"alg": algorithm, "kid": key["kid"], "typ": "JWT"}
    written = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    message = f"{written}.{token.split('.')[1]}"
    # Signed with what everybody knows, as in the attack that RFC 8725 §2.1 tells of.
    signature = base64.urlsafe_b64encode(hashlib.sha256((key["n"] + message).encode()).digest()).rstrip(b"=").decode()
    assert client.call(f"{message}.{signature}") == INVALID


def test_a_refresh_token_and_an_id_token_are_no_access_tokens(client: Client) -> None:
    answer = client.begun(scope="openid read")
    assert client.call(answer["access_token"]) == PASSES
    assert (client.call(answer["refresh_token"]), client.call(answer["id_token"])) == (INVALID, INVALID)


def test_an_id_token_is_for_those_who_ask_for_one(client: Client) -> None:
    assert "id_token" not in client.begun(scope="read")
    assert "id_token" not in client.tokens("client_credentials", scope="openid")
    answer = client.begun(scope="openid")
    token = answer["id_token"]
    found = jwt.decode(token, key_of(client, token), algorithms=["RS256"], audience="app")
    half = hashlib.sha256(answer["access_token"].encode()).digest()[:16]
    assert (found["sub"], found["at_hash"]) == ("ada", base64.urlsafe_b64encode(half).rstrip(b"=").decode())


def test_a_refresh_token_gives_the_next_one(client: Client) -> None:
    first = client.begun(scope="read write")
    second = client.tokens("refresh_token", refresh_token=first["refresh_token"])
    third = client.tokens("refresh_token", refresh_token=second["refresh_token"])
    assert len({one["refresh_token"] for one in (first, second, third)}) == 3
    assert third["scope"] == "read write"
    assert claims(third["access_token"])["sub"] == "ada"
    assert [client.call(one["access_token"]) for one in (first, second, third)] == [PASSES] * 3


def test_a_refresh_token_that_comes_again_revokes_all_that_came_from_it(client: Client) -> None:
    first, bystander = client.begun(), client.begun()
    second = client.tokens("refresh_token", refresh_token=first["refresh_token"])
    assert client.refusal("refresh_token", refresh_token=first["refresh_token"]) == REFUSED
    assert client.refusal("refresh_token", refresh_token=second["refresh_token"]) == REFUSED
    assert [client.call(one["access_token"]) for one in (first, second, bystander)] == [INVALID, INVALID, PASSES]


def test_a_refreshed_token_may_have_less_and_never_more(client: Client) -> None:
    first = client.begun(scope="read")
    token = first["refresh_token"]
    assert client.refusal("refresh_token", refresh_token=token, scope="read write") == (400, "invalid_scope")
    less = client.tokens("refresh_token", refresh_token=client.begun()["refresh_token"], scope="read")
    assert less["scope"] == "read"
    assert client.tokens("refresh_token", refresh_token=less["refresh_token"])["scope"] == "read write"


def test_a_refresh_token_is_of_its_client(client: Client) -> None:
    token = client.begun()["refresh_token"]
    assert Client(client.server, client.world, "other").refusal("refresh_token", refresh_token=token) == REFUSED
    assert client.tokens("refresh_token", refresh_token=token)["scope"] == "read write"


def test_a_refresh_token_is_good_for_thirty_days(client: Client) -> None:
    token = client.begun()["refresh_token"]
    client.advance("29d")
    token = client.tokens("refresh_token", refresh_token=token)["refresh_token"]
    client.advance("30d")
    assert client.refusal("refresh_token", refresh_token=token) == REFUSED


def test_a_code_is_good_once_and_takes_its_tokens_with_it(client: Client) -> None:
    code = client.code()
    form = {"code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    answer = client.tokens("authorization_code", **form)
    assert client.call(answer["access_token"]) == PASSES
    assert client.redeemed(code) == REFUSED
    assert client.call(answer["access_token"]) == INVALID
    assert client.refusal("refresh_token", refresh_token=answer["refresh_token"]) == REFUSED


def test_a_code_is_good_for_a_minute(client: Client) -> None:
    code = client.code()
    client.advance("61s")
    assert client.redeemed(code) == REFUSED


@pytest.mark.parametrize(
    ("asked", "form"),
    [
        pytest.param({}, {"redirect_uri": "http://app.example/other"}, id="another place to go back to"),
        pytest.param({}, {"redirect_uri": ""}, id="no place to go back to"),
        pytest.param({}, {"code_verifier": VERIFIER + "x"}, id="another verifier"),
        pytest.param({}, {"code_verifier": ""}, id="no verifier"),
        pytest.param({}, {"code_verifier": CHALLENGE}, id="the challenge as verifier"),
        pytest.param({"code_challenge": ""}, {}, id="a verifier without a challenge"),
        pytest.param({}, {"client_id": "other"}, id="another client"),
    ],
)
def test_a_code_is_good_for_whom_it_was_asked(client: Client, asked: dict[str, str], form: dict[str, str]) -> None:
    challenge = {"code_challenge": CHALLENGE, "code_challenge_method": "S256", **asked}
    if not challenge["code_challenge"]:
        challenge = {}
    code = client.authorized(**challenge)["code"]
    assert client.redeemed(code, **form) == REFUSED


def test_a_verifier_may_be_its_own_challenge(client: Client) -> None:
    code = client.authorized(code_challenge=VERIFIER)["code"]
    assert client.redeemed(code) == (200, "")


def test_a_client_without_a_secret_needs_a_challenge(client: Client) -> None:
    public = Client(client.server, client.world, "browser", None)
    assert public.redeemed(public.code()) == (200, "")
    assert public.redeemed(public.authorized()["code"], code_verifier="") == REFUSED
    assert client.redeemed(client.authorized()["code"], code_verifier="") == (200, "")


def test_a_browser_goes_back_with_state_and_issuer(client: Client) -> None:
    answer = client.authorized(state="x y&z", scope="read")
    assert {**answer, "code": ""} == {"code": "", "state": "x y&z", "iss": f"http://127.0.0.1:{client.server.port}"}
    assert client.authorized(state="s", response_mode="fragment")["state"] == "s"
    custom = client.authorized(redirect_uri="com.example.app:/callback")
    assert sorted(custom) == ["code", "iss"]


def test_a_place_to_go_back_to_keeps_its_query(client: Client) -> None:
    asked = {"response_type": "code", "client_id": "a", "redirect_uri": f"{CALLBACK}?page=1", "state": "s"}
    location = client.ask("GET", f"/authorize?{urlencode(asked)}")[2]["Location"]
    assert location.startswith(f"{CALLBACK}?page=1&code=")


def test_a_form_may_ask_for_a_code_too(client: Client) -> None:
    status, _, headers = client.post("/authorize", response_type="code", redirect_uri=CALLBACK)
    assert (status, headers["Location"].startswith(f"{CALLBACK}?code=")) == (302, True)


def test_the_nonce_is_in_the_first_id_token_alone(client: Client) -> None:
    form = {"code": client.code(scope="openid", nonce="n-1"), "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    first = client.tokens("authorization_code", **form)
    client.advance("5m")
    second = client.tokens("refresh_token", refresh_token=first["refresh_token"])
    before, after = claims(first["id_token"]), claims(second["id_token"])
    assert (before["nonce"], after.get("nonce")) == ("n-1", None)
    assert (before["sub"], before["auth_time"]) == (after["sub"], after["auth_time"])


def test_a_token_that_was_revoked_is_refused(client: Client) -> None:
    gone, kept = (client.tokens("client_credentials")["access_token"] for _ in range(2))
    assert client.post("/__mock/oauth/revoke", token=gone)[:2] == (200, b"")
    assert (client.call(gone), client.call(kept)) == (INVALID, PASSES)


def test_a_refresh_token_that_was_revoked_takes_its_tokens_with_it(client: Client) -> None:
    answer = client.begun()
    assert client.post("/__mock/oauth/revoke", token=answer["refresh_token"], token_type_hint="access_token")[0] == 200
    assert client.refusal("refresh_token", refresh_token=answer["refresh_token"]) == REFUSED
    assert client.call(answer["access_token"]) == INVALID


def test_nobody_revokes_the_token_of_another_client(client: Client) -> None:
    answer = client.begun()
    other = Client(client.server, client.world, "other")
    for token in (answer["access_token"], answer["refresh_token"]):
        status, told, _ = other.post("/__mock/oauth/revoke", token=token)
        assert (status, told["error"]) == REFUSED
    assert client.call(answer["access_token"]) == PASSES


def test_an_issuer_that_the_client_knows_by_another_name_signs_with_that(client: Client) -> None:
    client.headers = {"Host": "internal:3000", "X-Forwarded-Host": "api.example", "X-Forwarded-Proto": "https"}
    token = client.tokens("client_credentials")["access_token"]
    assert claims(token)["iss"] == "https://api.example"
    assert Client(client.server, client.world).call(token) == PASSES


def test_neither_secrets_nor_tokens_are_logged(tmp_path: Path) -> None:
    path = tmp_path / "logged.bundle"
    path.write_bytes(bundle_of(CONTRACT))
    with serving(path, "--auth", "token", "--log", "json") as running:
        client = Client(running, "logged", "app-4711", "secret-4711")
        answer = client.begun()
        client.call(answer["access_token"])
        client.tokens("refresh_token", refresh_token=answer["refresh_token"])
        log = running.stop()
    assert log.count('"status":200') == 2
    assert [text for text in (*answer.values(), "4711", "ada") if str(text) in log and len(str(text)) > 2] == []
