"""drift, sync and stamp as users meet them: real files, a real server, and laws between the three."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from contractctl.api.drift import drift
from contractctl.api.stamp import stamp
from contractctl.api.sync import sync
from contractctl.config import Config, SpecConfig, UpstreamAuth
from contractctl.core.changes import Impact
from contractctl.core.failures import DeliveryFailure, UsageFailure
from contractctl.core.reports import DriftReport
from contractctl.source.remote import Limits, fetch
from tests.drift.web import Answer, Web, serve_web

QUICK = partial(fetch, limits=Limits(size=100_000, seconds=2, pauses=()))
PETS = """openapi: 3.1.0
info: {title: Pets, version: %s}
paths:
  /pets:
    get:
      operationId: listPets
      responses: {'200': {description: Pets}}
"""
MORE = PETS + "    delete:\n      responses: {'204': {description: Gone}}\n"
URL_PATH = "/openapi"


def yaml(version: str, text: str = PETS) -> bytes:
    return (text % version).encode()


def as_json(version: str) -> bytes:
    operation = {"operationId": "listPets", "responses": {"200": {"description": "Pets"}}}
    info = {"title": "Pets", "version": version}
    return json.dumps({"openapi": "3.1.0", "info": info, "paths": {"/pets": {"get": operation}}}).encode()


@dataclass(frozen=True)
class Repository:
    """A folder with openapi.yaml in it, and upstream on a real server."""

    folder: Path
    web: Web

    @property
    def spec(self) -> Path:
        return self.folder / "openapi.yaml"

    @property
    def version_file(self) -> Path:
        return self.folder / "spec-version.txt"

    @property
    def url(self) -> str:
        return self.web.url + URL_PATH

    def serve(self, body: bytes, **headers: str) -> None:
        self.web.answers[URL_PATH] = Answer(body, headers=headers)

    def config(self, **settings: object) -> Config:
        return Config(self.folder, specs=(replace(SpecConfig(self.spec, self.version_file), **settings),))

    def drift(self, config: Config | None = None, upstream: str | None = None, **options: bool) -> DriftReport:
        config = config or self.config()
        return drift(str(self.spec), config=config, upstream=upstream, allow_private=True, fetch=QUICK, **options)

    def drift_upstream(self, **options: bool) -> DriftReport:
        return self.drift(upstream=self.url, **options)

    def sync(self, **options: bool) -> DriftReport:
        spec = str(self.spec)
        return sync(spec, config=self.config(), upstream=self.url, allow_private=True, fetch=QUICK, **options)

    def stamp(self) -> DriftReport:
        return stamp(str(self.spec), config=self.config())

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.iterdir()}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serve_web() as web:
        made = Repository(tmp_path, web)
        made.spec.write_bytes(yaml("1.4.2"))
        yield made


def outcome(report: DriftReport) -> tuple[str, int, str | None, str | None]:
    return report.kind, report.exit_code, report.local_version, report.upstream_version


def test_a_contract_of_ones_own_is_stamped_and_then_watched(repository: Repository) -> None:
    assert outcome(repository.drift()) == ("unversioned", 1, "1.4.2", None)
    assert outcome(repository.stamp()) == ("none", 0, "1.4.2", None)
    assert outcome(repository.drift()) == ("none", 0, "1.4.2", None)
    repository.spec.write_bytes(yaml("1.4.2") + b"# a comment\n")
    assert outcome(repository.drift()) == ("format-only", 0, "1.4.2", None)
    repository.spec.write_bytes(yaml("1.4.2", MORE))
    assert outcome(repository.drift()) == ("local-modified", 1, "1.4.2", None)
    repository.spec.write_bytes(yaml("1.5.0", MORE))
    assert outcome(repository.drift()) == ("local-modified", 1, "1.5.0", None)


def test_stamping_twice_changes_nothing(repository: Repository) -> None:
    repository.stamp()
    before = repository.files()
    repository.stamp()
    assert repository.files() == before


@pytest.mark.parametrize(
    "served", [yaml("1.4.2"), as_json("1.4.2"), yaml("2.0.0", MORE)], ids=["same", "JSON", "newer"]
)
def test_after_sync_there_is_no_drift_and_a_second_one_changes_nothing(repository: Repository, served: bytes) -> None:
    repository.serve(served, ETag='"v1"')
    assert repository.sync().exit_code == 0
    after = repository.files()
    assert repository.drift_upstream().kind == "none"
    assert repository.drift().kind == "none"
    repository.serve(served, ETag='"v2"')
    assert repository.sync().kind == "none"
    assert repository.files() == after


def test_sync_writes_both_files_as_documented(repository: Repository) -> None:
    repository.serve(as_json("1.5.0"), ETag='"v1"')
    report = repository.sync()
    assert outcome(report) == ("unversioned", 0, "1.4.2", "1.5.0")
    assert report.message == f"{repository.spec} was 1.4.2; now 1.5.0 of {repository.url}"
    assert repository.spec.read_bytes().startswith(b"openapi: '3.1.0'\ninfo:\n  title: Pets\n  version: '1.5.0'\n")
    lines = repository.version_file.read_text().splitlines()
    assert [lines[0], *lines[-2:]] == ["1.5.0", f"source: {repository.url}", 'etag: "v1"']


def test_sync_makes_a_spec_that_is_not_there(repository: Repository) -> None:
    repository.spec.unlink()
    repository.serve(yaml("1.0.0"))
    assert outcome(repository.sync()) == ("unversioned", 0, None, "1.0.0")
    assert repository.spec.read_bytes() == yaml("1.0.0")


@pytest.mark.parametrize(
    ("served", "expected"),
    [
        pytest.param(yaml("1.4.2"), ("none", 0, "1.4.2", "1.4.2"), id="same"),
        pytest.param(as_json("1.4.2"), ("format-only", 0, "1.4.2", "1.4.2"), id="other formatting"),
        pytest.param(yaml("1.4.2", MORE), ("silent", 1, "1.4.2", "1.4.2"), id="other content, same version"),
        pytest.param(yaml("1.4.3"), ("version-only", 1, "1.4.2", "1.4.3"), id="other version, same content"),
        pytest.param(yaml("1.10.0", MORE), ("upstream-newer", 1, "1.4.2", "1.10.0"), id="newer"),
        pytest.param(yaml("1.4.1", MORE), ("upstream-older", 1, "1.4.2", "1.4.1"), id="rollback"),
        pytest.param(b"<!doctype html><title>Log in", ("unknown", 3, "1.4.2", None), id="login page"),
        pytest.param(b"", ("unknown", 3, "1.4.2", None), id="empty"),
        pytest.param(yaml("1.4.2") * 2000, ("unknown", 3, "1.4.2", None), id="too large"),
        pytest.param(b"swagger: nothing\n", ("unknown", 3, "1.4.2", None), id="not OpenAPI"),
    ],
)
def test_what_upstream_serves_later_decides(
    repository: Repository, served: bytes, expected: tuple[str, int, str, str | None]
) -> None:
    repository.serve(yaml("1.4.2"))
    repository.sync()
    repository.serve(served)
    assert outcome(repository.drift_upstream()) == expected


def test_the_changes_are_classified(repository: Repository) -> None:
    repository.serve(yaml("1.4.2", MORE))
    repository.sync()
    repository.serve(yaml("1.5.0"))
    report = repository.drift_upstream()
    changed = [verdict.change for verdict in report.verdicts]
    assert (report.kind, report.count(Impact.BREAKING), [change.operations for change in changed]) == (
        "upstream-newer",
        1,
        [("DELETE /pets",)],
    )
    assert changed[0].base is not None
    assert changed[0].base.span is not None


def test_a_proposal_is_no_drift_and_says_what_it_would_change(repository: Repository) -> None:
    repository.stamp()
    repository.spec.write_bytes(yaml("1.5.0"))
    repository.serve(yaml("1.4.2", MORE))
    report = repository.drift(repository.config(provider=True), repository.url)
    assert outcome(report) == ("proposal", 0, "1.5.0", "1.4.2")
    assert report.count(Impact.BREAKING) == 1


def test_a_version_alone_can_be_ignored(repository: Repository) -> None:
    repository.serve(yaml("1.4.2"))
    repository.sync()
    repository.serve(yaml("1.4.3"))
    config = replace(repository.config(), drift_version_only="ignore")
    assert outcome(repository.drift(config, repository.url)) == ("version-only", 0, "1.4.2", "1.4.3")


def test_not_modified_means_none_only_while_the_local_file_matches(repository: Repository) -> None:
    repository.serve(yaml("1.4.2"), ETag='"v1"')
    repository.sync()
    assert repository.drift_upstream().kind == "none"
    assert repository.web.seen[-1].headers["If-None-Match"] == '"v1"'
    repository.spec.write_bytes(yaml("1.4.2", MORE))
    assert repository.drift_upstream().kind == "local-modified"
    assert "If-None-Match" not in repository.web.seen[-1].headers


def test_unreachable_is_neither_clean_nor_drift_unless_allowed(repository: Repository) -> None:
    repository.stamp()
    report = repository.drift_upstream()
    assert (report.kind, report.drift, report.exit_code) == ("unknown", "unknown", 3)
    assert report.message == f"cannot fetch {repository.url}: the server answered 404 Not Found"
    tolerated = repository.drift_upstream(allow_unreachable=True)
    assert (tolerated.kind, tolerated.drift, tolerated.exit_code) == ("unknown", "unknown", 0)


def test_loopback_is_refused_without_allow_private(repository: Repository) -> None:
    repository.stamp()
    report = drift(str(repository.spec), config=repository.config(), upstream=repository.url, fetch=QUICK)
    assert (report.kind, report.hint) == ("unknown", "pass --allow-private if this address is meant to be asked")
    assert repository.web.seen == []


def test_sync_refuses_to_go_back_unless_told(repository: Repository) -> None:
    repository.stamp()
    before = repository.files()
    repository.serve(yaml("1.3.0"))
    refused = repository.sync()
    assert (refused.exit_code, repository.files()) == (1, before)
    assert refused.message == (
        f"{repository.spec} was 1.4.2, and {repository.url} went back to 1.3.0; nothing was written"
    )
    assert repository.sync(allow_downgrade=True).exit_code == 0
    assert repository.spec.read_bytes() == yaml("1.3.0")


def test_sync_that_cannot_ask_writes_nothing(repository: Repository) -> None:
    before = repository.files()
    with pytest.raises(DeliveryFailure, match="404"):
        repository.sync()
    assert outcome(repository.sync(allow_unreachable=True)) == ("unknown", 0, None, None)
    assert repository.files() == before


def test_sync_without_an_upstream_says_what_to_do(repository: Repository) -> None:
    with pytest.raises(UsageFailure) as caught:
        sync(str(repository.spec), config=repository.config())
    assert caught.value.message == f"no upstream is known for {repository.spec}"
    assert "contractctl stamp" in caught.value.hint


def test_sync_refuses_a_local_description_in_several_files(repository: Repository) -> None:
    repository.spec.write_bytes(yaml("1.4.2") + b"  /cats: {$ref: cats.yaml}\n")
    (repository.folder / "cats.yaml").write_text("get: {responses: {}}\n")
    repository.serve(yaml("1.5.0"))
    before = repository.files()
    with pytest.raises(UsageFailure, match=r"split over several files \(it refers to cats\.yaml\)"):
        repository.sync()
    assert repository.files() == before


def test_a_local_description_that_does_not_load_is_neither_drift_nor_clean(repository: Repository) -> None:
    repository.spec.write_bytes(b"openapi: 3.1.0\ninfo: {title: x}\n")
    with pytest.raises(UsageFailure) as caught:
        repository.drift()
    assert caught.value.message == (
        f"{repository.spec}:2:1 is not a description whose version can be told: `info.version` is missing"
    )


def test_the_configured_credential_goes_to_the_configured_upstream_only(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UPSTREAM_TOKEN", "Bearer abc")
    repository.serve(yaml("1.4.2"))
    auth = UpstreamAuth("Authorization", "UPSTREAM_TOKEN")
    config = repository.config(upstream=repository.url, auth=auth)
    with serve_web("127.0.0.2") as other:
        repository.drift(config)
        repository.drift(config, other.url + URL_PATH)
        assert repository.web.seen[0].headers["Authorization"] == "Bearer abc"
        assert "Authorization" not in other.seen[0].headers


def test_a_missing_credential_is_unknown_and_named(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UPSTREAM_TOKEN", raising=False)
    repository.stamp()
    config = repository.config(upstream=repository.url, auth=UpstreamAuth("Authorization", "UPSTREAM_TOKEN"))
    report = repository.drift(config)
    assert (report.exit_code, report.message) == (
        3,
        "cannot sign in to upstream: the environment variable UPSTREAM_TOKEN is not set",
    )


def test_upstream_may_be_a_path(repository: Repository) -> None:
    upstream = repository.folder / "upstream.json"
    upstream.write_bytes(as_json("1.4.2"))
    repository.stamp()
    assert repository.drift(upstream=str(upstream)).kind == "format-only"


def test_a_digest_that_nobody_knows_is_not_taken_for_none(tmp_path: Path) -> None:
    (tmp_path / "openapi.yaml").write_text("openapi: 3.1.0\ninfo: {title: T, version: 1.0.0}\npaths: {}\n")
    version_file = tmp_path / "spec-version.txt"
    version_file.write_text("1.0.0\ncontent: c9:sha256:aa\n")
    with pytest.raises(UsageFailure) as failure:
        drift(str(tmp_path / "openapi.yaml"), config=Config(tmp_path))
    assert failure.value.message == f"{version_file}: `content: c9:sha256:aa` is no digest that this version knows"
