"""What a mock image is called, and what its labels say of the contracts in it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from contractctl.api.mock import CompiledDescription
from contractctl.api.tagging import tags_here
from contractctl.core.failures import UsageFailure
from contractctl.image.plan import LONGEST_LABEL, MOCK_PORT, ImageMetadata, shorten
from contractctl.image.reference import Reference, clean_tag, parse_reference
from contractctl.image.tags import AUTO

_LATEST = "latest"


def image_references(
    mocks: Sequence[CompiledDescription], tags: Sequence[str], name: str | None
) -> tuple[Reference, ...]:
    """Return the names that the image gets, each with a tag: `info.version` where none is given.

    A tag with a slash or a colon is a whole reference, any other a tag of `name`, which defaults to one made from the
    workflow's repository or the title; `auto` stands for what `tags_here` says. Raise UsageFailure.
    """
    version = _only(clean_tag(mock.contract.version) for mock in mocks) or _LATEST
    default = parse_reference(name or _default_name(mocks))
    return tuple(dict.fromkeys(_named(tags or (version,), default, version)))


def image_metadata(mocks: Sequence[CompiledDescription]) -> ImageMetadata:
    """Return what labels and annotations say of the contracts; they were compiled with the same settings."""
    contracts = [mock.contract for mock in mocks]
    return ImageMetadata(
        title=", ".join(contract.title for contract in contracts),
        version=_only(contract.version for contract in contracts),
        spec_digest=",".join(mock.spec_digest for mock in mocks),
        spec_name=",".join(mock.slug for mock in mocks),
        spec_version=",".join(shorten(contract.version.replace(",", " "), LONGEST_LABEL) for contract in contracts),
        description=_only(contract.description for contract in contracts),
        licenses=_only(contract.license for contract in contracts),
        source=_source(),
        port=mocks[0].port or MOCK_PORT,
    )


def _only(values: Iterable[str]) -> str:
    """Return what all say, "" where they differ."""
    different = set(values)
    return different.pop() if len(different) == 1 else ""


def _named(tags: Iterable[str], default: Reference, version: str) -> Iterator[Reference]:
    for tag in tags:
        if tag == AUTO:
            yield from map(default.tagged, tags_here(Path()))
        elif "/" in tag or ":" in tag:
            reference = parse_reference(tag)
            if reference.digest:
                raise UsageFailure(f"`{tag}` names a digest", hint="the build decides the digest; give a NAME:TAG")
            yield reference if reference.tag else reference.tagged(version)
        elif tag and clean_tag(tag) == tag:
            yield default.tagged(tag)
        else:
            hint = "a tag has letters, digits, `_`, `.` and `-`, 128 at most"
            raise UsageFailure(f"`{tag}` is no tag", hint=hint)


def _default_name(mocks: Sequence[CompiledDescription]) -> str:
    repository = os.environ.get("GITHUB_REPOSITORY")
    if os.environ.get("GITHUB_ACTIONS") == "true" and repository:
        return f"ghcr.io/{repository.lower()}/mock-api"
    return mocks[0].slug if len(mocks) == 1 and mocks[0].slug else "mock-api"


def _source() -> str:
    """Return the repository's address in Actions, which links a package of GHCR to it; else nothing."""
    server, repository = os.environ.get("GITHUB_SERVER_URL"), os.environ.get("GITHUB_REPOSITORY")
    return f"{server}/{repository}" if server and repository else ""
