"""The health check of the container: one request, no shell, nothing heavy imported."""

from __future__ import annotations

import socket

from contractctl.mockserver.settings import Settings

_SECONDS = 2


def is_healthy(settings: Settings, control: str) -> bool:
    """Ask the server that these settings describe whether it is well; False when it does not say so in two seconds."""
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 (compared with, not bound)
    request = f"GET {control}/health HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
    try:
        with socket.create_connection((host, settings.port), timeout=_SECONDS) as plain:
            connection = _encrypted(plain) if settings.tls_cert else plain
            connection.sendall(request)
            return connection.recv(64).startswith(b"HTTP/1.1 200 ")
    except OSError:
        return False


def _encrypted(connection: socket.socket) -> socket.socket:
    """Speak TLS; whose certificate it is does not matter to who asks whether its own server is well."""
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(connection)
