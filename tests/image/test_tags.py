"""The tags of `--tag auto`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractctl.image.reference import clean_tag, parse_reference
from contractctl.image.tags import Commit, automatic_tags, is_release

SHA = "1234567890abcdef1234567890abcdef12345678"

TAGS = {
    "a pull request": (Commit(SHA, pull_request=12), ("pr-12", "sha-1234567")),
    "the default branch": (Commit(SHA, branch="main", is_default=True), ("main", "edge", "sha-1234567")),
    "another branch, whose name is no tag": (Commit(SHA, branch="feature/ünï x"), ("feature-n-x", "sha-1234567")),
    "a release": (Commit(SHA, tag="v1.2.3"), ("1.2.3", "1.2", "1", "latest", "sha-1234567")),
    "a release without a v": (Commit(SHA, tag="1.2.3"), ("1.2.3", "1.2", "1", "latest", "sha-1234567")),
    "a release before the first stable one": (Commit(SHA, tag="v0.4.0"), ("0.4.0", "0.4", "latest", "sha-1234567")),
    "a pre-release": (Commit(SHA, tag="v1.2.3-rc.1"), ("1.2.3-rc.1", "sha-1234567")),
    "a pre-release of dashes": (Commit(SHA, tag="1.2.3--1"), ("1.2.3--1", "sha-1234567")),
    "a release with the name of a build": (
        Commit(SHA, tag="1.2.3+b5"),
        ("1.2.3-b5", "1.2", "1", "latest", "sha-1234567"),
    ),
    "a git tag that is half a version": (Commit(SHA, tag="v1.2"), ("v1.2", "sha-1234567")),
    "a git tag with a leading zero": (Commit(SHA, tag="1.02.3"), ("1.02.3", "sha-1234567")),
    "a git tag that is no version": (Commit(SHA, tag="before/lunch"), ("before-lunch", "sha-1234567")),
    "a commit for itself": (Commit(SHA), ("sha-1234567",)),
    "what was never committed": (Commit(branch="main"), ("main",)),
    "nothing at all": (Commit(), ()),
}


@pytest.mark.parametrize(("commit", "tags"), TAGS.values(), ids=TAGS.keys())
def test_tags_say_what_the_image_is_built_for(commit: Commit, tags: tuple[str, ...]) -> None:
    assert automatic_tags(commit) == tags


@given(st.builds(Commit, st.just(SHA), branch=st.text(min_size=1)) | st.builds(Commit, st.just(SHA), tag=st.text()))
def test_every_name_gives_tags_that_a_registry_takes(commit: Commit) -> None:
    tags = automatic_tags(commit)
    assert [parse_reference(f"ghcr.io/acme/mock:{tag}").tag for tag in tags] == [*tags]
    assert tags[-1] == "sha-1234567"


RELEASES = {
    "1.2.3": True,
    "v1.2.3": True,
    "0.1.0": True,
    "1.2.3-rc.1": True,
    "1.2.3-b5": True,
    "1.2": False,
    "1": False,
    "latest": False,
    "sha-1234567": False,
    "pr-1.2.3": False,
    "01.2.3": False,
    "2026-11-22": False,
}


@pytest.mark.parametrize(("tag", "release"), RELEASES.items())
def test_a_whole_version_is_known_by_its_spelling(tag: str, release: bool) -> None:
    assert is_release(tag) is release
    assert clean_tag(tag) == tag
