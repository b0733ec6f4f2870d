from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractctl.core.failures import UsageFailure
from contractctl.image.reference import Reference, clean_repository, clean_tag, parse_reference

DIGEST = "sha256:" + "0a" * 32
HINT = "write it as [HOST[:PORT]/]NAME[:TAG], for example ghcr.io/acme/dino-mock:1.4.0"

READ = {
    "a bare name is Docker Hub's library": ("python", Reference("docker.io", "library/python"), "python"),
    "a name with a tag": (
        "python:3.13-slim",
        Reference("docker.io", "library/python", "3.13-slim"),
        "python:3.13-slim",
    ),
    "an account of Docker Hub": ("acme/mock", Reference("docker.io", "acme/mock"), "acme/mock"),
    "Docker Hub by name": ("docker.io/acme/mock", Reference("docker.io", "acme/mock"), "acme/mock"),
    "Docker Hub's older name": ("index.docker.io/python:3", Reference("docker.io", "library/python", "3"), "python:3"),
    "GHCR with capitals": (
        "GHCR.io/Acme/Dino-Mock:V1",
        Reference("ghcr.io", "acme/dino-mock", "V1"),
        "ghcr.io/acme/dino-mock:V1",
    ),
    "a port and no tag": ("localhost:5000/mock", Reference("localhost:5000", "mock"), "localhost:5000/mock"),
    "a port and a tag": ("127.0.0.1:5000/a/b:1", Reference("127.0.0.1:5000", "a/b", "1"), "127.0.0.1:5000/a/b:1"),
    "localhost without a port": ("localhost/mock", Reference("localhost", "mock"), "localhost/mock"),
    "an IPv6 address": ("[::1]:5000/mock:1", Reference("[::1]:5000", "mock", "1"), "[::1]:5000/mock:1"),
    "a digest": (f"ghcr.io/a/b@{DIGEST}", Reference("ghcr.io", "a/b", "", DIGEST), f"ghcr.io/a/b@{DIGEST}"),
    "a tag and a digest": (f"a/b:1@{DIGEST}", Reference("docker.io", "a/b", "1", DIGEST), f"a/b:1@{DIGEST}"),
    "an account that looks like a host": (
        "docker.io/a.b/c",
        Reference("docker.io", "a.b/c"),
        "docker.io/a.b/c",
    ),
    "two underscores and many dashes": ("a__b/c---d", Reference("docker.io", "a__b/c---d"), "a__b/c---d"),
    "a tag of 128 characters": ("a:" + "x" * 128, Reference("docker.io", "library/a", "x" * 128), "a:" + "x" * 128),
}


@pytest.mark.parametrize(("text", "reference", "written"), READ.values(), ids=READ)
def test_a_reference_is_read_and_written(text: str, reference: Reference, written: str) -> None:
    assert (parse_reference(text), str(parse_reference(text))) == (reference, written)


REFUSED = {
    "nothing": ("", "`library/` is not a repository name (a-z 0-9 parted by . _ - and /)"),
    "a URL": ("https://ghcr.io/acme/mock", "it is a URL"),
    "a blank": ("acme/my mock", "`acme/my mock` is not a repository name (a-z 0-9 parted by . _ - and /)"),
    "an empty part": ("acme//mock", "`acme//mock` is not a repository name (a-z 0-9 parted by . _ - and /)"),
    "a line end": ("acme/mock\n", "`acme/mock\n` is not a repository name (a-z 0-9 parted by . _ - and /)"),
    "a tag that is empty": (
        "mock:",
        "`` is not a tag (at most 128 of A-Z a-z 0-9 _ . - and no leading . or -)",
    ),
    "a tag with a plus": (
        "mock:1.0+b",
        "`1.0+b` is not a tag (at most 128 of A-Z a-z 0-9 _ . - and no leading . or -)",
    ),
    "a host with an underscore": ("my_host.example/mock", "`my_host.example` is not a host"),
    "a digest that is cut": (
        "mock@sha256:00",
        "`sha256:00` is not a digest (sha256: and 64 hexadecimal digits)",
    ),
    "a digest that is empty": ("mock@", "`` is not a digest (sha256: and 64 hexadecimal digits)"),
    "a long name": ("a/" + "b" * 254, "its name is longer than 255 characters"),
    "digits of another script": ("mock:١", "`١` is not a tag (at most 128 of A-Z a-z 0-9 _ . - and no leading . or -)"),
}


@pytest.mark.parametrize(("text", "why"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_a_reference_is_refused(text: str, why: str) -> None:
    with pytest.raises(UsageFailure) as refused:
        parse_reference(text)
    assert (refused.value.message, refused.value.hint) == (f"`{text}` is not an image reference: {why}", HINT)


COMPONENT = st.from_regex(r"[a-z0-9]{1,8}((\.|_|__|-)[a-z0-9]{1,4}){0,2}", fullmatch=True)
HOST = st.sampled_from(["docker.io", "ghcr.io", "localhost", "localhost:5000", "[::1]:5000", "r.example:1"])
TAG = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}", fullmatch=True)


@given(HOST, st.lists(COMPONENT, min_size=2, max_size=3), st.just("") | TAG, st.sampled_from(["", DIGEST]))
def test_what_was_written_is_read_back(host: str, parts: list[str], tag: str, digest: str) -> None:
    reference = Reference(host, "/".join(parts), tag, digest)
    assert parse_reference(str(reference)) == reference


CLEANED_TAGS = {
    "a version stays": ("1.4.0-rc.1", "1.4.0-rc.1"),
    "build metadata": ("1.4.0+build.5", "1.4.0-build.5"),
    "a branch": ("feature/dino nests", "feature-dino-nests"),
    "a leading dot and dash": (".-1", "1"),
    "blanks around": (" 1.0 ", "1.0"),
    "too long": ("v" * 200, "v" * 128),
    "nothing of use": ("…", ""),
}


@pytest.mark.parametrize(("text", "tag"), CLEANED_TAGS.values(), ids=CLEANED_TAGS)
def test_a_tag_is_cleaned(text: str, tag: str) -> None:
    assert clean_tag(text) == tag


CLEANED_NAMES = {
    "words": ("Dinosaurs: the API", "dinosaurs-the-api"),
    "accents": ("Élan Façade", "elan-facade"),
    "signs around": ("(Fax)", "fax"),
    "nothing of use": ("恐竜", ""),
}


@pytest.mark.parametrize(("title", "name"), CLEANED_NAMES.values(), ids=CLEANED_NAMES)
def test_a_title_becomes_a_repository_name(title: str, name: str) -> None:
    assert clean_repository(title) == name


@given(st.text(max_size=300))
def test_what_is_cleaned_is_empty_or_fits(text: str) -> None:
    tag, name = clean_tag(text), clean_repository(text)
    assert (clean_tag(tag), clean_repository(name)) == (tag, name)
    reference = parse_reference(f"{name or 'mock'}:{tag or 'latest'}")
    assert (reference.repository, reference.tag) == (f"library/{name or 'mock'}", tag or "latest")
    assert set(tag) <= set(string.ascii_letters + string.digits + "_.-")
