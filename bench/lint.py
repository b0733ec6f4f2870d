"""How long lint takes and how much memory, beside Redocly and Spectral, on a large and on a small description.

    tools/corpus --fetch
    npm install --prefix FOLDER @redocly/cli@2.77.0 @stoplight/spectral-cli@6.16.3
    python bench/lint.py --peers FOLDER [--rounds 5] [--slow-rounds 1] [--only small]
    python bench/lint.py --corpus

Each run is a process that reports all findings as JSON into a file. Sides alternate; figures are medians with their
range: seconds of the clock and of the processor, and the highest resident memory. Redocly runs with its smallest set
of rules (`--extends=minimal`), Spectral with `spectral:oas`; on the large description it runs `--slow-rounds` times.
`--corpus` lints all 2 640 descriptions instead, in one process, and tells the slowest and what was found, by rule.
Linux; contractctl installed in the Python that runs this.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from sides import alternate, show

from tests.corpus.descriptions import descriptions, github

SMALL = Path(__file__).with_name("small.yaml")
CONTRACTCTL = str(Path(sys.executable).with_name("contractctl"))
SLOWEST = 10
_AS_YAML = """
import sys, yaml
with open(sys.argv[1], "rb") as source, open(sys.argv[2], "w") as target:
    yaml.dump(yaml.load(source, yaml.CSafeLoader), target, yaml.CSafeDumper, sort_keys=False)
"""

os.environ["REDOCLY_TELEMETRY"] = "off"


def linters(peers: Path, folder: Path) -> Mapping[str, list[str]]:
    """Return the command of each side, to which the description is added."""
    rules = folder / ".spectral.yaml"
    rules.write_text('extends: ["spectral:oas"]\n')
    programs = peers / "node_modules" / ".bin"
    return {
        "contractctl": [CONTRACTCTL, "lint", "--format", "json"],
        "redocly": [str(programs / "redocly"), "lint", "--extends=minimal", "--format=json", "--max-problems=1000000"],
        "spectral": [str(programs / "spectral"), "lint", "-q", "-f", "json", "-r", str(rules)],
    }


def inputs(folder: Path) -> Mapping[str, Path]:
    """Return the descriptions: GitHub's as JSON and as YAML in block style, and a small one."""
    large = github()
    as_yaml = folder / "github.yaml"
    # In a process of its own: what this one ever held would be counted as memory of those that it starts.
    subprocess.run([sys.executable, "-c", _AS_YAML, str(large), str(as_yaml)], check=True)
    return {"json": large, "yaml": as_yaml, "small": SMALL}


def compare(name: str, path: Path, sides: Mapping[str, list[str]], *, rounds: int, slow_rounds: int) -> None:
    """Measure all sides and print figures and ratios."""
    limits = {side: slow_rounds if side == "spectral" and name != "small" else rounds for side in sides}
    output = path.parent / "report.json" if path.parent != SMALL.parent else Path(tempfile.gettempdir(), "report.json")
    figures = alternate({side: [*command, str(path)] for side, command in sides.items()}, output, limits)
    show(f"{name}: {path.stat().st_size:,} bytes", figures)


def lint_corpus() -> None:
    """Lint every description in this process, and tell what was found and what took longest."""
    from contractctl.api.lint import lint
    from contractctl.config import Config

    found: Counter[str] = Counter()
    took: list[tuple[float, Path]] = []
    for path in descriptions().values():
        began = time.process_time()
        report = lint([str(path)], config=Config(Path()))
        took.append((time.process_time() - began, path))
        found.update(f"{finding.severity.value} {finding.rule}" for finding in report.findings)
    print(f"{len(took):,} descriptions, {sum(seconds for seconds, _ in took):.1f} s of the processor")
    for seconds, path in sorted(took, reverse=True)[:SLOWEST]:
        print(f"{seconds:7.2f} s {path.parent.name}/{path.name}")
    for code, count in found.most_common():
        print(f"{count:7,} {code}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, help="the folder in which npm installed the other linters")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--slow-rounds", type=int, default=1, help="of Spectral on the large one; 0: none")
    parser.add_argument("--only", choices=("json", "yaml", "small"))
    parser.add_argument("--corpus", action="store_true")
    options = parser.parse_args()
    if options.corpus:
        lint_corpus()
        return
    if options.peers is None:
        parser.error("--peers says where the other linters are")
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        sides = linters(options.peers.resolve(), folder)
        for name, path in inputs(folder).items():
            if options.only in (None, name):
                chosen = {side: command for side, command in sides.items() if options.slow_rounds or side != "spectral"}
                compare(name, path, chosen, rounds=options.rounds, slow_rounds=options.slow_rounds)


if __name__ == "__main__":
    main()
