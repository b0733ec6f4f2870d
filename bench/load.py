"""How fast descriptions load: GitHub's 13 MB as JSON and YAML, beside parsers that do no more than parse.

    tools/corpus --fetch
    python bench/load.py [--rounds 5]
    python bench/load.py --corpus
    python bench/load.py --findings

Each measurement is a process of its own, sides alternate; figures are medians with their range, in seconds of the
processor, and the highest resident memory. `--corpus` reads all 2 640 descriptions in one process a side instead, and
`--findings` counts by rule what lint has to say of them. Linux; contractctl installed in the Python that runs this.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

import orjson
import yaml

from contractctl.contract.build import build_contract
from contractctl.core.failures import UnloadableDescription
from contractctl.core.findings import Finding
from contractctl.core.locations import Place, Pointer
from contractctl.lint.engine import lint_document
from contractctl.source.parse import parse_document
from tests.corpus.descriptions import descriptions, github

PLACES = 1_000
FREQUENT = 30

Side = Callable[[bytes, str], Callable[[], object]]
"""Takes a text and its name, prepares what is not measured, and returns what is."""


class Figures(NamedTuple):
    """Seconds of the processor, and the highest resident memory of the process in MB."""

    seconds: float
    memory: float


def parsing(data: bytes, name: str) -> Callable[[], object]:
    return lambda: parse_document(name, data)


def building(data: bytes, name: str) -> Callable[[], object]:
    document = parse_document(name, data)
    return lambda: build_contract(document)


def locating(data: bytes, name: str) -> Callable[[], object]:
    document = parse_document(name, data)
    places = [Place(name, one) for one in random.Random(name).sample([*pointers(document.root)], PLACES)]
    return lambda: [document.locate(place) for place in places]


SIDES: Mapping[str, tuple[str, Side]] = {
    "JSON: json.loads": ("json", lambda data, _: lambda: json.loads(data)),
    "JSON: orjson.loads": ("json", lambda data, _: lambda: orjson.loads(data)),
    "JSON: contractctl": ("json", parsing),
    "YAML: PyYAML CSafeLoader": ("yaml", lambda data, _: lambda: yaml.load(data, Loader=yaml.CSafeLoader)),
    "YAML: contractctl": ("yaml", parsing),
    "contract from the document": ("json", building),
    f"{PLACES:,} random places of JSON": ("json", locating),
    f"{PLACES:,} random places of YAML": ("yaml", locating),
}
"""By name: which text it takes, and what it does."""


def pointers(root: object) -> Iterator[Pointer]:
    waiting: list[tuple[tuple[str, ...], object]] = [((), root)]
    while waiting:
        tokens, value = waiting.pop()
        yield Pointer(tokens)
        members = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
        waiting.extend(((*tokens, str(key)), member) for key, member in members)


def compare_github(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        texts = {"json": github(), "yaml": Path(folder) / "github.yaml"}
        raw = json.loads(texts["json"].read_bytes())
        texts["yaml"].write_text(yaml.dump(raw, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True))
        print(", ".join(f"{name} {file.stat().st_size:,} bytes" for name, file in texts.items()))
        found: dict[str, list[Figures]] = {name: [] for name in SIDES}
        for _ in range(rounds):
            for name, (kind, _) in SIDES.items():
                found[name].append(in_a_process("--side", name, str(texts[kind])))
    tell_figures(found)


def in_a_process(*arguments: str) -> Figures:
    done = subprocess.run([sys.executable, __file__, *arguments], check=True, stdout=subprocess.PIPE)
    return Figures(*json.loads(done.stdout))


def measured(name: str, file: Path) -> Figures:
    measure = SIDES[name][1](file.read_bytes(), file.name)
    began = time.process_time()
    measure()
    return Figures(time.process_time() - began, peak_memory())


def peak_memory() -> float:
    """Return the highest resident memory of this process in MB; what `getrusage` says counts its parent's, too."""
    found = re.search(r"^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024


def tell_figures(found: Mapping[str, list[Figures]]) -> None:
    width = max(map(len, found))
    print(f"{'':<{width}}  seconds, median (range)  MB")
    for name, figures in found.items():
        seconds = [one.seconds for one in figures]
        shown = f"{statistics.median(seconds):.3f} ({min(seconds):.3f} to {max(seconds):.3f})"
        print(f"{name:<{width}}  {shown:<23}  {statistics.median(one.memory for one in figures):.0f}")


def compare_corpus() -> None:
    """Read the corpus with a mere parser and with contractctl, whose process tells more than its figures."""
    parsed = in_a_process("--parse-all")
    print(f"json.loads: {parsed.seconds:.1f} s, {parsed.memory:.0f} MB at most", flush=True)
    read_all()


def parse_all() -> Figures:
    began = time.process_time()
    for file in descriptions().values():
        json.loads(file.read_bytes())
    return Figures(time.process_time() - began, peak_memory())


def read_all() -> None:
    """Load each description and build its contract, one after the other, and tell how it went."""
    parse, build, refused = 0.0, 0.0, []
    slowest: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    for name, file in descriptions().items():
        data = file.read_bytes()
        try:
            to_parse, to_build, found = read_one(name, data)
        except UnloadableDescription as refusal:
            refused.append(f"{name}: {refusal.findings[0].message}")
            continue
        parse, build = parse + to_parse, build + to_build
        slowest[f"{name}, {len(data):,} bytes"] = round((to_parse + to_build) * 1000)
        rules.update(found)
    print(f"contractctl: {parse:.1f} s to parse and {build:.1f} s to build, {peak_memory():.0f} MB at most")
    print(f"descriptions {len(slowest) + len(refused):,}, contracts {len(slowest):,}, refused {len(refused):,}")
    tell_counts("refused", Counter(refused))
    tell_counts("slowest, in milliseconds", Counter(dict(slowest.most_common(5))))
    tell_counts("findings of loading and building by rule", rules)


def read_one(name: str, data: bytes) -> tuple[float, float, list[str]]:
    """Return the seconds of parsing and of building, and the rules of what was found; nothing else stays in memory."""
    began = time.process_time()
    document = parse_document(name, data)
    between = time.process_time()
    built = build_contract(document)
    ended = time.process_time()
    return between - began, ended - between, [finding.rule for finding in (*document.problems, *built.findings)]


def tell_findings() -> None:
    """Lint each description, and tell how many findings each rule has, and which messages are most frequent."""
    rules: Counter[str] = Counter()
    messages: Counter[str] = Counter()
    wherein: Counter[str] = Counter()
    for name, file in descriptions().items():
        findings = lint_document(parse_document(name, file.read_bytes()))
        rules.update(finding.rule for finding in findings)
        kinds = Counter(map(kind_of_message, findings))
        messages.update(kinds)
        wherein.update(kinds.keys())
    tell_counts("findings by rule", rules)
    frequent = {f"{message} (in {wherein[message]} descriptions)": count for message, count in messages.items()}
    tell_counts("most frequent messages", Counter(dict(Counter(frequent).most_common(FREQUENT))))


def kind_of_message(finding: Finding) -> str:
    """Return rule and message without the names and numbers that tell one defect from its like."""
    return f"{finding.rule}: {re.sub(r'[0-9]+', 'N', re.sub(r'`[^`]*`', '`…`', finding.message))}"


def tell_counts(title: str, counts: Counter[str]) -> None:
    print(f"{title}:" if counts else f"{title}: nothing")
    for name, count in counts.most_common():
        print(f"{count:>8,}  {name}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--corpus", action="store_true", help="read all descriptions in one process")
    parser.add_argument("--findings", action="store_true", help="count by rule what lint says of all descriptions")
    parser.add_argument("--side", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--parse-all", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        print(json.dumps(measured(options.side[0], Path(options.side[1]))))
    elif options.parse_all:
        print(json.dumps(parse_all()))
    elif options.corpus:
        compare_corpus()
    elif options.findings:
        tell_findings()
    else:
        compare_github(options.rounds)


if __name__ == "__main__":
    main()
