"""How a push fares where the wire or the registry misbehaves: a small HTTP server plays the part."""

from __future__ import annotations

import socket
import threading

import pytest

from contractctl.core.failures import DeliveryFailure
from contractctl.image.model import Blob
from contractctl.image.reference import Reference
from contractctl.image.registry.credentials import Credentials
from contractctl.image.registry.failures import asked_wait
from contractctl.image.registry.pushing import push
from contractctl.image.registry.transport import LARGEST_ANSWER, Answer, HttpTransport, Request
from tests.components.registry import Registry
from tests.image.acting import ADA, IMAGE, LOCATION, at_first, pushed, refused, registry_rule
from tests.image.front import Front, Reply, Rule, Seen, front_of
from tests.image.reading import fetch_blob
from tests.image.small_images import small_image

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
    "an upload at half an address": (
        at_first(99, "POST", "", Reply(202, {"Location": "http://[::1"})),
        "HOST answered, but it sends us to what is no address",
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
