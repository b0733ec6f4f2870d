"""Command lines that make no sense, in the words of every other message."""

from __future__ import annotations

import re

from typer._click.exceptions import NoSuchOption, UsageError

from contractctl.core.failures import UsageFailure
from contractctl.core.patterns import pattern

Misuse = UsageError
"""What typer raises for them. It exports no name of its own for the class; pyproject.toml pins the versions."""

_EVERYWHERE = frozenset({"--config", "--format", "--color", "--quiet", "-q", "--verbose", "-v", "--debug"})
_SUGGESTION = pattern(r"\.? ?Did you mean (.+?)\??$")


def explained(error: UsageError) -> UsageFailure:
    """Return the failure to tell: what is wrong in one line, and the word that was meant or where to read on."""
    if isinstance(error, NoSuchOption):
        return UsageFailure(f"no such option: {error.option_name}", hint=_option_hint(error))
    message = _quoted(error.format_message())
    if suggestion := _SUGGESTION.search(message):
        return UsageFailure(message[: suggestion.start()], hint=f"did you mean {suggestion[1]}?")
    return UsageFailure(message, hint=_help(error))


def _option_hint(error: NoSuchOption) -> str:
    is_group = error.ctx is not None and error.ctx.parent is None
    if is_group and error.option_name in _EVERYWHERE:
        return f"options come after the command: contractctl COMMAND {error.option_name}"
    if error.possibilities:
        return f"did you mean {' or '.join(sorted(error.possibilities))}?"
    return _help(error)


def _help(error: UsageError) -> str:
    command = error.ctx.command_path if error.ctx else "contractctl"
    if command == "contractctl diff" and "argument" in error.format_message():
        return "two sides are compared: contractctl diff origin/main:openapi.yaml openapi.yaml; quote a glob"
    return f"`{command} --help` lists what there is"


def _quoted(message: str) -> str:
    """Return a sentence of typer's as ours: no capital, no stop, names between backticks."""
    text = re.sub(r"'([^']*)'", r"`\1`", message).rstrip(".")
    return text[:1].lower() + text[1:]
