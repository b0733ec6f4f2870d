"""`contractctl mock` as a process, with what it logs; and clients of it as processes, told where by the environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from tests.e2e.running import CommandLine

CLIENTS = Path(__file__).parent / "clients"
CONTRACTS = Path(__file__).parent / "contracts"


@dataclass(frozen=True, slots=True)
class Mock:
    """A running mock: the address of its server, and what it logs; `log` has its lines once it has ended."""

    address: str
    log: list[dict[str, object]] = field(default_factory=list)


@contextmanager
def mocking(
    cli: CommandLine, *arguments: str, folder: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Mock]:
    """Run `contractctl mock` on a free port; it ends with status 0 and says nothing on standard error."""
    process = subprocess.Popen(
        [sys.executable, "-m", "contractctl", "mock", *arguments, "--port", "0", "--log", "json"],
        cwd=folder,
        env={**cli.environment, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout
        assert process.stderr
        lines: list[str] = []
        drain = Thread(target=lines.extend, args=(process.stdout,))
        try:
            first = process.stdout.readline()
            assert first, process.stderr.read()
            mock = Mock(json.loads(first)["health"].removesuffix("/__mock/health"))
            drain.start()
            yield mock
        finally:
            process.terminate()
            process.wait()
        drain.join()
        assert (process.returncode, process.stderr.read()) == (0, "")
        mock.log.extend(map(json.loads, lines))


def run_client(*command: str, environment: Mapping[str, str]) -> str:
    """Run a client with this environment and nothing of ours; return what it prints, and fail where it fails."""
    surroundings = {"PATH": os.environ["PATH"], **environment}
    done = subprocess.run(command, env=surroundings, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def run_python(name: str, environment: Mapping[str, str]) -> str:
    """Run one of the clients that are written in Python."""
    return run_client(sys.executable, str(CLIENTS / name), environment=environment)
