"""Options of a mock as people write them: what compiles them into a Bundle and what serves it read them alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from contractctl.encodings.hosts import parse_hosts
from contractctl.encodings.quantities import (
    Range,
    Rate,
    Rules,
    parse_duration,
    parse_faults,
    parse_latency,
    parse_rate_limit,
    parse_size,
)

MOST_WORKERS: Final = 64
MOST_JOURNAL: Final = 1_000_000
MOST_SEED: Final = (1 << 63) - 1
"""What a Bundle's JSON can say."""

Value: TypeAlias = "str | int | bool | float | Rules[Range] | Rules[Rate] | Rules[tuple[tuple[str, float], ...]]"


@dataclass(slots=True, match_args=False)
class Grammar:
    """How the text of an option is read. `parse` raises ValueError; `expected` tells people what it must be."""

    parse: Callable[[str], Value]
    expected: str


def one_of(*words: str) -> Grammar:
    """Take these words and no others."""

    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(text)
        return text

    return Grammar(parse, f"{', '.join(words[:-1])} or {words[-1]}")


def _number(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and least <= int(text) <= most):
            raise ValueError(text)
        return int(text)

    return parse


def _switch(text: str) -> bool:
    switches = {"on": True, "true": True, "off": False, "false": False}
    if text.lower() not in switches:
        raise ValueError(text)
    return switches[text.lower()]


def _host(text: str) -> str:
    if not text or any(character.isspace() for character in text):
        raise ValueError(text)
    return text


def _redis(text: str) -> str:
    if text.lower() == "off":
        return ""
    if not text.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError(text)
    return text


def _hosts(text: str) -> str:
    parse_hosts(text)
    return text


PROFILES: Final[Mapping[str, Mapping[str, str]]] = {
    "plain": {},
    "realistic": {"auth": "token", "latency": "POST:50-1000", "max_body": "50kb"},
}
"""What a profile stands for, where nobody says otherwise."""

SWITCH: Final = Grammar(_switch, "on or off")
GRAMMARS: Final[Mapping[str, Grammar]] = {
    "profile": one_of(*PROFILES),
    "port": Grammar(_number(0, 65535), "a port, 0 to 65535"),
    "host": Grammar(_host, "a host name or address"),
    "auth": one_of("off", "presence", "token"),
    "validate": one_of("enforce", "warn", "off"),
    "max_body": Grammar(parse_size, "a size such as 1mb or 50kb"),
    "cors": SWITCH,
    "log": one_of("text", "json", "none"),
    "seed": Grammar(_number(-MOST_SEED, MOST_SEED), "a whole number below 2^63"),
    "strict": SWITCH,
    "dynamic": SWITCH,
    "workers": Grammar(_number(1, MOST_WORKERS), f"a number of processes, 1 to {MOST_WORKERS}"),
    "token_ttl": Grammar(parse_duration, "a duration such as 2h or 90s"),
    "jwks": Grammar(str, "a file or a URL with keys (JWKS)"),
    "latency": Grammar(parse_latency, "milliseconds such as 50-1000, or POST:50-1000"),
    "faults": Grammar(parse_faults, "kinds and shares such as 503=1%,reset=0.5%"),
    "rate_limit": Grammar(parse_rate_limit, "requests in a window such as 100/1m"),
    "stateful": SWITCH,
    "state_url": Grammar(_redis, "a URL such as redis://127.0.0.1:6379/0, or off"),
    "journal": Grammar(_number(0, MOST_JOURNAL), "how many requests are kept; 0 is none"),
    "callbacks": Grammar(_hosts, "hosts such as hooks.example.com or 10.0.0.5:8080, or off"),
}
"""The options that both know, by the names that they have in a Bundle."""


def shown_value(setting: str, text: str) -> str:
    """Return a value that cannot be used, for people: of an URL, what comes before an @ may be a password."""
    return repr(text.rpartition("@")[2] if setting == "state_url" else text)
