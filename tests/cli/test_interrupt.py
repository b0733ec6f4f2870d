"""Control-C and SIGTERM: one word, status 130, and nothing half-written."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.running import CommandLine


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize(
    ("output", "step"),
    [
        pytest.param("oci-archive:toys.tar", "packing the wheels layer", id="while a layer is packed"),
        pytest.param("oci-archive:toys.tar", "writing toys.tar", id="while an archive is written"),
        pytest.param("oci:toys", "writing toys", id="while a layout is written"),
        pytest.param("context:toys", "writing the build context", id="while a build context is written"),
    ],
)
def test_an_interrupted_build_leaves_nothing(
    cli: CommandLine, good: Path, warm_cache: str, number: signal.Signals, output: str, step: str
) -> None:
    environment = dict(cli.environment)
    if step.startswith("writing"):
        environment["XDG_CACHE_HOME"] = warm_cache
    status, said = 0, ""
    for _ in range(20):  # a fast disk may be done with the writing before the signal arrives
        status, said = interrupted(cli.folder, environment, output, step, number)
        if status != 0:
            break
        subprocess.run(["rm", "-r", "toys.tar", "toys"], cwd=cli.folder, stderr=subprocess.DEVNULL, check=False)
    assert (status, said) == (130, "interrupted")
    assert cli.left() == {"good.yaml"}
    assert list(Path(environment["TMPDIR"]).iterdir()) == []
    assert [path for path in Path(environment["XDG_CACHE_HOME"]).rglob("*") if "part" in path.name] == []


def interrupted(
    folder: Path, environment: Mapping[str, str], output: str, step: str, number: signal.Signals
) -> tuple[int, str]:
    """Send a signal as soon as a step has begun. Return the exit status and the last line of standard error."""
    with subprocess.Popen(
        [sys.executable, "-m", "contractctl", "build-mock", "good.yaml", "--verbose", "--output", output],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line == f"{step}\n":
                process.send_signal(number)
                break
        rest = process.stderr.read()
    assert "Traceback" not in rest
    return process.returncode, rest.splitlines()[-1]
