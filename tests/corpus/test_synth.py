"""Values for what people publish: each is valid, or none exists, and every process says the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.corpus.descriptions import descriptions
from tests.corpus.synthesising import Outcome, outcome

_EVERY = 40
_MOST_GIVEN_UP = 0.001
_CHOSEN = list(descriptions().items())[::_EVERY]

DIGESTS = """
import json, sys
from pathlib import Path
from tests.corpus.synthesising import outcome

print(json.dumps([outcome((path, Path(path))).digest for path in sys.stdin.read().splitlines()]))
"""
"""Makes values in a process of its own, whose strings hash as its environment says."""


@pytest.fixture(scope="module")
def found() -> list[Outcome]:
    return [outcome(described) for described in _CHOSEN]


def test_every_value_is_valid_and_no_documented_example_refutes_a_proof(found: list[Outcome]) -> None:
    wrong = [(one.name, made) for one in found for made in one.made if made.verdict in ("invalid", "proved wrongly")]
    assert wrong == []


def test_next_to_nothing_is_given_up(found: list[Outcome]) -> None:
    made = [(one.name, made) for one in found for made in one.made]
    given_up = [(name, one.place, one.said) for name, one in made if one.verdict == "gave up"]
    assert len(given_up) <= _MOST_GIVEN_UP * len(made), given_up


def test_processes_whose_strings_hash_differently_make_the_same_values(found: list[Outcome], tmp_path: Path) -> None:
    (tmp_path / "paths").write_text("\n".join(str(path) for _, path in _CHOSEN))
    running = []
    for seed in ("1", "2"):
        with (tmp_path / "paths").open() as given, (tmp_path / seed).open("w") as said:
            command = [sys.executable, "-c", DIGESTS]
            running.append(subprocess.Popen(command, stdin=given, stdout=said, env={"PYTHONHASHSEED": seed}))
    assert [process.wait() for process in running] == [0, 0]
    expected = [one.digest for one in found]
    assert [json.loads((tmp_path / seed).read_text()) for seed in ("1", "2")] == [expected, expected]
