"""One request over the wire: connected to an address that was judged, sent, and its status read."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import threading
from functools import cache
from typing import TYPE_CHECKING, Final

from contractctl.mockserver.callbacks.targets import AllowList, Target, distinct

if TYPE_CHECKING:
    import ssl

SECONDS: Final = 5
"""How long one attempt may take, from the name of the host to the status."""
_LARGEST_HEAD: Final = 64 << 10
_LARGEST_BODY: Final = 64 << 10
_BODY_SECONDS: Final = 1
_STATUS: Final = re.compile(rb"HTTP/1\.[01] ([1-5][0-9][0-9])(?: [^\r\n]*)?\r\n")
_LENGTH: Final = re.compile(rb"(?im)^content-length:[ \t]*([0-9]{1,9})[ \t]*\r$")


class Unsent(Exception):
    """There was no answer. One line for people."""


async def send(target: Target, data: bytes, allowed: AllowList) -> int:
    """Send a request and return the status of the answer; raise Refused or Unsent."""
    try:
        async with asyncio.timeout(SECONDS):
            addresses = await _addresses(target)
            allowed.judge(target, addresses)
            return await _exchange(*await _connect(target, addresses), data)
    except TimeoutError:
        raise Unsent(f"no answer within {SECONDS} s") from None
    except (OSError, EOFError) as error:
        raise Unsent(_reason(error)) from None


async def _addresses(target: Target) -> tuple[str, ...]:
    """Look a host up, in a thread that nobody waits for: a resolver may take longer than anybody has patience."""
    loop = asyncio.get_running_loop()
    found: asyncio.Future[tuple[str, ...]] = loop.create_future()

    def settle(addresses: tuple[str, ...], error: OSError | None) -> None:
        if found.done():
            return
        if error is None:
            found.set_result(addresses)
        else:
            found.set_exception(error)

    def look_up() -> None:
        error: OSError | None = None
        addresses: tuple[str, ...] = ()
        try:
            infos = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
            addresses = distinct(str(info[4][0]) for info in infos)
        except (OSError, UnicodeError) as failure:
            error = OSError(f"the host {target.host} is not known: {failure}")
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, addresses, error)

    threading.Thread(target=look_up, daemon=True).start()
    return await found


async def _connect(target: Target, addresses: tuple[str, ...]) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect to the first address that takes it. The certificate has to be that of the host's name."""
    failure: OSError = OSError(f"{target.host} has no address")
    for address in addresses:
        try:
            return await asyncio.open_connection(
                address,
                target.port,
                limit=_LARGEST_HEAD,
                ssl=_client_context() if target.is_secure else None,
                server_hostname=target.host if target.is_secure else None,
            )
        except OSError as error:
            failure = error
    raise failure


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, data: bytes) -> int:
    try:
        writer.write(data)
        await writer.drain()
        while True:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except asyncio.LimitOverrunError:
                raise Unsent(f"the answer has a head of more than {_LARGEST_HEAD >> 10} kB") from None
            found = _STATUS.match(head)
            if found is None:
                raise Unsent("what came back is not HTTP/1.1")
            if not found[1].startswith(b"1"):
                break
        if found[1] not in {b"204", b"304"}:
            await _hear_out(reader, head)
        return int(found[1])
    finally:
        writer.close()


async def _hear_out(reader: asyncio.StreamReader, head: bytes) -> None:
    """Read the body, as far as it is small and soon there, so that whoever sends it sees no reset."""
    length = _LENGTH.search(head)
    with contextlib.suppress(TimeoutError, OSError, EOFError):
        async with asyncio.timeout(_BODY_SECONDS):
            if length is None:
                await reader.read(_LARGEST_BODY)
            else:
                await reader.readexactly(min(int(length[1]), _LARGEST_BODY))


@cache
def _client_context() -> ssl.SSLContext:
    # Imported when it is needed: most callbacks go to a receiver on the same machine, in plain HTTP.
    import ssl

    return ssl.create_default_context()


def _reason(error: Exception) -> str:
    if isinstance(error, EOFError):
        return "the connection was closed before an answer came"
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return f"{error}; name the certificates to trust in SSL_CERT_FILE"
    return str(error)
