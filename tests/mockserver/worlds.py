"""Clients of worlds: each request names its session, and replicas are asked in turn."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass
class Client:
    """A connection to each replica; requests go to them in turn."""

    connections: list[http.client.HTTPConnection]
    turn: int = 0

    def ask(self, method: str, target: str, session: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        self.turn += 1
        connection = self.connections[self.turn % len(self.connections)]
        sent = {"Mock-Session": session, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        connection.request(method, target, json.dumps(body) if body is not None else None, sent)
        response = connection.getresponse()
        data = response.read()
        self.tag = response.headers.get("ETag") or ""
        return response.status, json.loads(data) if data else None

    def close(self) -> None:
        for connection in self.connections:
            connection.close()


@contextmanager
def connected(ports: list[int]) -> Iterator[Client]:
    client = Client([http.client.HTTPConnection("127.0.0.1", port, timeout=10) for port in ports])
    try:
        yield client
    finally:
        client.close()
