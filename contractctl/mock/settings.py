"""What a mock is compiled with: options of the command line and of contractctl.yaml, read once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, Literal, TypeAlias

from contractctl.core.failures import UsageFailure
from contractctl.core.json import Json
from contractctl.core.records import dataclass
from contractctl.core.suggestions import did_you_mean
from contractctl.encodings.options import GRAMMARS, PROFILES, SWITCH, Grammar, Value, shown_value

Profile: TypeAlias = Literal["plain", "realistic"]
Need: TypeAlias = Literal["redis", "tokens"]
"""What a server cannot do without libraries of its own: talk to a Redis, sign and check tokens."""


@dataclass(frozen=True, slots=True)
class MockSettings:
    """The settings of one mock. None leaves a choice to the server (its flags, its environment, its default).

    `max_body` is in bytes. `seed` varies what is synthesised. `keep_invalid_examples` serves documented examples that
    the contract forbids; `strict` makes every finding stop the compilation, and the server refuse what it else lets
    pass. `dynamic` synthesises where there are examples, too. `token_ttl`, `latency`, `faults` and `rate_limit` are as
    they were written.
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
    token_ttl: str | None = None
    jwks: str | None = None
    latency: str | None = None
    faults: str | None = None
    rate_limit: str | None = None
    stateful: bool | None = None
    state_url: str | None = None
    journal: int | None = None
    callbacks: str | None = None

    def needs(self, modes: Iterable[str] = ()) -> tuple[Need, ...]:
        """Return what a server with these settings needs, sorted; `modes` are those that operations ask for."""
        usual = self.auth or PROFILES[self.profile].get("auth")
        shares = (self.state_url or "off").lower() != "off"
        found: dict[Need, bool] = {"redis": shares, "tokens": "token" in {usual, *modes}}
        return tuple(need for need, is_needed in found.items() if is_needed)

    @classmethod
    def parse(cls, options: Mapping[str, str]) -> MockSettings:
        """Read options by their long names without dashes in front (`max-body`); text as users write it.

        Raise UsageFailure for an option that is unknown, or whose value cannot be used.
        """
        return cls(**{name.replace("-", "_"): _parse(name, text) for name, text in options.items()})  # type: ignore[arg-type] # each option's parser returns the type of its field

    def bundled(self, *, documented_max_body: int | None) -> dict[str, Json]:
        """Return the settings that go into a Bundle; only those that somebody chose.

        `documented_max_body` is the description's own `x-mock-max-body` in bytes; an option goes before it. What a
        profile stands for the server knows.
        """
        chosen: dict[str, Json] = {
            "profile": None if self.profile == "plain" else self.profile,
            "port": self.port,
            "host": self.host,
            "auth": self.auth,
            "validate": self.validate,
            "max_body": documented_max_body if self.max_body is None else self.max_body,
            "cors": self.cors,
            "log": self.log,
            "seed": self.seed or None,
            "strict": self.strict or None,
            "dynamic": self.dynamic or None,
            "workers": self.workers,
            "token_ttl": self.token_ttl,
            "jwks": self.jwks,
            "latency": self.latency,
            "faults": self.faults,
            "rate_limit": self.rate_limit,
            "stateful": self.stateful,
            # A password does not belong into an image.
            "state_url": None if "@" in (self.state_url or "") else self.state_url,
            "journal": self.journal,
            "callbacks": self.callbacks,
        }
        return {name: value for name, value in chosen.items() if value is not None}


def _as_written(parse: Callable[[str], Value]) -> Callable[[str], str]:
    """Read a text as the server will, and keep it."""

    def checked(text: str) -> str:
        parse(text)
        return text

    return checked


def _prefix(text: str) -> str:
    if not text.startswith("/") or text.endswith("/") or not text.isascii() or any(c in " ?#%{}" for c in text):
        raise ValueError(text)
    return text


_AS_WRITTEN: Final = frozenset({"token_ttl", "latency", "faults", "rate_limit"})
"""What the server reads once more."""
_OPTIONS: Final[Mapping[str, Grammar]] = {
    **{
        name.replace("_", "-"): Grammar(_as_written(grammar.parse), grammar.expected)
        if name in _AS_WRITTEN
        else grammar
        for name, grammar in GRAMMARS.items()
    },
    "control-prefix": Grammar(_prefix, "a path such as /__mock"),
    "keep-invalid-examples": SWITCH,
}
OPTIONS: Final = tuple(_OPTIONS)
"""The names of all options."""
SERVER_OPTIONS: Final = tuple(name.replace("_", "-") for name in GRAMMARS)
"""Those that the server knows, too; given to it they go before its environment."""


def _parse(name: str, text: str) -> Value:
    if name not in _OPTIONS:
        hint = did_you_mean(name, _OPTIONS) or f"known settings: {', '.join(_OPTIONS)}"
        raise UsageFailure(f"a mock has no setting `{name}`", hint=hint)
    grammar = _OPTIONS[name]
    try:
        return grammar.parse(text)
    except ValueError:
        shown = shown_value(name.replace("-", "_"), text)
        raise UsageFailure(f"the setting `{name}` cannot be {shown}", hint=f"it must be {grammar.expected}") from None
