"""Lint reads all that people have published: it never stops, says the same twice, and agrees with the schemas."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from contractctl.contract.versions import openapi_version, version_of
from contractctl.core.json import is_object
from contractctl.core.profiles import Profile
from contractctl.lint.structure.gate import inspect, rejections, table_of
from contractctl.lint.structure.schema_faults import is_lenient, is_too_severe
from contractctl.source.parse import parse_document
from tests.corpus.descriptions import descriptions

LINTING = """
import hashlib, json, sys
from pathlib import Path
from contractctl.api.lint import lint
from contractctl.config import Config
from contractctl.core.profiles import Profile
from contractctl.report.json import render

profiles = [Profile(name) for name in sys.argv[1].split(",")]
for path in sys.stdin.read().splitlines():
    report = lint([path], config=Config(Path()), profiles=profiles)
    print(json.dumps([path, len(report.findings), hashlib.sha256(render(report).encode()).hexdigest()]))
"""
"""Lints descriptions in a process of its own, whose strings hash as its environment says."""


def digests(paths: Sequence[Path], folder: Path, *, profiles: Sequence[Profile]) -> list[list[str]]:
    """Return what two processes, whose strings hash differently, have to say of each description, as lines."""
    command = [sys.executable, "-c", LINTING, ",".join(profiles)]
    (folder / "paths").write_text("\n".join(map(str, paths)))
    running = []
    for seed in ("1", "2"):
        with (folder / "paths").open() as given, (folder / seed).open("w") as said:
            running.append(subprocess.Popen(command, stdin=given, stdout=said, env={"PYTHONHASHSEED": seed}))
    assert [process.wait() for process in running] == [0, 0]
    return [(folder / seed).read_text().splitlines() for seed in ("1", "2")]


def test_every_description_is_linted_and_two_runs_say_the_same(tmp_path: Path) -> None:
    paths = list(descriptions().values())
    first, second = digests(paths, tmp_path, profiles=(Profile.RECOMMENDED,))
    assert first == second
    assert [json.loads(line)[0] for line in first] == [str(path) for path in paths]


def test_every_rule_runs_over_every_eighth_description(tmp_path: Path) -> None:
    paths = list(descriptions().values())[::8]
    first, second = digests(paths, tmp_path, profiles=(Profile.STRICT, Profile.OWASP))
    assert first == second
    assert len(first) == len(paths)


@pytest.mark.parametrize("part", range(4))
def test_what_the_published_schema_rejects_is_rejected_and_nothing_else_but_for_its_known_faults(part: int) -> None:
    disagreements = []
    for name, path in list(descriptions().items())[part::4]:
        document = parse_document(name, path.read_bytes())
        assert is_object(document.root)
        version = version_of(openapi_version(document))
        table = table_of(version)
        rejected = [one for one in rejections(document.root, version) if not is_too_severe(version, table, one)]
        ours = [one for one in inspect(document.root, version).faults if not is_lenient(version, table, one)]
        if bool(rejected) != bool(ours):
            disagreements.append((name, rejected[:1], ours[:1]))
    assert disagreements == []
