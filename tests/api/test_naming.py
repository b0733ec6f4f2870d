"""What a mock image is called, and what its labels say."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from contractctl.api.mock import CompiledDescription, compile_mocks
from contractctl.api.naming import image_metadata, image_references
from contractctl.api.specs import mounted_specs
from contractctl.config import load_config
from contractctl.core.failures import UsageFailure

DESCRIPTION = "openapi: 3.1.0\ninfo: {{title: {title}, version: '{version}', description: All of them.}}\npaths: {{}}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, outside of a workflow run."""
    for name in ("GITHUB_ACTIONS", "GITHUB_EVENT_NAME", "GITHUB_EVENT_PATH", "GITHUB_REPOSITORY", "GITHUB_SERVER_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def compiled(folder: Path, **versions: str) -> tuple[CompiledDescription, ...]:
    for title, version in versions.items():
        (folder / f"{title}.yaml").write_text(DESCRIPTION.format(title=title, version=version))
    config = load_config(folder=folder)
    return compile_mocks(mounted_specs([f"{title}.yaml" for title in versions], config), config=config, options={})


def named(mocks: tuple[CompiledDescription, ...], *tags: str, name: str | None = None) -> list[str]:
    return [str(reference) for reference in image_references(mocks, tags, name)]


def test_title_and_version_name_an_image_of_one_contract(folder: Path) -> None:
    assert named(compiled(folder, Pets="1.4.0")) == ["pets:1.4.0"]


def test_a_version_that_all_contracts_have_is_the_tag(folder: Path) -> None:
    assert named(compiled(folder, Pets="1.4.0", Shop="1.4.0")) == ["mock-api:1.4.0"]


def test_contracts_of_different_versions_are_the_latest(folder: Path) -> None:
    assert named(compiled(folder, Pets="1.4.0", Shop="2"), name="ghcr.io/acme/all") == ["ghcr.io/acme/all:latest"]


def test_labels_have_an_entry_for_each_contract(folder: Path) -> None:
    mocks = compiled(folder, Pets="1.4.0", Shop="2")
    metadata = image_metadata(mocks)
    assert (metadata.title, metadata.version, metadata.description) == ("Pets, Shop", "", "All of them.")
    assert (metadata.spec_name, metadata.spec_version) == ("pets,shop", "1.4.0,2")
    assert metadata.spec_digest == f"{mocks[0].spec_digest},{mocks[1].spec_digest}"
    assert [mock.prefix for mock in mocks] == ["/pets", "/shop"]


def git(*arguments: str) -> str:
    identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", *identity, *arguments], capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def repository(folder: Path) -> str:
    """Make the folder a repository of one commit, and return the beginning of its hash."""
    git("init", "-q", "-b", "topic/Ärger")
    git("commit", "-q", "--allow-empty", "-m", "begin")
    return git("rev-parse", "HEAD")[:7]


def test_auto_takes_the_branch_and_the_commit_of_the_checkout(folder: Path, repository: str) -> None:
    mocks = compiled(folder, Pets="1.4.0")
    assert named(mocks, "auto", "mine") == ["pets:topic-rger", f"pets:sha-{repository}", "pets:mine"]


def test_auto_takes_the_git_tag_of_the_commit(folder: Path, repository: str) -> None:
    git("tag", "v1.4.0")
    mocks = compiled(folder, Pets="1.4.0")
    assert named(mocks, "auto") == [f"pets:{tag}" for tag in ("1.4.0", "1.4", "1", "latest", f"sha-{repository}")]


@pytest.mark.usefixtures("repository")
def test_a_changed_checkout_is_not_the_commit(folder: Path) -> None:
    mocks = compiled(folder, Pets="1.4.0")
    git("add", "Pets.yaml")
    assert named(mocks, "auto") == ["pets:topic-rger"]


def test_auto_takes_the_event_of_a_workflow_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "event.json").write_text('{"repository": {"default_branch": "main"}}')
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(folder / "event.json"))
    monkeypatch.setenv("GITHUB_SHA", "1234567890")
    mocks = compiled(folder, Pets="1.4.0")
    for event, ref, tags in (
        ("push", "refs/heads/main", ["main", "edge", "sha-1234567"]),
        ("push", "refs/heads/other", ["other", "sha-1234567"]),
        ("push", "refs/tags/v2.0.0-rc.1", ["2.0.0-rc.1", "sha-1234567"]),
        ("release", "refs/tags/v2.0.0", ["2.0.0", "2.0", "2", "latest", "sha-1234567"]),
        ("schedule", "refs/heads/main", ["main", "edge", "sha-1234567"]),
        ("merge_group", "refs/heads/gh-readonly-queue/main/pr-7-abc", ["sha-1234567"]),
    ):
        monkeypatch.setenv("GITHUB_EVENT_NAME", event)
        monkeypatch.setenv("GITHUB_REF", ref)
        assert named(mocks, "auto") == [f"pets:{tag}" for tag in tags]


REFUSED = {
    "outside of a repository": (("auto",), "is in no git repository"),
    "a digest": ((f"pets@sha256:{'0' * 64}",), "names a digest"),
    "no tag": (("a b",), "`a b` is no tag"),
}


@pytest.mark.parametrize(("tags", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_names_no_image_is_refused(tags: tuple[str, ...], message: str, folder: Path) -> None:
    with pytest.raises(UsageFailure) as failure:
        named(compiled(folder, Pets="1.4.0"), *tags)
    assert message in failure.value.message
