"""How a push fares where the wire or the registry misbehaves: a small HTTP server plays the part."""

from __future__ import annotations

import socket
import threading
import traceback
from urllib.parse import parse_qs

import pytest

from contractctl.core.failures import DeliveryFailure
from contractctl.image.model import Blob
from contractctl.image.reference import Reference
from contractctl.image.registry.credentials import Credentials
from contractctl.image.registry.failures import asked_wait
from contractctl.image.registry.pushing import push
from contractctl.image.registry.transport import LARGEST_ANSWER, Answer, HttpTransport, Request
from tests.components.registry import Registry
from tests.image.front import Front, Reply, Rule, Seen, front_of
from tests.image.reading import fetch_blob
from tests.image.small_images import small_image

IMAGE = small_image("wire", layers=1)
ADA = Credentials("ada", "hunter2", "the test")
LOCATION = "/v2/acme/mock/blobs/uploads/1"


def registry_rule(seen: Seen, before: int) -> Reply:
    """Play an open registry that has nothing and takes everything."""
    match seen.method:
        case "GET":
            return Reply(200)
        case "HEAD":
            return Reply(404)
        case "POST":
            return Reply(202, {"Location": LOCATION})
        case _:
            return Reply(201)


def at_first(count: int, method: str, part: str, reply: Reply, after: Rule = registry_rule) -> Rule:
    """Answer the first `count` requests of a kind in another way."""

    def rule(seen: Seen, before: int) -> Reply | None:
        return reply if seen.method == method and part in seen.path and before < count else after(seen, before)

    return rule


def pushed(front: Front, pauses: list[float] | None = None, who: Credentials | None = None) -> str:
    reference = Reference(front.host, "acme/mock", "1")
    return push(IMAGE, reference, credentials=who, pause=(pauses if pauses is not None else []).append)


def refused(front: Front, pauses: list[float] | None = None, who: Credentials | None = None) -> tuple[str, str]:
    """Push in vain; returns message (without its beginning) and hint."""
    with pytest.raises(DeliveryFailure) as told:
        pushed(front, pauses, who)
    beginning = f"cannot push {front.host}/acme/mock:1: "
    assert told.value.message.startswith(beginning)
    assert "hunter2" not in "".join(traceback.format_exception(told.value))
    return told.value.message.removeprefix(beginning).replace(front.host, "HOST"), told.value.hint


DATE = "Sun, 06 Nov 1994 08:49:37 GMT"
LATER = "Sun, 06 Nov 1994 08:49:49 GMT"
DIGEST = IMAGE.images[0].layers[0].blob.digest

BETTER_LATER = {
    "503 twice for the greeting": (at_first(2, "GET", "/v2/", Reply(503)), [0.5, 1.0]),
    "503 twice for the manifest": (at_first(2, "PUT", "/manifests/", Reply(503)), [0.5, 1.0]),
    "503 for one question": (at_first(1, "HEAD", DIGEST, Reply(503)), [0.5]),
    "408 for the start of an upload": (at_first(1, "POST", "", Reply(408)), [0.5]),
    "429 with a number of seconds": (at_first(1, "PUT", "/manifests/", Reply(429, {"Retry-After": "7"})), [7.0]),
    "429 without one": (at_first(1, "PUT", "/manifests/", Reply(429)), [0.5]),
    "429 with words": (at_first(1, "PUT", "/manifests/", Reply(429, {"Retry-After": "soon"})), [0.5]),
    "a connection cut in the answer": (at_first(1, "PUT", "/manifests/", Reply(201, body=b"x" * 99, cut=True)), [0.5]),
}


@pytest.mark.parametrize(("rule", "pauses"), BETTER_LATER.values(), ids=BETTER_LATER)
def test_what_may_be_better_later_is_tried_again(rule: Rule, pauses: list[float]) -> None:
    waited: list[float] = []
    with front_of("", rule) as front:
        assert pushed(front, waited) == IMAGE.digest
    assert waited == pauses


def test_a_date_to_come_back_at_counts_from_the_date_of_the_answer() -> None:
    headers = {"retry-after": LATER, "date": DATE}
    assert asked_wait(Answer(503, "", headers)) == 12.0
    assert asked_wait(Answer(503, "", {**headers, "date": ""})) is None


def test_a_blob_is_started_anew_after_a_cut() -> None:
    rule = at_first(1, "PUT", LOCATION, Reply(201, body=b"x" * 99, cut=True))
    with front_of("", rule) as front:
        pushed(front, [])
        assert (front.count("HEAD", "/blobs/"), front.count("POST"), front.count("PUT", "/blobs/")) == (3, 3, 3)


def test_a_registry_that_stays_broken_is_left_after_five_attempts() -> None:
    waited: list[float] = []
    with front_of("", at_first(99, "PUT", "/manifests/", Reply(502))) as front:
        assert refused(front, waited) == (
            "the registry answered 502 Bad Gateway, 5 times",
            "the registry has a fault; try again later",
        )
        assert (front.count("PUT", "/manifests/"), waited) == (5, [0.5, 1.0, 2.0, 4.0])


def test_a_registry_that_asks_for_an_hour_is_left_at_once() -> None:
    reply = Reply(429, {"Retry-After": "3600"}, b'{"errors": [{"code": "TOOMANYREQUESTS", "message": "slow down"}]}')
    with front_of("", at_first(99, "PUT", "/manifests/", reply)) as front:
        assert refused(front, []) == (
            "the registry answered 429 Too Many Requests (TOOMANYREQUESTS: slow down); it asks to wait 3600 s",
            "the registry limits how often it is asked; try again later, or log in",
        )


def test_a_registry_that_is_down_is_told_without_waiting() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        down = Front(f"127.0.0.1:{taken.getsockname()[1]}", [])
        waited: list[float] = []
        assert refused(down, waited) == (
            "cannot reach HOST: connection refused",
            "does the registry run? check its name, your network and HTTPS_PROXY",
        )
        assert waited == []


def test_a_host_that_does_not_exist_is_told() -> None:
    with pytest.raises(DeliveryFailure) as told:
        push(IMAGE, Reference("registry.invalid", "acme/mock", "1"), pause=lambda _: None)
    assert told.value.message.startswith("cannot push registry.invalid/acme/mock:1: cannot reach registry.invalid: ")


ADDRESSES = {
    "relative to the host": (LOCATION, f"{LOCATION}?digest="),
    "relative to where it was asked": ("2", "/v2/acme/mock/blobs/uploads/2?digest="),
    "with a query": (f"{LOCATION}?_state=a%3D&b", f"{LOCATION}?_state=a%3D&b&digest="),
    "absolute": ("http://{host}/elsewhere?x=1", "/elsewhere?x=1&digest="),
}


@pytest.mark.parametrize(("location", "path"), ADDRESSES.values(), ids=ADDRESSES)
def test_the_address_of_an_upload_may_take_any_form(location: str, path: str) -> None:
    def rule(seen: Seen, before: int) -> Reply:
        if seen.method == "POST":
            return Reply(202, {"Location": location.format(host=seen.headers["host"])})
        return registry_rule(seen, before)

    with front_of("", rule) as front:
        pushed(front)
        found = {one.path for one in front.seen if one.method == "PUT" and "/manifests/" not in one.path}
    assert found == {path + digest for digest in (IMAGE.images[0].config.digest, DIGEST)}


UNSAFE = {
    "an upload over http elsewhere": (
        at_first(99, "POST", "", Reply(202, {"Location": "http://r.example/up?secret=hunter2"})),
        "HOST answered, but it sends us to http://r.example/up, which is not https",
    ),
    "a redirect to http elsewhere": (
        at_first(99, "HEAD", "", Reply(307, {"Location": "http://r.example/blob?secret=hunter2"})),
        "HOST answered, but it redirects to http://r.example/blob, which is not https",
    ),
    "a redirect to a file": (
        at_first(99, "HEAD", "", Reply(307, {"Location": "file:///etc/passwd"})),
        "HOST answered, but it redirects to file:///etc/passwd, which is not https",
    ),
    "redirects without end": (
        at_first(99, "HEAD", "", Reply(307, {"Location": "?again"})),
        "HOST answered, but it redirects in circles",
    ),
}


@pytest.mark.parametrize(("rule", "message"), UNSAFE.values(), ids=UNSAFE)
def test_an_unsafe_address_is_not_followed(rule: Rule, message: str) -> None:
    with front_of("", rule) as front:
        assert refused(front, [], ADA)[0] == message


def test_an_answer_without_end_is_told() -> None:
    digest = "sha256:" + "0" * 64
    huge = Reply(200, {"Content-Length": str(LARGEST_ANSWER + 1)}, b"x" * (LARGEST_ANSWER + 1))
    with front_of("", lambda seen, before: huge if "/blobs/" in seen.path else Reply(200)) as front:
        with pytest.raises(DeliveryFailure) as told:
            fetch_blob(Reference(front.host, "acme/mock"), digest, pause=lambda _: None)
        assert front.count("GET", "/blobs/") == 1
    why = f"{front.host} answered, but the answer is larger than {LARGEST_ANSWER} bytes"
    assert told.value.message == f"cannot read {front.host}/acme/mock: {why}"


def test_a_token_service_over_http_elsewhere_gets_nothing() -> None:
    challenge = {"WWW-Authenticate": 'Bearer realm="http://tokens.example/token",service="s"'}
    with front_of("", at_first(99, "GET", "", Reply(401, challenge))) as front, pytest.raises(DeliveryFailure) as told:
        pushed(front, [], ADA)
    assert told.value.message == (
        "the registry sends us for a token to `http://tokens.example/token`, which is not https"
    )


@pytest.mark.parametrize("status", [307, 308, 302])
def test_another_host_gets_no_authorization(status: int, htpasswd_registry: Registry) -> None:
    who = Credentials(htpasswd_registry.user, htpasswd_registry.password, "the test")
    with front_of("", lambda seen, before: Reply(200, body=b"roar")) as store:

        def rule(seen: Seen, before: int) -> Reply | None:
            if seen.method == "GET" and "/blobs/" in seen.path and "authorization" in seen.headers:
                return Reply(status, {"Location": f"http://{store.host}/signed?key=1"})
            return None

        with front_of(htpasswd_registry.host, rule) as front:
            digest = Blob.of("", b"roar").digest
            assert fetch_blob(Reference(front.host, "acme/mock"), digest, credentials=who) == b"roar"
            with_authorization = [one.path for one in front.seen if "authorization" in one.headers]
    assert with_authorization == [f"/v2/acme/mock/blobs/{digest}"]
    assert [(one.path, "authorization" in one.headers) for one in store.seen] == [("/signed?key=1", False)]


def test_an_upload_at_another_host_gets_no_authorization(htpasswd_registry: Registry) -> None:
    who = Credentials(htpasswd_registry.user, htpasswd_registry.password, "the test")
    with front_of("", lambda seen, before: Reply(201)) as store:
        elsewhere = Reply(202, {"Location": f"http://{store.host}/up"})

        def rule(seen: Seen, before: int) -> Reply | None:
            authorized = "authorization" in seen.headers
            return elsewhere if seen.method == "POST" and authorized else None

        with front_of(htpasswd_registry.host, rule) as front:
            refused(front, [], who)  # the registry itself never got the blobs, so it refuses the manifest
    assert {"authorization" in one.headers for one in store.seen} == {False}


def test_an_expired_token_is_renewed_once_in_a_push() -> None:
    asked: list[str] = []

    def rule(seen: Seen, before: int) -> Reply:
        if seen.path.startswith("/token"):
            asked.append(seen.path)
            return Reply(200, body=b'{"access_token": "t%d"}' % before)
        challenge = f'Bearer realm="http://{seen.headers["host"]}/token?kind=a",service="tests",scope="x"'
        wanted = "Bearer t1" if seen.method == "PUT" and "/manifests/" in seen.path else "Bearer t0"
        if seen.headers.get("authorization") != wanted:
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


SAID = {
    "what the registry says is told": (
        b'{"errors": [{"code": "DENIED", "message": "not yours"}]}',
        "the registry answered 403 Forbidden (DENIED: not yours)",
    ),
    "a secret that it repeats is not": (
        b'{"errors": [{"code": "DENIED", "message": "ada with hunter2 (YWRhOmh1bnRlcjI=)"}]}',
        "the registry answered 403 Forbidden (DENIED: ada with *** (***))",
    ),
    "nor what would steer a terminal": (
        b'{"errors": [{"code": "DENIED", "message": "\\u001b[2J\\r\\n::error::red"}]}',
        "the registry answered 403 Forbidden (DENIED: [2J ::error::red)",
    ),
    "a page of a proxy is left out": (b"<html>hunter2</html>", "the registry answered 403 Forbidden"),
}


@pytest.mark.parametrize(("body", "message"), SAID.values(), ids=SAID)
def test_a_refusal_is_told_in_the_words_of_the_registry(body: bytes, message: str) -> None:
    def rule(seen: Seen, before: int) -> Reply:
        if "authorization" not in seen.headers:
            return Reply(401, {"WWW-Authenticate": 'Basic realm="tests"'})
        return Reply(403, body=body) if seen.method == "POST" else registry_rule(seen, before)

    with front_of("", rule) as front:
        assert refused(front, [], ADA) == (
            message,
            "may the account from the test push to acme/mock? ask the registry's owner",
        )


def test_another_digest_than_ours_is_a_failure() -> None:
    other = "sha256:" + "0" * 64
    with front_of("", at_first(1, "PUT", "/manifests/", Reply(201, {"Docker-Content-Digest": other}))) as front:
        assert refused(front)[0] == f"the registry answered digest {other} for {IMAGE.digest}"


def test_what_is_no_registry_is_told() -> None:
    with front_of("", lambda seen, before: Reply(404, body=b"<html>")) as front:
        assert refused(front) == (
            "the registry answered 404 Not Found",
            f"is {front.host} a registry, and does acme/mock exist in it?",
        )


def test_four_blobs_travel_at_a_time() -> None:
    together = threading.Barrier(4, timeout=10)
    senders: set[int] = set()

    class Watched(HttpTransport):
        def send(self, request: Request) -> Answer:
            if "/blobs/" in request.url:
                senders.add(threading.get_ident())
            return super().send(request)

    def rule(seen: Seen, before: int) -> Reply:
        if seen.method == "PUT" and LOCATION in seen.path:
            together.wait()
        return registry_rule(seen, before)

    with front_of("", rule) as front, Watched() as transport:
        push(small_image("many", layers=7), Reference(front.host, "acme/mock", "1"), transport=transport)
    assert len(senders) == 4


def test_a_push_that_is_given_up_puts_no_manifest() -> None:
    def broken(name: str, done: int, size: int) -> None:
        raise KeyboardInterrupt

    with front_of("", registry_rule) as front:
        with pytest.raises(KeyboardInterrupt):
            push(IMAGE, Reference(front.host, "acme/mock", "1"), progress=broken)
        assert front.count("PUT", "/manifests/") == 0
