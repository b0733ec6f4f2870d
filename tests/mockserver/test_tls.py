"""HTTPS: with a certificate the server speaks TLS and nothing else."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.mockserver.answers import read_answers
from tests.mockserver.serving import Served, read_all, serving

LAST = b"GET /pets HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
OPENSSL = shutil.which("openssl") or ""
pytestmark = pytest.mark.skipif(not OPENSSL, reason="certificates are made with openssl")


def openssl(*words: str) -> None:
    subprocess.run([OPENSSL, *words], check=True, capture_output=True)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a certificate, its key in forms of all kinds, and another key."""
    folder = tmp_path_factory.mktemp("keys")
    request = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    names = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")
    openssl(*request, *names, "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"))
    openssl(*request, *names, "-keyout", str(folder / "other.pem"), "-out", str(folder / "other-cert.pem"))
    password = ("-aes256", "-passout", "pass:secret")
    openssl("pkey", "-in", str(folder / "key.pem"), "-out", str(folder / "locked.pem"), *password)
    both = (folder / "cert.pem").read_text() + (folder / "key.pem").read_text()
    (folder / "both.pem").write_text(both)
    (folder / "text.pem").write_text("hello\n")
    return folder


def encrypted(served: Served, keys: Path, change: Callable[[ssl.SSLContext], None] = lambda _: None) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=str(keys / "cert.pem"))
    change(context)
    return context.wrap_socket(served.connect(), server_hostname="localhost")


def old(context: ssl.SSLContext) -> None:
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1


@pytest.mark.parametrize("options", [(), ("--workers", "2")], ids=["alone", "with workers"])
def test_a_client_that_trusts_the_certificate_is_served(
    wire_bundle: Path, keys: Path, options: tuple[str, ...]
) -> None:
    with serving(wire_bundle, "--tls-cert", str(keys / "both.pem"), *options) as served:
        with encrypted(served, keys, lambda context: context.set_alpn_protocols(["h2", "http/1.1"])) as connection:
            assert connection.selected_alpn_protocol() == "http/1.1"
            connection.sendall(LAST)
            answers, rest = read_answers(read_all(connection))
        assert ([(answer.status, answer.body) for answer in answers], rest) == ([(200, b"pets")], b"")


def test_what_is_not_tls_is_let_go_without_a_word_in_the_log(wire_bundle: Path, keys: Path) -> None:
    with serving(wire_bundle, "--tls-cert", str(keys / "cert.pem"), "--tls-key", str(keys / "key.pem")) as served:
        with pytest.raises(ssl.SSLError), pytest.warns(DeprecationWarning, match="TLSv1"):
            encrypted(served, keys, old)
        for data in (LAST, b"\x16\x03\x01", b"\x00" * 10_000):
            with served.connect() as connection:
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
                with suppress(ConnectionResetError):
                    assert b"HTTP/" not in read_all(connection)
        assert served.stop() == ""


def test_a_sender_of_too_much_sees_the_answer(wire_bundle: Path, keys: Path) -> None:
    head = b"POST /pets HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 4000000\r\n\r\n"
    with serving(wire_bundle, "--tls-cert", str(keys / "both.pem")) as served, encrypted(served, keys) as connection:
        connection.sendall(head + b"x" * 4_000_000)
        assert connection.recv(65536).startswith(b"HTTP/1.1 413 ")


def test_an_answer_that_is_held_back_is_sent_before_the_server_ends(wire_bundle: Path, keys: Path) -> None:
    with serving(wire_bundle, "--tls-cert", str(keys / "both.pem")) as served, encrypted(served, keys) as connection:
        connection.sendall(b"GET /pets HTTP/1.1\r\nHost: a\r\nPrefer: wait=0.5\r\n\r\n")
        with encrypted(served, keys) as another:
            another.sendall(LAST)
            read_all(another)
        served.process.terminate()
        assert read_all(connection).startswith(b"HTTP/1.1 200 OK")
        assert served.process.wait(timeout=10) == 0


def test_the_banner_has_a_line_that_works_and_the_probe_asks_by_tls(wire_bundle: Path, keys: Path) -> None:
    with serving(wire_bundle, "--tls-cert", str(keys / "both.pem")) as served:
        command = next(line.removeprefix("try:") for line in served.banner.splitlines() if line.startswith("try:"))
        done = subprocess.run(["/bin/sh", "-c", command + " -s"], capture_output=True, text=True, check=True)
        assert (f"https://127.0.0.1:{served.port}/" in command, done.stdout) == (True, "pets")
        probe = [sys.executable, "-I", "-B", "-m", "contractctl.mockserver", "--health", "--port", str(served.port)]
        assert subprocess.run([*probe, "--tls-cert", str(keys / "both.pem")], check=False).returncode == 0
        assert subprocess.run(probe, check=False).returncode == 1


@pytest.mark.parametrize(
    ("certificate", "key", "message"),
    [
        ("no.pem", "", "--tls-cert {}/no.pem cannot be read: No such file or directory"),
        ("text.pem", "", "--tls-cert {}/text.pem holds no certificate; it must be a PEM file"),
        ("cert.pem", "", "--tls-cert {}/cert.pem holds no private key; name the file that does with --tls-key"),
        ("cert.pem", "text.pem", "--tls-key {}/text.pem holds no private key; it must be a PEM file"),
        (
            "cert.pem",
            "locked.pem",
            "--tls-key {}/locked.pem holds an encrypted key; decrypt it first: openssl pkey -in KEY -out PLAIN",
        ),
        (
            "cert.pem",
            "other.pem",
            (
                "--tls-cert {0}/cert.pem and --tls-key {0}/other.pem do not belong together: "
                "the key is not that of the certificate"
            ),
        ),
        ("", "key.pem", "--tls-key needs a certificate; name it with --tls-cert"),
    ],
)
def test_files_that_cannot_be_used_are_told_in_one_line(
    wire_bundle: Path, keys: Path, certificate: str, key: str, message: str
) -> None:
    options = [f"--tls-cert={keys / certificate}"] * bool(certificate) + [f"--tls-key={keys / key}"] * bool(key)
    command = [sys.executable, "-I", "-B", "-m", "contractctl.mockserver", str(wire_bundle), "--port", "0", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"error: {message.format(keys)}\n")


def test_an_encrypted_connection_is_reset_where_a_fault_has_it_so(wire_bundle: Path, keys: Path) -> None:
    with (
        serving(wire_bundle, "--tls-cert", str(keys / "both.pem"), "--faults", "reset=1") as served,
        encrypted(served, keys) as connection,
    ):
        connection.sendall(LAST)
        # Python's TLS takes a reset for an end.
        with socket.socket(fileno=os.dup(connection.fileno())) as bare:
            bare.settimeout(10)
            with pytest.raises(ConnectionResetError):
                read_all(bare)


def test_an_encrypted_connection_ends_within_the_body_where_a_fault_has_it_so(wire_bundle: Path, keys: Path) -> None:
    with (
        serving(wire_bundle, "--tls-cert", str(keys / "both.pem"), "--faults", "truncate=1") as served,
        encrypted(served, keys) as connection,
    ):
        connection.sendall(LAST)
        head, _, body = read_all(connection).partition(b"\r\n\r\n")
    assert (b"\r\nContent-Length: 4\r\n" in head, body) == (True, b"pe")
