"""How the server is set up: flag over environment over the Bundle's settings over the default."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from contractctl.mockserver.record import record

USAGE = """\
usage: python -m contractctl.mockserver [PREFIX=]BUNDLE... [options]
       python -m contractctl.mockserver --health [BUNDLE] [options]

Several bundles are served below a path prefix each: /pets=pets.bundle /orders=orders.bundle. On SIGHUP those that
were replaced are read anew.

  --port N                       [MOCK_PORT, then PORT, then 3000; 0 takes a free one]
  --host HOST                    [MOCK_HOST, then 127.0.0.1]
  --auth off|presence            [MOCK_AUTH, then presence]
  --validate enforce|warn|off    [MOCK_VALIDATE, then enforce]
  --strict on|off                refuse undeclared query parameters and read-only members [MOCK_STRICT, then off]
  --dynamic on|off               synthesise where there are examples, too [MOCK_DYNAMIC, then off]
  --seed N                       varies what is synthesised [MOCK_SEED, then that of the bundle]
  --max-body SIZE                [MOCK_MAX_BODY, then 1mb; k = 1024]
  --cors on|off                  [MOCK_CORS, then on]
  --log text|json|none           [MOCK_LOG, then text]
  --workers N                    processes that share the port [MOCK_WORKERS, then 1]
  --tls-cert FILE                serve HTTPS with this certificate (PEM) [MOCK_TLS_CERT]
  --tls-key FILE                 and this key, where the certificate's file does not hold it [MOCK_TLS_KEY]
  --health                       ask a running server on this port; exit 0 when it is healthy
"""

_MOST_WORKERS = 64
_LARGEST_SIZE = (1 << 63) - 1

Value: TypeAlias = "str | int | bool"


class SettingError(ValueError):
    """A setting that cannot be used. One line for people; exit code 2."""


@record
class Settings:
    """How to serve. `max_body` is in bytes; `port` 0 takes a free one."""

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


@record
class CommandLine:
    """What was typed. `bundles` are pairs of a prefix (empty: none) and a file; `flags` are texts by setting."""

    bundles: tuple[tuple[str, str], ...]
    flags: Mapping[str, str]
    health: bool
    help: bool


def parse_size(text: str) -> int:
    """Return bytes: `1mb`, `50kb`, `512`, `1.5m`; k is 1024, and more than 2^63 - 1 is that.

    Raise ValueError for anything else.
    """
    number = text.strip().lower().removesuffix("b").removesuffix("i")
    factor = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}.get(number[-1:], 1)
    digits = number[:-1] if factor > 1 else number
    whole, _, fraction = digits.partition(".")
    if not all(part.isascii() and part.isdigit() for part in (whole, fraction or "0")):
        raise ValueError(text)
    size = int(whole) * factor + (int(fraction) * factor // 10 ** len(fraction) if fraction else 0)
    return min(size, _LARGEST_SIZE)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise ValueError(text)
    return int(text)


def _workers(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= _MOST_WORKERS):
        raise ValueError(text)
    return int(text)


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(text)
        return text

    return parse


def _switch(text: str) -> bool:
    return {"on": True, "true": True, "off": False, "false": False}[text.lower()]


def _host(text: str) -> str:
    if not text or any(character.isspace() for character in text):
        raise ValueError(text)
    return text


_OPTIONS: Mapping[str, tuple[tuple[str, ...], Callable[[str], Value], str]] = {
    "port": (("MOCK_PORT", "PORT"), _port, "a port number, 0 to 65535"),
    "host": (("MOCK_HOST",), _host, "a host name or address"),
    "auth": (("MOCK_AUTH",), _one_of("off", "presence"), "off or presence"),
    "validate": (("MOCK_VALIDATE",), _one_of("enforce", "warn", "off"), "enforce, warn or off"),
    "max_body": (("MOCK_MAX_BODY",), parse_size, "a size such as 1mb or 50kb"),
    "cors": (("MOCK_CORS",), _switch, "on or off"),
    "log": (("MOCK_LOG",), _one_of("text", "json", "none"), "text, json or none"),
    "strict": (("MOCK_STRICT",), _switch, "on or off"),
    "dynamic": (("MOCK_DYNAMIC",), _switch, "on or off"),
    "seed": (("MOCK_SEED",), int, "a whole number"),
    "workers": (("MOCK_WORKERS",), _workers, f"a number of processes, 1 to {_MOST_WORKERS}"),
    "tls_cert": (("MOCK_TLS_CERT",), str, "a file"),
    "tls_key": (("MOCK_TLS_KEY",), str, "a file"),
}


SERVER_SETTINGS = ("port", "host", "log", "workers", "tls_cert", "tls_key")
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
                raise SettingError(f"{name} needs a value: {_OPTIONS[setting][2]}")
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
    for setting, (variables, parse, expected) in _OPTIONS.items():
        source, value = _first_source(setting, variables, flags, environment, bundled)
        if value is None:
            continue
        try:
            chosen[setting] = parse(_as_text(value))
        except (ValueError, KeyError):
            raise SettingError(f"{source} is {value!r}; it must be {expected}") from None
    return Settings(**chosen)


def _first_source(
    setting: str,
    variables: tuple[str, ...],
    flags: Mapping[str, str],
    environment: Mapping[str, str],
    bundled: Mapping[str, Any],
) -> tuple[str, Any]:
    if setting in flags:
        return "--" + setting.replace("_", "-"), flags[setting]
    for variable in variables:
        # Kubernetes sets MOCK_PORT=tcp://10.0.0.1:80 in every pod beside a service that is named `mock`.
        if (value := environment.get(variable)) and not value.startswith("tcp://"):
            return variable, value
    return f"the bundle's setting {setting}", bundled.get(setting)


def _as_text(value: Value) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)
