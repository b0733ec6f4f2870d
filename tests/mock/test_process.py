"""A compiled contract behind the real server process: what clients get, and how the process ends."""

from __future__ import annotations

import http.client
import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
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


class Killed:
    """A process that a signal ended."""

    def send_signal(self, sig: int) -> None:
        """Nobody sends one here."""

    def reload(self) -> None:
        """Nobody asks for it here."""

    def wait(self, timeout: float | None = None) -> int:
        return -9


def test_a_server_that_a_signal_ended_gives_128_and_its_number(tmp_path: Path) -> None:
    assert serve([str(tmp_path / "any.bundle")], start=lambda _: Killed()) == 137
