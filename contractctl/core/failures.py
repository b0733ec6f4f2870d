"""Failures: why a command could not do its work. Only `cli` renders them; each class carries its exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from contractctl.core.findings import Finding


class Failure(Exception):
    """What went wrong in one sentence, and what to try next. Never holds a secret."""

    exit_code: ClassVar[int] = 3

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageFailure(Failure):
    """The command or the configuration is wrong: unknown key, no such file, no base reference."""

    exit_code = 2


class DeliveryFailure(Failure):
    """The world did not do its part: network, registry, engine, upstream, disk. Never looks like a verdict."""

    exit_code = 3


class UnloadableDescription(Failure):
    """Bytes that do not make an OpenAPI description. `findings` say where and why; there is at least one."""

    exit_code = 1

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(findings[0].message, hint=findings[0].hint)
        self.findings = findings
