"""What a mock is compiled with: options of the command line and of contractctl.yaml, read once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal, TypeAlias

from contractctl.core.failures import UsageFailure
from contractctl.core.json import Json
from contractctl.core.records import dataclass
from contractctl.core.suggestions import did_you_mean

Profile: TypeAlias = Literal["plain", "realistic"]
Option: TypeAlias = "str | int | bool"

REALISTIC_MAX_BODY: Final = 50 * 1024
MOST_WORKERS: Final = 64
LARGEST_SIZE: Final = (1 << 63) - 1
NOT_YET: Final = "latency and auth `token` of the profile `realistic` are not part of this version"


@dataclass(frozen=True, slots=True)
class MockSettings:
    """The settings of one mock. None leaves a choice to the server (its flags, its environment, its default).

    `max_body` is in bytes. `seed` varies what is synthesised. `keep_invalid_examples` serves documented examples that
    the contract forbids; `strict` makes every finding stop the compilation, and the server refuse what it else lets
    pass. `dynamic` synthesises where there are examples, too.
    """

    profile: Profile = "plain"
    port: int | None = None
    host: str | None = None
    auth: str | None = None
    validate: str | None = None
    max_body: int | None = None
    cors: bool | None = None
    log: str | None = None
    control_prefix: str = "/__mock"
    seed: int = 0
    keep_invalid_examples: bool = False
    strict: bool = False
    dynamic: bool = False
    workers: int | None = None

    @classmethod
    def parse(cls, options: Mapping[str, str]) -> MockSettings:
        """Read options by their long names without dashes in front (`max-body`); text as users write it.

        Raise UsageFailure for an option that is unknown, or whose value cannot be used.
        """
        return cls(**{name.replace("-", "_"): _parse(name, text) for name, text in options.items()})  # type: ignore[arg-type] # each option's parser returns the type of its field

    @property
    def notes(self) -> tuple[str, ...]:
        """What was asked for and is not part of this version; to be told once, on stderr."""
        return (NOT_YET,) if self.profile == "realistic" else ()

    def bundled(self, *, documented_max_body: int | None) -> dict[str, Json]:
        """Return the settings that go into a Bundle; only those that somebody chose.

        `documented_max_body` is the description's own `x-mock-max-body` in bytes; an option goes before it, the
        profile after it.
        """
        profile_max_body = REALISTIC_MAX_BODY if self.profile == "realistic" else None
        limits = (self.max_body, documented_max_body, profile_max_body)
        chosen: dict[str, Json] = {
            "port": self.port,
            "host": self.host,
            "auth": self.auth,
            "validate": self.validate,
            "max_body": next((limit for limit in limits if limit is not None), None),
            "cors": self.cors,
            "log": self.log,
            "seed": self.seed or None,
            "strict": self.strict or None,
            "dynamic": self.dynamic or None,
            "workers": self.workers,
        }
        return {name: value for name, value in chosen.items() if value is not None}


def parse_size(text: str) -> int:
    """Return bytes: `1mb`, `50kb`, `512`, `1.5m`; k is 1024, and more than a Bundle's JSON can say is 2^63 - 1.

    Raise ValueError for anything else.
    """
    number = text.strip().lower().removesuffix("b").removesuffix("i")
    factor = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}.get(number[-1:], 1)
    digits = number[:-1] if factor > 1 else number
    whole, _, fraction = digits.partition(".")
    if not all(part.isascii() and part.isdigit() for part in (whole, fraction or "0")):
        raise ValueError(f"not a size: {text!r}")
    size = int(whole) * factor + (int(fraction) * factor // 10 ** len(fraction) if fraction else 0)
    return min(size, LARGEST_SIZE)


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(text)
        return text

    return parse


def _switch(text: str) -> bool:
    switches = {"on": True, "true": True, "off": False, "false": False}
    if text.lower() not in switches:
        raise ValueError(text)
    return switches[text.lower()]


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise ValueError(text)
    return port


def _workers(text: str) -> int:
    workers = int(text)
    if not 1 <= workers <= MOST_WORKERS:
        raise ValueError(text)
    return workers


def _host(text: str) -> str:
    if not text or any(character.isspace() for character in text):
        raise ValueError(text)
    return text


def _prefix(text: str) -> str:
    if not text.startswith("/") or text.endswith("/") or not text.isascii() or any(c in " ?#%{}" for c in text):
        raise ValueError(text)
    return text


# Option → how its text is read, and what to tell of a value that cannot be.
_OPTIONS: Final[Mapping[str, tuple[Callable[[str], Option], str]]] = {
    "profile": (_one_of("plain", "realistic"), "plain or realistic"),
    "port": (_port, "a port, 0 to 65535"),
    "host": (_host, "a host name or address"),
    "auth": (_one_of("off", "presence"), "off or presence (this version does not issue tokens)"),
    "validate": (_one_of("enforce", "warn", "off"), "enforce, warn or off"),
    "max-body": (parse_size, "a size such as 1mb or 50kb"),
    "cors": (_switch, "on or off"),
    "log": (_one_of("text", "json", "none"), "text, json or none"),
    "control-prefix": (_prefix, "a path such as /__mock"),
    "seed": (int, "a whole number"),
    "keep-invalid-examples": (_switch, "true or false"),
    "strict": (_switch, "true or false"),
    "dynamic": (_switch, "true or false"),
    "workers": (_workers, f"a number of processes, 1 to {MOST_WORKERS}"),
}
OPTIONS: Final = tuple(_OPTIONS)
"""The names of all options."""
SERVER_OPTIONS: Final = tuple(n for n in OPTIONS if n not in {"profile", "control-prefix", "keep-invalid-examples"})
"""Those that the server knows, too; given to it they go before its environment."""


def _parse(name: str, text: str) -> Option:
    if name not in _OPTIONS:
        hint = did_you_mean(name, _OPTIONS) or f"known settings: {', '.join(_OPTIONS)}"
        raise UsageFailure(f"a mock has no setting `{name}`", hint=hint)
    parse, expected = _OPTIONS[name]
    try:
        return parse(text)
    except ValueError:
        raise UsageFailure(f"the setting `{name}` cannot be {text!r}", hint=f"it must be {expected}") from None
