"""The order of versions."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractctl.drift.semver import Order, compare_versions

# The example of semver.org §11, and what else people write; each is older than the next.
ASCENDING = (
    "0.9", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11",
    "1.0.0-rc.1", "1.0.0", "v1.0.1", "1.2", "1.10.0", "2", "10.0.0",
)  # fmt: skip


@pytest.mark.parametrize(("older", "newer"), tuple(itertools.combinations(ASCENDING, 2)))
def test_semantic_versions_are_ordered(older: str, newer: str) -> None:
    assert (compare_versions(older, newer), compare_versions(newer, older)) == ("older", "newer")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param("1.0.0", "1.0.0+build.7", "equal", id="build metadata does not count"),
        pytest.param("v1.0.0", "1.0", "equal", id="spelling does not count"),
        pytest.param("2024-12-31", "2025-01-01", "older", id="dates"),
        pytest.param("2025-01-01", "1.0.0", "unordered", id="a date and a semantic version"),
        pytest.param("alpha", "beta", "unordered", id="words"),
        pytest.param("1.0.0", "1.0.0.0", "unordered", id="four parts"),
        pytest.param("1.0.0-", "1.0.0", "unordered", id="empty prerelease"),
        pytest.param("1.٣", "1.4", "unordered", id="digits of another script"),
        pytest.param("1." + "9" * 5000, "1.4", "unordered", id="a number without end"),
    ],
)
def test_other_versions(one: str, other: str, expected: Order) -> None:
    assert compare_versions(one, other) == expected


@given(st.text(max_size=20) | st.sampled_from(ASCENDING), st.text(max_size=20) | st.sampled_from(ASCENDING))
def test_swapping_the_sides_swaps_the_order(one: str, other: str) -> None:
    mirrored = {"older": "newer", "newer": "older", "equal": "equal", "unordered": "unordered"}
    assert compare_versions(other, one) == mirrored[compare_versions(one, other)]
