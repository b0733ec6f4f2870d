"""Run as a script: contractctl with a log of what it opened, whom it asked and what it started.

The first argument is the log's file, the others are the command line. Python tells the events itself, before they
happen (PEP 578), so that nothing of ours can forget one.
"""

from __future__ import annotations

import json
import os
import runpy
import sys

_TOLD = frozenset({"open", "os.listdir", "os.scandir", "socket.connect", "socket.getaddrinfo", "subprocess.Popen"})


def follow(log: str) -> None:
    """Write a line of JSON, `[event, first, second]`, for every event; paths as they were given."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def hook(event: str, given: tuple[object, ...]) -> None:
        if event in _TOLD:
            told = [os.fsdecode(one) if isinstance(one, bytes) else str(one) for one in given[:2]]
            os.write(descriptor, json.dumps([event, *told]).encode() + b"\n")

    sys.addaudithook(hook)


if __name__ == "__main__":
    follow(sys.argv.pop(1))
    sys.argv[0] = "contractctl"
    del sys.path[0]
    runpy.run_module("contractctl", run_name="__main__")
