"""HTTPS: the certificate and its key, read when the server starts. `ssl` is imported only where it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from contractctl.mockserver.settings import SettingError, Settings

if TYPE_CHECKING:
    import ssl

HANDSHAKE_SECONDS: Final = 10
"""How long a client may take until requests can be sent."""


def tls_context(settings: Settings) -> ssl.SSLContext | None:
    """Return what a server of these settings speaks TLS with, None where it speaks plain HTTP.

    TLS 1.2 at least, and HTTP/1.1 alone is offered (RFC 7301). Raise SettingError when certificate and key cannot be
    used.
    """
    if not settings.tls_cert:
        if settings.tls_key:
            raise SettingError("--tls-key needs a certificate; name it with --tls-cert")
        return None
    _check_files(settings.tls_cert, settings.tls_key)
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(settings.tls_cert, settings.tls_key or None, password=_no_password)
    except ssl.SSLError as error:
        raise SettingError(_reason(error, settings)) from None
    return context


def _check_files(certificate: str, key: str) -> None:
    """Find what is wrong with the files before OpenSSL does, which names neither file nor remedy."""
    if b"-----BEGIN CERTIFICATE-----" not in _read(certificate, "--tls-cert"):
        raise SettingError(f"--tls-cert {certificate} holds no certificate; it must be a PEM file")
    option = f"--tls-key {key}" if key else f"--tls-cert {certificate}"
    data = _read(key or certificate, option.partition(" ")[0])
    if b"PRIVATE KEY-----" not in data:
        remedy = "it must be a PEM file" if key else "name the file that does with --tls-key"
        raise SettingError(f"{option} holds no private key; {remedy}")
    if b"ENCRYPTED" in data:
        out = "openssl pkey -in KEY -out PLAIN"
        raise SettingError(f"{option} holds an encrypted key; decrypt it first: {out}")


def _read(path: str, option: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SettingError(f"{option} {path} cannot be read: {reason}") from None


def _no_password() -> bytes:
    """Answer instead of the terminal, which OpenSSL would ask."""
    return b""


def _reason(error: ssl.SSLError, settings: Settings) -> str:
    files = f"--tls-cert {settings.tls_cert}" + (f" and --tls-key {settings.tls_key}" if settings.tls_key else "")
    if error.reason == "KEY_VALUES_MISMATCH":
        return f"{files} do not belong together: the key is not that of the certificate"
    return f"{files} cannot be used: {error.reason or error}; is each a whole PEM file?"
