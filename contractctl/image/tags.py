"""The tags that `--tag auto` stands for, by the rules of docker/metadata-action.

Source: its README, "tags input" (`type=ref`, `type=sha`, `type=semver`, `type=edge`) and "flavor input" (`latest`).
"""

from __future__ import annotations

from collections.abc import Iterator

from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.image.reference import clean_tag

AUTO = "auto"

_NUMBER = r"(0|[1-9][0-9]*)"
_WORDS = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*"
# A tag cannot hold a `+`: what builds are called there follows a dash or an underscore, and reads as a pre-release.
_RELEASE = pattern(rf"v?{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-(?P<before>{_WORDS}))?(?:[+_]{_WORDS})?")
_SHORT = 7


@dataclass(frozen=True, slots=True)
class Commit:
    """What an image is built of. `sha` is whole, "" where what is built was never committed.

    At most one of `pull_request` (its number), `branch` and `tag` says what it is built for; 0 and "" are none.
    `is_default` says that `branch` is the one that everything ends up on.
    """

    sha: str = ""
    pull_request: int = 0
    branch: str = ""
    tag: str = ""
    is_default: bool = False


def automatic_tags(commit: Commit) -> tuple[str, ...]:
    """Return the tags for a commit, the one that says most first; what a tag may not hold becomes `-`.

    `pr-N`; a branch's name, and `edge` on the default one; `1.2.3`, `1.2`, `1` (not for 0.x) and `latest` for the git
    tag of a release, the whole version alone for a pre-release; any other git tag as it is. `sha-1234567` always.
    """
    return tuple(dict.fromkeys(filter(None, _tags(commit))))


def is_release(tag: str) -> bool:
    """Tell whether a tag is a whole version (`1.2.3`, `v1.2.3-rc.1`), which says one content forever (SemVer §3)."""
    return _RELEASE.fullmatch(tag) is not None


def _tags(commit: Commit) -> Iterator[str]:
    if commit.pull_request:
        yield f"pr-{commit.pull_request}"
    elif commit.tag:
        yield from _of_git_tag(commit.tag)
    elif commit.branch:
        yield clean_tag(commit.branch)
        yield "edge" if commit.is_default else ""
    yield f"sha-{commit.sha[:_SHORT]}" if commit.sha else ""


def _of_git_tag(tag: str) -> Iterator[str]:
    release = _RELEASE.fullmatch(tag)
    if release is None:
        yield clean_tag(tag)
        return
    yield clean_tag(tag.removeprefix("v"))
    if release["before"] is None:
        major, minor = release[1], release[2]
        yield f"{major}.{minor}"
        yield major if major != "0" else ""
        yield "latest"
