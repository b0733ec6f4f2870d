"""Connections that look at whom they reached before they say anything. Imports requests: import it late."""

from __future__ import annotations

import socket

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from contractctl.source.addresses import AddressRule, read_address


class ForbiddenAddress(OSError):
    """The connection reached an address that the rule refuses; nothing was sent. The argument is the address."""


def open_session(rule: AddressRule) -> requests.Session:
    """Return a session whose direct connections obey `rule`. Connections through a proxy reach the proxy."""
    session = requests.Session()
    adapter = _Adapter(rule)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


class _Adapter(HTTPAdapter):
    def __init__(self, rule: AddressRule) -> None:
        super().__init__()
        plain, secure = _pools(rule)
        self.poolmanager.pool_classes_by_scheme = {"http": plain, "https": secure}


def _pools(rule: AddressRule) -> tuple[type[HTTPConnectionPool], type[HTTPSConnectionPool]]:
    class Connection(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            _check_peer(self.sock, rule)

    class SecureConnection(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            _check_peer(self.sock, rule)

    class Pool(HTTPConnectionPool):
        ConnectionCls = Connection

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = SecureConnection

    return Pool, SecurePool


def _check_peer(sock: socket.socket | None, rule: AddressRule) -> None:
    """Close the connection when it reached an address other than the one that was looked up and found good."""
    assert sock is not None
    name = str(sock.getpeername()[0])
    if not rule(read_address(name)):
        sock.close()
        raise ForbiddenAddress(name)
