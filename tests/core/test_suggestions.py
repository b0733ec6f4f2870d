"""What a misspelt word was meant to be."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractctl.core.suggestions import did_you_mean, nearest, sharing_steps

WORDS = st.text(alphabet="abcAB-", max_size=8)


@pytest.mark.parametrize(
    ("word", "known", "found"),
    [
        pytest.param("oprationId", ["operationId", "summary"], "operationId", id="a letter is missing"),
        pytest.param("PETS", ["pets"], "pets", id="case does not count"),
        pytest.param("pets", ["Pets", "pEts"], "pEts", id="of two that are as near it is the same in every run"),
        pytest.param("x" * 300, ["x" * 300], None, id="nobody misspells a word of hundreds of letters"),
        pytest.param("pets", ["owners"], None, id="none is near"),
        pytest.param("ref", ["red"], "red", id="a short word with one letter wrong"),
        pytest.param("aaa", ["aaaaaa"], None, id="a short word is not near to a longer one"),
        pytest.param("", ["a"], None, id="nothing is near to no word"),
        pytest.param("a", [], None, id="none is known"),
    ],
)
def test_the_nearest_word_is_found(word: str, known: list[str], found: str | None) -> None:
    assert nearest(word, known) == found
    assert nearest(word, reversed(known)) == found


def _likeness(word: str, candidate: str) -> float:
    return difflib.SequenceMatcher(a=candidate.lower(), b=word.lower()).ratio()


def _least(word: str, candidate: str) -> float:
    return 0.66 if len(word) == len(candidate) == 3 else 0.7


@given(WORDS, st.lists(WORDS, max_size=6))
def test_no_known_word_is_nearer_than_the_one_that_is_found(word: str, known: list[str]) -> None:
    found = nearest(word, known)
    near = [_likeness(word, one) for one in known if _likeness(word, one) >= _least(word, one)]
    assert (None if found is None else _likeness(word, found)) == max(near, default=None)


def test_searches_that_share_their_steps_end_when_those_are_spent() -> None:
    known = [f"name-{number}-a" for number in range(100)]
    with sharing_steps(30_000):
        found = [did_you_mean(f"name-{number}-b", known) for number in range(100)]
    given_hints = [bool(hint) for hint in found]
    assert given_hints == sorted(given_hints, reverse=True)
    assert set(given_hints) == {True, False}


def test_a_search_of_its_own_has_all_steps() -> None:
    with sharing_steps(0):
        assert did_you_mean("pest", ["pets"]) == ""
    assert did_you_mean("pest", ["pets"]) == "did you mean `pets`?"
