"""What each format says of each report, whole."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from contractctl.core.reports import Report
from contractctl.report import html, json, junit, markdown, sarif, text
from contractctl.report.artifacts import Folders
from tests.golden import assert_golden
from tests.report.samples import SAMPLES

GOLDEN = Path(__file__).parent / "golden"
FOLDERS = Folders(Path("/repository/service"), Path("/repository"))


def body(report: Report) -> str:
    """A page without its style and script, which are the same in all."""
    return re.sub(
        r"(?<=<style>)[^<]*|(?<=<script>).*?(?=</script>)|(?<=')sha256-[^']*", "…", html.render(report), flags=re.DOTALL
    )


RENDERERS: dict[str, Callable[[Report], str]] = {
    "txt": text.render,
    "json": json.render,
    "sarif": lambda report: sarif.render(report, folders=FOLDERS),
    "xml": junit.render,
    "md": markdown.render,
    "html": body,
}


@pytest.mark.parametrize("suffix", RENDERERS)
@pytest.mark.parametrize("name", SAMPLES)
def test_the_whole_output_is_as_it_was(name: str, suffix: str) -> None:
    assert_golden(GOLDEN / f"{name}.{suffix}", RENDERERS[suffix](SAMPLES[name]))


@pytest.mark.parametrize("name", SAMPLES)
def test_equal_reports_give_equal_bytes(name: str) -> None:
    for render in RENDERERS.values():
        assert render(SAMPLES[name]) == render(SAMPLES[name])


@pytest.mark.parametrize("name", SAMPLES)
def test_colour_changes_nothing_but_the_colour(name: str) -> None:
    plain, coloured = text.render(SAMPLES[name]), text.render(SAMPLES[name], color=True)
    for code in ("31", "32", "33", "36", "2", "0"):
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured == plain


def test_every_golden_file_has_its_sample() -> None:
    assert {file.name for file in GOLDEN.iterdir()} == {f"{name}.{suffix}" for name in SAMPLES for suffix in RENDERERS}
