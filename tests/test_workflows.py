"""The action, our own workflow and the templates are what GitHub takes, and safe."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from contractctl.config import load_config

ROOT = Path(__file__).parent.parent
WORKFLOWS = sorted((*ROOT.glob(".github/workflows/*.yml"), *ROOT.glob("templates/workflows/*.yml")))


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / program), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("schema", "path"),
    [("vendor.github-actions", ROOT / "action.yml"), *(("vendor.github-workflows", path) for path in WORKFLOWS)],
    ids=lambda value: value.name if isinstance(value, Path) else "",
)
def test_the_schema_of_github_accepts_it(schema: str, path: Path) -> None:
    done = run("check-jsonschema", "--builtin-schema", schema, str(path))
    assert done.returncode == 0, done.stdout + done.stderr


def test_zizmor_finds_nothing() -> None:
    done = run("zizmor", "--offline", "action.yml", *map(str, WORKFLOWS))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_template_of_the_configuration_can_be_read() -> None:
    config = load_config(ROOT / "templates" / "contractctl.yaml")
    assert [str(spec.path.relative_to(config.root)) for spec in config.specs] == ["openapi.yaml"]
