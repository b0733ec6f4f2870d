"""A mock under full load for minutes: `python -m tests.mockserver.soaking MINUTES [OPTION...]`, exit 1 if it fails.

Each client has a session of its own, in which it creates, reads, lists, replaces and deletes over and over. Whatever it
gets must be what its own doing explains, or a fault that was asked for.
"""

from __future__ import annotations

import asyncio
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import uvloop

from tests.mockserver.serving import Served, bundle_of, serving

CONTRACT = """\
openapi: 3.1.0
info: {title: Soak, version: '1'}
components:
  schemas:
    NewThing:
      type: object
      required: [name]
      properties: {name: {type: string, maxLength: 40}, size: {type: integer, minimum: 0}}
    Thing:
      allOf: [{$ref: '#/components/schemas/NewThing'}]
      type: object
      required: [id]
      properties: {id: {type: integer, readOnly: true}}
paths:
  /things:
    get:
      parameters:
        - {name: page, in: query, schema: {type: integer, minimum: 1}}
        - {name: pageSize, in: query, schema: {type: integer, minimum: 1, maximum: 50}}
      responses:
        '200':
          description: some
          content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}}}
        '500': {description: broken, content: {application/json: {example: {error: broken}}}}
    post:
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/NewThing'}}}
      responses:
        '201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
        '409': {description: conflict, content: {application/json: {example: {error: conflict}}}}
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      responses:
        '200': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
        '404': {description: none}
    put:
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/NewThing'}}}
      responses:
        '200': {description: done, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
        '404': {description: none}
    delete: {responses: {'204': {description: gone}, '404': {description: none}}}
"""
OPTIONS = (
    *("--stateful", "on", "--journal", "1000", "--latency", "0-2", "--rate-limit", "1000000000/1h"),
    *("--faults", "error=1%,503=1%,429=0.5%,reset=0.2%,truncate=0.2%,drip=0.02%"),
)
CLIENTS = 32
SECONDS_BETWEEN_SAMPLES = 10
CYCLES_BETWEEN_RESETS = 50
GROWTH = 1.1
"""By how much memory may be larger at the end than after the start; what is cached comes and goes."""
SLACK = 8 << 20
"""Bytes that count as nothing."""
BROKEN = 0
"""The status of an answer of which not even the head came."""

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
_LOCATION = re.compile(rb"\r\nlocation: (\S+)", re.IGNORECASE)


@dataclass(slots=True)
class Told:
    """What the clients saw: answers by status, breaks, and what nobody asked for."""

    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def note_wrong(self, what: str) -> None:
        """Note a failure; the first hundred are enough."""
        if len(self.wrong) < 100:
            self.wrong.append(what)


class Client:
    """One connection at a time, one request at a time, in a session of its own."""

    def __init__(self, port: int, session: str, told: Told) -> None:
        self._port = port
        self._session = session
        self._told = told
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def cycle(self, number: int) -> None:
        """Create something, look at it, change it, remove it."""
        body = b'{"name":"thing %d","size":%d}' % (number, number)
        status, head = await self.ask("POST", "/things", body, expected={201})
        if status != 201 or (found := _LOCATION.search(head)) is None:
            if status == 201:
                self._told.note_wrong(f"POST /things answered without Location: {head!r}")
            return
        path = found[1].decode()
        await self.ask("GET", path, expected={200})
        await self.ask("GET", f"/things?page=1&pageSize={number % 50 + 1}", expected={200})
        await self.ask("PUT", path, body, expected={200})
        status, _ = await self.ask("DELETE", path, expected={204})
        if status == 204:
            await self.ask("GET", path, expected={404})

    async def ask(self, method: str, path: str, body: bytes = b"", *, expected: set[int]) -> tuple[int, bytes]:
        """Return the status and head of an answer; `BROKEN` where there is none."""
        try:
            status, head = await self._exchange(method, path, body)
        except (ConnectionError, asyncio.IncompleteReadError) as error:
            self._streams = None
            self._told.statuses["broken off"] += 1
            partial = error.partial if isinstance(error, asyncio.IncompleteReadError) else b""
            return (_status(partial), partial) if b"\r\n\r\n" in partial else (BROKEN, partial)
        asked_for = b"\r\nMock-Fault: " in head
        self._told.statuses[f"{status}, a fault" if asked_for else str(status)] += 1
        if status not in expected and not asked_for:
            self._told.note_wrong(f"{self._session}: {method} {path} was answered with {status}: {head[:300]!r}")
        return (status, head) if status in expected else (BROKEN, head)

    async def _exchange(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        lines = f"{method} {path} HTTP/1.1\r\nHost: a\r\nMock-Session: {self._session}\r\n"
        if body:
            lines += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        writer.write(lines.encode() + b"\r\n" + body)
        head = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        try:
            await reader.readexactly(int(length[1]) if length else 0)
        except asyncio.IncompleteReadError:
            writer.close()
            raise asyncio.IncompleteReadError(head, None) from None
        return _status(head), head


def _status(head: bytes) -> int:
    return int(head[9:12])


@dataclass(frozen=True, slots=True)
class Sample:
    """What the server had at a time: seconds since the start, bytes, descriptors, answers so far."""

    seconds: float
    resident: int
    files: int
    answers: int


async def soak(server: Served, seconds: float, told: Told) -> list[Sample]:
    """Load a server and look at it now and then."""
    start = time.monotonic()

    async def work(number: int) -> None:
        client = Client(server.port, f"soak-{number}", told)
        cycle = 0
        while time.monotonic() - start < seconds:
            cycle += 1
            await client.cycle(cycle)
            if cycle % CYCLES_BETWEEN_RESETS == 0:  # of answers that were broken off, what they made is still there
                await client.ask("POST", "/__mock/reset", expected={200})

    workers = [asyncio.create_task(work(number)) for number in range(CLIENTS)]
    samples = []
    while time.monotonic() - start < seconds:
        await asyncio.wait(workers, timeout=min(SECONDS_BETWEEN_SAMPLES, seconds), return_when="FIRST_EXCEPTION")
        files = len([*Path(f"/proc/{server.process.pid}/fd").iterdir()])
        samples.append(Sample(time.monotonic() - start, server.resident_bytes(), files, told.statuses.total()))
        print("{:6.0f} s {:8.1f} MB {:5d} files {:10,d} answers".format(*_shown(samples[-1])), flush=True)
        if any(worker.done() and worker.exception() for worker in workers):
            break
    await asyncio.gather(*workers)
    return samples


def _shown(sample: Sample) -> tuple[float, float, int, int]:
    return sample.seconds, sample.resident / 1e6, sample.files, sample.answers


def growth_of(samples: list[Sample]) -> list[str]:
    """Say what grew between the second quarter of the time and the last one: the first is for warming up."""
    quarter = max(len(samples) // 4, 1)
    before, after = samples[quarter : 2 * quarter], samples[-quarter:]
    if not before:
        return ["it was too short to tell: three samples are needed"]
    faults = []
    small, large = (statistics.median(sample.resident for sample in some) for some in (before, after))
    if large > small * GROWTH + SLACK:
        faults.append(f"memory grew from {small / 1e6:.1f} to {large / 1e6:.1f} MB")
    if max(sample.files for sample in after) > max(sample.files for sample in before) + CLIENTS:
        faults.append("descriptors were left open")
    return faults


def main(minutes: float, options: list[str]) -> int:
    """Soak, print what was seen, and return the exit status."""
    told = Told()
    with tempfile.TemporaryDirectory() as folder:
        bundle = Path(folder) / "soak.bundle"
        bundle.write_bytes(bundle_of(CONTRACT))
        with (
            serving(bundle, *OPTIONS, *options) as server,
            asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        ):
            samples = runner.run(soak(server, minutes * 60, told))
    for what, count in sorted(told.statuses.items()):
        print(f"{what:>16} {count:10,d}")
    faults = [*told.wrong, *growth_of(samples)]
    print(*faults, sep="\n")
    print("failed" if faults else f"passed: {told.statuses.total():,d} answers, nothing that nobody asked for")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2:]))
