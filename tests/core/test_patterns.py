"""Patterns that are compiled late behave as those of `re`."""

from __future__ import annotations

import re

import pytest

from contractctl.core.patterns import pattern


def test_a_pattern_does_what_that_of_re_does() -> None:
    late, early = pattern(r"(?P<word>[a-z]+)\d", re.IGNORECASE), re.compile(r"(?P<word>[a-z]+)\d", re.IGNORECASE)
    text = "A1 b2 c"
    assert late.findall(text) == early.findall(text)
    assert late.sub("x", text) == early.sub("x", text)
    assert [one["word"] for one in late.finditer(text)] == [one["word"] for one in early.finditer(text)]
    assert (late.pattern, late.flags, late.groupindex) == (early.pattern, early.flags, early.groupindex)


def test_a_pattern_that_is_wrong_is_refused_when_it_is_used() -> None:
    wrong = pattern("(")
    with pytest.raises(re.error):
        wrong.search("a")
