"""What a receiver may answer to a callback: anything, and nothing of it hurts."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import subprocess
from pathlib import Path

import pytest

from contractctl.mockserver.callbacks.deliveries import Deliveries, Message
from contractctl.mockserver.callbacks.outgoing import Outgoing
from contractctl.mockserver.callbacks.targets import AllowList, Refused, Target, read_target
from contractctl.mockserver.callbacks.wire import Unsent, send
from contractctl.mockserver.clock import Clock
from contractctl.mockserver.memory.local import LocalMemory
from contractctl.mockserver.observing.observer import Observer
from tests.mockserver.receiving import receiving
from tests.mockserver.serving import bundle_of, serving
from tests.mockserver.test_callbacks import CONTRACT, ask, settled

DATA = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
OPENSSL = shutil.which("openssl") or ""


async def answered(reply: bytes, setting: str = "") -> int:
    """Send a request to a receiver that answers with these bytes, closes, and return the status that was read."""

    async def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(reply)
        writer.close()

    server = await asyncio.start_server(receive, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        return await send(read_target(f"http://localhost:{port}/"), DATA, AllowList(setting))


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n", 204, id="an answer without a body"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, id="an answer with one"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nok", 200, id="a body that is cut short"),
        pytest.param(b"HTTP/1.0 200\r\n\r\nok", 200, id="HTTP/1.0, without a reason"),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n\r\n", 201, id="an interim answer"),
        pytest.param(b"HTTP/1.1 500 \r\nX: \xff\xfe\r\n\r\n", 500, id="bytes that are no text"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 200_000, 200, id="a large body"),
    ],
)
def test_the_status_of_an_answer_is_read(reply: bytes, status: int) -> None:
    assert asyncio.run(answered(reply)) == status


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        pytest.param(b"", "the connection was closed before an answer came", id="nothing"),
        pytest.param(b"HTTP/1.1 200 OK\r\n", "the connection was closed before an answer came", id="half a head"),
        pytest.param(b"SSH-2.0-OpenSSH\r\n\r\n", "what came back is not HTTP/1.1", id="another protocol"),
        pytest.param(b"HTTP/1.1 999 Odd\r\n\r\n", "what came back is not HTTP/1.1", id="a status that there is not"),
        pytest.param(b"HTTP/2 200\r\n\r\n", "what came back is not HTTP/1.1", id="another version"),
        pytest.param(b"x" * 200_000, "the answer has a head of more than 64 kB", id="a head without an end"),
    ],
)
def test_what_is_no_answer_is_told(reply: bytes, reason: str) -> None:
    with pytest.raises(Unsent) as unsent:
        asyncio.run(answered(reply))
    assert str(unsent.value) == reason


def test_a_name_that_nobody_knows_is_told() -> None:
    target = read_target("http://nowhere.invalid/")
    with pytest.raises(Unsent, match=r"the host nowhere\.invalid is not known"):
        asyncio.run(send(target, DATA, AllowList("")))


def test_a_label_that_is_too_long_is_told() -> None:
    target = Target("", False, "a" * 64 + ".example", 80, "/")
    with pytest.raises(Unsent, match="is not known"):
        asyncio.run(send(target, DATA, AllowList("")))


def test_nothing_is_connected_to_where_callbacks_are_off() -> None:
    with pytest.raises(Refused):
        asyncio.run(answered(b"HTTP/1.1 204 No Content\r\n\r\n", "off"))


@pytest.mark.skipif(not OPENSSL, reason="certificates are made with openssl")
@pytest.mark.parametrize("is_trusted", [True, False], ids=["trusted", "not trusted"])
def test_a_certificate_has_to_be_trusted(tmp_path: Path, is_trusted: bool) -> None:
    certificate, key, bundle = tmp_path / "cert.pem", tmp_path / "key.pem", tmp_path / "mock.bundle"
    request = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    names = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    paths = ("-keyout", str(key), "-out", str(certificate))
    subprocess.run([OPENSSL, *request, *names, *paths], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    bundle.write_bytes(bundle_of(CONTRACT))
    environment = {"SSL_CERT_FILE": str(certificate)} if is_trusted else {}
    with receiving(context) as receiver, serving(bundle, environment=environment) as mock:
        ask(mock, "POST", "/__mock/webhooks", {"name": "ping", "url": f"https://localhost:{receiver.port}/x"})
        if is_trusted:
            assert receiver.next().line == "GET /x HTTP/1.1"
        (entry,) = settled(mock)
        hint = "name the certificates to trust in SSL_CERT_FILE"
        assert (entry["state"], str(entry.get("error", hint))[-len(hint) :]) == (
            "delivered" if is_trusted else "failed",
            hint,
        )


def message(url: str, size: int = 0) -> Message:
    """Return a webhook for a receiver."""
    outgoing = Outgoing.read({"name": "ping", "method": "GET", "at": "", "statuses": []})
    return Message(outgoing, "webhook", url, "", bytes, size=size)


@pytest.mark.parametrize(
    ("count", "size", "left"),
    [(1100, 0, 1000), (10, 10 << 20, 6)],
    ids=["as many as may wait", "as much as may wait"],
)
def test_what_waits_is_bounded(capsys: pytest.CaptureFixture[str], count: int, size: int, left: int) -> None:
    memory = LocalMemory()
    deliveries = Deliveries("", memory, Observer(memory, Clock(memory), 0))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for _ in range(count):
            deliveries.submit(message(f"http://127.0.0.1:{silent.getsockname()[1]}/", size))
        assert [entry["state"] for entry in deliveries.entries()] == ["dropped"] * (count - left)
        assert deliveries.waiting == left
        deliveries.give_up()
    assert capsys.readouterr().err == f"warning: {left} callbacks were not delivered: the mock was told to stop\n"
