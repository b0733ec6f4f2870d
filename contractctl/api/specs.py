"""Which descriptions a command means: its arguments, else the configuration's, else the one of the repository."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from contractctl.config import FILE_NAME, Config, SpecConfig
from contractctl.core.failures import UsageFailure
from contractctl.core.records import dataclass
from contractctl.mock.prefixes import PREFIX_HINT, is_prefix
from contractctl.source.files import find_descriptions
from contractctl.source.spec import is_url

_LISTED = 10


def choose_specs(arguments: Iterable[str], config: Config) -> tuple[str, ...]:
    """Return the SPECs to work on, globs expanded, each once.

    Raise UsageFailure when a glob matches nothing, and when nothing is named and not exactly one is found.
    """
    named = tuple(dict.fromkeys(spec for argument in arguments for spec in _expanded(argument, config)))
    if named:
        return named
    if config.specs:
        return tuple(str(spec.path) for spec in config.specs)
    return (_only_description(config.root),)


@dataclass(frozen=True, slots=True)
class MountedSpec:
    """A SPEC, and the path prefix below which it is to be served; empty where nobody chose one."""

    spec: str
    prefix: str


def mounted_specs(arguments: Sequence[str], config: Config) -> tuple[MountedSpec, ...]:
    """Return the SPECs to serve, each `[PREFIX=]SPEC` or configured with a prefix; see `choose_specs`.

    Raise UsageFailure for what is no prefix, and for one that two have.
    """
    mounted = tuple(dict.fromkeys(_mounted(arguments, config)))
    prefixes: dict[str, str] = {}
    for one in mounted:
        other = prefixes.setdefault(one.prefix, one.spec) if one.prefix else one.spec
        if other != one.spec:
            hint = "give each a path of its own: /pets=pets.yaml /orders=orders.yaml"
            raise UsageFailure(f"{other} and {one.spec} have the prefix {one.prefix}", hint=hint)
    return mounted


def _mounted(arguments: Sequence[str], config: Config) -> Iterator[MountedSpec]:
    for argument in arguments:
        prefix, spec = _split_prefix(argument)
        for one in (spec,) if prefix else choose_specs((spec,), config):
            yield MountedSpec(one, prefix or configured(one, config).prefix)
    for one in () if arguments else choose_specs((), config):
        yield MountedSpec(one, configured(one, config).prefix)


def _split_prefix(argument: str) -> tuple[str, str]:
    """Split `[PREFIX=]SPEC`; a file whose name holds the sign is a file. Raise UsageFailure for what is no prefix."""
    prefix, equals, spec = argument.partition("=")
    if not equals or is_url(argument) or Path(argument).exists():
        return "", argument
    if is_prefix(prefix):
        return prefix, spec
    if prefix.startswith("/") or Path(spec).exists():
        hint = f"write /{argument}" if is_prefix(f"/{prefix}") else PREFIX_HINT
        raise UsageFailure(f"the prefix of {spec} cannot be `{prefix}`", hint=hint)
    return "", argument


def choose_spec(argument: str | None, config: Config) -> str:
    """Return the one SPEC to work on. Raise UsageFailure when it is not clear which."""
    if argument is not None:
        return argument
    specs = choose_specs((), config)
    if len(specs) > 1:
        raise UsageFailure(f"{config.file} has {len(specs)} specs", hint=f"name one of them: {', '.join(specs)}")
    return specs[0]


def configured(spec: str, config: Config) -> SpecConfig:
    """Return what is configured for a SPEC; a `REF:path` or standard input has the defaults."""
    return config.spec_for(Path(spec))


def _expanded(argument: str, config: Config) -> Iterator[str]:
    """Yield what a glob matches but for our configuration, which `*.yaml` is not meant for; other arguments as is."""
    is_pattern = any(char in argument for char in "*?[") and not is_url(argument) and not Path(argument).exists()
    if not is_pattern:
        yield argument
        return
    matches = matched(argument, config)
    if not matches:
        raise UsageFailure(f"no file matches {argument}", hint="quote the pattern, or check the folder")
    yield from matches


def matched(pattern: str, config: Config) -> list[str]:
    """Return what a glob matches, in order, but for our configuration."""
    found = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - relative and `**` as shells have them
    return [path for path in found if not is_configuration(Path(path), config)]


def is_configuration(path: Path, config: Config) -> bool:
    """Tell whether a file is our configuration, which `*.yaml` is not meant for."""
    return path.name == FILE_NAME or (config.file is not None and path.resolve() == config.file.resolve())


def _only_description(root: Path) -> str:
    found = find_descriptions(root)
    if not found:
        hint = "name a description, or write contractctl.yaml with `specs:`"
        raise UsageFailure("there is no OpenAPI description below this folder", hint=hint)
    if len(found) > 1:
        listed = ", ".join(str(root / path) for path in found[:_LISTED])
        more = f" and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
        hint = f"name one of them, or list them in contractctl.yaml: {listed}{more}"
        raise UsageFailure(f"there are {len(found)} OpenAPI descriptions below this folder", hint=hint)
    return str(root / found[0])
