"""A registry behind TLS with a CA of its own, as companies run them."""

from __future__ import annotations

import ipaddress
import json
import re
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from contractctl.core.failures import DeliveryFailure
from contractctl.image.model import Blob
from contractctl.image.reference import Reference, parse_reference
from contractctl.image.registry.pushing import push
from contractctl.image.registry.transport import HttpTransport, Request
from tests.components.presence import give_up, require
from tests.image.front import Reply, front_of
from tests.image.reading import fetch_blob, fetch_manifest
from tests.image.small_images import small_image

IMAGE = small_image("tls")
HINT = "for a CA of your own set REQUESTS_CA_BUNDLE; plain http is spoken to loopback hosts only"


@dataclass(frozen=True, slots=True)
class Identity:
    certificate: Path
    key: Path


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    """A certificate for 127.0.0.1, signed by itself."""
    folder = tmp_path_factory.mktemp("identity")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "contractctl tests")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    made = Identity(folder / "certificate.pem", folder / "key.pem")
    made.certificate.write_bytes(certificate.public_bytes(Encoding.PEM))
    made.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return made


@pytest.fixture(scope="module")
def tls_registry(identity: Identity, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("tls-registry")
    program = require("docker-registry", package="docker-registry")
    tls = {"certificate": str(identity.certificate), "key": str(identity.key)}
    configuration = {
        "version": "0.1",
        "log": {"level": "info", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(folder)}, "maintenance": {"uploadpurging": {"enabled": False}}},
        "http": {"addr": "127.0.0.1:0", "secret": "of the tests", "tls": tls},
    }
    (folder / "config.yml").write_text(json.dumps(configuration))
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(
            [str(program), "serve", str(folder / "config.yml")], stdout=log, stderr=subprocess.PIPE, text=True
        ) as process,
    ):
        assert process.stderr is not None
        found = next((found for line in process.stderr if (found := re.search(r"listening on ([\d.:]+)", line))), None)
        try:
            yield found[1] if found else give_up("docker-registry does not start with TLS")
        finally:
            process.terminate()


def never(seconds: float) -> None:
    raise AssertionError(f"nothing here is worth {seconds} s of waiting")


@pytest.fixture(autouse=True)
def nobody_else_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what the developer's machine trusts."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.component
@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_registry_with_a_ca_of_its_own_takes_the_image(
    name: str, tls_registry: str, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, str(identity.certificate))
    reference = Reference(tls_registry, "acme/mock", "1")
    assert push(IMAGE, reference, pause=never) == IMAGE.digest
    assert fetch_manifest(reference, pause=never) == IMAGE.manifest


@pytest.mark.component
def test_a_ca_that_nobody_knows_is_told(tls_registry: str) -> None:
    with pytest.raises(DeliveryFailure) as told:
        push(IMAGE, Reference(tls_registry, "acme/mock", "1"), pause=never)
    assert told.value.message in {
        f"cannot push {tls_registry}/acme/mock:1: no trusted TLS connection to {tls_registry}: {why}"
        for why in ("self-signed certificate", "self signed certificate")
    }
    assert told.value.hint == HINT


def test_a_server_without_tls_is_told() -> None:
    with front_of("", lambda seen, before: Reply(400)) as front, pytest.raises(DeliveryFailure) as told:
        push(IMAGE, Reference(front.host, "acme/mock", "1"), pause=never)
    assert told.value.message.startswith(
        f"cannot push {front.host}/acme/mock:1: no trusted TLS connection to {front.host}: "
    )


@pytest.mark.component
def test_a_bundle_of_cas_that_is_not_there_is_told(
    tls_registry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    with pytest.raises(DeliveryFailure) as told:
        push(IMAGE, Reference(tls_registry, "acme/mock", "1"), pause=never)
    assert told.value.message == (
        f"cannot push {tls_registry}/acme/mock:1: no trusted TLS connection to {tls_registry}: "
        f"REQUESTS_CA_BUNDLE names {tmp_path}/none.pem, which does not exist"
    )


def test_a_server_that_hangs_up_on_plain_http_is_spoken_to_over_tls(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(identity.certificate))
    with front_of("", lambda seen, before: Reply(200, body=b"roar"), tls=server_side(identity)) as front:
        reference = Reference(front.host, "acme/mock")
        assert fetch_blob(reference, Blob.of("", b"roar").digest, pause=never) == b"roar"


def test_a_registry_of_this_machine_is_asked_past_the_proxy(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(identity.certificate))
    for name in ("HTTPS_PROXY", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://proxy.invalid:3128")
    with (
        front_of("", lambda seen, before: Reply(204), tls=server_side(identity)) as front,
        HttpTransport() as transport,
    ):
        assert transport.send(Request("GET", f"https://{front.host}/v2/")).status == 204


def test_a_proxy_that_refuses_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    name = "registry.example/acme/mock"
    with front_of("", lambda seen, before: Reply(407)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://ada:hunter2@{proxy.host}")
        with pytest.raises(DeliveryFailure) as told:
            push(IMAGE, parse_reference(f"{name}:1"), pause=never)
    assert (told.value.message, told.value.hint) == (
        f"cannot push {name}:1: cannot reach registry.example: the proxy says: 407 proxy authentication required",
        "does the registry run? check its name, your network and HTTPS_PROXY",
    )


def server_side(identity: Identity) -> ssl.SSLContext:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(identity.certificate, identity.key)
    return tls


def test_nothing_but_what_we_say_is_sent_though_netrc_knows_the_host(
    identity: Identity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login ada password hunter2\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(identity.certificate))
    cookie = {"Set-Cookie": "id=1; Path=/"}
    with (
        front_of("", lambda seen, before: Reply(200, cookie), tls=server_side(identity)) as front,
        HttpTransport() as transport,
    ):
        transport.send(Request("GET", f"https://{front.host}/v2/"))
        transport.send(Request("GET", f"https://{front.host}/v2/", {"authorization": "Bearer t"}))
    assert [(one.headers.get("authorization"), one.headers.get("cookie")) for one in front.seen] == [
        (None, None),
        ("Bearer t", None),
    ]
