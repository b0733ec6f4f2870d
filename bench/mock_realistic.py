"""What realism costs: the mock with all of it on, beside itself with none, and beside Prism, in one run.

    npm install --prefix FOLDER @stoplight/prism-cli
    python bench/mock_realistic.py [--peers FOLDER] [--rounds 5] [--seconds 2]

All of it is tokens that the mock gives and checks, latency (of a hundredth of a millisecond, so that it is there and
does not count), faults (of which next to none strike: an error would end the measurement), rate limits that nobody
reaches, state and journal. Needs wrk, taskset and two cores. On a machine that does other things the CPU time a request
is the figure to trust.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from mock import ALL, CONTRACT, ONE, OURS, POST, PRISM  # noqa: UP026 # it is bench/mock.py
from servers import Load, Rate, free_port, measure, need, running, show

from contractctl.contract.build import build_contract
from contractctl.contract.digest import content_digest
from contractctl.mock.compile import compile_bundle
from contractctl.mock.settings import MockSettings
from contractctl.source.parse import parse_document

NOTHING, ALONE = "none of it", "{} alone"
SECURED = """\
  securitySchemes:
    oauth: {type: oauth2, flows: {clientCredentials: {tokenUrl: /oauth/token, scopes: {}}}}
security: [{oauth: []}]
"""
REALISM = {
    "latency": ("--latency", "0.01-0.02"),
    "faults": ("--faults", "503=0.0000000001,drip=0.0000000001"),
    "limits": ("--rate-limit", "1000000000/1h"),
    "tokens": ("--auth", "token"),
    "state": ("--stateful", "on"),
}
NO_JOURNAL = ("--journal", "0")


class Side(NamedTuple):
    """A server: how it is started, with `{port}` where its port belongs, and whether it asks for a token."""

    command: Sequence[str]
    asks_token: bool = False


class Options(NamedTuple):
    """How often and for how many seconds to measure, and a folder for what is written."""

    rounds: int
    seconds: int
    folder: Path


def write_bundle(path: Path, *, secured: bool) -> None:
    """Compile the contract, with or without credentials."""
    document = parse_document(CONTRACT.name, CONTRACT.read_bytes() + (SECURED.encode() if secured else b""))
    built = build_contract(document)
    compiled = compile_bundle(built.contract, settings=MockSettings(), spec_digest=content_digest(document))
    path.write_bytes(compiled.bundle)


def sides(folder: Path, peers: Path | None, *, parts: bool) -> Mapping[str, Side]:
    """Return the servers by name; with `parts` also those that have one part of realism alone."""
    plain, secured = folder / "plain.bundle", folder / "secured.bundle"
    write_bundle(plain, secured=False)
    write_bundle(secured, secured=True)
    ours = [sys.executable, "-I", "-m", "contractctl.mockserver", "--log", "none", "--port", "{port}"]
    everything = [word for words in REALISM.values() for word in words]
    chosen = {
        OURS: Side([*ours, str(secured), *everything], asks_token=True),
        NOTHING: Side([*ours, str(plain), *NO_JOURNAL]),
    }
    if parts:
        chosen[ALONE.format("journal")] = Side([*ours, str(plain)])
        for part, words in REALISM.items():
            bundle = secured if part == "tokens" else plain
            chosen[ALONE.format(part)] = Side([*ours, str(bundle), *NO_JOURNAL, *words], asks_token=part == "tokens")
    if peers:
        prism = str(peers / "node_modules" / ".bin" / "prism")
        chosen[PRISM] = Side([prism, "mock", str(CONTRACT), "--port", "{port}", "--verboseLevel", "silent"])
    return chosen


def token(port: int) -> str:
    """Have the mock give a token."""
    url = f"http://127.0.0.1:{port}/oauth/token"
    request = urllib.request.Request(url, data=b"grant_type=client_credentials&client_id=bench&client_secret=bench")
    with urllib.request.urlopen(request) as answer:
        return str(json.load(answer)["access_token"])


def compare(title: str, path: str, script: str, servers: Mapping[str, Side], options: Options) -> None:
    """Measure each server once a round, in turn, and print what came of it."""
    rates: dict[str, list[Rate]] = {name: [] for name in servers}
    for _ in range(options.rounds):
        for name, side in servers.items():
            port = free_port()
            with running([word.replace("{port}", str(port)) for word in side.command], port) as process:
                file = options.folder / "script.lua"
                bearer = f'wrk.headers["Authorization"] = "Bearer {token(port)}"\n' if side.asks_token else ""
                file.write_text(script + bearer)
                load = Load(path, str(file))
                measure(process, port, load, 1)  # what is made at the first request is made
                rates[name].append(measure(process, port, load, options.seconds))
    print(f"\n{title}, 32 connections")
    show(rates, ours=OURS)


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, help="where npm installed Prism")
    parser.add_argument("--parts", action="store_true", help="measure each part of realism alone, too")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2)
    given = parser.parse_args()
    need("wrk", "taskset")
    with tempfile.TemporaryDirectory() as name:
        options = Options(given.rounds, given.seconds, Path(name))
        servers = sides(options.folder, given.peers, parts=given.parts)
        compare("GET of one", ONE, "", servers, options)
        compare("GET of a list", ALL, "", servers, options)
        compare("POST, body validated", ALL, POST, servers, options)


if __name__ == "__main__":
    main()
