"""Debian's `docker-registry` on a loopback port, with the three ways in that matter: open, htpasswd, bearer tokens."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import IO

from cryptography.hazmat.primitives.serialization import Encoding

from tests.components.presence import give_up, require
from tests.components.tokens import Account, TokenIssuer, new_issuer, token_server

USER = "ada"
PASSWORD = "correct horse"
# bcrypt of PASSWORD: the only hash that docker-registry reads.
_HTPASSWD = f"{USER}:$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2\n"


@dataclass(frozen=True, slots=True)
class Registry:
    """A registry that answers at `host` ("127.0.0.1:PORT", plain HTTP) with nothing in it at first.

    `user` and `password` are empty where it is open to everybody. `storage` is the folder of its blobs.
    """

    host: str
    storage: Path
    user: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True)
class BearerRegistry:
    """A registry behind tokens, as GHCR is. `reader` has the same password and may pull only.

    `tokens.asked` records who asked the token server for what.
    """

    host: str
    storage: Path
    user: str
    password: str
    reader: str
    tokens: TokenIssuer


@contextmanager
def open_registry(folder: Path) -> Iterator[Registry]:
    """Run a registry that asks nobody who they are."""
    with _served(folder, {}) as host:
        yield Registry(host, folder / "storage")


@contextmanager
def htpasswd_registry(folder: Path) -> Iterator[Registry]:
    """Run a registry with Basic authentication."""
    passwords = folder / "htpasswd"
    passwords.write_text(_HTPASSWD)
    with _served(folder, {"htpasswd": {"realm": "tests", "path": str(passwords)}}) as host:
        yield Registry(host, folder / "storage", USER, PASSWORD)


@contextmanager
def bearer_registry(folder: Path) -> Iterator[BearerRegistry]:
    """Run a registry that sends its clients to a token server of ours."""
    accounts = {
        USER: Account(PASSWORD, frozenset({"pull", "push", "delete"})),
        "reader": Account(PASSWORD, frozenset({"pull"})),
    }
    issuer = new_issuer(accounts)
    bundle = folder / "tokens.pem"
    bundle.write_bytes(issuer.certificate.public_bytes(Encoding.PEM))
    with token_server(issuer) as realm:
        token = {"realm": realm, "service": issuer.service, "issuer": issuer.issuer, "rootcertbundle": str(bundle)}
        with _served(folder, {"token": token}) as host:
            yield BearerRegistry(host, folder / "storage", USER, PASSWORD, "reader", issuer)


@contextmanager
def _served(folder: Path, auth: Mapping[str, object]) -> Iterator[str]:
    program = require("docker-registry", package="docker-registry")
    configuration = folder / "config.yml"
    configuration.write_text(json.dumps(_configuration(folder, auth)))
    process = subprocess.Popen(
        [str(program), "serve", str(configuration)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    with process, (folder / "log").open("w") as log:
        assert process.stderr is not None
        host = _address(process.stderr, log)
        drain = Thread(target=log.writelines, args=(process.stderr,))
        drain.start()
        try:
            yield host
        finally:
            process.terminate()
            process.wait()
            drain.join()


def _configuration(folder: Path, auth: Mapping[str, object]) -> dict[str, object]:
    return {
        "version": "0.1",
        "log": {"level": "info", "accesslog": {"disabled": True}},
        "storage": {
            "filesystem": {"rootdirectory": str(folder / "storage")},
            "delete": {"enabled": True},
            "maintenance": {"uploadpurging": {"enabled": False}},
        },
        "http": {"addr": "127.0.0.1:0", "secret": "of the tests"},
        **({"auth": auth} if auth else {}),
    }


def _address(lines: IO[str], log: IO[str]) -> str:
    """Return the address that the registry announces; reading blocks until it does, or until it ends."""
    words = ""
    for words in lines:
        log.write(words)
        if found := re.search(r"listening on ([\d.]+:\d+)", words):
            return found[1]
    return give_up(f"docker-registry does not start: {words.strip() or 'it wrote nothing'}")
