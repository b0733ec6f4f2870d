"""Fetching: what comes back from a real server under limits, and who gets to see the credential."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest

from contractctl.core.failures import DeliveryFailure, UsageFailure
from contractctl.source.remote import Credential, CredentialSource, Fetched, Limits, fetch
from tests.drift.web import Answer, Web, serve_web

DESCRIPTION = b"openapi: 3.1.0\ninfo: {title: Pets, version: 1.0.0}\npaths: {}\n"
QUICK = Limits(size=10_000, seconds=0.3, pauses=(1.0, 3.0))
TOKEN = Credential("Authorization", "Bearer s3cr3t", "UPSTREAM_TOKEN")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def web() -> Iterator[Web]:
    with serve_web() as server:
        yield server


def ask(url: str, *, etag: str = "", credential: Credential | None = None, waits: list[float] | None = None) -> Fetched:
    waits = [] if waits is None else waits
    return fetch(url, etag=etag, credential=credential, allow_private=True, limits=QUICK, sleep=waits.append)


def refusal(url: str, credential: Credential | None = None) -> tuple[str, str]:
    with pytest.raises(DeliveryFailure) as caught:
        ask(url, credential=credential)
    return caught.value.message, caught.value.hint


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Answer(DESCRIPTION, headers={"Content-Type": "application/yaml"}), id="said to be YAML"),
        pytest.param(Answer(DESCRIPTION, headers={"Content-Type": "text/html"}), id="said to be HTML, and is YAML"),
        pytest.param(Answer(DESCRIPTION, headers={"Content-Type": "image/png"}), id="said to be a picture"),
        pytest.param(Answer(DESCRIPTION), id="said to be nothing"),
        pytest.param(Answer(DESCRIPTION, chunked=True), id="in chunks"),
        pytest.param(Answer(gzip.compress(DESCRIPTION), headers={"Content-Encoding": "gzip"}), id="gzip"),
        pytest.param(
            Answer(gzip.compress(DESCRIPTION), headers={"Content-Encoding": "gzip"}, chunked=True), id="gzip in chunks"
        ),
        pytest.param(Answer(gzip.compress(DESCRIPTION)), id="gzip that does not say so"),
        pytest.param(Answer(DESCRIPTION, headers={"Content-Encoding": "gzip"}), id="said to be gzip, and is plain"),
        pytest.param(Answer(gzip.compress(DESCRIPTION[:9]) + gzip.compress(DESCRIPTION[9:])), id="gzip in two members"),
    ],
)
def test_the_bytes_decide_what_an_answer_is(web: Web, answer: Answer) -> None:
    web.answers["/openapi"] = answer
    assert ask(f"{web.url}/openapi") == Fetched(DESCRIPTION, "", f"{web.url}/openapi")


ELSEWHERE = "open the URL in a browser, or give another one"
ITSELF = "give the URL of the description itself"
LATER = "try again later"
NAME_AUTH = (
    "name a header and the environment variable that holds its value: `auth: {header: Authorization, env: NAME}`"
)
PRIVATE = "check the URL; private files are also answered like this without a credential"
SIGN_IN = "check the URL, or sign in with `auth`"
LOGIN_PAGE = b"<!DOCTYPE html><form><input type=password></form>"
BOMB = gzip.compress(bytes(1_000_000))


@pytest.mark.parametrize(
    ("answer", "reason", "hint"),
    [
        pytest.param(Answer(b"", 404), "the server answered 404 Not Found", PRIVATE, id="not found"),
        pytest.param(Answer(b"", 403), "the server answered 403 Forbidden", NAME_AUTH, id="forbidden"),
        pytest.param(Answer(b"", 418), "the server answered 418 I'm a Teapot", ELSEWHERE, id="odd status"),
        pytest.param(
            Answer(b"", 304), "the server answered 304 Not Modified", ELSEWHERE, id="not modified, which nobody asked"
        ),
        pytest.param(Answer(b"", 503), "the server answered 503 Service Unavailable", LATER, id="down"),
        pytest.param(Answer(b" \n"), "the answer is empty", ELSEWHERE, id="empty"),
        pytest.param(
            Answer(LOGIN_PAGE), "the answer is an HTML login page, not an OpenAPI description", SIGN_IN, id="login page"
        ),
        pytest.param(
            Answer(b"\n <html><h1>Docs</h1>"),
            "the answer is an HTML page, not an OpenAPI description",
            SIGN_IN,
            id="web page",
        ),
        pytest.param(
            Answer(b"<wsdl/>"), "the answer is an XML document, not an OpenAPI description", SIGN_IN, id="XML"
        ),
        pytest.param(Answer(bytes(10_001)), "it is larger than 10000 bytes", ITSELF, id="huge, and says so"),
        pytest.param(
            Answer(b"x" * 10_001, chunked=True), "it is larger than 10000 bytes", ITSELF, id="huge, and does not say so"
        ),
        pytest.param(
            Answer(BOMB, headers={"Content-Encoding": "gzip"}), "it is larger than 10000 bytes", ITSELF, id="gzip bomb"
        ),
        pytest.param(
            Answer(DESCRIPTION, headers={"Content-Encoding": "br"}),
            "it is encoded as 'br', and gzip was asked for",
            "have the server send it plain",
            id="a coding that nobody asked for",
        ),
        pytest.param(Answer(DESCRIPTION, claims=500), "the connection broke off", LATER, id="cut"),
        pytest.param(
            Answer(gzip.compress(DESCRIPTION)[:-9]),
            "the compressed answer is damaged or was cut",
            LATER,
            id="gzip that was cut",
        ),
        pytest.param(Answer(stall="headers"), "no answer within 0.3 s", LATER, id="no answer"),
        pytest.param(
            Answer(DESCRIPTION, claims=500, stall="body"),
            "no answer within 0.3 s",
            LATER,
            id="an answer without its end",
        ),
        pytest.param(
            Answer(b"", 302, {"Location": "ftp://example.com/x"}),
            "it redirects to what is no web address",
            "give the URL of the file itself",
            id="redirect to ftp",
        ),
    ],
)
def test_everything_but_a_description_says_why_and_what_to_try(
    web: Web, answer: Answer, reason: str, hint: str
) -> None:
    web.answers["/openapi"] = answer
    assert refusal(f"{web.url}/openapi") == (f"cannot fetch {web.url}/openapi: {reason}", hint)


def test_a_rejected_credential_is_named_by_its_variable_and_not_shown(web: Web) -> None:
    web.answers["/"] = Answer(b"", 401)
    assert refusal(f"{web.url}/", TOKEN) == (
        f"cannot fetch {web.url}/: the server answered 401 Unauthorized",
        "check UPSTREAM_TOKEN: it must hold the whole value of the header, such as `Bearer TOKEN`, and be valid",
    )
    assert "s3cr3t" not in repr(TOKEN)


def test_a_missing_credential_is_named_by_its_variable() -> None:
    with pytest.raises(DeliveryFailure) as caught:
        CredentialSource("Authorization", "UPSTREAM_TOKEN").read({"UPSTREAM_TOKEN": " \n"})
    assert caught.value.message == "cannot sign in to upstream: the environment variable UPSTREAM_TOKEN is not set"


def test_a_credential_that_no_header_can_carry_is_refused_without_showing_it() -> None:
    with pytest.raises(DeliveryFailure) as caught:
        CredentialSource("Authorization", "UPSTREAM_TOKEN").read({"UPSTREAM_TOKEN": "s3cr3t\r\nHost: evil"})
    assert "s3cr3t" not in caught.value.message + caught.value.hint


def test_the_line_break_after_a_credential_is_not_sent(web: Web) -> None:
    web.answers["/"] = Answer(DESCRIPTION)
    ask(f"{web.url}/", credential=CredentialSource("X-Key", "KEY").read({"KEY": "abc\n"}))
    assert web.seen[0].headers["X-Key"] == "abc"


def test_an_unchanged_etag_is_not_modified(web: Web) -> None:
    web.answers["/"] = Answer(DESCRIPTION, headers={"ETag": '"v1"'})
    first = ask(f"{web.url}/")
    assert first == Fetched(DESCRIPTION, '"v1"', f"{web.url}/")
    assert ask(f"{web.url}/", etag=first.etag) == Fetched(b"", '"v1"', f"{web.url}/", not_modified=True)


@pytest.mark.parametrize(
    ("answers", "expected_waits"),
    [
        pytest.param([Answer(status=503), Answer(DESCRIPTION)], [1.0], id="one bad answer"),
        pytest.param([Answer(status=500), Answer(status=502), Answer(DESCRIPTION)], [1.0, 3.0], id="two bad answers"),
        pytest.param(
            [Answer(status=429, headers={"Retry-After": "7"}), Answer(DESCRIPTION)], [7.0], id="asked to wait"
        ),
        pytest.param(
            [Answer(status=429, headers={"Retry-After": "soon"}), Answer(DESCRIPTION)],
            [1.0],
            id="asked in no known way",
        ),
        pytest.param(
            [Answer(status=503, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}), Answer(DESCRIPTION)],
            [0.0],
            id="asked to wait until a time that is over",
        ),
        pytest.param([Answer(DESCRIPTION, claims=500), Answer(DESCRIPTION)], [1.0], id="cut once"),
    ],
)
def test_passing_faults_are_tried_again(web: Web, answers: list[Answer], expected_waits: list[float]) -> None:
    web.answers["/"] = answers
    waits: list[float] = []
    assert ask(f"{web.url}/", waits=waits).data == DESCRIPTION
    assert waits == expected_waits


@pytest.mark.parametrize(
    ("answer", "tries"),
    [
        pytest.param(Answer(status=503), 3, id="down: three tries"),
        pytest.param(Answer(status=429, headers={"Retry-After": "3600"}), 1, id="asked to wait an hour: nobody waits"),
        pytest.param(Answer(status=404), 1, id="not found: one try"),
        pytest.param(Answer(status=401), 1, id="unauthorized: one try"),
    ],
)
def test_tries_are_counted(web: Web, answer: Answer, tries: int) -> None:
    web.answers["/"] = answer
    refusal(f"{web.url}/")
    assert len(web.seen) == tries


def test_five_redirects_are_followed_and_six_are_not(web: Web) -> None:
    for step in range(6):
        web.answers[f"/{step}"] = Answer(b"", 302, {"Location": f"/{step + 1}"})
    web.answers["/6"] = Answer(DESCRIPTION)
    assert ask(f"{web.url}/1") == Fetched(DESCRIPTION, "", f"{web.url}/6")
    assert refusal(f"{web.url}/0")[0] == f"cannot fetch {web.url}/6: more than 5 redirects"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_the_credential_stays_with_its_host(web: Web, status: int) -> None:
    with serve_web("127.0.0.2") as other:
        web.answers["/here"] = Answer(b"", status, {"Location": "/there"})
        web.answers["/there"] = Answer(b"", status, {"Location": f"{other.url}/away"})
        other.answers["/away"] = Answer(b"", status, {"Location": f"{web.url}/back"})
        web.answers["/back"] = Answer(DESCRIPTION)
        ask(f"{web.url}/here", credential=TOKEN)
        sent = [(seen.path, seen.headers.get("Authorization")) for seen in (*web.seen, *other.seen)]
    assert sent == [("/here", "Bearer s3cr3t"), ("/there", "Bearer s3cr3t"), ("/back", None), ("/away", None)]


def test_userinfo_is_sent_as_basic_to_the_first_host_and_shown_nowhere(web: Web) -> None:
    with serve_web("127.0.0.2") as other:
        web.answers["/"] = Answer(b"", 302, {"Location": f"http://evil:pw@{other.url[7:]}/"})
        url = web.url.replace("://", "://ann:p%40ss@")
        message, _ = refusal(f"{url}/")
        assert web.seen[0].headers["Authorization"] == "Basic YW5uOnBAc3M="
        assert "Authorization" not in other.seen[0].headers
    assert message == f"cannot fetch {other.url}/: the server answered 404 Not Found"


def test_a_password_of_netrc_does_not_replace_the_credential(web: Web, tmp_path, monkeypatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ann password other\n")
    monkeypatch.setenv("NETRC", str(netrc))
    web.answers["/"] = Answer(DESCRIPTION)
    ask(f"{web.url}/", credential=TOKEN)
    assert web.seen[0].headers["Authorization"] == "Bearer s3cr3t"


def test_loopback_is_refused_before_a_connection_is_made(web: Web) -> None:
    with pytest.raises(DeliveryFailure) as caught:
        fetch(f"{web.url}/", limits=QUICK)
    assert caught.value.message == f"cannot fetch {web.url}/: 127.0.0.1 is not a public address"
    assert caught.value.hint == "pass --allow-private if this address is meant to be asked"
    assert web.seen == []


def test_a_name_is_refused_with_its_address() -> None:
    with pytest.raises(DeliveryFailure) as caught:
        fetch("http://localhost:9/", limits=QUICK, rule=lambda _: False)
    assert caught.value.message in {
        f"cannot fetch http://localhost:9/: localhost is at {address}, which is not a public address"
        for address in ("127.0.0.1", "::1")
    }


def test_every_hop_is_checked(web: Web) -> None:
    with serve_web("127.0.0.2") as other:
        web.answers["/"] = Answer(b"", 302, {"Location": f"{other.url}/inner"})
        with pytest.raises(DeliveryFailure) as caught:
            fetch(f"{web.url}/", limits=QUICK, rule=lambda address: str(address) == "127.0.0.1")
        assert caught.value.message == f"cannot fetch {other.url}/inner: 127.0.0.2 is not a public address"
        assert other.seen == []


def test_a_name_that_resolves_differently_when_connecting_is_refused_before_anything_is_sent(web: Web) -> None:
    verdicts = iter([True, False])
    with pytest.raises(DeliveryFailure) as caught:
        fetch(f"{web.url}/", limits=QUICK, rule=lambda _: next(verdicts))
    assert caught.value.message == f"cannot fetch {web.url}/: 127.0.0.1 is not a public address"
    assert web.seen == []


def test_behind_a_proxy_names_are_judged_and_the_proxy_looks_them_up(web: Web, monkeypatch) -> None:
    monkeypatch.setenv("http_proxy", web.url)
    web.answers["http://api.nowhere.example/openapi"] = Answer(DESCRIPTION)
    assert fetch("http://api.nowhere.example/openapi", limits=QUICK).data == DESCRIPTION
    for host in ("localhost", "db.internal", "10.0.0.1", "[::1]", "2130706433"):
        with pytest.raises(DeliveryFailure, match="cannot fetch"):
            fetch(f"http://{host}/", limits=QUICK)
    assert len(web.seen) == 1


def test_a_refused_connection_names_host_and_port(web: Web) -> None:
    with serve_web() as gone:
        pass
    assert refusal(f"{gone.url}/") == (
        f"cannot fetch {gone.url}/: the connection was refused",
        "check host and port, and that the server runs",
    )


def test_a_host_that_does_not_exist_is_named() -> None:
    assert refusal("http://nowhere.invalid/")[0] == (
        "cannot fetch http://nowhere.invalid/: the name nowhere.invalid does not resolve"
    )


def test_plain_http_under_an_https_url_is_explained(web: Web) -> None:
    url = web.url.replace("http:", "https:")
    assert refusal(f"{url}/")[0] == f"cannot fetch {url}/: the TLS handshake failed"


@pytest.mark.parametrize(
    "url", ["ftp://example.com/x", "file:///etc/passwd", "https://", "http://[::1", "http://a:99999/"]
)
def test_what_is_no_web_address_is_a_usage_failure(url: str) -> None:
    with pytest.raises(UsageFailure, match="not an http or https URL"):
        ask(url)
