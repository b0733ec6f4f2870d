"""Callbacks and webhooks: sent to a receiver, after the answer, with a log of what became of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.components.redis import Redis
from tests.mockserver.calling import CONTRACT, ask, settled
from tests.mockserver.receiving import Receiver, as_json, receiving
from tests.mockserver.serving import Served, bundle_of, serving


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("callbacks") / "mock.bundle"
    path.write_bytes(bundle_of(CONTRACT))
    return path


@pytest.fixture(scope="module")
def mock(running: Served) -> Served:
    return running


@pytest.fixture
def receiver(mock: Served) -> Iterator[Receiver]:
    ask(mock, "DELETE", "/__mock/deliveries")
    with receiving() as one:
        yield one
        settled(mock)  # what is still on its way would be in the log of the next test


def test_a_callback_is_sent_where_the_request_says(mock: Served, receiver: Receiver) -> None:
    ask(mock, "POST", "/v1/streams/a%2Fb", {"url": f"{receiver.url}/hook", "event": "made & sold"})
    received = receiver.next()
    assert received.line == "POST /hook?event=made%20%26%20sold&of=a%2Fb&page%20size=5 HTTP/1.1"
    assert as_json(received) == {"id": 7}
    assert len(received.headers.pop("mock-delivery")) == 12
    assert received.headers == {
        "host": f"127.0.0.1:{receiver.port}",
        "user-agent": "contractctl-mock",
        "accept": "*/*",
        "connection": "close",
        "mock-callback-depth": "1",
        "content-type": "application/json",
        "content-length": "8",
        "x-kind": "data",
    }


def test_what_became_of_callbacks_is_in_the_log(mock: Served, receiver: Receiver) -> None:
    ask(mock, "POST", "/v1/streams/s", {"url": f"{receiver.url}/hook?token=secret", "event": "e"}, Mock_Session="shard")
    receiver.next()
    seen = {"kind": "callback", "operation": "POST /streams/{name}", "session": "shard", "attempts": 0, "status": None}
    assert sorted(settled(mock), key=lambda one: str(one["name"])) == [
        {
            **seen,
            "name": "data",
            "method": "POST",
            "url": f"{receiver.url}/hook?token=***&of=s",
            "attempts": 1,
            "state": "delivered",
            "status": 204,
            "documented": True,
        },
        {
            **seen,
            "name": "told",
            "method": "GET",
            "url": "{$request.query.back}/{$response.body#/id}/{$statusCode}",
            "state": "refused",
            "error": "$request.query.back says nothing in this request and its answer; nobody knows where to send it",
        },
        {
            **seen,
            "name": "whole",
            "method": "PUT",
            "url": "$request.body#/whole",
            "state": "refused",
            "error": "$request.body#/whole says nothing in this request and its answer; nobody knows where to send it",
        },
    ]


def test_a_whole_url_stands_as_it_is_and_a_body_is_made_up(mock: Served, receiver: Receiver) -> None:
    ask(mock, "POST", "/v1/streams/s", {"whole": f"{receiver.url}/a/b?c=d"})
    received = receiver.next()
    assert (received.line, list(as_json(received))) == ("PUT /a/b?c=d HTTP/1.1", ["id"])


def test_values_of_the_query_and_of_the_answer(mock: Served, receiver: Receiver) -> None:
    ask(mock, "POST", f"/v1/streams/s?back={receiver.url}")
    received = receiver.next()
    assert (received.line, received.body) == ("GET /a%2Fb/201 HTTP/1.1", b"")


def test_a_form_says_where_to_send(mock: Served, receiver: Receiver) -> None:
    form = "application/x-www-form-urlencoded"
    ask(mock, "POST", "/v1/streams/s", f"url={receiver.url}/form&event=e", Content_Type=form)
    assert receiver.next().line == "POST /form?event=e&of=s&page%20size=5 HTTP/1.1"


def test_nothing_is_sent_after_a_refusal(mock: Served, receiver: Receiver) -> None:
    body = {"url": receiver.url, "event": "e"}
    assert ask(mock, "POST", "/v1/streams/s", body, Prefer="code=404")[0] == 404
    assert ask(mock, "POST", "/v1/streams/s", {"url": 5})[0] == 400
    assert settled(mock) == []


@pytest.mark.parametrize(
    ("statuses", "attempts", "state", "status", "error"),
    [
        ([503, 500], 3, "delivered", 204, None),
        ([429, 503, 502], 3, "failed", 502, "the receiver answered 502"),
        ([400], 1, "failed", 400, "the receiver answered 400"),
        ([302], 1, "failed", 302, "a redirect, which is not followed: a callback goes where the client said"),
    ],
    ids=["it gets better", "it does not get better", "a refusal is final", "a redirect is not followed"],
)
def test_it_is_tried_again(
    mock: Served, receiver: Receiver, statuses: list[int], attempts: int, state: str, status: int, error: str | None
) -> None:
    receiver.statuses = [*statuses]
    ask(mock, "POST", "/v1/streams/s", {"whole": f"{receiver.url}/"})
    sent = [receiver.next() for _ in range(attempts)]
    found = {one["name"]: one for one in settled(mock)}["whole"]
    assert (found["attempts"], found["state"], found["status"], found.get("error")) == (attempts, state, status, error)
    assert len({one.headers["mock-delivery"] for one in sent}) == 1
    assert receiver.requests.empty()


def test_a_receiver_that_is_not_there_is_told(mock: Served, receiver: Receiver) -> None:
    with receiving() as gone:
        port = gone.port
    ask(mock, "POST", "/v1/streams/s", {"whole": f"http://127.0.0.1:{port}/"})
    found = {one["name"]: one for one in settled(mock)}["whole"]
    assert (found["state"], found["attempts"], found["status"]) == ("failed", 3, None)
    assert "Connect call failed" in found["error"]


def test_another_machine_is_not_asked(mock: Served, receiver: Receiver) -> None:
    ask(mock, "POST", "/v1/streams/s", {"whole": "http://203.0.113.1/"})
    found = {one["name"]: one for one in settled(mock)}["whole"]
    reason = "203.0.113.1 is not this machine; allow it with --callbacks 203.0.113.1"
    assert (found["state"], found["attempts"], found["error"]) == ("refused", 0, reason)


def test_the_same_server_may_be_called_and_a_chain_has_an_end(mock: Served, receiver: Receiver) -> None:
    ask(mock, "POST", "/v1/chain", {})
    states = [(one["state"], one["status"]) for one in settled(mock)]
    assert sorted(states, key=str) == [("delivered", 204)] * 5 + [("refused", None)]


def test_webhooks_are_listed(mock: Served) -> None:
    status, listed = ask(mock, "GET", "/__mock/webhooks")
    lines = [one.pop("at").partition(":")[0] for one in listed["webhooks"]]
    assert (status, lines) == (200, ["openapi.yaml"] * 3)
    assert listed["webhooks"] == [
        {
            "name": "newPet",
            "method": "POST",
            "content": [{"type": "application/json", "examples": ["cat", "dog"]}],
        },
        {"name": "ping", "method": "GET", "content": []},
        {"name": "ping", "method": "PUT", "content": []},
    ]


@pytest.mark.parametrize(
    ("order", "line", "body"),
    [
        ({"name": "newPet"}, "POST /x HTTP/1.1", {"name": "Tom"}),
        ({"name": "newPet", "example": "dog"}, "POST /x HTTP/1.1", {"name": "Rex"}),
        ({"name": "newPet", "body": {"name": "own"}}, "POST /x HTTP/1.1", {"name": "own"}),
        ({"name": "newPet", "body": '"text"'}, "POST /x HTTP/1.1", "text"),
        ({"name": "ping", "method": "put", "body": [1]}, "PUT /x HTTP/1.1", [1]),
    ],
    ids=["its first example", "the example that is asked for", "a body of one's own", "a text", "one of its methods"],
)
def test_a_webhook_is_sent(mock: Served, receiver: Receiver, order: dict[str, Any], line: str, body: Any) -> None:
    status, entry = ask(
        mock, "POST", "/__mock/webhooks", {**order, "url": f"{receiver.url}/x", "headers": {"X-A": "b"}}
    )
    received = receiver.next()
    assert (status, received.line, as_json(received), received.headers["x-a"]) == (202, line, body, "b")
    assert (entry["kind"], entry["id"]) == ("webhook", received.headers["mock-delivery"])


def test_headers_of_an_order_go_before_others_and_frame_nothing(mock: Served, receiver: Receiver) -> None:
    headers = {
        "content-type": "text/plain",
        "Authorization": "Bearer demo",
        "X-Two": "a\r\nX-Three: b",
        "Content-Length": "999",
        "Transfer-Encoding": "chunked",
        "Host": "example.com",
    }
    order = {"name": "newPet", "url": receiver.url, "body": "hello", "headers": headers}
    assert ask(mock, "POST", "/__mock/webhooks", order)[0] == 202
    received = receiver.next()
    assert received.body == b"hello"
    received.headers.pop("mock-delivery")
    assert received.headers == {
        "host": f"127.0.0.1:{receiver.port}",
        "connection": "close",
        "mock-callback-depth": "1",
        "content-length": "5",
        "content-type": "text/plain",
        "authorization": "Bearer demo",
        "x-two": "a  X-Three: b",
        "user-agent": "contractctl-mock",
        "accept": "*/*",
    }


def test_the_log_of_a_session_has_what_was_sent_in_it(mock: Served, receiver: Receiver) -> None:
    for name in ("one", "other"):
        ask(mock, "POST", "/v1/streams/s", {"whole": f"{receiver.url}/{name}"}, Mock_Session=name)
        assert receiver.next().headers["mock-session"] == name
    settled(mock)
    _, log = ask(mock, "GET", "/__mock/deliveries", Mock_Session="other")
    urls = [entry["url"] for entry in log["deliveries"] if entry["name"] == "whole"]
    assert urls == [f"{receiver.url}/other"]


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1/\r\nX: y", "http://127.0.0.1 /", "http://2130706433/", "http://localhost@203.0.113.1/", "x"],
)
def test_a_url_that_a_client_makes_up_is_refused(mock: Served, receiver: Receiver, url: str) -> None:
    assert ask(mock, "POST", "/v1/streams/s", {"whole": url})[0] == 201
    found = {one["name"]: one for one in settled(mock)}["whole"]
    assert (found["state"], found["attempts"]) == ("refused", 0)


@pytest.mark.parametrize(
    ("order", "status", "detail"),
    [
        ({"name": "oldPet", "url": "http://a/"}, 404, "there is no webhook `oldPet`"),
        (
            {"name": "newPet", "url": "http://a/", "method": "PUT"},
            404,
            "the webhook `newPet` has no method PUT, but POST",
        ),
        ({"name": "newPet", "url": "http://a/", "example": "fish"}, 404, "the webhook `newPet` has no example `fish`"),
        ({"name": "newPet"}, 400, "name or url is missing"),
        ({"name": "newPet", "url": 5}, 400, "url is no text"),
        ({"name": "newPet", "url": "http://a/", "headers": {"a b": "c"}}, 400, "headers has 'a b'"),
        ({"name": "newPet", "url": "http://a/", "headers": [1]}, 400, "headers is no object"),
        ({"name": "newPet", "uri": "http://a/"}, 400, "the body has a member"),
        ("{", 400, "the body is not JSON"),
        ({"name": "newPet", "url": "http://203.0.113.1/"}, 403, "nothing was sent: 203.0.113.1 is not this machine"),
        ({"name": "newPet", "url": "hook"}, 403, "nothing was sent: the URL is not absolute, with http or https"),
    ],
)
def test_an_order_that_cannot_be_met_is_told(mock: Served, order: Any, status: int, detail: str) -> None:
    got, problem = ask(mock, "POST", "/__mock/webhooks", order)
    assert (got, problem["detail"][: len(detail)]) == (status, detail)


def test_the_log_can_be_emptied(mock: Served, receiver: Receiver) -> None:
    ask(mock, "POST", "/__mock/webhooks", {"name": "ping", "url": receiver.url})
    receiver.next()
    assert len(settled(mock)) == 1
    assert ask(mock, "POST", "/__mock/reset", {"only": ["journal"]})[0] == 200
    assert settled(mock) == []


def test_the_journal_has_what_was_sent(mock: Served, receiver: Receiver) -> None:
    ask(mock, "POST", "/__mock/reset", {"only": ["journal"]})
    ask(mock, "POST", "/__mock/webhooks", {"name": "ping", "url": f"{receiver.url}/journal"})
    receiver.next()
    settled(mock)
    _, journal = ask(mock, "GET", "/__mock/requests")
    sent = [one for one in journal["requests"] if one.get("callback")]
    assert [(one["callback"], one["method"], one["status"]) for one in sent] == [("ping", "GET", 204)]


def test_nothing_is_sent_where_callbacks_are_off(bundle: Path) -> None:
    with receiving() as receiver, serving(bundle, "--callbacks", "off") as mock:
        assert ask(mock, "POST", "/v1/streams/s", {"whole": receiver.url})[0] == 201
        status, problem = ask(mock, "POST", "/__mock/webhooks", {"name": "ping", "url": receiver.url})
        off = "nothing was sent: callbacks are off; start the mock without `--callbacks off`"
        assert (status, problem["detail"]) == (403, off)
        assert [one["kind"] for one in settled(mock)] == ["webhook"]


def test_what_is_not_delivered_at_the_end_is_told(bundle: Path) -> None:
    with receiving() as receiver, serving(bundle) as mock:
        receiver.statuses = [503] * 3
        ask(mock, "POST", "/__mock/webhooks", {"name": "ping", "url": receiver.url})
        receiver.next()
        mock.process.terminate()
        _, errors = mock.process.communicate(timeout=20)
        told = "warning: 1 callback was not delivered: the mock was told to stop\n"
        assert (mock.process.returncode, errors) == (0, told)


def test_a_list_of_hosts_that_cannot_be_read_is_told(bundle: Path) -> None:
    with (
        pytest.raises(AssertionError, match="--callbacks is 'http://a'; it must be hosts such as"),
        serving(bundle, "--callbacks", "http://a"),
    ):
        pass


def test_replicas_that_share_a_memory_share_the_log(bundle: Path, redis: Redis) -> None:
    shared = ("--state-url", redis.url)
    with receiving() as receiver, serving(bundle, *shared) as one, serving(bundle, *shared) as other:
        ask(one, "POST", "/__mock/webhooks", {"name": "ping", "url": f"{receiver.url}/one"})
        ask(other, "POST", "/v1/streams/s", {"whole": f"{receiver.url}/other"})
        assert {receiver.next().line.split()[1] for _ in range(2)} == {"/one", "/other"}
        settled(one)
        settled(other)
        states = {(entry["name"], entry["state"]) for entry in settled(one)}
        assert states == {("ping", "delivered"), ("whole", "delivered"), ("data", "refused"), ("told", "refused")}
        assert ask(other, "DELETE", "/__mock/deliveries")[0] == 204
        assert settled(one) == []


def test_workers_without_one_memory_send_and_keep_no_log(bundle: Path) -> None:
    with receiving() as receiver, serving(bundle, "--workers", "2") as mock:
        assert ask(mock, "POST", "/__mock/webhooks", {"name": "ping", "url": receiver.url})[0] == 202
        assert receiver.next().line == "GET / HTTP/1.1"
        status, problem = ask(mock, "GET", "/__mock/deliveries")
        assert (status, problem["detail"].partition(":")[0]) == (501, "/deliveries needs one memory for all 2 workers")
