"""All descriptions, one after the other in one process: none is too much, and none stays in memory."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.corpus.descriptions import descriptions

READING = """
import json, sys
from pathlib import Path
from contractctl.contract.build import build_contract
from contractctl.core.failures import UnloadableDescription
from contractctl.source.parse import parse_document

contracts, refused = 0, []
for path in sys.stdin.read().splitlines():
    try:
        build_contract(parse_document(path, Path(path).read_bytes()))
        contracts += 1
    except UnloadableDescription as refusal:
        refused.append(f"{path}: {refusal.findings[0].message}")
print(json.dumps([contracts, refused]))
print(Path("/proc/self/status").read_text())
"""
"""Loads descriptions in a process of its own: no test before it has a part in the memory that it takes."""


def read(paths: list[Path]) -> tuple[int, list[str], int]:
    """Return how many contracts there are, which descriptions are refused and why, and the most memory taken, in kB."""
    given = "\n".join(map(str, paths))
    command = [sys.executable, "-c", READING]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    counted, _, status = done.stdout.partition("\n")
    contracts, refused = json.loads(counted)
    peak = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert peak is not None
    return contracts, refused, int(peak[1])


def test_one_process_reads_the_whole_corpus_in_the_memory_of_its_largest_description() -> None:
    paths = list(descriptions().values())
    *_, alone = read([max(paths, key=lambda path: path.stat().st_size)])
    contracts, refused, together = read(paths)
    print(f"{contracts} contracts, {len(refused)} refused, {together // 1024} MB for all, {alone // 1024} MB for one")
    assert (contracts, refused) == (len(paths), [])
    assert together < 1.5 * alone
