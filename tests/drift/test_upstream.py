"""Asking upstream: a file or a real server, and what is no usable description."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from contractctl.core.failures import DeliveryFailure
from contractctl.drift.edition import Edition
from contractctl.drift.upstream import Served, Upstream, ask_upstream
from contractctl.drift.version_file import VersionFile
from contractctl.source.remote import CredentialSource, Limits, fetch
from tests.drift.web import Answer, Web, serve_web

YAML = b"openapi: 3.1.0\ninfo: {title: Pets, version: 1.0.0}\npaths: {}\n"
QUICK = partial(fetch, limits=Limits(size=10_000, seconds=2, pauses=()))


@pytest.fixture
def web() -> Iterator[Web]:
    with serve_web() as server:
        yield server


def upstream(location: str, auth: CredentialSource | None = None) -> Upstream:
    return Upstream(location, QUICK, auth, allow_private=True)


def test_a_url_and_a_path_give_the_same_edition(web: Web, tmp_path: Path) -> None:
    web.answers["/openapi"] = Answer(YAML, headers={"ETag": '"v1"'})
    (tmp_path / "openapi.yaml").write_bytes(YAML)
    remote = ask_upstream(upstream(f"{web.url}/openapi"))
    local = ask_upstream(upstream(str(tmp_path / "openapi.yaml")))
    assert isinstance(remote, Served)
    assert isinstance(local, Served)
    assert (remote.edition, remote.data, remote.etag) == (local.edition, YAML, '"v1"')
    assert (remote.edition.version, local.etag) == ("1.0.0", "")


def test_yaml_under_a_name_of_json_is_read(web: Web) -> None:
    web.answers["/openapi.json"] = Answer(YAML)
    answer = ask_upstream(upstream(f"{web.url}/openapi.json"))
    assert isinstance(answer, Served)
    assert answer.edition.version == "1.0.0"


def test_an_unchanged_entity_tag_of_the_same_source_gives_the_recorded_edition(web: Web) -> None:
    web.answers["/openapi"] = Answer(YAML, headers={"ETag": '"v1"'})
    recorded = VersionFile("1.0.0", "c1:sha256:0", "sha256:1", f"{web.url}/openapi", '"v1"')
    assert ask_upstream(upstream(f"{web.url}/openapi"), recorded) == Edition("1.0.0", "c1:sha256:0", "sha256:1")


@pytest.mark.parametrize(
    "recorded",
    [
        pytest.param(VersionFile("1", "c1:sha256:0", None, "https://elsewhere.example/", '"v1"'), id="another source"),
        pytest.param(VersionFile("1.0.0", None, None, None, '"v1"'), id="no content recorded"),
    ],
)  # fmt: skip
def test_an_entity_tag_of_something_else_is_not_used(web: Web, recorded: VersionFile) -> None:
    web.answers["/openapi"] = Answer(YAML, headers={"ETag": '"v1"'})
    assert isinstance(ask_upstream(upstream(f"{web.url}/openapi"), recorded), Served)
    assert "If-None-Match" not in web.seen[0].headers


OPEN_IT = "open it and look, or give another address as upstream"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(b"{", "not YAML: while parsing a flow node did not find expected node content", id="cut JSON"),
        pytest.param(b'{"error": "no"}', "not an OpenAPI description: `openapi` is missing", id="another JSON"),
        pytest.param(b"not found", "not an OpenAPI description: the file holds plain text, not a mapping", id="text"),
        pytest.param(b"openapi: 3.1.0\ninfo:\n  title: x\n", "`info.version` is missing, line 2", id="no version"),
        pytest.param(b"openapi: 3.1.0\ninfo: {version: true}\n", "`info.version` is missing, line 2", id="not text"),
    ],
)  # fmt: skip
def test_what_is_no_usable_description_is_a_failure_and_no_drift(web: Web, body: bytes, reason: str) -> None:
    web.answers["/openapi"] = Answer(body)
    with pytest.raises(DeliveryFailure) as caught:
        ask_upstream(upstream(f"{web.url}/openapi"))
    message = f"what {web.url}/openapi serves is no usable OpenAPI description: {reason}"
    assert (caught.value.message, caught.value.hint) == (message, OPEN_IT)


def test_a_version_written_as_a_number_is_its_text(web: Web) -> None:
    web.answers["/openapi"] = Answer(b"openapi: 3.1.0\ninfo: {title: x, version: 1.5}\n")
    answer = ask_upstream(upstream(f"{web.url}/openapi"))
    assert isinstance(answer, Served)
    assert answer.edition.version == "1.5"


def test_a_path_that_does_not_exist_is_a_failure_to_ask(tmp_path: Path) -> None:
    with pytest.raises(DeliveryFailure, match="cannot read upstream: no such file"):
        ask_upstream(upstream(str(tmp_path / "gone.yaml")))


def test_the_credential_is_sent(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPSTREAM_TOKEN", "Bearer abc")
    web.answers["/openapi"] = Answer(YAML)
    ask_upstream(upstream(f"{web.url}/openapi", CredentialSource("Authorization", "UPSTREAM_TOKEN")))
    assert web.seen[0].headers["Authorization"] == "Bearer abc"


def test_a_missing_credential_stops_before_anything_is_asked(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UPSTREAM_TOKEN", raising=False)
    with pytest.raises(DeliveryFailure, match="UPSTREAM_TOKEN is not set"):
        ask_upstream(upstream(f"{web.url}/openapi", CredentialSource("Authorization", "UPSTREAM_TOKEN")))
    assert web.seen == []
