"""Every kind of mistake is found where it is, and named; `tools/mutations` does the same to real descriptions."""

from __future__ import annotations

import copy
import json
import random
import zlib
from collections.abc import Iterator
from functools import cache
from typing import get_args

import pytest

from contractctl.contract.versions import Version
from contractctl.lint.engine import lint_document
from tests.lint.breaking import Broken
from tests.lint.mistakes import MISTAKES
from tests.lint.mutants import complete, read
from tests.lint.mutations import MUTATIONS, Mutation, is_found

_VERSIONS: tuple[Version, ...] = get_args(Version)
_WHOLE = {version: complete(version) for version in _VERSIONS}


@cache
def _before(version: Version) -> frozenset[str]:
    return frozenset(map(repr, lint_document(read(_WHOLE[version]))))


def _applied(mutation: Mutation) -> Iterator[tuple[Version, Broken]]:
    """Make a mistake in every version that has it; one of a single field in one, or this would take a minute."""
    for version in sorted(_VERSIONS, key=lambda one: zlib.crc32(f"{one}{mutation.name}".encode())):
        broken = mutation.broken(_WHOLE[version], random.Random(1))
        if broken is not None:
            yield version, broken
            if mutation.name not in MISTAKES:
                return


@pytest.mark.parametrize("mutation", [one for one in MUTATIONS if not one.is_pending], ids=lambda one: one.name)
def test_a_mistake_is_found_and_named(mutation: Mutation) -> None:
    for version, broken in _applied(mutation):
        fresh = [one for one in lint_document(read(broken.root)) if repr(one) not in _before(version)]
        assert is_found(broken, fresh), (version, broken.at, broken.word, fresh)


@pytest.mark.parametrize("version", _VERSIONS)
def test_what_is_broken_is_a_copy(version: Version) -> None:
    root = copy.deepcopy(_WHOLE[version])
    broken = [one.broken(root, random.Random(2)) for one in MUTATIONS]
    assert root == _WHOLE[version]
    assert json.dumps(root) not in {json.dumps(one.root) for one in broken if one is not None}


def test_a_mistake_has_a_name_of_its_own() -> None:
    names = [one.name for one in MUTATIONS]
    assert len(set(names)) == len(names) > 400


def test_most_mistakes_can_be_made_in_the_complete_descriptions() -> None:
    """What the complete descriptions lack is broken in real ones only."""
    rare = [one.name for one in MUTATIONS if not any(one.broken(root, random.Random(1)) for root in _WHOLE.values())]
    assert len(rare) < 40
