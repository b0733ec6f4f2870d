"""How fast the mock server is: start to first answer, requests a second, CPU time a request, beside a bare protocol.

    python bench/mock.py [--rounds 5] [--seconds 2]

Needs wrk (Debian: `apt-get install wrk`) and Linux. Sides alternate; figures are medians with their range. On a machine
that does other things the CPU time a request is the figure to trust.
"""

from __future__ import annotations

import argparse
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from contractctl.contract.build import build_contract
from contractctl.contract.digest import content_digest
from contractctl.mock.compile import compile_bundle
from contractctl.mock.settings import MockSettings
from contractctl.source.parse import parse_document

CONTRACT = Path(__file__).parent.parent / "examples" / "dinosaurs" / "openapi.yaml"
ONE, ALL = "/api/dinosaurs/1/", "/api/dinosaurs/"
POST = """\
wrk.method = "POST"
wrk.body = '{"common_name":"Stego","scientific_name":"Stegosaurus Stenops","diet":"plants"}'
wrk.headers["Content-Type"] = "application/json"
"""


def write_bundle(folder: Path) -> Path:
    document = parse_document(CONTRACT.name, CONTRACT.read_bytes())
    built = build_contract(document)
    compiled = compile_bundle(built.contract, settings=MockSettings(), spec_digest=content_digest(document))
    path = folder / "dinosaurs.bundle"
    path.write_bytes(compiled.bundle)
    return path


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def start(command: list[str], port: int) -> subprocess.Popen[bytes]:
    """Start a server and return when it accepts."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return process
        except ConnectionRefusedError:
            if process.poll() is not None:
                raise SystemExit(f"the server ended with {process.returncode}: {command}") from None
            time.sleep(0.001)  # nothing but an answer says that it listens


def cpu_seconds(process: subprocess.Popen[bytes]) -> float:
    return int(Path(f"/proc/{process.pid}/schedstat").read_text().split()[0]) / 1e9


def mock_command(bundle: Path, port: int) -> list[str]:
    return [sys.executable, "-I", "-m", "contractctl.mockserver", str(bundle), "--port", str(port), "--log", "none"]


def measure_start(bundle: Path) -> tuple[float, float]:
    """Return seconds from process start to a validated answer, and the CPU seconds of them."""
    port = free_port()
    began = time.perf_counter()
    process = start(mock_command(bundle, port), port)
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(f"GET {ONE} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        assert b" 200 OK" in connection.recv(4096)
    seconds, cpu = time.perf_counter() - began, cpu_seconds(process)
    process.terminate()
    process.wait()
    return seconds, cpu


def measure_load(command: list[str], port: int, path: str, script: list[str], seconds: int) -> tuple[float, float]:
    """Return requests a second and CPU microseconds a request."""
    process = start(command, port)
    before = cpu_seconds(process)
    wrk = ["wrk", "-t1", "-c32", f"-d{seconds}s", *script, f"http://127.0.0.1:{port}{path}"]
    told = subprocess.run(wrk, capture_output=True, text=True, check=True).stdout
    used = cpu_seconds(process) - before
    process.terminate()
    process.wait()
    if "Non-2xx" in told:
        raise SystemExit(told)
    count = int(re.findall(r"(\d+) requests in", told)[0])
    return float(re.findall(r"Requests/sec:\s+([\d.]+)", told)[0]), used / count * 1e6


def median(values: list[float], digits: int) -> str:
    shown = (statistics.median(values), min(values), max(values))
    return "{0:.{d}f} ({1:.{d}f} to {2:.{d}f})".format(*shown, d=digits)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2)
    options = parser.parse_args()
    if not shutil.which("wrk"):
        raise SystemExit("wrk is missing: apt-get install wrk")
    with tempfile.TemporaryDirectory() as folder:
        bundle, script = write_bundle(Path(folder)), Path(folder) / "post.lua"
        script.write_text(POST)
        starts = [measure_start(bundle) for _ in range(options.rounds)]
        print(f"start to first answer, s: {median([wall for wall, _ in starts], 3)}")
        print(f"  CPU of it, s:           {median([cpu for _, cpu in starts], 3)}")
        port = free_port()
        mock = mock_command(bundle, port)
        bare = [sys.executable, str(Path(__file__).parent / "bare_server.py"), str(port)]
        sides = {
            "bare protocol": (bare, ONE, []),
            "mock, GET of all": (mock, ALL, []),
            "mock, GET of one (path parameter checked)": (mock, ONE, []),
            "mock, POST (body validated)": (mock, ALL, ["-s", str(script)]),
        }
        runs: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
        for _ in range(options.rounds):
            for name, (command, path, lua) in sides.items():
                runs[name].append(measure_load(command, port, path, lua, options.seconds))
    for name, measured in runs.items():
        print(f"{name}:")
        print(f"  requests/s:       {median([rate for rate, _ in measured], 0)}")
        print(f"  CPU µs a request: {median([cpu for _, cpu in measured], 1)}")


if __name__ == "__main__":
    main()
