"""Requests of all the case files, cut up and put together anew: `python -m tests.mockserver.fuzzing COUNT [SEED]`.

The same count and seed send the same bytes in the same pieces. What must hold: every answer is well formed, the server
finds no fault of its own and answers no 5xx that its contract does not document, memory stays, no descriptor is left.
"""

from __future__ import annotations

import json
import random
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from tests.mockserver.answers import read_answers
from tests.mockserver.serving import Served, bundle_of, read_all, serving
from tests.mockserver.test_streams import cases as stream_cases

CASES = Path(__file__).parent / "cases"
OURS = frozenset({501, 505})
"""What is said of a request that nobody could serve: a coding, a version, a response that cannot be made."""
MOST_GROWTH = 12 << 20
WARM = 0.3
"""The part of the requests after which the server has met all there is, and its memory is measured first."""
SPLICES = (
    b'\r\n|\r\n\r\n|\n|\r|\x00|\xff|:| |\t|;|,|%|%zz|%2F|%00|/|//|/..|?|&|=|#|[]|{}|[|"|-1|\xf0\x9f\x98\x80|'
    b"Content-Length: 3\r\n|Content-Length: 0\r\n|Transfer-Encoding: chunked\r\n|0\r\n\r\n|5\r\nhello\r\n|Host: b|"
    b"Connection: close\r\n|Connection: keep-alive\r\n|Expect: 100-continue\r\n|Connection: upgrade\r\nUpgrade: a\r\n|"
    b"Accept: ;;;\r\n|Accept: */*;q=0\r\n|Prefer: code=404\r\n|Prefer: dynamic=true\r\n|Prefer: example=%22\r\n|"
    b"Content-Type: multipart/form-data; boundary=\r\n|Content-Type: application/xml\r\n|<a>|</a>|<!DOCTYPE a>|"
    b"Origin: http://a\r\n|Authorization: Basic =\r\n|Cookie: a=b; =\r\n| HTTP/1.1\r\n| HTTP/1.0\r\n|?__code=500&"
).split(b"|")


def request_of(case: dict[str, Any]) -> bytes:
    """Return a case's request as bytes."""
    headers = {"Host": "a", **{str(name): str(value) for name, value in case.get("headers", {}).items()}}
    body = str(case.get("body", "x" * min(case.get("repeat", 0), 3000))).encode()
    if "json" in case:
        body = json.dumps(case["json"]).encode()
        headers["Content-Type"] = "application/json"
    if body:
        headers["Content-Length"] = str(len(body))
    lines = [f"{case['request']} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode("utf-8", "replace") + b"\r\n\r\n" + body


def mutated(source: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Change a few places of a request."""
    for _ in range(source.choice((0, 0, 0, 1, 1, 2, 5))):
        at = source.randrange(len(data) + 1)
        end = min(len(data), at + source.choice((1, 1, 4, 30)))
        match source.randrange(6):
            case 0:
                data = data[:at] + source.choice(SPLICES) + data[at:]
            case 1:
                data = data[:at] + source.choice(SPLICES) + data[end:]
            case 2:
                data = data[:at] + data[end:]
            case 3:
                data = data[:at] + source.randbytes(end - at) + data[end:]
            case 4:
                data = data[:end] + data[at:end] * source.choice((1, 3, 100)) + data[end:]
            case _:
                other = source.choice(others)
                data = data[:at] + other[source.randrange(len(other) + 1) :]
    return data


def stream(source: random.Random, requests: Sequence[bytes]) -> tuple[bytes, int]:
    """Return the bytes of one connection, and from how many requests they were made.

    Answers to HEAD are told from others by the request, and an answer may be held back: neither is asked for here.
    """
    count = source.choice((1, 1, 2, 3, 6))
    data = b"".join(mutated(source, source.choice(requests), requests) for _ in range(count))
    return data.replace(b"HEAD", b"GET").replace(b"wait", b"want")[: 200 << 10], count


def exchange(served: Served, source: random.Random, data: bytes) -> bytes | None:
    """Send in pieces of any size and return what comes back; None where the connection was reset meanwhile."""
    with served.connect() as connection, suppress(ConnectionError, BrokenPipeError):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        start = 0
        for _ in range(source.choice((0, 0, 1, 3, 10))):
            end = source.randint(start, len(data))
            connection.sendall(data[start:end])
            start = end
        connection.sendall(data[start:])
        with suppress(OSError):  # it may be closed already
            connection.shutdown(socket.SHUT_WR)
        return read_all(connection)
    return None


def check(received: bytes, contract: str, data: bytes, seen: Counter[int]) -> None:
    answers, rest = read_answers(received)
    for answer in answers:
        seen[answer.status] += 1
        asked = {"preference-applied", "mock-fault"} & answer.headers.keys() or str(answer.status) in contract
        assert answer.status < 500 or answer.status in OURS or asked, (answer, data)
        assert b"the mock server has a bug" not in answer.body
    assert rest == b"", (rest[:500], data)


def fuzz(name: str, count: int, seed: int, folder: Path) -> tuple[Counter[int], int]:
    """Send `count` requests to the contract of a case file; return the statuses and by how much the memory grew."""
    file = yaml.safe_load((CASES / f"{name}.yaml").read_text())
    requests = [request_of(case) for case in file["cases"]]
    # A tenth of what is refused for its framing: more of it, and little else would be heard.
    requests += [parameter.values[0] for parameter in stream_cases()][:: max(1, 2000 // len(requests))]
    bundle = folder / f"{name}.bundle"
    bundle.write_bytes(bundle_of(file["contract"]))
    source, seen, sent, warm = random.Random(f"{name} {seed}"), Counter[int](), 0, 0
    with serving(bundle, *file.get("settings", [])) as served:
        descriptors = Path(f"/proc/{served.process.pid}/fd")
        before = len([*descriptors.iterdir()])
        while sent < count:
            data, requested = stream(source, requests)
            received = exchange(served, source, data)
            if received is not None:
                check(received, file["contract"], data, seen)
            sent += requested
            if not warm and sent > count * WARM:
                warm = served.resident_bytes()
        grown = served.resident_bytes() - warm
        assert served.exchange(b"GET /__mock/health HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 ")
        # Who was refused is heard out for a moment, and then forgotten.
        deadline = time.monotonic() + 10
        while len([*descriptors.iterdir()]) > before + 2:
            assert time.monotonic() < deadline, "descriptors are left open"
            served.exchange(b"GET / HTTP/1.0\r\n\r\n")
        served.stop()
    assert grown < MOST_GROWTH, f"{name}: grew by {grown} bytes"
    return seen, grown


def main(count: int, seed: int) -> None:
    # Files with several contracts are about what leads to each of them.
    names = sorted(path.stem for path in CASES.glob("*.yaml") if "\ncontract:" in f"\n{path.read_text()}")
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            seen, grown = fuzz(name, count // len(names), seed, Path(folder))
            told = ", ".join(f"{status}: {number}" for status, number in sorted(seen.items()))
            print(f"{name}: grew by {grown / 1024:.0f} KiB; {told}", flush=True)
    print(f"{count} requests in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
