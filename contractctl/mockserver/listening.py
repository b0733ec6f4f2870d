"""The sockets that listen: bound once, so that a second server on the port fails, whoever accepts from them."""

from __future__ import annotations

import errno
import socket
from typing import Final

from contractctl.mockserver.settings import Settings

BACKLOG: Final = 1024
_OF_PORTS: Final = (errno.EADDRINUSE, errno.EACCES)


class BindError(OSError):
    """The address cannot be had. One line for people; exit code 3."""


def bind(settings: Settings) -> list[socket.socket]:
    """Return the sockets that listen on host and port; on each address of a name, at the same port.

    Raise BindError when the port is taken, may not be used, or the host is not one of this machine.
    """
    host, port = settings.host, settings.port
    sockets: list[socket.socket] = []
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, _, _, _, address in dict.fromkeys(found):
            sockets.append(_listen(family, (address[0], port, *address[2:])))
            port = sockets[0].getsockname()[1]
    except OSError as error:
        # Without IPv6 `localhost` is served all the same; not where somebody else has one of its addresses.
        if not sockets or (error.errno == errno.EADDRINUSE and settings.port):
            for listener in sockets:
                listener.close()
            reason = error.strerror or str(error)
            option = "--port" if error.errno in _OF_PORTS else "--host"
            raise BindError(
                f"cannot listen on {host}:{settings.port}: {reason}; choose another with {option}"
            ) from None
    return sockets


def _listen(family: int, address: tuple[object, ...]) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        # Without SO_REUSEPORT: a second server on the port has to fail.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(address[0] != "::"))
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener
