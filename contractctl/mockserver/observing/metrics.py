"""The numbers of a server in the text format of Prometheus, version 0.0.4."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from contractctl import __version__
from contractctl.mockserver.observing.spaces import BOUNDS, MICROSECONDS, parts_of

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

Labels: TypeAlias = "tuple[tuple[str, str], ...]"
Samples: TypeAlias = "Iterable[tuple[str, Labels, float | int]]"
"""What comes after the metric's name (such as `_sum`), labels and value."""
_Numbers: TypeAlias = "dict[Labels, int]"

_EVENTS: Final = {
    "violations": ("mock_violations_total", "where", "Violations of the contract in requests, by where they were."),
    "faults": ("mock_faults_total", "kind", "Faults that were injected, by kind."),
    "dropped": ("mock_journal_dropped_total", "", "Requests that the journal kept no room for."),
}


def exposition(numbers: Mapping[str, int], served: Iterable[Mapping[str, str]], connections: int, busy: int) -> str:
    """Return everything. `numbers` are those of the space METRICS, `served` the contracts as health tells them."""
    counts: dict[str, _Numbers] = defaultdict(lambda: defaultdict(int))
    buckets: dict[Labels, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for key, value in sorted(numbers.items()):
        # A key of another form is not one of ours: others may write to a memory that is shared.
        match parts_of(key):
            case [name, event] if name in _EVENTS:
                label = _EVENTS[name][1]
                counts[name][((label, event),) if label else ()] += value
            case [name, prefix, operation, method, status, *place]:
                subject = (("contract", prefix), ("operation", operation))
                counts[name][(*subject, ("method", method), ("status", status))] += value
                counts[f"{name} by operation"][subject] += value
                if place and place[0].isdecimal():
                    buckets[subject][int(place[0])] += value
    return "".join(f"{line}\n" for line in _lines(counts, buckets, served, connections, busy))


def _lines(
    counts: Mapping[str, _Numbers],
    buckets: Mapping[Labels, Mapping[int, int]],
    served: Iterable[Mapping[str, str]],
    connections: int,
    busy: int,
) -> Iterator[str]:
    yield from _counter("mock_requests_total", "Requests that were answered.", counts["requests"])
    told = "How long answers took to make, in seconds."
    seconds = counts["seconds by operation"]
    yield from _metric("mock_request_duration_seconds", "histogram", told, _histogram(buckets, seconds))
    told = "Bytes of the bodies of requests."
    yield from _counter("mock_request_body_bytes_total", told, counts["received by operation"])
    told = "Bytes of the bodies of answers."
    yield from _counter("mock_response_body_bytes_total", told, counts["sent by operation"])
    for name, (metric, _, told) in _EVENTS.items():
        yield from _counter(metric, told, counts[name] or ({} if _EVENTS[name][1] else {(): 0}))
    yield from _metric("mock_connections", "gauge", "Connections that are open.", [("", (), connections)])
    yield from _metric("mock_requests_in_flight", "gauge", "Requests whose answers are waited for.", [("", (), busy)])
    yield from _metric("mock_build_info", "gauge", "What is served, and by which version.", _build(served))
    for name, kind, told, value in _process():
        yield from _metric(name, kind, told, [("", (), value)])


def _build(served: Iterable[Mapping[str, str]]) -> Samples:
    for one in served:
        contract = {"contract": one.get("prefix", ""), "title": one["title"], "contract_version": one["version"]}
        yield "", (("version", __version__), *contract.items(), ("digest", one["digest"])), 1


def _histogram(buckets: Mapping[Labels, Mapping[int, int]], seconds: Mapping[Labels, int]) -> Samples:
    for labels, by_place in buckets.items():
        total = 0
        for place, bound in enumerate((*map(str, BOUNDS), "+Inf")):
            total += by_place.get(place, 0)
            yield "_bucket", (*labels, ("le", bound)), total
        yield "_sum", labels, seconds.get(labels, 0) / MICROSECONDS
        yield "_count", labels, total


def _counter(name: str, told: str, numbers: Mapping[Labels, int]) -> Iterator[str]:
    yield from _metric(name, "counter", told, (("", labels, value) for labels, value in numbers.items()))


def _metric(name: str, kind: str, told: str, samples: Samples) -> Iterator[str]:
    yield f"# HELP {name} {told}"
    yield f"# TYPE {name} {kind}"
    for suffix, labels, value in samples:
        shown = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels)
        yield f"{name}{suffix}{{{shown}}} {value}" if shown else f"{name}{suffix} {value}"


def _escaped(text: str) -> str:
    """Escape a label's value as the format has it; what is no Unicode is shown as such."""
    valid = text.encode("utf-8", "backslashreplace").decode()
    return valid.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def _process() -> Iterator[tuple[str, str, str, float]]:
    """Yield what the process says of itself, as far as the system tells."""
    times = os.times()
    yield "process_cpu_seconds_total", "counter", "CPU time of this process.", round(times.user + times.system, 2)
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        files = sum(1 for _ in Path("/proc/self/fd").iterdir())
        ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
        uptime = float(Path("/proc/uptime").read_text().split()[0])
    except OSError:
        return  # a system without /proc, such as macOS
    resident = pages * os.sysconf("SC_PAGE_SIZE")
    yield "process_resident_memory_bytes", "gauge", "Memory that this process has.", resident
    yield "process_open_fds", "gauge", "Files that this process has open.", files
    started = time.time() - uptime + ticks / os.sysconf("SC_CLK_TCK")
    yield "process_start_time_seconds", "gauge", "When this process began, in seconds since 1970.", round(started, 2)
