"""The demo: what contractctl does for a team, done once on examples/dinosaurs and told step by step."""

from __future__ import annotations

import shlex
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "dinosaurs"
IMAGE = ROOT / "build" / "demo" / "dinosaurs-mock.tar"
CONTRACTCTL = Path(sysconfig.get_path("scripts")) / "contractctl"
START_SECONDS = 15.0


class DemoFailure(Exception):
    """A step that did not end as the demo promises."""


def main() -> int:
    """Run the five steps; return 0 when each ended as promised."""
    started = time.perf_counter()
    IMAGE.parent.mkdir(parents=True, exist_ok=True)
    try:
        _check()
        _build()
        _serve()
    except DemoFailure as failure:
        print(f"\nThe demo failed: {failure}", file=sys.stderr)
        return 1
    _farewell(time.perf_counter() - started)
    return 0


def _check() -> None:
    _tell(1, "Is the contract sound?")
    _run("lint", "openapi.yaml")
    _tell(2, "What does it break for clients of version 1.0?")
    _run("diff", "openapi-1.0.yaml", "openapi.yaml", promised=1)
    print("    Exit 1 is the right answer here: the change breaks clients, and a pull request would be red.")
    _tell(3, "Is it still the contract that spec-version.txt records?")
    _run("drift", "openapi.yaml")


def _build() -> None:
    _tell(4, "A container image that serves the mock, built with no engine and no network")
    if sys.platform != "linux":
        print("    Skipped: an image from the machine's own Python needs Linux; elsewhere the base is pulled.")
        return
    _run("build-mock", "openapi.yaml", "--base-image", "host", "--output", f"docker-archive:{IMAGE}")


def _serve() -> None:
    _tell(5, "The mock itself, and one request")
    with _mock() as address:
        url = f"{address}/api/dinosaurs/1/"
        print(f"    $ curl {url}")
        with urlopen(url, timeout=5) as answer:
            print(f"    {answer.status} {answer.read().decode()}")


@contextmanager
def _mock() -> Iterator[str]:
    port = _free_port()
    command = ["mock", "openapi.yaml", "--port", str(port)]
    print(f"    $ contractctl {shlex.join(command)} &")
    log = IMAGE.with_name("mock.log")
    with (
        log.open("w") as output,
        subprocess.Popen([CONTRACTCTL, *command], cwd=EXAMPLE, stdout=output, stderr=subprocess.STDOUT) as server,
    ):
        try:
            _await(server, port, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            time.sleep(0.02)  # nothing but a connection says that it listens
        else:
            return
    raise DemoFailure(f"the mock did not start; it said:\n{log.read_text()}")


def _run(*arguments: str, promised: int = 0) -> None:
    shown = shlex.join(arguments).replace(f"{ROOT}/", "../../")
    print(f"    $ contractctl {shown}", flush=True)
    started = time.perf_counter()
    result = subprocess.run(
        [CONTRACTCTL, *arguments], cwd=EXAMPLE, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    seconds = time.perf_counter() - started
    for line in f"{result.stdout}{result.stderr}".rstrip().splitlines():
        print(f"    {line}".rstrip())
    print(f"    (exit {result.returncode}, {seconds:.2f} s)", flush=True)
    if result.returncode != promised:
        raise DemoFailure(f"`contractctl {shown}` ended with {result.returncode}, not {promised}")


def _tell(number: int, what: str) -> None:
    print(f"\n[{number}/5] {what}", flush=True)


def _farewell(seconds: float) -> None:
    image = f"{IMAGE.relative_to(ROOT)}"
    built = f"\n  {image:<33} the image; where there is an engine: docker load -i {image}" if IMAGE.exists() else ""
    print(
        f"""
Done in {seconds:.1f} s. The contract was linted, compared with its older version and with its version file,
and its mock was built into an image and answered a request.

Where things lie:
  examples/dinosaurs/               the contract, its older version, spec-version.txt, contractctl.yaml{built}
  .venv/bin/contractctl             the tool

What to try next:
  source .venv/bin/activate
  contractctl mock examples/dinosaurs/openapi.yaml      then: curl http://127.0.0.1:3000/api/dinosaurs/
  contractctl lint YOUR-OPENAPI.yaml
  contractctl --help"""
    )


if __name__ == "__main__":
    sys.exit(main())
