"""How long people wait: `contractctl --version`, a lint of the dinosaurs, a bundle's first answer after process start.

    python bench/start.py [--rounds 9] [--contract FILE] [--path /api/dinosaurs/1/]

Sides alternate; figures are medians with their range, in seconds of the clock and of the processor. On a machine that
does other things the least of them says most. Linux; contractctl installed in the Python that runs this.
"""

from __future__ import annotations

import argparse
import http.client
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
DINOSAURS = ROOT / "examples" / "dinosaurs" / "openapi.yaml"
CONTRACTCTL = (str(Path(sys.executable).with_name("contractctl")),)

# What is installed has its bytecode; the round that does not count writes that of a clone.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

Measured = tuple[float, float]
"""Seconds of the clock, and of the processor in user and system mode; NaN where nobody knows."""

HEAD = "seconds, median (range)"


def run(command: Sequence[str], **environment: str) -> Measured:
    """Run a command that has to end well."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.stderr.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}: {said.decode()}")
    return seconds, used.ru_utime + used.ru_stime


def first_answer(bundle: Path, path: str) -> Measured:
    """Serve a bundle in a process of its own and ask until there is an answer."""
    port = free_port()
    command = [sys.executable, "-m", "contractctl.mockserver", str(bundle), "--port", str(port), "--log", "none"]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        await_answer(port, path, alive=lambda: process.poll() is None)
        return time.perf_counter() - began, cpu_seconds(process.pid)
    finally:
        process.terminate()
        process.wait()


def await_answer(port: int, path: str, *, alive: Callable[[], bool]) -> None:
    """Ask every half millisecond until a server answers 2xx; a proxy in front of it may take and drop connections."""
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", path)
            status = connection.getresponse().status
            if not 200 <= status < 300:
                raise SystemExit(f"GET {path} was answered with {status}")
        except (ConnectionError, http.client.BadStatusLine):
            if not alive():
                raise SystemExit("the server ended before it answered") from None
            time.sleep(0.0005)  # nothing but an answer says that it listens
        else:
            return
        finally:
            connection.close()


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def cpu_seconds(process: int) -> float:
    """Return the seconds that a running process has had of a processor."""
    return sum(int(task.read_text().split()[0]) for task in Path(f"/proc/{process}/task").glob("*/schedstat")) / 1e9


def alternate(sides: Mapping[str, Callable[[], Measured]], rounds: int) -> None:
    """Measure each side once a round, after one round that does not count, and print the figures."""
    figures: dict[str, list[Measured]] = {name: [] for name in sides}
    for number in range(rounds + 1):
        for name, side in sides.items():
            measured = side()
            if number:
                figures[name].append(measured)
    width = max(map(len, (*figures, HEAD)))
    print(f"{HEAD:<{width}}  clock                    processor")
    for name, values in figures.items():
        clock, processor = ([value[kind] for value in values] for kind in (0, 1))
        print(f"{name:<{width}}  {shown(clock):<23}  {shown(processor)}".rstrip())


def shown(values: Sequence[float]) -> str:
    """Return `0.123 (0.120 to 0.130)`, or nothing for what nobody knows."""
    if any(map(math.isnan, values)):
        return ""
    return f"{statistics.median(values):.3f} ({min(values):.3f} to {max(values):.3f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--contract", type=Path, default=DINOSAURS)
    parser.add_argument("--path", default="/api/dinosaurs/1/", help="what the mock of the contract is asked for")
    options = parser.parse_args()
    contract = str(options.contract)
    with tempfile.TemporaryDirectory() as folder:
        bundle = Path(folder) / "contract.bundle"
        run((*CONTRACTCTL, "build-mock", contract, "--bundle", str(bundle)))
        print(f"{contract}: a bundle of {bundle.stat().st_size:,} bytes")
        sides = {
            "python -c pass": lambda: run((sys.executable, "-c", "pass")),
            "contractctl --version": lambda: run((*CONTRACTCTL, "--version")),
            "contractctl lint": lambda: run((*CONTRACTCTL, "lint", "--exit-zero", contract)),
            f"bundle to first answer, {options.path}": lambda: first_answer(bundle, options.path),
        }
        alternate(sides, options.rounds)


if __name__ == "__main__":
    main()
