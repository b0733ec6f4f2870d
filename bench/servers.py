"""Servers under load: each a process on one core, the load on another; requests a second, CPU time, latency."""

from __future__ import annotations

import math
import os
import re
import shutil
import socket
import statistics
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

_SECONDS_TO_LISTEN = 120
_UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 60e3}
_TICKS = os.sysconf("SC_CLK_TCK")


class Load(NamedTuple):
    """What is asked for: a path, a script of wrk, connections at once."""

    path: str
    script: str = ""
    connections: int = 32


class Rate(NamedTuple):
    """Requests a second, CPU microseconds a request (user and system), milliseconds at the 50th, 90th and 99th."""

    requests: float
    cpu: float
    latency: tuple[float, float, float]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@contextmanager
def running(command: Sequence[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server on the first core until the context ends; enter when it accepts connections."""
    process = subprocess.Popen(_pinned(0, command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_until_open(process, port)
        yield process
    finally:
        process.terminate()
        process.wait()


def measure(process: subprocess.Popen[bytes], port: int, load: Load, seconds: int) -> Rate:
    """Load a server with wrk from the second core; one that answers nothing in the time has a rate of 0.

    Raise SystemExit for an answer that is no success.
    """
    before = cpu_seconds(process)
    script = ["-s", load.script] if load.script else []
    wrk = ["wrk", "-t1", f"-c{load.connections}", f"-d{seconds}s", "--latency", *script]
    command = _pinned(1, [*wrk, f"http://127.0.0.1:{port}{load.path}"])
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    used = cpu_seconds(process) - before
    if "Non-2xx" in told or "Socket errors" in told:
        raise SystemExit(told)
    count = int(re.findall(r"(\d+) requests in", told)[0])
    if not count:
        return Rate(0.0, math.inf, (math.inf,) * 3)
    found = dict(re.findall(r"(50|90|99)%\s+([\d.]+[a-z]+)", told))
    latency = tuple(_milliseconds(found[percent]) for percent in ("50", "90", "99"))
    return Rate(float(re.findall(r"Requests/sec:\s+([\d.]+)", told)[0]), used / count * 1e6, latency)


def median(values: Sequence[float], digits: int) -> str:
    """Return `12.3 (11.9 to 13.0)`."""
    shown = (statistics.median(values), min(values), max(values))
    return "{0:,.{d}f} ({1:,.{d}f} to {2:,.{d}f})".format(*shown, d=digits)


def show(rates: Mapping[str, Sequence[Rate]], *, ours: str) -> None:
    """Print a line a server: medians with their range, and how many times its rate ours is."""
    mine = statistics.median(rate.requests for rate in rates[ours])
    print(f"  {'':<22}{'requests/s':<30}{'CPU µs a request':<26}{'ms at 50 · 90 · 99 %':<24}ours is")
    for name, measured in rates.items():
        middle = statistics.median(rate.requests for rate in measured)
        waits = " · ".join(f"{statistics.median(rate.latency[at] for rate in measured):.2f}" for at in range(3))
        asked, used = median([rate.requests for rate in measured], 0), median([rate.cpu for rate in measured], 1)
        print(f"  {name:<22}{asked:<30}{used:<26}{waits:<24}{mine / middle if middle else math.inf:.2f}×")


def cpu_seconds(process: subprocess.Popen[bytes]) -> float:
    """Return what a process and those that it started and that live have used of the processor."""
    return sum(_ticks(pid) for pid in _family(process.pid)) / _TICKS


def resident_megabytes(process: subprocess.Popen[bytes]) -> float:
    """Return the memory that a process and those that it started have now."""
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in _family(process.pid))
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def need(*programs: str) -> None:
    """Raise SystemExit for a program that is not there."""
    for program in programs:
        if not shutil.which(program):
            raise SystemExit(f"{program} is missing; on Debian: apt-get install {program}")


def _pinned(core: int, command: Sequence[str]) -> list[str]:
    return ["taskset", "-c", str(core), *command]


def _wait_until_open(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + _SECONDS_TO_LISTEN
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            if process.poll() is not None:
                raise SystemExit(f"the server ended with {process.returncode}: {process.args}") from None
            time.sleep(0.001)  # nothing but an answer says that it listens
    raise SystemExit(f"nobody listens on port {port} after {_SECONDS_TO_LISTEN} s: {process.args}")


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _family(int(child))


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _milliseconds(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)([a-z]+)", text).groups()
    return float(number) * _UNITS[unit]
