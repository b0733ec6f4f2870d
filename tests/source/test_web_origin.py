"""References over the network: who is asked, who is told the password, and what happens when nobody answers."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from contractctl.core.failures import DeliveryFailure
from contractctl.source.document import Document, Unreachable
from contractctl.source.hosts import AllowedHosts, read_hosts
from contractctl.source.library import Library
from contractctl.source.spec import load_description
from contractctl.source.web_origin import Allowance
from contractctl.source.web_origin import Web as Network
from tests.drift.web import Answer, Web, serve_web
from tests.source.following import follow, refusal

ENTRY = Answer(b"openapi: 3.1.0\n")
PET = Answer(b"pet: 1\n")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def web() -> Iterator[Web]:
    with serve_web() as server:
        server.answers = {"/api/openapi.yaml": ENTRY, "/common/pet.yaml": PET}
        yield server


@pytest.fixture
def other() -> Iterator[Web]:
    with serve_web("127.0.0.2") as server:
        server.answers = {"/common/pet.yaml": PET}
        yield server


def hosts(*webs: Web) -> AllowedHosts:
    return read_hosts(web.url.removeprefix("http://") for web in webs)


def at(web: Web) -> str:
    return web.url.removeprefix("http://")


def entry(web: Web, *others: Web) -> Document:
    return load_description(f"{web.url}/api/openapi.yaml", hosts=hosts(web, *others))


def test_a_relative_reference_stays_on_the_host_of_the_entry(web: Web) -> None:
    document = entry(web)
    assert follow(document, "../common/pet.yaml") == (f"{web.url}/common/pet.yaml", "../common/pet.yaml", {"pet": 1})
    assert follow(document, "/common/pet.yaml")[1] == "../common/pet.yaml"
    assert document.neighbours.open(f"{web.url}/common/pet.yaml", "../api/openapi.yaml") is document.neighbours.find(
        document.uri
    )
    assert [seen.path for seen in web.seen] == ["/api/openapi.yaml", "/common/pet.yaml"]


def test_queries_tell_documents_apart(web: Web) -> None:
    web.answers |= {"/api/s?key=a": Answer(b"a: 1\n"), "/api/s?key=b": Answer(b"b: 1\n")}
    document = entry(web)
    assert follow(document, "s?key=a") == (f"{web.url}/api/s?key=a", "s?key=a", {"a": 1})
    assert follow(document, "s?key=b")[1:] == ("s?key=b", {"b": 1})


def test_another_host_is_asked_when_it_was_allowed(web: Web, other: Web) -> None:
    url = f"{other.url}/common/pet.yaml"
    assert follow(entry(web, other), url) == (url, url, {"pet": 1})


def test_a_file_refers_to_a_host_that_was_allowed_and_to_no_other(
    web: Web, other: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "openapi.yaml").write_text("openapi: 3.1.0\n")
    monkeypatch.chdir(tmp_path)
    document = load_description("openapi.yaml", hosts=hosts(web))
    url = f"{web.url}/common/pet.yaml"
    assert follow(document, url) == (url, url, {"pet": 1})
    assert document.neighbours.open(url, "../common/pet.yaml") is document.neighbours.find(url)
    with pytest.raises(Unreachable, match="is another host, which is not asked"):
        document.neighbours.open(url, f"{other.url}/common/pet.yaml")
    assert other.seen == []


@pytest.mark.parametrize(
    ("reference", "message", "hint"),
    [
        pytest.param(
            "//evil.test/a.yaml",
            "evil.test is another host, which is not asked",
            "allow it with --allow-remote evil.test",
            id="a host without a scheme",
        ),
        pytest.param(
            "file:///etc/hostname",
            "it is no http or https URL",
            "write a relative path, or a URL",
            id="a file of this machine",
        ),
        pytest.param(
            "http://ann:secret@evil.test/",
            "it carries a user name",
            "leave out what stands before `@`; only the URL of a command line may carry it",
            id="a password",
        ),
        pytest.param("http:\\\\evil.test", "it has a backslash", "write `/` between folders", id="a backslash"),
        pytest.param("//[evil", "it is no URL", "write a relative path, or a URL", id="a broken address"),
        pytest.param(
            "http://evil.test:99999/",
            "it is no http or https URL",
            "write a relative path, or a URL",
            id="a port that there is not",
        ),
    ],
)
def test_a_forbidden_reference_asks_nobody(
    web: Web, monkeypatch: pytest.MonkeyPatch, reference: str, message: str, hint: str
) -> None:
    document = entry(web)
    web.seen.clear()
    monkeypatch.setattr(socket, "getaddrinfo", None)  # whoever looks a name up fails
    assert refusal(document, reference) == ("reference-forbidden", message, hint)
    assert web.seen == []


def test_a_redirect_to_a_host_that_was_not_allowed_is_not_followed(web: Web, other: Web) -> None:
    web.answers["/api/moved.yaml"] = Answer(b"", 302, {"Location": f"{other.url}/common/pet.yaml"})
    message = f"it redirects to {other.url}/common/pet.yaml: {at(other)} is another host, which is not asked"
    hint = f"allow it with --allow-remote {at(other)}"
    assert refusal(entry(web), "moved.yaml") == ("reference-forbidden", message, hint)
    assert other.seen == []
    assert follow(entry(web, other), "moved.yaml")[2] == {"pet": 1}


def test_references_of_a_redirected_document_are_relative_to_where_it_was_found(web: Web) -> None:
    web.answers["/api/latest.yaml"] = Answer(b"", 302, {"Location": "/common/pet.yaml"})
    web.answers["/common/tail.yaml"] = Answer(b"tail: 1\n")
    document = entry(web)
    name = follow(document, "latest.yaml")[0]
    assert name == f"{web.url}/api/latest.yaml"
    assert document.neighbours.open(name, "tail.yaml").uri == f"{web.url}/common/tail.yaml"


def test_the_password_of_the_entry_goes_to_its_own_origin_alone(web: Web, other: Web) -> None:
    url = web.url.replace("://", "://ann:p%40ss@")
    document = load_description(f"{url}/api/openapi.yaml", hosts=hosts(web, other))
    follow(document, "../common/pet.yaml")
    follow(document, f"{other.url}/common/pet.yaml")
    sent = [seen.headers.get("Authorization") for seen in (*web.seen, *other.seen)]
    assert sent == ["Basic YW5uOnBAc3M=", "Basic YW5uOnBAc3M=", None]
    assert [one.uri for one in document.neighbours.opened()] == [
        f"{web.url}/api/openapi.yaml",
        f"{web.url}/common/pet.yaml",
        f"{other.url}/common/pet.yaml",
    ]


def test_what_is_not_there_is_a_finding_and_what_fails_is_a_failure(web: Web) -> None:
    web.answers["/api/secret.yaml"] = Answer(b"", 403)
    document = entry(web)
    message = f"cannot fetch {web.url}/api/nope.yaml: the server answered 404 Not Found"
    hint = "check the URL; private files are also answered like this without a credential"
    assert refusal(document, "nope.yaml") == ("reference-dangling", message, hint)
    with pytest.raises(DeliveryFailure, match="the server answered 403 Forbidden"):
        document.neighbours.open(document.uri, "secret.yaml")


def test_a_private_entry_is_asked_only_where_its_address_is_named(web: Web) -> None:
    with pytest.raises(DeliveryFailure) as caught:
        load_description(f"{web.url}/api/openapi.yaml")
    assert caught.value.message == f"cannot fetch {web.url}/api/openapi.yaml: 127.0.0.1 is not a public address"
    hint = "a private address is asked only when it is named itself, as in --allow-remote 10.0.0.1:8080"
    assert caught.value.hint == hint
    assert web.seen == []


def test_a_name_at_a_private_address_is_not_asked_though_it_is_allowed(web: Web) -> None:
    port = web.url.rpartition(":")[2]
    with pytest.raises(DeliveryFailure, match=r"localhost is at \S+, which is not a public address"):
        entry(web, Web(f"http://localhost:{port}")).neighbours.open(
            f"{web.url}/api/openapi.yaml", f"http://localhost:{port}/common/pet.yaml"
        )
    assert [seen.path for seen in web.seen] == ["/api/openapi.yaml"]


@pytest.mark.parametrize(
    ("allowance", "bounds"),
    [
        pytest.param(Allowance(documents=1), "1 documents, 256 MiB and 300 s", id="documents"),
        pytest.param(Allowance(size=15), "1,000 documents, 0 MiB and 300 s", id="bytes"),
        pytest.param(Allowance(seconds=1), "1,000 documents, 256 MiB and 1 s", id="seconds"),
    ],
)
def test_all_documents_together_take_no_more_than_is_allowed(web: Web, allowance: Allowance, bounds: str) -> None:
    ticks = iter(range(100))
    network = Network(
        hosts(web), home=f"{web.url}/api/openapi.yaml", allowance=allowance, clock=lambda: float(next(ticks))
    )
    origin, data = network.entry()
    document = Library(origin).entry(data)
    with pytest.raises(DeliveryFailure) as caught:
        document.neighbours.open(document.uri, "../common/pet.yaml")
    assert caught.value.message == (
        f"cannot fetch {web.url}/common/pet.yaml: this description took all that one may take from the network"
    )
    assert caught.value.hint == f"that is {bounds}; keep copies of its parts in files"
    assert len(web.seen) == 1


@pytest.mark.parametrize(
    ("body", "root"),
    [
        pytest.param(b"openapi: 3.1.0\n", {"openapi": "3.1.0"}, id="YAML"),
        pytest.param(b'{"openapi": "3.1.0"}', {"openapi": "3.1.0"}, id="JSON"),
    ],
)
def test_the_bytes_and_not_the_name_of_a_url_say_what_it_is(web: Web, body: bytes, root: object) -> None:
    web.answers["/openapi.json"] = Answer(body)
    assert load_description(f"{web.url}/openapi.json", hosts=hosts(web)).root == root
