"""Shortest texts of regular languages, held against the validator on every short word."""

from __future__ import annotations

from itertools import product
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contractctl.synth.failures import GaveUp
from contractctl.synth.languages import shortest_text

DIFFERENCES = [
    pytest.param("^[a-z]+$", "^[a-y]+$", "z", id="a class that lost a letter"),
    pytest.param("^[a-y]+$", "^[a-z]+$", None, id="a class that won a letter"),
    pytest.param(r"^\w+$", r"^[A-Za-z0-9_]+$", None, id="a class and its abbreviation"),
    pytest.param(r"^[A-Z]{2}\d{8,10}$", r"^[A-Z]{2}\d{9}$", "AA00000000", id="a count that narrowed"),
    pytest.param("^a", "a", None, id="an anchor only narrows"),
    pytest.param("a", "^a", "ba", id="without an anchor it is found behind something else"),
    pytest.param("^(?:ab)*$", "^(?:a|b)*$", None, id="a series within a choice"),
    pytest.param("^[^x]$", r"^\S$", " ", id="a complement holds a blank"),
    pytest.param("^.$", "^[\u0000-\uffff]$", "\U00010000", id="a character beyond the first plane"),
]


@pytest.mark.parametrize(("pattern", "denied", "text"), DIFFERENCES)
def test_the_shortest_text_of_one_pattern_that_another_does_not_match(pattern: str, denied: str, text: Any) -> None:
    assert shortest_text([pattern], [denied], [], least=0, most=None) == text


def test_lengths_and_listed_values_are_part_of_the_question() -> None:
    assert shortest_text(["^a+$"], [], ["a", "aa"], least=0, most=None) == "aaa"
    assert shortest_text(["^a+$"], [], ["a", "aa"], least=0, most=2) is None
    assert shortest_text(["^a+$"], [], [], least=5, most=5) == "aaaaa"
    assert shortest_text([], [""], [], least=0, most=None) is None


def test_a_pattern_that_is_not_regular_proves_nothing() -> None:
    assert shortest_text([r"^(a|b)\1$"], ["^(?:aa|ab|ba|bb)$"], [], least=0, most=None) == ""
    assert shortest_text(["^a$"], [r"^(?:a|b\1)(c)$"], [], least=0, most=None) == "a"
    assert shortest_text([r"^\bé$"], [], [], least=0, most=None) == ""


LOOKS = [
    pytest.param(r"^(?=.*[A-Z])(?=.*[a-z])(?=.*\d)(?=.*[^A-Za-z0-9]).{8,}$", 8, id="a password of four kinds"),
    pytest.param("^(?!foo)f[a-z]{2}$", 3, id="a text that does not begin in some way"),
    pytest.param("^[a-z-]{3,20}(?<!-)$", 3, id="a text that does not end in some way"),
    pytest.param("^(?!.*--)-?a-?b-?$", 2, id="no two of them in a row"),
    pytest.param(r"^(?!\d{1,3}(\.\d{1,3}){3}$)[0-9.]{7,}$", 7, id="a host that is no address"),
    pytest.param("a(?=b)", 2, id="what follows is part of the text"),
    pytest.param("(?<=ab)c", 3, id="what is before is part of the text"),
    pytest.param("^(?=a(?!b)).{2}$", 2, id="a look within a look"),
    pytest.param("^(?:(?!ab).){3}$", 3, id="a look at every character"),
    pytest.param(r"^\bfoo\b \bbar\b$", 7, id="words"),
]


@pytest.mark.parametrize(("pattern", "length"), LOOKS)
def test_the_shortest_text_that_looks_around(pattern: str, length: int) -> None:
    text = shortest_text([pattern], [], [], least=0, most=None)
    assert text is not None
    assert len(text) == length
    assert jsonschema_rs.Draft202012Validator({"pattern": pattern}).is_valid(text)


IMPOSSIBLE = [
    pytest.param("^(?=a)b", id="two letters at one place"),
    pytest.param("^(?!.*a).*a", id="a letter that must not be"),
    pytest.param("^(?=.{5})a{2,4}$", id="a text that is too short"),
    pytest.param("(?<!a)b(?<=ab)", id="a letter before and not before"),
    pytest.param("^(?!(?=a))a", id="a look that denies a look"),
    pytest.param("^(?!$)$", id="an end that is none"),
]


@pytest.mark.parametrize("pattern", IMPOSSIBLE)
def test_a_pattern_that_looks_around_may_match_nothing(pattern: str) -> None:
    assert shortest_text([pattern], [], [], least=0, most=None) is None


def test_a_walk_that_is_too_long_is_given_up() -> None:
    with pytest.raises(GaveUp):
        shortest_text(["^(a|b)*a(a|b){40}$"], ["^(a|b)*b(a|b){41}$"], [], least=0, most=None)


PATTERNS = (
    *(
        "^a+$",
        "b",
        "^[ab]{2}$",
        "^(a|bb)$",
        "^[a-c]*$",
        "a$",
        "^a",
        "^$",
        ".",
        "^.{2,3}$",
        r"^\d+$",
        r"^\w*$",
        "^[^a]*$",
    ),
    *(
        "(^a|b$)",
        "^(a|b)*c?$",
        r"^\S+$",
        "(ab)+",
        "^a{2,}$",
        "a|b|c",
        "^(ab?)*$",
        "c$|^b",
        "^(?:a$|b)",
        "a^",
        "$a",
        "^(a|)$",
        "^(?=.*a)(?=.*b)",
        "^(?!a)..$",
        "(?<!a)b",
        "(?<=^a|c)b$",
        "^(?:(?!ab)[a-c])*$",
        "a(?!b|$)",
        "^(?!(?:a|b)$)(?=[ab]).{1,2}$",
        "(?=a(?!c))(?=.b).*$",
    ),
)
WORDS = tuple("".join(word) for length in range(4) for word in product("abc0 ", repeat=length))
VALIDATORS = {pattern: jsonschema_rs.Draft202012Validator({"pattern": pattern}) for pattern in PATTERNS}


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    patterns=st.lists(st.sampled_from(PATTERNS), max_size=2),
    denied=st.lists(st.sampled_from(PATTERNS), max_size=2),
    values=st.lists(st.sampled_from(WORDS[:40]), max_size=3),
    least=st.sampled_from((0, 0, 1, 3)),
    most=st.sampled_from((None, None, 2, 4)),
)
def test_the_text_is_right_and_the_proof_holds(
    patterns: list[str], denied: list[str], values: list[str], least: int, most: int | None
) -> None:
    def belongs(word: str) -> bool:
        return (
            least <= len(word) <= (most or 99)
            and word not in values
            and all(VALIDATORS[pattern].is_valid(word) for pattern in patterns)
            and not any(VALIDATORS[pattern].is_valid(word) for pattern in denied)
        )

    found = shortest_text(patterns, denied, values, least=least, most=most)
    first = next(filter(belongs, WORDS), None)
    if found is None:
        assert first is None
    else:
        assert belongs(found)
        assert first is None or len(found) <= len(first)
