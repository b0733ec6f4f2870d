"""Measuring programs beside one another: each run is a process of its own, sides alternate."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

# What is installed has its bytecode; the round that does not count writes that of a clone.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

OURS = "contractctl"
FOUND_OR_NOT = (0, 1)


class Figures(NamedTuple):
    """Seconds of the clock, seconds of the processor in user and system mode, MB."""

    clock: float
    processor: float
    memory: float


def run(command: Sequence[str], output: Path, *, fine: Collection[int] = FOUND_OR_NOT, speaks: bool = True) -> Figures:
    """Run a program to its end, which may be that it found something. Raise SystemExit for another end.

    One that `speaks` has to say something on its standard output, which goes to the file `output`.
    """
    began = time.perf_counter()
    with output.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=subprocess.DEVNULL, cwd=output.parent)
        _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in fine or (speaks and not output.stat().st_size):
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode} and {output.stat().st_size} bytes")
    return Figures(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000)


def alternate(sides: Mapping[str, Sequence[str]], output: Path, rounds: Mapping[str, int]) -> dict[str, list[Figures]]:
    """Measure each side once a round, `rounds` times, after one round that does not count for those in every round."""
    figures: dict[str, list[Figures]] = {side: [] for side in sides}
    most = max(rounds.values())
    for number in range(most + 1):
        for side, command in sides.items():
            if len(figures[side]) < rounds[side] and (number or rounds[side] == most):
                measured = run(command, output)
                if number:
                    figures[side].append(measured)
    return figures


def show(title: str, figures: Mapping[str, Sequence[Figures]]) -> None:
    """Print the medians of each side with their range, and the ratio of our clock to each."""
    heads = "clock                    processor                MB    ratio"
    print(f"\n{title}\n{'':<12} {heads}")
    ours = statistics.median(one.clock for one in figures[OURS])
    for side, values in figures.items():
        clock, processor, memory = (list(column) for column in zip(*values, strict=True))
        ratio = ours / statistics.median(clock)
        print(f"{side:<12} {shown(clock):<24} {shown(processor):<24} {max(memory):<5.0f} {ratio:.3f}")


def shown(values: Sequence[float]) -> str:
    """Return `0.123 (0.120 to 0.130)`."""
    return f"{statistics.median(values):.3f} ({min(values):.3f} to {max(values):.3f})"
