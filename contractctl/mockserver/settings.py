"""How the server is set up: flag over environment over the Bundle's settings over the default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from contractctl.encodings.options import GRAMMARS, PROFILES, Grammar, Value, shown_value
from contractctl.encodings.quantities import Range, Rate, Rules
from contractctl.mockserver.record import record

USAGE = """\
usage: python -m contractctl.mockserver [PREFIX=]BUNDLE... [options]
       python -m contractctl.mockserver --health [BUNDLE] [options]

Several bundles are served below a path prefix each: /pets=pets.bundle /orders=orders.bundle. On SIGHUP those that
were replaced are read anew.

  --profile plain|realistic      realistic: --auth token --latency POST:50-1000 --max-body 50kb [MOCK_PROFILE]
  --port N                       [MOCK_PORT, then PORT, then 3000; 0 takes a free one]
  --host HOST                    [MOCK_HOST, then 127.0.0.1]
  --auth off|presence|token      [MOCK_AUTH, then presence]
  --token-ttl DURATION           how long a token is good [MOCK_TOKEN_TTL, then 2h]
  --jwks FILE|URL                keys of tokens that others issue [MOCK_JWKS; without it their claims are believed]
  --validate enforce|warn|off    [MOCK_VALIDATE, then enforce]
  --strict on|off                refuse undeclared query parameters and read-only members [MOCK_STRICT, then off]
  --dynamic on|off               synthesise where there are examples, too [MOCK_DYNAMIC, then off]
  --seed N                       varies what is synthesised [MOCK_SEED, then that of the bundle]
  --max-body SIZE                [MOCK_MAX_BODY, then 1mb; k = 1024]
  --cors on|off                  [MOCK_CORS, then on]
  --log text|json|none           [MOCK_LOG, then text]
  --latency RULES                [METHOD,...:]MIN-MAX in ms, rules separated by `;` [MOCK_LATENCY, then none]
  --faults RULES                 [METHOD,...:]KIND=SHARE,...; error, a status, reset, drip, truncate [MOCK_FAULTS]
  --rate-limit RULES             [METHOD,...:]REQUESTS/WINDOW, such as 100/1m [MOCK_RATE_LIMIT, then none]
  --stateful on|off              keep what is created, replaced and deleted [MOCK_STATEFUL, then off]
  --state-url URL                share it, and all else that is kept, in this Redis [MOCK_STATE_URL, then in memory]
  --journal N                    how many requests are kept for reading [MOCK_JOURNAL, then 1000]
  --callbacks HOSTS|off          hosts that callbacks may be sent to [MOCK_CALLBACKS, then loopback alone]
  --workers N                    processes that share the port [MOCK_WORKERS, then 1]
  --tls-cert FILE                serve HTTPS with this certificate (PEM) [MOCK_TLS_CERT]
  --tls-key FILE                 and this key, where the certificate's file does not hold it [MOCK_TLS_KEY]
  --health                       ask a running server on this port; exit 0 when it is healthy
"""


class SettingError(ValueError):
    """A setting that cannot be used. One line for people; exit code 2."""


@record
class Settings:
    """How to serve. `max_body` is in bytes, `token_ttl` in seconds; `port` 0 takes a free one.

    `jwks` is a file or URL, empty where tokens of others are believed. `journal` is how many requests are kept, None
    where nobody chose; `callbacks` are hosts, empty for loopback alone, or `off`.
    """

    port: int = 3000
    host: str = "127.0.0.1"
    auth: str = "presence"
    validate: str = "enforce"
    strict: bool = False
    dynamic: bool = False
    seed: int = 0
    max_body: int = 1 << 20
    cors: bool = True
    log: str = "text"
    workers: int = 1
    tls_cert: str = ""
    tls_key: str = ""
    token_ttl: float = 7200.0
    jwks: str = ""
    latency: Rules[Range] | None = None
    faults: Rules[tuple[tuple[str, float], ...]] | None = None
    rate_limit: Rules[Rate] | None = None
    stateful: bool = False
    state_url: str = ""
    journal: int | None = None
    callbacks: str = ""
    profile: str = "plain"

    @property
    def most_requests(self) -> int:
        """How many requests the journal keeps."""
        return 1000 if self.journal is None else self.journal


@record
class CommandLine:
    """What was typed. `bundles` are pairs of a prefix (empty: none) and a file; `flags` are texts by setting."""

    bundles: tuple[tuple[str, str], ...]
    flags: Mapping[str, str]
    health: bool
    help: bool


_FILE = Grammar(str, "a file")
_OPTIONS: Mapping[str, Grammar] = {**GRAMMARS, "tls_cert": _FILE, "tls_key": _FILE}


SERVER_SETTINGS = (
    "port",
    "host",
    "log",
    "workers",
    "tls_cert",
    "tls_key",
    "state_url",
    "journal",
    "token_ttl",
    "jwks",
    "callbacks",
)
"""What is of the server as a whole; everything else is of a contract."""


def parse_command_line(arguments: Sequence[str]) -> CommandLine:
    """Read the arguments; raise SettingError for one that is unknown, lacks its value or is one too many."""
    bundles: dict[str, str] = {}
    flags, health, wants_help = {}, False, False
    rest = iter(arguments)
    for argument in rest:
        name, equals, value = argument.partition("=")
        setting = name.removeprefix("--").replace("-", "_")
        if argument in {"-h", "--help"}:
            wants_help = True
        elif argument == "--health":
            health = True
        elif name.startswith("--") and setting in _OPTIONS:
            given = value if equals else next(rest, None)
            if given is None:
                raise SettingError(f"{name} needs a value: {_OPTIONS[setting].expected}")
            flags[setting] = given
        elif argument.startswith("-"):
            raise SettingError(f"there is no option {name}; --help lists them")
        else:
            prefix, path = _bundle(argument)
            if prefix in bundles:
                raise SettingError(f"{bundles[prefix]} and {path} need a prefix each: /NAME={path}")
            bundles[prefix] = path
    return CommandLine(tuple(bundles.items()), flags, health, wants_help)


def _bundle(argument: str) -> tuple[str, str]:
    """Split `[PREFIX=]BUNDLE`; a file whose name looks like it is a file."""
    prefix, equals, path = argument.partition("=")
    if not (equals and prefix.startswith("/")) or Path(argument).exists():
        return "", argument
    if not prefix.strip("/") or not all(prefix.rstrip("/").split("/")[1:]) or any(mark in prefix for mark in "?#%"):
        raise SettingError(f"{prefix} cannot be a prefix; it must be a path such as /pets")
    return prefix.rstrip("/"), path


def resolve_settings(flags: Mapping[str, str], environment: Mapping[str, str], bundled: Mapping[str, Any]) -> Settings:
    """Put the sources over each other; raise SettingError with the source of a value that cannot be used."""
    chosen: dict[str, Any] = {}
    # The profile is the first option: what it stands for goes before a default, and before nothing else.
    for setting, grammar in _OPTIONS.items():
        source, value = _first_source(setting, flags, environment, bundled)
        if value is None and (value := PROFILES[chosen.get("profile", "plain")].get(setting)) is None:
            continue
        try:
            chosen[setting] = grammar.parse(_as_text(value))
        except ValueError:
            shown = shown_value(setting, _as_text(value))
            raise SettingError(f"{source} is {shown}; it must be {grammar.expected}") from None
    return Settings(**chosen)


def _first_source(
    setting: str, flags: Mapping[str, str], environment: Mapping[str, str], bundled: Mapping[str, Any]
) -> tuple[str, Any]:
    if setting in flags:
        return "--" + setting.replace("_", "-"), flags[setting]
    for variable in (f"MOCK_{setting.upper()}", *(("PORT",) if setting == "port" else ())):
        # Kubernetes sets MOCK_PORT=tcp://10.0.0.1:80 in every pod beside a service that is named `mock`.
        if (value := environment.get(variable)) and not value.startswith("tcp://"):
            return variable, value
    return f"the bundle's setting {setting}", bundled.get(setting)


def _as_text(value: Value) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)
