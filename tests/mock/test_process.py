"""A compiled contract behind the real server process: what clients get, and how the process ends."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from contractctl.mock.process import serve
from contractctl.mock.settings import MockSettings
from tests.mock.compiling import EXAMPLES, compiled

PROGRAM = """
import sys
from contractctl.mock.process import serve
sys.exit(serve([sys.argv[1]], options={"port": "0", "log": "none"}))
"""

Answer = tuple[int, bytes]


SUPERVISED = """
import os, signal, sys
from contractctl.mock.process import serve

def renew(reload):
    print("looking", flush=True)
    if sys.argv[2] == "fails":
        raise ValueError("a fault")
    while sys.argv[2] == "takes for ever":
        signal.pause()

if sys.argv[2] == "nohup":
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
sys.exit(serve([sys.argv[1]], options={"port": "0", "log": "none"}, renew=renew))
"""


@contextmanager
def served(name: str, folder: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Compile an example, serve it, and yield the process and the port that its banner names."""
    bundle = folder / "mock.bundle"
    bundle.write_bytes(compiled((EXAMPLES / name / "openapi.yaml").read_bytes(), settings=MockSettings()).bundle)
    run = [sys.executable, "-c", PROGRAM, str(bundle)]
    with subprocess.Popen(run, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process, banner_port(process)
        finally:
            process.terminate()


def banner_port(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
            return int(found[1])
    raise AssertionError("the server ended without a banner")


def ask(port: int, method: str, path: str, *, body: str | None = None, **headers: str) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body=body, headers=sent)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def test_dinosaurs(tmp_path: Path) -> None:
    new = json.dumps({"common_name": "Stegosaurus", "scientific_name": "Stegosaurus Stenops"})
    with served("dinosaurs", tmp_path) as (_, port):
        assert ask(port, "GET", "/api/dinosaurs/1/") == (
            200,
            b'{"id":1,"common_name":"T-Rex","scientific_name":"Tyrannosaurus Rex"}',
        )
        assert ask(port, "GET", "/api/dinosaurs/x/")[0] == 400
        assert ask(port, "POST", "/api/dinosaurs/", body=new, Content_Type="application/json")[0] == 201
        assert ask(port, "POST", "/api/dinosaurs/", body="{}", Content_Type="application/json") == (
            400,
            b'{"title":"Bad Request","status":400,"detail":"common_name is required"}',
        )


def test_fax_below_its_server_path_and_the_bare_one(tmp_path: Path) -> None:
    job = json.dumps(
        {
            "recipients": [{"number": "+49301234567"}],
            "documents": [{"name": "a", "data": "aGk="}],
            "renderingOptions": {"paperFormat": None},
        }
    )
    sent = {"body": job, "Content_Type": "application/json"}
    with served("fax", tmp_path) as (_, port):
        for base in ("/_mock/fax/fax4a-api", ""):
            assert ask(port, "POST", f"{base}/42/fax", Authorization="Basic ZGVtbzpkZW1v", **sent) == (
                200,
                b'{"jobId":"FJKQQUVF1J0IADYARQEXKC"}',
            )
        assert ask(port, "POST", "/42/fax", **sent)[0] == 401


def test_conversations_refuse_more_than_their_limit(tmp_path: Path) -> None:
    body = json.dumps({"mediaType": "call", "address": "+" * 51201})
    with served("conversations", tmp_path) as (_, port):
        status, page = ask(port, "GET", "/api/v2/conversations?pageSize=25", Authorization="Bearer demo")
        assert (status, sorted(json.loads(page))[:3]) == (200, ["entities", "nextUri", "pageCount"])
        headers = {"Content_Type": "application/json", "Authorization": "Bearer demo"}
        assert ask(port, "POST", "/api/v2/conversations", body=body, **headers)[0] == 413


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_signals_are_passed_on_and_the_server_drains(sent: signal.Signals, tmp_path: Path) -> None:
    with served("dinosaurs", tmp_path) as (process, port):
        assert ask(port, "GET", "/api/dinosaurs/")[0] == 200
        process.send_signal(sent)
        assert process.wait(timeout=10) == 0


def test_a_server_that_cannot_start_gives_its_exit_code(tmp_path: Path) -> None:
    bundle = tmp_path / "no.bundle"
    bundle.write_bytes(b"not a bundle")
    assert serve([str(bundle)]) not in {0, 70}


@pytest.fixture
def dinosaurs(tmp_path: Path) -> Path:
    """The bundle of an example."""
    bundle = tmp_path / "mock.bundle"
    bundle.write_bytes(compiled((EXAMPLES / "dinosaurs" / "openapi.yaml").read_bytes()).bundle)
    return bundle


@contextmanager
def supervised(bundle: Path, manner: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Serve a bundle, and yield when its port is known and somebody has begun to look for news."""
    run = [sys.executable, "-c", SUPERVISED, str(bundle), manner]
    with subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found, looked = None, False
        while not (found and looked):
            line = process.stdout.readline()
            assert line
            found, looked = found or re.search(r"http://127\.0\.0\.1:(\d+)/__mock", line), looked or "looking" in line
        try:
            yield process, int(found[1])
        finally:
            process.kill()


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("manner", ["is quick", "takes for ever"])
def test_a_signal_ends_the_server_whatever_is_being_compiled(
    dinosaurs: Path, sent: signal.Signals, manner: str
) -> None:
    with supervised(dinosaurs, manner) as (process, port):
        process.send_signal(sent)
        assert process.communicate(timeout=20)[1] == ""
        assert (process.returncode, is_free(port)) == (0, True)


def test_a_command_that_hears_no_hang_up_goes_on(dinosaurs: Path) -> None:
    with supervised(dinosaurs, "nohup") as (process, port):
        process.send_signal(signal.SIGHUP)
        assert ask(port, "GET", "/api/dinosaurs/")[0] == 200
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
        assert process.returncode == 0


def test_a_fault_of_ours_leaves_no_server_behind(dinosaurs: Path) -> None:
    run = [sys.executable, "-c", SUPERVISED, str(dinosaurs), "fails"]
    done = subprocess.run(run, capture_output=True, text=True, check=False, timeout=20)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, "ValueError: a fault")


class Killed:
    """A process that a signal ended."""

    def send_signal(self, sig: int) -> None:
        """Nobody sends one here."""

    def reload(self) -> None:
        """Nobody asks for it here."""

    def wait(self, timeout: float | None = None) -> int:
        return -9


def test_a_server_that_a_signal_ended_gives_128_and_its_number(tmp_path: Path) -> None:
    assert serve([str(tmp_path / "any.bundle")], start=lambda _command, _environment: Killed()) == 137


def test_where_the_state_is_no_neighbour_reads() -> None:
    started: list[tuple[Sequence[str], Mapping[str, str]]] = []

    def start(command: Sequence[str], environment: Mapping[str, str]) -> Killed:
        started.append((command, environment))
        return Killed()

    serve(["any.bundle"], options={"port": "1", "state-url": "redis://:secret@cache"}, start=start)
    [(command, environment)] = started
    assert (list(command[3:]), environment) == (
        ["any.bundle", "--port", "1"],
        {"MOCK_STATE_URL": "redis://:secret@cache"},
    )
