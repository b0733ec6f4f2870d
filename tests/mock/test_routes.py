"""Segments with several variables: what matches, and that no segment is expensive."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractctl.mock.routes import _expression

TEXT = st.text("ab-.", max_size=8)


@given(st.lists(st.text("-.", max_size=2), min_size=2, max_size=4), TEXT)
def test_what_a_segment_of_variables_matches_is_what_any_split_would(literals: list[str], text: str) -> None:
    template = "{v}".join(literals)
    every_split = "(.+)".join(map(re.escape, literals))
    assert bool(re.fullmatch(_expression(template, {}), text)) == bool(re.fullmatch(every_split, text))


@pytest.mark.parametrize("template", ["{a}-{b}-{c}-{d}-{e}.json", "{a}{b}{c}{d}{e}.json", "-{a}-{b}-{c}-{d}--{e}.json"])
def test_a_long_segment_that_nearly_matches_is_refused_without_trying_every_split(template: str) -> None:
    # Trying every split of 8 000 characters over five variables would not end today.
    assert re.fullmatch(_expression(template, {}), "-" * 8000 + ".jso") is None


@pytest.mark.parametrize(
    ("template", "styles", "text", "values"),
    [
        pytest.param("{a}{b}", {"a": "matrix", "b": "matrix"}, ";a=1;b=2", (";a=1", ";b=2"), id="matrix variables"),
        pytest.param("{a}{b}", {"a": "matrix", "b": "matrix"}, ";a=1;a=2;b", (";a=1;a=2", ";b"), id="an exploded one"),
        pytest.param("{a}{b}", {"a": "matrix", "b": "matrix"}, ";a=1;bc=2", None, id="a name that begins alike"),
        pytest.param("{a}{b}", {"a": "label", "b": "label"}, ".1.2", (".1", ".2"), id="labels"),
        pytest.param("{a}{b}", {"b": "label"}, "file.txt", ("file", ".txt"), id="a label behind a simple one"),
        pytest.param("{a}-{b}", {"b": "label"}, "x-.y", ("x", ".y"), id="text between them decides"),
    ],
)
def test_a_variable_ends_where_the_style_of_the_next_one_begins(
    template: str, styles: dict[str, str], text: str, values: tuple[str, ...] | None
) -> None:
    found = re.fullmatch(_expression(template, styles), text)
    assert (found and found.groups()) == values
