"""One Docker Engine for every test run on this machine: two of them would fight over the bridge `docker0`.

The engine is the one that already answers, else one that the first run starts and the last run stops. A run says that
it uses the engine by holding a shared lock, which the kernel releases even when the run is killed.
"""

from __future__ import annotations

import fcntl
import os
import select
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.components.presence import give_up, privileges, require

_DEFAULT_SOCKET = "/var/run/docker.sock"
_START_SECONDS = 30.0
_STOP_SECONDS = 30.0


@contextmanager
def shared_engine() -> Iterator[str]:
    """Yield the DOCKER_HOST address of an engine that answers, and stop it afterwards if nobody else uses it."""
    if (running := _running_engine()) is not None:
        yield running
        return
    home = Path(tempfile.gettempdir()) / f"contractctl-engine-{os.getuid()}"
    home.mkdir(mode=0o700, exist_ok=True)
    with (home / "users").open("w") as users:
        with _alone(home):
            address = f"unix://{home}/engine.sock"
            if not answers(address):
                _start(home, address)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield address
        finally:
            with _alone(home):
                _stop_when_unused(home, users.fileno())


def answers(address: str) -> bool:
    """Say whether an engine answers `GET /_ping` at a `unix://` address within two seconds."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(2)
        try:
            connection.connect(address.removeprefix("unix://"))
            connection.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
            return b" 200 " in connection.recv(64)
        except OSError:
            return False


def _running_engine() -> str | None:
    configured = os.environ.get("DOCKER_HOST", "")
    if configured and not configured.startswith("unix://"):
        return configured
    address = configured or f"unix://{_DEFAULT_SOCKET}"
    return address if answers(address) else None


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _start(home: Path, address: str) -> None:
    dockerd = require("dockerd", package="docker.io")
    command = [
        *privileges(),
        str(dockerd),
        *("--host", address, "--group", str(os.getgid())),
        *("--data-root", f"{home}/data", "--exec-root", f"{home}/exec", "--pidfile", f"{home}/pid"),
    ]
    with (home / "log").open("w") as log:
        # Spawned rather than a Popen: the engine may outlive this process, when another run still uses it.
        os.posix_spawnp(
            command[0],
            command,
            os.environ,
            file_actions=[(os.POSIX_SPAWN_DUP2, log.fileno(), 1), (os.POSIX_SPAWN_DUP2, log.fileno(), 2)],
            setsid=True,
        )
    deadline = time.monotonic() + _START_SECONDS
    while not answers(address):
        if time.monotonic() > deadline:
            give_up(f"dockerd does not start: {_last_words(home)}")
        time.sleep(0.05)  # a daemon that is not our child announces itself in no other way


def _last_words(home: Path) -> str:
    lines = (home / "log").read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it wrote nothing"


def _stop_when_unused(home: Path, users: int) -> None:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    process = int((home / "pid").read_text())
    with _watched(process) as ended:
        subprocess.run([*privileges(), "sh", "-c", f"kill -TERM {process}"], check=True)
        if not select.select([ended], [], [], _STOP_SECONDS)[0]:
            raise RuntimeError(f"dockerd (process {process}) did not stop within {_STOP_SECONDS:.0f} s")
    # In a container dockerd mounts its folder onto itself and may leave that behind; the next start takes it up again.
    forget = f"umount {home}/data 2>&-; rm -rf --one-file-system {home}/data {home}/exec 2>&-"
    subprocess.run([*privileges(), "sh", "-c", forget], check=False)


@contextmanager
def _watched(process: int) -> Iterator[int]:
    descriptor = os.pidfd_open(process)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
