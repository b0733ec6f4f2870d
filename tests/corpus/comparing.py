"""Compares all pairs of real descriptions, and prints a table: times, memory, and what was found, by kind.

python -m tests.corpus.comparing [--kind KIND] [--every N] [--least BYTES] [--most BYTES] [--seconds N] [--details FILE]
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from contractctl.api.diff import diff
from contractctl.config import Config
from tests.corpus.pairing import DescriptionPair, pairs

_SLOWEST = 15


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of comparing a pair. `failure` is a traceback, or says that it took too long; empty for none."""

    seconds: float = 0
    megabytes: int = 0
    impacts: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    faults: int = 0
    failure: str = ""


def compare(pair: DescriptionPair, most_seconds: float) -> Outcome:
    """Compare a pair in a process of its own, which is ended when it takes too long."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_compare, args=(pair, there))
    process.start()
    there.close()
    try:
        return Outcome(**here.recv()) if here.poll(most_seconds) else Outcome(most_seconds, failure="takes too long")
    except EOFError:
        return Outcome(failure="the process ended")
    finally:
        process.kill()
        process.join()


def _compare(pair: DescriptionPair, there: Connection) -> None:
    start = time.perf_counter()
    found: dict[str, object] = {}
    try:
        report = diff(str(pair.base), str(pair.revision), config=Config(Path()))
        found["impacts"] = dict(Counter(str(one.impact) for one in report.verdicts))
        found["kinds"] = dict(Counter(f"{one.impact} {one.change.kind}" for one in report.verdicts))
        found["faults"] = len(report.diagnostics)
    except Exception:  # whatever it is, it is told
        found["failure"] = traceback.format_exc()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    there.send({**found, "seconds": time.perf_counter() - start, "megabytes": peak})


def report(outcomes: Sequence[tuple[DescriptionPair, Outcome]]) -> Iterator[str]:
    """Yield the lines of the table: sums by kind of pair, the slowest, what was found by kind, and the failures."""
    yield f"{'pairs':>6} {'seconds':>8} {'breaking':>9} {'warning':>8} {'compatible':>11} {'faults':>7}  made by"
    for kind in dict.fromkeys(pair.kind for pair, _ in outcomes):
        yield _sums(kind, [one for pair, one in outcomes if pair.kind == kind])
    yield _sums("all", [one for _, one in outcomes])
    yield "\nslowest: seconds, MB of memory, kB of description, changes"
    for pair, one in sorted(outcomes, key=lambda found: -found[1].seconds)[:_SLOWEST]:
        changes = sum(one.impacts.values())
        yield f"{one.seconds:8.2f} {one.megabytes:6} {pair.size // 1000:6} {changes:6}  {pair.name}"
    yield "\nkinds"
    kinds = Counter[str]()
    for _, one in outcomes:
        kinds.update(one.kinds)
    yield from (f"{count:8}  {kind}" for kind, count in kinds.most_common())
    failed = [(pair, one) for pair, one in outcomes if one.failure]
    yield f"\n{len(failed)} of {len(outcomes)} pairs failed"
    yield from (f"{pair.kind} {pair.name}\n{one.failure}" for pair, one in failed)


def _sums(title: str, outcomes: Sequence[Outcome]) -> str:
    impacts = Counter[str]()
    for one in outcomes:
        impacts.update(one.impacts)
    seconds, faults = sum(one.seconds for one in outcomes), sum(one.faults for one in outcomes)
    counts = f"{impacts['breaking']:9} {impacts['warning']:8} {impacts['compatible']:11} {faults:7}"
    return f"{len(outcomes):6} {seconds:8.1f} {counts}  {title}"


def main() -> None:
    """Compare what the arguments choose and print the table; `--details` gets a line of JSON for each pair."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", default="", help="only pairs of a kind that has this in its name")
    parser.add_argument("--every", type=int, default=1, help="only every so manieth pair")
    parser.add_argument("--least", type=int, default=0, help="only pairs with so many bytes or more")
    parser.add_argument("--most", type=int, default=10**9, help="only pairs with fewer bytes")
    parser.add_argument("--seconds", type=float, default=120, help="how long one pair may take")
    parser.add_argument("--details", type=Path, default=None, help="where to write what each pair gave")
    chosen = parser.parse_args()
    fitting = [one for one in pairs(at_hand=True) if chosen.kind in one.kind and chosen.least <= one.size < chosen.most]
    outcomes = []
    for pair in fitting[:: chosen.every]:
        outcomes.append((pair, compare(pair, chosen.seconds)))
        if chosen.details:
            with chosen.details.open("a") as file:
                file.write(
                    json.dumps([pair.kind, pair.name, str(pair.base), str(pair.revision), asdict(outcomes[-1][1])])
                    + "\n"
                )
    print("\n".join(report(outcomes)))


if __name__ == "__main__":
    main()
