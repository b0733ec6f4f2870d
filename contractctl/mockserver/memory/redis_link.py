"""The line to Redis: one client, patience that has an end, and failures told in one line without the password."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from contractctl.mockserver.memory.interface import MemoryFull, MemoryUnreachable
from contractctl.mockserver.memory.redis_url import RedisUrl
from contractctl.mockserver.memory.scripts import Script

if TYPE_CHECKING:
    from redis import RedisError

CONNECT_SECONDS: Final = 1.0
ANSWER_SECONDS: Final = 2.0
REST_SECONDS: Final = 1.0
"""How long nobody tries again after Redis was not there."""

Argument: TypeAlias = "str | bytes | int"
Reply: TypeAlias = "int | bytes | str | list[Reply] | dict[bytes, bytes] | None"


class _Commands(Protocol):
    """The client, or a transaction of it, whose own types say nothing."""

    def execute_command(self, *command: Argument) -> Reply:
        """Run one command, or note it."""


class RedisLink:
    """Asks Redis. Nothing is connected before the first question, and nothing is asked twice.

    Where there is no answer every question fails for a second, at once, before the next one tries anew.
    """

    def __init__(
        self, url: RedisUrl, *, answer_seconds: float = ANSWER_SECONDS, rest_seconds: float = REST_SECONDS
    ) -> None:
        """Raise ImportError where the package is missing, ValueError for a URL that Redis' client does not read."""
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        self._url = url
        self._answer_seconds = answer_seconds
        self._rest_seconds = rest_seconds
        self._resting_until = 0.0
        self._told = ""
        self._client = Redis.from_url(
            url.plain,
            socket_connect_timeout=CONNECT_SECONDS,
            socket_timeout=answer_seconds,
            # What is counted or taken must not happen twice. A connection that Redis has closed is known before.
            retry=Retry(NoBackoff(), 0),
            protocol=2,
        )

    def ask(self, *command: Argument) -> Reply:
        """Run one command."""
        return self._guarded([command], together=False)

    def run(self, script: Script, keys: Sequence[bytes], *arguments: Argument) -> Reply:
        """Run a script; one that Redis does not remember is sent."""
        from redis.exceptions import NoScriptError

        rest = (len(keys), *keys, *arguments)
        try:
            return self._guarded([("EVALSHA", script.digest, *rest)], together=False)
        except NoScriptError:
            return self._guarded([("EVAL", script.text, *rest)], together=False)

    def together(self, commands: Sequence[tuple[Argument, ...]]) -> None:
        """Run commands as one transaction: all of them, or none."""
        self._guarded(commands, together=True)

    def _guarded(self, commands: Sequence[tuple[Argument, ...]], *, together: bool) -> Reply:
        from redis.exceptions import NoScriptError, RedisError

        if time.monotonic() < self._resting_until:
            raise MemoryUnreachable(self._told)
        try:
            return self._send(commands, together=together)
        except NoScriptError:
            raise
        except RedisError as error:
            raise self._failure(error) from None
        except (OSError, ValueError) as error:
            # What is no Redis may answer anything.
            raise self._rest(f"answers as no Redis does ({self._safe(error)})") from None

    def _send(self, commands: Sequence[tuple[Argument, ...]], *, together: bool) -> Reply:
        if not together:
            client: _Commands = self._client
            return client.execute_command(*commands[0])
        with self._client.pipeline(transaction=True) as pipeline:
            noting: _Commands = pipeline
            for command in commands:
                noting.execute_command(*command)
            pipeline.execute()
        return None

    def _failure(self, error: RedisError) -> MemoryUnreachable | MemoryFull:
        from redis import exceptions

        match error:
            case exceptions.OutOfMemoryError():
                return MemoryFull(f"{self._url.shown} has no memory left; POST to /reset, or raise its maxmemory")
            case exceptions.TimeoutError():
                return self._rest(f"does not answer within {self._answer_seconds:g} s")
            case exceptions.AuthenticationError() | exceptions.AuthorizationError():
                return self._rest(f"lets nobody in with this user and password ({self._safe(error)})")
            case exceptions.BusyLoadingError():
                return self._rest("is loading its data still")
            case exceptions.ConnectionError():
                return self._rest(f"cannot be reached ({self._safe(error)})")
            case exceptions.ReadOnlyError():
                return MemoryUnreachable(
                    f"{self._url.shown} is a replica that takes nothing; give the URL of its primary"
                )
            case exceptions.ResponseError():
                return MemoryUnreachable(f"{self._url.shown} refuses to keep anything: {self._safe(error)}")
            case _:
                return self._rest(f"answers as no Redis does ({self._safe(error)})")

    def _rest(self, why: str) -> MemoryUnreachable:
        self._told = f"{self._url.shown} {why}"
        self._resting_until = time.monotonic() + self._rest_seconds
        return MemoryUnreachable(self._told)

    def _safe(self, error: Exception) -> str:
        text = re.sub(r"^Error -?\d+ connecting to \S+\. ", "", " ".join(str(error).split()))[:300]
        for secret in self._url.secrets:
            text = text.replace(secret, "***")
        return text.rstrip(".")

    def close(self) -> None:
        """Give the connections back; the next question makes a new one."""
        self._client.connection_pool.disconnect()
