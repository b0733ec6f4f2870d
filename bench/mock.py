"""How fast the mock server is, beside Prism, Mockoon, bare node:http and a bare protocol on uvloop, in one run.

    npm install --prefix FOLDER @stoplight/prism-cli @mockoon/cli
    python bench/mock.py --peers FOLDER [--rounds 5] [--seconds 2]

Needs wrk, taskset and two cores: each server has one, the load the other. Sides alternate; figures are medians with
their range. On a machine that does other things the CPU time a request is the figure to trust. Without --peers only
our own server and the two bare ones are measured.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from servers import Load, Rate, free_port, measure, need, running, show

from contractctl.contract.build import build_contract
from contractctl.contract.digest import content_digest
from contractctl.mock.compile import compile_bundle
from contractctl.mock.settings import MockSettings
from contractctl.source.parse import parse_document

HERE = Path(__file__).resolve().parent
CONTRACT = HERE / "dinosaurs.yaml"
ONE, ALL = "/dinosaurs/1", "/dinosaurs"
OURS, PRISM, MOCKOON, NODE, BARE = "contractctl", "Prism", "Mockoon", "node:http", "uvloop, no checks"
CONNECTIONS = (1, 32, 256)

POST = """\
wrk.method = "POST"
wrk.body = '{"common_name":"Stego","scientific_name":"Stegosaurus Stenops","diet":"plants","length":9.2}'
wrk.headers["Content-Type"] = "application/json"
"""
ANOTHER_EACH = """\
local number = 0
request = function()
  number = number + 1
  return wrk.format("GET", "/dinosaurs/" .. number)
end
"""


def write_bundle(folder: Path) -> Path:
    """Compile the contract."""
    document = parse_document(CONTRACT.name, CONTRACT.read_bytes())
    built = build_contract(document)
    compiled = compile_bundle(built.contract, settings=MockSettings(), spec_digest=content_digest(document))
    path = folder / "dinosaurs.bundle"
    path.write_bytes(compiled.bundle)
    return path


def commands(bundle: Path, peers: Path | None, *, dynamic: bool) -> Mapping[str, Sequence[str]]:
    """Return how each server is started, with `{port}` where its port belongs."""
    ours = [sys.executable, "-I", "-m", "contractctl.mockserver", str(bundle), "--log", "none", "--port", "{port}"]
    chosen: dict[str, Sequence[str]] = {OURS: [*ours, *(["--dynamic", "on"] if dynamic else [])]}
    if peers:
        programs = peers / "node_modules" / ".bin"
        prism = [str(programs / "prism"), "mock", str(CONTRACT), "--port", "{port}", "--verboseLevel", "silent"]
        chosen[PRISM] = [*prism, *(["-d"] if dynamic else [])]
        if not dynamic:
            chosen[MOCKOON] = [str(programs / "mockoon-cli"), "start", "--data", str(CONTRACT), "--port", "{port}"]
    if not dynamic:
        chosen[NODE] = ["node", str(HERE / "bare_server.mjs"), "{port}"]
        chosen[BARE] = [sys.executable, str(HERE / "bare_server.py"), "{port}"]
    return chosen


def compare(
    title: str, load: Load, sides: Mapping[str, Sequence[str]], rounds: int, seconds: int
) -> Mapping[str, Sequence[Rate]]:
    """Measure each server once a round, in turn, and print what came of it."""
    rates: dict[str, list[Rate]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, command in sides.items():
            port = free_port()
            with running([word.replace("{port}", str(port)) for word in command], port) as process:
                measure(process, port, load, 1)  # what is made at the first request is made
                rates[name].append(measure(process, port, load, seconds))
    print(f"\n{title}, {load.connections} connections")
    show(rates, ours=OURS)
    return rates


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, help="where npm installed Prism and Mockoon")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2)
    options = parser.parse_args()
    need("wrk", "taskset", "node")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bundle, post, another = write_bundle(folder), folder / "post.lua", folder / "another.lua"
        post.write_text(POST)
        another.write_text(ANOTHER_EACH)
        serving = commands(bundle, options.peers, dynamic=False)
        making = commands(bundle, options.peers, dynamic=True)
        rounds, seconds = options.rounds, options.seconds
        compare("GET of an example, path parameter checked", Load(ONE), serving, rounds, seconds)
        compare("POST, body validated", Load(ALL, str(post)), serving, rounds, seconds)
        compare("GET, synthesised, the same each time", Load(ONE), making, rounds, seconds)
        compare("GET, synthesised, another id each time", Load(ONE, str(another)), making, rounds, seconds)
        for connections in CONNECTIONS:
            compare("latency, GET of an example", Load(ONE, connections=connections), serving, rounds, seconds)


if __name__ == "__main__":
    main()
