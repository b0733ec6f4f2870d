"""Lint of descriptions as users name them: several at once, of several files, from hosts."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path

import pytest

from contractctl.api.lint import lint
from contractctl.config import Config
from contractctl.core.failures import DeliveryFailure
from contractctl.core.reports import LintReport
from contractctl.source.hosts import read_hosts

_HEAD = "openapi: 3.1.0\ninfo: {title: a, version: '1'}\n"
_USER = (
    _HEAD + "paths:\n  /%s: {get: {operationId: a, "
    "responses: {'200': {description: a, content: {a/b: {schema: {$ref: '%s'}}}}}}}\n"
)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _linted(texts: Mapping[str, str], *specs: str) -> LintReport:
    for name, text in texts.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)
    return lint(specs, config=Config(Path()))


def test_a_fault_in_a_file_that_two_descriptions_share_is_one_finding() -> None:
    texts = {
        "b.yaml": _USER % ("b", "common/pet.yaml"),
        "a.yaml": _USER % ("a", "common/pet.yaml"),
        "common/pet.yaml": "type: strng\n",
    }
    (found,) = _linted(texts, "b.yaml", "a.yaml").findings
    assert (str(found.location), found.rule, found.operations) == (
        "common/pet.yaml:1:7",
        "value-not-allowed",
        ("GET /b", "GET /a"),
    )


def test_the_files_of_a_report_are_all_that_its_descriptions_consist_of_whether_or_not_they_can_be_read() -> None:
    texts = {
        "b.yaml": _USER % ("b", "common/pet.yaml"),
        "a.yaml": _USER % ("a", "common/pet.yaml"),
        "common/pet.yaml": "properties: {tag: {$ref: tag.yaml}, kind: {$ref: nowhere.yaml}}\n",
        "common/tag.yaml": "type: [\n",
        "alone.yaml": _HEAD + "paths: {}\n",
    }
    report = _linted(texts, "b.yaml", "a.yaml")
    assert report.consulted == ("a.yaml", "b.yaml", "common/pet.yaml", "common/tag.yaml")


def test_findings_are_in_the_order_of_files_and_lines_whatever_the_order_of_the_arguments() -> None:
    texts = {
        "b.yaml": _USER % ("b", "c.yaml") + "typo: 1\n",
        "a.yaml": _HEAD + "typo: 1\npaths: {}\ntipo: 1\n",
        "c.yaml": "a: 1\ntype: strng\nitems: 1\n",
    }
    report = _linted(texts, "b.yaml", "a.yaml")
    assert [str(found.location) for found in report.findings] == [
        "a.yaml:3:1",
        "a.yaml:5:1",
        "b.yaml:5:1",
        "c.yaml:2:7",
        "c.yaml:3:8",
    ]


def test_a_description_that_another_one_refers_to_is_told_of_once() -> None:
    texts = {
        "a.yaml": _USER % ("a", "b.yaml#/components/schemas/A"),
        "b.yaml": _HEAD + "paths: {}\ncomponents: {schemas: {A: {type: strng}}}\n",
    }
    found = _linted(texts, "a.yaml", "b.yaml").findings
    assert [(str(one.location), one.operations) for one in found] == [("b.yaml:4:34", ("GET /a",))]


def test_a_file_that_cannot_be_read_is_a_finding_of_the_description_that_loads() -> None:
    report = _linted({"a.yaml": _USER % ("a", "b.json"), "b.json": "{"}, "a.yaml")
    assert [(str(one.location), one.rule) for one in report.findings] == [("b.json:1:2", "json-syntax")]
    assert report.unloadable == ()


def test_an_ignore_that_one_of_two_descriptions_needs_is_of_use() -> None:
    texts = {
        "old.yaml": (_USER % ("a", "pet.yaml")).replace("3.1.0", "3.0.3"),
        "new.yaml": _USER % ("b", "pet.yaml"),
        "pet.yaml": "type: [string] # contractctl: ignore[type-wrong] until old.yaml has gone\n",
    }
    both = _linted(texts, "old.yaml", "new.yaml")
    assert (both.findings, both.hidden.ignored) == ((), 1)
    assert [one.rule for one in _linted(texts, "new.yaml").findings] == ["ignore-unused"]


def test_a_finding_that_two_descriptions_ignore_is_counted_once() -> None:
    texts = {
        "a.yaml": _USER % ("a", "pet.yaml"),
        "b.yaml": _USER % ("b", "pet.yaml"),
        "pet.yaml": "type: strng\nx-lint-ignore: {value-not-allowed: legacy}\n",
    }
    report = _linted(texts, "a.yaml", "b.yaml")
    assert (report.findings, report.hidden.ignored) == ((), 1)


def test_a_host_that_was_allowed_and_does_not_answer_ends_the_run() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        Path("a.yaml").write_text(_USER % ("a", f"http://{host}/pet.yaml"))
        with pytest.raises(DeliveryFailure) as caught:
            lint(("a.yaml",), config=Config(Path(), allow_remote=read_hosts((host,))))
    assert caught.value.exit_code == 3
    assert caught.value.message.startswith(f"cannot fetch http://{host}/pet.yaml: ")
