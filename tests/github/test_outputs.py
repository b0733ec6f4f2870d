"""Outputs and the summary, as the runner reads them back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractctl.core.failures import DeliveryFailure
from contractctl.github.outputs import append_summary, cut_markdown, write_outputs
from tests.github.runner import read_output_file


@pytest.mark.parametrize(
    "value",
    ["", "1", "two\nlines", "a<<b\nb\nresult=failure", "::set-output name=a::b", "x\r\ny", "${{ github.token }}\n"],
)
def test_the_runner_reads_any_value_back(tmp_path: Path, value: str) -> None:
    path = tmp_path / "output"
    path.write_text("earlier<<x\n1 without a line end\nx")
    write_outputs(path, {"result": value, "next-one": "2"})
    assert read_output_file(path.read_bytes().decode()) == {
        "earlier": "1 without a line end",
        "result": value,
        "next-one": "2",
    }


def test_the_delimiters_cannot_be_known(tmp_path: Path) -> None:
    path = tmp_path / "output"
    write_outputs(path, dict.fromkeys("abcdefgh", "x"))
    delimiters = {line.partition("<<")[2] for line in path.read_text().splitlines() if "<<" in line}
    assert len(delimiters) == 8


def test_a_name_that_is_none_is_a_bug_of_ours(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not the name of an output"):
        write_outputs(tmp_path / "output", {"a=b\nc": "x"})


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeliveryFailure) as caught:
        write_outputs(tmp_path, {"a": "x"})
    assert caught.value.message == f"cannot write {tmp_path}: Is a directory"


def test_a_summary_is_appended_on_a_line_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    path.write_text("# Earlier")
    append_summary(path, "# Ours\n")
    assert path.read_text() == "# Earlier\n# Ours\n"


def test_the_whole_file_stays_under_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    path.write_text("x" * 500)
    append_summary(path, "line\n" * 200, limit=1000)
    assert path.stat().st_size <= 1000
    assert path.read_text().endswith("*The report is longer than GitHub shows: 126 lines are missing here.*\n")


def test_a_fence_that_the_cut_leaves_open_is_closed() -> None:
    cut = cut_markdown("```\n" + "code\n" * 100 + "```\n", 300)
    assert cut.count("```") == 2


@given(st.text(alphabet="a€`\n", max_size=600), st.integers(0, 600))
def test_the_cut_fits_and_leaves_short_texts_alone(markdown: str, limit: int) -> None:
    cut = cut_markdown(markdown, limit)
    assert len(cut.encode()) <= limit
    if len(markdown.encode()) <= limit:
        assert cut == markdown
