"""What workers without a memory in common are refused at start, and what a state URL may not be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mockserver.serving import bundle_of, serving

CONTRACT = """\
openapi: 3.1.0
info: {title: Sharing, version: '1'}
components: {securitySchemes: {key: {type: http, scheme: bearer}}}
paths:
  /pets:
    get:
      security: [{key: []}]
      responses: {'200': {description: all, content: {text/plain: {example: pets}}}}
"""
ASKING_TOKEN = CONTRACT.replace("    get:\n", "    get:\n      x-mock-auth: token\n")
ASKING_LIMIT = CONTRACT.replace("    get:\n", "    get:\n      x-mock-rate-limit: 10/1m\n")
TWO = ("--workers", "2")
WAYS = "needs one memory for all 2 workers: serve with --workers 1, or let them share one with --state-url redis://HOST:6379"


def start(
    folder: Path, contract: str, *options: str, environment: dict[str, str] | None = None, isolated: bool = True
) -> tuple[int, str, str]:
    bundle = folder / "sharing.bundle"
    bundle.write_bytes(bundle_of(contract))
    done = subprocess.run(
        [
            sys.executable,
            *(["-I"] if isolated else []),
            "-m",
            "contractctl.mockserver",
            str(bundle),
            "--port",
            "0",
            *options,
        ],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
        env={"PATH": os.environ["PATH"], **(environment or {})},
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("contract", "options", "what"),
    [
        pytest.param(CONTRACT, ("--stateful", "on"), "--stateful", id="state"),
        pytest.param(CONTRACT, ("--journal", "10"), "--journal", id="a journal that was asked for"),
        pytest.param(CONTRACT, ("--rate-limit", "10/1m"), "--rate-limit", id="limits"),
        pytest.param(CONTRACT, ("--auth", "token"), "--auth token", id="tokens"),
        pytest.param(CONTRACT, ("--profile", "realistic"), "--profile realistic (--auth token)", id="a profile"),
        pytest.param(ASKING_TOKEN, (), "x-mock-auth: token", id="tokens that the description asks for"),
        pytest.param(ASKING_LIMIT, (), "x-mock-rate-limit", id="limits that the description asks for"),
    ],
)
def test_workers_are_refused_what_needs_one_memory(
    tmp_path: Path, contract: str, options: tuple[str, ...], what: str
) -> None:
    assert start(tmp_path, contract, *TWO, *options) == (2, "", f"error: {what} {WAYS}\n")


@pytest.mark.parametrize(
    "options",
    [
        pytest.param((), id="nothing"),
        pytest.param(("--journal", "0"), id="no journal"),
        pytest.param(("--profile", "realistic", "--auth", "presence"), id="a profile without its tokens"),
        pytest.param(("--latency", "0-1", "--faults", "500=1%"), id="what is of each worker"),
        pytest.param(("--rate-limit", "off"), id="limits that are turned off"),
        pytest.param(("--stateful", "on", "--state-url", "redis://127.0.0.1:1"), id="state in Redis"),
    ],
)
def test_workers_are_given_what_needs_none(tmp_path: Path, options: tuple[str, ...]) -> None:
    bundle = tmp_path / "sharing.bundle"
    bundle.write_bytes(bundle_of(CONTRACT))
    with serving(bundle, *TWO, *options) as served:
        assert served.exchange(b"GET /__mock/health HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200 ")
        served.process.terminate()
        served.process.communicate(timeout=20)
        assert served.process.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "environment", "message"),
    [
        pytest.param(
            ("--state-url", "http://u:geheim@host:6379"),
            {},
            "--state-url is 'host:6379'; it must be a URL such as redis://127.0.0.1:6379/0, or off",
            id="another scheme, and a password that is not shown",
        ),
        pytest.param(
            (),
            {"MOCK_STATE_URL": "localhost:6379"},
            "MOCK_STATE_URL is 'localhost:6379'; it must be a URL such as redis://127.0.0.1:6379/0, or off",
            id="no scheme",
        ),
        pytest.param(
            ("--state-url", "redis://:geheim@host:port"),
            {},
            "--state-url cannot be used: it has no port that could be used",
            id="a port that is none",
        ),
    ],
)
def test_a_state_url_that_cannot_be_used_is_told_in_one_line(
    tmp_path: Path, arguments: tuple[str, ...], environment: dict[str, str], message: str
) -> None:
    assert start(tmp_path, CONTRACT, *arguments, environment=environment) == (2, "", f"error: {message}\n")


def test_without_the_package_one_line_says_how_to_build_the_image(tmp_path: Path) -> None:
    (tmp_path / "redis.py").write_text("raise ModuleNotFoundError('No module named redis')\n")
    environment = {"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    told = start(tmp_path, CONTRACT, "--state-url", "redis://h", environment=environment, isolated=False)
    message = (
        "--state-url needs redis, which is not here; an image has it when it is built with it: "
        "contractctl build-mock --state-url redis://HOST"
    )
    assert told == (2, "", f"error: {message}\n")
