"""Lint with a second opinion: when asked for, with what is ignored, and without what was there before."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from contractctl.api.lint import lint, write_baseline
from contractctl.config import Config

_HEAD = "openapi: 3.1.0\ninfo: {title: a, version: '1'}\nservers: [{url: 'https://a'}]\n"
_TWICE = (
    _HEAD + "paths: {/a: {get: {operationId: a, parameters: [{name: a, in: query, schema: {}, "
    "example: 1, examples: {b: {value: 1}}}], responses: {'200': {description: a}}}}}\n"
)
_UNSEEN = ["cross-check-unseen", "example-and-examples"]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("openapi.yaml").write_text(_TWICE)


def _codes(*, cross_check: bool, base: str | None = None, baseline: Path | None = None) -> list[str]:
    report = lint(["openapi.yaml"], config=Config(Path()), cross_check=cross_check, base=base, baseline=baseline)
    return [finding.rule for finding in report.findings]


def test_it_is_heard_when_asked_for() -> None:
    assert _codes(cross_check=False) == _UNSEEN[1:]
    assert _codes(cross_check=True) == _UNSEEN


def test_a_baseline_knows_it() -> None:
    write_baseline(["openapi.yaml"], Path("known.json"), config=Config(Path()), cross_check=True)
    assert _codes(cross_check=True, baseline=Path("known.json")) == []


def test_what_was_there_at_the_base_is_not_told_again() -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    for arguments in (["init"], ["add", "."], ["commit", "-m", "one"]):
        subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)
    assert _codes(cross_check=True, base="HEAD") == []


def test_what_is_ignored_is_known() -> None:
    text = _HEAD + "paths: {}\ncomponents:\n  schemas:\n    A:\n      type: integer\n      default: a"
    Path("openapi.yaml").write_text(f"{text}  # contractctl: ignore[default-invalid, component-unused] it is so\n")
    assert "cross-check-disagrees" not in _codes(cross_check=True)
