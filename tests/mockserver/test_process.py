"""The server as a process: settings, banner, log, health, signals, and what it says when it cannot start."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from contractctl.mock.settings import MockSettings
from contractctl.mockserver.settings import Settings
from tests.mockserver.serving import Served, bundle_of, read_all, serving

LAST = b"GET /pets HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


def run(*arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-B", "-m", "contractctl.mockserver", *arguments],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
        env={"PATH": os.environ["PATH"], **(environment or {})},
    )


def damaged(path: Path, data: bytes) -> str:
    file = path / "damaged.bundle"
    file.write_bytes(data)
    return str(file)


@pytest.mark.parametrize(
    ("arguments", "environment", "message"),
    [
        ([], {}, "which bundle? python -m contractctl.mockserver BUNDLE; --help says more"),
        (["a", "b"], {}, "a and b need a prefix each: /NAME=b"),
        (["--prot", "1"], {}, "there is no option --prot; --help lists them"),
        (["--port"], {}, "--port needs a value: a port, 0 to 65535"),
        (["BUNDLE", "--port", "70000"], {}, "--port is '70000'; it must be a port, 0 to 65535"),
        (["BUNDLE", "--auth=maybe"], {}, "--auth is 'maybe'; it must be off, presence or token"),
        (["BUNDLE"], {"MOCK_PORT": "http"}, "MOCK_PORT is 'http'; it must be a port, 0 to 65535"),
        (["BUNDLE"], {"PORT": "-1"}, "PORT is '-1'; it must be a port, 0 to 65535"),
        (["BUNDLE"], {"MOCK_MAX_BODY": "big"}, "MOCK_MAX_BODY is 'big'; it must be a size such as 1mb or 50kb"),
        (["BUNDLE"], {"MOCK_CORS": "maybe"}, "MOCK_CORS is 'maybe'; it must be on or off"),
        (["no.bundle"], {}, "cannot open the bundle no.bundle: No such file or directory"),
        (["/"], {}, "cannot read the bundle /: Is a directory"),
    ],
)
def test_a_wrong_start_says_so_in_one_line_and_exits_2(
    wire_bundle: Path, arguments: list[str], environment: dict[str, str], message: str
) -> None:
    done = run(*[str(wire_bundle) if word == "BUNDLE" else word for word in arguments], environment=environment)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"error: {message}\n")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(lambda data: b"", "{} is not a bundle; write one with", id="an empty file"),
        pytest.param(lambda data: b"PK\x03\x04" + data, "{} is not a bundle; write one with", id="another file"),
        pytest.param(lambda data: data[:-1], "the bundle {} is cut short or damaged", id="its last byte is missing"),
        pytest.param(lambda data: data[:40], "the bundle {} is cut short or damaged", id="most of it is missing"),
        pytest.param(lambda data: data + b"\n", "the bundle {} is cut short or damaged", id="a byte too many"),
        pytest.param(
            lambda data: data[:-40] + b"?" + data[-39:],
            "the bundle {} is cut short or damaged",
            id="a byte of the index",
        ),
        pytest.param(
            lambda data: data.replace(b"bundle 1\n", b"bundle 2\n"),
            "{} is a bundle of format 2; this server reads 1",
            id="a later format",
        ),
    ],
)
def test_a_damaged_bundle_is_refused_in_one_line(
    wire_bundle: Path, tmp_path: Path, change: Callable[[bytes], bytes], message: str
) -> None:
    path = damaged(tmp_path, change(wire_bundle.read_bytes()))
    done = run(path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: " + message.format(path))
    assert done.stderr.count("\n") == 1


def test_a_port_that_is_taken_exits_3(wire_bundle: Path, server: Served) -> None:
    done = run(str(wire_bundle), "--port", str(server.port))
    assert (done.returncode, done.stdout, done.stderr) == (
        3,
        "",
        f"error: cannot listen on 127.0.0.1:{server.port}: Address already in use; choose another with --port\n",
    )


def test_a_host_of_another_machine_exits_3(wire_bundle: Path) -> None:
    done = run(str(wire_bundle), "--host", "192.0.2.1", "--port", "0")
    assert (done.returncode, done.stdout, done.stderr) == (
        3,
        "",
        "error: cannot listen on 192.0.2.1:0: Cannot assign requested address; choose another with --host\n",
    )


def test_a_port_that_is_taken_on_one_address_of_a_name_exits_3(wire_bundle: Path) -> None:
    addresses = {address[4][0] for address in socket.getaddrinfo("localhost", 0, type=socket.SOCK_STREAM)}
    if len(addresses) < 2:
        pytest.skip("localhost has one address on this machine")
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as taken:
        port = taken.getsockname()[1]
        done = run(str(wire_bundle), "--host", "localhost", "--port", str(port))
    assert (done.returncode, done.stdout) == (3, "")
    assert "Address already in use" in done.stderr


def test_a_host_that_is_not_here_exits_3(wire_bundle: Path) -> None:
    done = run(str(wire_bundle), "--host", "192.0.2.1", "--port", "0")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("error: cannot listen on 192.0.2.1:0: ")


def test_flag_goes_over_environment_over_bundle(tmp_path: Path) -> None:
    contract = (
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {/a: {post: {responses: {'204': {description: d}}}}}"
    )
    path = tmp_path / "settings.bundle"
    path.write_bytes(bundle_of(contract, MockSettings(max_body=10, host="127.0.0.2")))

    def limit(*flags: str, **environment: str) -> str:
        with serving(path, *flags, environment=environment) as served:
            host = re.findall(r"http://([\d.]+):\d+/__mock", served.banner)[0]
            connection = http.client.HTTPConnection(host, served.port, timeout=10)
            connection.request("POST", "/a", body=b"x" * 5000)
            told = json.loads(connection.getresponse().read())
            connection.close()
            return f"{host} {told['limit']}"

    assert limit() == "127.0.0.2 10"
    assert limit(MOCK_MAX_BODY="1k") == "127.0.0.2 1024"
    assert limit("--max-body", "2kb", MOCK_MAX_BODY="1k", MOCK_HOST="127.0.0.1") == "127.0.0.1 2048"


@pytest.mark.parametrize(
    "environment", [{"MOCK_PORT": "PORT", "PORT": "1"}, {"MOCK_PORT": "tcp://10.0.0.1:3000", "PORT": "PORT"}]
)
def test_the_port_comes_from_the_environment(wire_bundle: Path, environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {name: str(port) if value == "PORT" else value for name, value in environment.items()}
    with serving(wire_bundle, port=(), environment=environment) as served:
        assert served.port == port


def test_the_banner_says_what_is_served_and_its_curl_line_works(tmp_path: Path) -> None:
    contract = """\
openapi: 3.0.3
info: {title: Fax, version: 2.0.1}
servers: [{url: 'https://fax.example.com/api'}]
components: {securitySchemes: {httpBasicAuth: {type: http, scheme: basic}}}
security: [{httpBasicAuth: []}]
paths:
  /{customer}/fax:
    get:
      parameters: [{name: customer, in: path, required: true, schema: {type: string}, example: "O'Hara & sons"}]
      responses: {'200': {description: all, content: {text/plain: {example: faxes}}}}
"""
    path = tmp_path / "fax.bundle"
    path.write_bytes(bundle_of(contract))
    with serving(path) as served:
        base = f"http://127.0.0.1:{served.port}"
        lines = served.banner.splitlines()
        assert [line for line in lines if not line.startswith("try:")] == [
            "Fax 2.0.1: 1 operation, 1 path",
            f"  {base}/api",
            f"  {base}",
            "routes:",
            "  GET  /{customer}/fax",
            f"health: {base}/__mock/health",
        ]
        command = next(line.removeprefix("try:") for line in lines if line.startswith("try:"))
        done = subprocess.run(["/bin/sh", "-c", command + " -s"], capture_output=True, text=True, check=True)
        assert done.stdout == "faxes"


def test_the_banner_names_a_contract_without_title_and_version(tmp_path: Path) -> None:
    path = tmp_path / "untitled.bundle"
    path.write_bytes(bundle_of("openapi: 3.0.3\npaths: {/a: {get: {responses: {'204': {description: d}}}}}\n"))
    with serving(path) as served:
        assert served.banner.splitlines()[0] == "untitled: 1 operation, 1 path"


def test_the_banner_shows_twenty_routes_and_counts_the_rest(tmp_path: Path) -> None:
    paths = "".join(f"  /p{i:02}: {{get: {{responses: {{'204': {{description: d}}}}}}}}\n" for i in range(23))
    path = tmp_path / "many.bundle"
    path.write_bytes(bundle_of(f"openapi: 3.1.0\ninfo: {{title: Many, version: '1'}}\npaths:\n{paths}"))
    with serving(path) as served:
        shown = [line for line in served.banner.splitlines() if line.startswith("  GET")]
        assert shown == [f"  GET  /p{i:02}" for i in range(20)]
        assert "  and 3 more\n" in served.banner


def test_the_log_has_a_line_for_each_request_and_no_credential(wire_bundle: Path) -> None:
    with serving(wire_bundle, "--log", "text") as served:
        served.exchange(b"GET /secret?a=1&k%65y=hush HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        served.exchange(b"NONSENSE\r\n\r\n")
        lines = served.stop().splitlines()
    seen = [re.sub(r"^\S+Z|\d+ B|[\d.]+ ms$", "_", line) for line in lines]
    assert seen == ["_ GET /secret?a=1&k%65y=*** 200 _ _", "_ - - 400 _ _"]


def test_the_log_as_json_is_json_from_its_first_line(wire_bundle: Path) -> None:
    with serving(wire_bundle, "--log", "json") as served:
        served.exchange(LAST)
        (line,) = served.stop().splitlines()
        base = f"http://127.0.0.1:{served.port}"
    told = json.loads(served.banner)
    assert told == {
        "event": "listening",
        "title": "Wire",
        "version": "1",
        "digest": told["digest"],
        "urls": [base],
        "health": f"{base}/__mock/health",
    }
    entry = json.loads(line)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", entry.pop("time"))
    assert entry.pop("ms") >= 0
    assert entry == {"method": "GET", "target": "/pets", "status": 200, "bytes": 4}


@pytest.mark.parametrize(
    ("method", "size"),
    [pytest.param("GET", 4, id="a body"), pytest.param("HEAD", 0, id="none to HEAD, whose head tells of one")],
)
def test_the_log_has_the_bytes_of_the_body_that_is_sent(wire_bundle: Path, method: str, size: int) -> None:
    with serving(wire_bundle, "--log", "json") as served:
        served.ask(method, "/pets")
        (line,) = served.stop().splitlines()
    assert json.loads(line)["bytes"] == size


def test_a_log_that_nobody_reads_does_not_stop_the_server(wire_bundle: Path) -> None:
    requests = b"GET /pets?" + b"x" * 400 + b" HTTP/1.1\r\nHost: a\r\n\r\n"
    with serving(wire_bundle, "--log", "text") as served:
        for _ in range(10):
            served.exchange(requests * 200)
        assert served.exchange(LAST).startswith(b"HTTP/1.1 200 OK")
        served.stop()


def test_the_server_runs_where_nothing_is_written(wire_bundle: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = f"exec {sys.executable} -I -B -m contractctl.mockserver {wire_bundle} --port {port} <&- >&- 2>&-"
    process = subprocess.Popen(["/bin/sh", "-c", command])
    try:
        while run("--health", "--port", str(port)).returncode:
            assert process.poll() is None
    finally:
        process.terminate()
        assert process.wait(timeout=20) == 0


def test_health_is_answered_and_probed(wire_bundle: Path) -> None:
    with serving(wire_bundle) as served:
        health = json.loads(served.exchange(b"GET /__mock/health HTTP/1.0\r\n\r\n").partition(b"\r\n\r\n")[2])
        assert health == {"status": "ok", "title": "Wire", "version": "1", "digest": health["digest"]}
        port = {"MOCK_PORT": str(served.port)}
        assert run("--health", environment=port).returncode == 0
        assert run("--health", environment={**port, "MOCK_HOST": "0.0.0.0"}).returncode == 0
        assert run("--health", str(wire_bundle), environment=port).returncode == 0
        served.stop()
        assert run("--health", environment=port).returncode == 1


def test_a_request_that_runs_is_finished_before_the_server_ends(wire_bundle: Path) -> None:
    with serving(wire_bundle) as served, served.connect() as idle, served.connect() as running:
        idle.sendall(b"GET /pets HTTP/1.1\r\nHost: a\r\n\r\n")
        assert idle.recv(65536).startswith(b"HTTP/1.1 200 OK")
        running.sendall(
            b"POST /pets HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
            b"Content-Length: 2\r\n\r\n"
        )
        assert running.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        served.process.terminate()
        assert idle.recv(100) == b""
        running.sendall(b"[]")
        answer = read_all(running)
        assert answer.startswith(b"HTTP/1.1 201 Created\r\n")
        assert b"\r\nConnection: close\r\n" in answer
        assert served.process.wait(timeout=10) == 0


def test_help_lists_every_option() -> None:
    done = run("--help")
    options = re.findall(r"^  (--[a-z-]+)", done.stdout, re.MULTILINE)
    assert done.returncode == 0
    assert sorted(options) == sorted(
        ["--health", *("--" + name.replace("_", "-") for name in Settings.__annotations__)]
    )
