"""Tokens: who is asked for them, how, again, and what is never sent to whom."""

from __future__ import annotations

import threading
from urllib.parse import parse_qs

import pytest

from contractctl.core.failures import DeliveryFailure
from contractctl.image.registry.credentials import Credentials
from tests.image.acting import ADA, IMAGE, at_first, pushed, refused, registry_rule
from tests.image.front import Reply, Seen, front_of


def test_a_token_service_over_http_elsewhere_gets_nothing() -> None:
    challenge = {"WWW-Authenticate": 'Bearer realm="http://tokens.example/token",service="s"'}
    with front_of("", at_first(99, "GET", "", Reply(401, challenge))) as front, pytest.raises(DeliveryFailure) as told:
        pushed(front, [], ADA)
    assert told.value.message == (
        "the registry sends us for a token to `http://tokens.example/token`, which is not https"
    )


EXPIRIES = {
    "before a tag is looked for": ("HEAD", "/manifests/"),
    "before a blob is looked for": ("HEAD", "/blobs/"),
    "before an upload begins": ("POST", "/blobs/"),
    "before a blob is sent": ("PUT", "/blobs/"),
    "before the tag is put": ("PUT", "/manifests/"),
}


@pytest.mark.parametrize(("method", "part"), EXPIRIES.values(), ids=EXPIRIES)
def test_an_expired_token_is_renewed_once_in_a_push(method: str, part: str) -> None:
    """The answer to a HEAD has no body that would say why."""
    asked: list[str] = []
    expired = threading.Event()

    def rule(seen: Seen, before: int) -> Reply:
        if seen.path.startswith("/token"):
            asked.append(seen.path)
            return Reply(200, body=b'{"access_token": "t%d"}' % before)
        if seen.method == method and part in seen.path:
            expired.set()
        given = seen.headers.get("authorization")
        if given is None or (given == "Bearer t0" and expired.is_set()):
            challenge = f'Bearer realm="http://{seen.headers["host"]}/token?kind=a",service="tests",scope="x"'
            return Reply(401, {"WWW-Authenticate": challenge})
        return registry_rule(seen, before)

    with front_of("", rule) as front:
        assert pushed(front) == IMAGE.digest
    assert asked == ["/token?kind=a&service=tests&scope=repository%3Aacme%2Fmock%3Apull%2Cpush"] * 2


def test_an_identity_token_is_exchanged_in_a_body() -> None:
    who = Credentials("<token>", "hunter2", "the test", is_identity_token=True)

    def rule(seen: Seen, before: int) -> Reply:
        if seen.path.startswith("/oauth2"):
            return Reply(200, body=b'{"access_token": "t"}')
        if seen.headers.get("authorization") != "Bearer t":
            challenge = f'Bearer realm="http://{seen.headers["host"]}/oauth2/token",service="r.example"'
            return Reply(401, {"WWW-Authenticate": challenge})
        return registry_rule(seen, before)

    with front_of("", rule) as front:
        assert pushed(front, who=who) == IMAGE.digest
    (asked,) = (one for one in front.seen if one.path.startswith("/oauth2"))
    assert (asked.method, asked.path, "authorization" in asked.headers) == ("POST", "/oauth2/token", False)
    assert parse_qs(asked.body.decode()) == {
        "grant_type": ["refresh_token"],
        "service": ["r.example"],
        "client_id": ["contractctl"],
        "scope": ["repository:acme/mock:pull,push"],
        "refresh_token": ["hunter2"],
    }


def test_an_identity_token_does_not_follow_a_redirect_nor_is_it_a_password() -> None:
    who = Credentials("<token>", "hunter2", "the test", is_identity_token=True)
    with front_of("", lambda seen, before: Reply(200, body=b'{"access_token": "t"}')) as elsewhere:

        def rule(seen: Seen, before: int) -> Reply:
            if seen.path.startswith("/token"):
                return Reply(307, {"Location": f"http://{elsewhere.host}/token"})
            realm = f'Bearer realm="http://{seen.headers["host"]}/token"'
            return Reply(401, {"WWW-Authenticate": realm})

        with front_of("", rule) as front:
            message, _ = refused(front, [], who)
        basic = Reply(401, {"WWW-Authenticate": 'Basic realm="r"'})
        with front_of("", lambda seen, before: basic) as front:
            refused(front, [], who)
            assert not any("authorization" in one.headers for one in front.seen)
    assert elsewhere.seen == []
    assert message == "the token service http://HOST/token answered 307 Temporary Redirect"


TOKEN_FAULTS = {
    "503 twice": (Reply(503), [0.5, 1.0]),
    "429 with a number of seconds": (Reply(429, {"Retry-After": "3"}), [3.0, 3.0]),
    "a connection cut in the answer": (Reply(200, body=b"x" * 99, cut=True), [0.5, 1.0]),
}


@pytest.mark.parametrize(("reply", "pauses"), TOKEN_FAULTS.values(), ids=TOKEN_FAULTS)
def test_a_token_service_is_asked_again(reply: Reply, pauses: list[float]) -> None:
    def rule(seen: Seen, before: int) -> Reply:
        if seen.path.startswith("/token"):
            return reply if before < 2 else Reply(200, body=b'{"token": "t"}')
        if seen.headers.get("authorization") != "Bearer t":
            return Reply(401, {"WWW-Authenticate": f'Bearer realm="http://{seen.headers["host"]}/token"'})
        return registry_rule(seen, before)

    waited: list[float] = []
    with front_of("", rule) as front:
        assert pushed(front, waited, ADA) == IMAGE.digest
    assert waited == pauses


def test_a_challenge_without_a_token_service_is_told() -> None:
    reply = Reply(401, {"WWW-Authenticate": 'Bearer service="r"'})
    with front_of("", lambda seen, before: reply) as front, pytest.raises(DeliveryFailure) as told:
        pushed(front, [], ADA)
    assert told.value.message == "the registry asks for a token, and does not say who gives one"


def test_a_challenge_of_another_host_than_the_registry_gets_nothing() -> None:
    challenge = Reply(401, {"WWW-Authenticate": 'Basic realm="elsewhere"'})
    with front_of("", lambda seen, before: challenge) as elsewhere:
        redirect = Reply(307, {"Location": f"http://{elsewhere.host}/v2/"})
        with front_of("", lambda seen, before: redirect) as front:
            assert refused(front, [], ADA)[0] == "the registry answered 401 Unauthorized"
    assert [one.headers.get("authorization") for one in elsewhere.seen] == [None]


TOKENS = {
    "no JSON": Reply(200, body=b"<html>"),
    "no token": Reply(200, body=b'{"expires_in": 300}'),
    "a token that would break a header": Reply(200, body=b'{"token": "a\\r\\nx: y"}'),
}


@pytest.mark.parametrize("reply", TOKENS.values(), ids=TOKENS)
def test_a_token_service_that_gives_no_token_is_told(reply: Reply) -> None:
    def rule(seen: Seen, before: int) -> Reply:
        if seen.path.startswith("/token"):
            return reply
        return Reply(401, {"WWW-Authenticate": f'Bearer realm="http://{seen.headers["host"]}/token"'})

    with front_of("", rule) as front, pytest.raises(DeliveryFailure) as told:
        pushed(front, [], ADA)
    assert told.value.message == f"the token service http://{front.host}/token answered 200 without a token"
