"""contractctl.yaml to a frozen Config. Unknown keys are refused with a suggestion; paths are relative to the file."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from contractctl.core.failures import UnloadableDescription, UsageFailure
from contractctl.core.findings import SETTINGS, Setting
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.reports import DIFF_THRESHOLDS, LINT_THRESHOLDS, DiffThreshold, LintThreshold
from contractctl.source.files import read_file
from contractctl.source.parse import parse_document

FILE_NAME = "contractctl.yaml"
ENVIRONMENT_VARIABLE = "CONTRACTCTL_CONFIG"
C = TypeVar("C", bound=str)
_PROFILES = ("recommended",)
_VERSION_ONLY = ("drift", "ignore")
_TOP = ("specs", "lint", "diff", "drift", "mock")
_SPEC = ("path", "upstream", "auth", "version-file", "image", "provider")
_AUTH = ("header", "env")
_LINT = ("profile", "rules", "fail-on")
_DIFF = ("fail-on",)
_DRIFT = ("version-only",)
_MOCK = (
    "profile",
    "auth",
    "max-body",
    "validate",
    "port",
    "host",
    "cors",
    "control-prefix",
    "log",
    "seed",
    "strict",
    "keep-invalid-examples",
)


@dataclass(frozen=True, slots=True)
class UpstreamAuth:
    """A header for upstream whose value is in an environment variable; the value itself is never stored."""

    header: str
    env: str


@dataclass(frozen=True, slots=True)
class SpecConfig:
    """One contract of the repository. Paths are as they resolve from the current folder."""

    path: Path
    version_file: Path
    upstream: str | None = None
    auth: UpstreamAuth | None = None
    image: str | None = None
    provider: bool = False


@dataclass(frozen=True, slots=True)
class Config:
    """The configuration; without a file it is all defaults. `file` is None then, and `root` the current folder.

    `mock` holds settings by their option names, as text.
    """

    root: Path
    file: Path | None = None
    specs: tuple[SpecConfig, ...] = ()
    lint_rules: Mapping[str, Setting] = field(default_factory=dict)
    lint_fail_on: LintThreshold | None = None
    diff_fail_on: DiffThreshold | None = None
    drift_version_only: str | None = None
    mock: Mapping[str, str] = field(default_factory=dict)

    def spec_for(self, path: Path) -> SpecConfig:
        """Return what is configured for the description at `path`, or the defaults for it."""
        wanted = path.resolve()
        for spec in self.specs:
            if spec.path.resolve() == wanted:
                return spec
        return SpecConfig(path, path.parent / "spec-version.txt")


def load_config(explicit: Path | None = None, *, folder: Path | None = None) -> Config:
    """Find and read the configuration.

    In order: `explicit`, `CONTRACTCTL_CONFIG`, contractctl.yaml or pyproject.toml's `[tool.contractctl]` in `folder`
    (default: the current one) and upwards to the repository's root. Raise UsageFailure for what cannot be used.
    """
    named = explicit or (Path(value) if (value := os.environ.get(ENVIRONMENT_VARIABLE)) else None)
    if named is not None:
        return _read(named)
    start = folder or Path()
    for directory in _upwards(start):
        if (file := directory / FILE_NAME).is_file():
            return _read(file)
        if (file := directory / "pyproject.toml").is_file() and (config := _read_pyproject(file)) is not None:
            return config
    return Config(start)


def _upwards(start: Path) -> Iterator[Path]:
    """Yield `start` and its parents up to the repository's root, each relative to `start` where that is short."""
    relative = start
    for directory in (start.resolve(), *start.resolve().parents):
        yield relative
        if (directory / ".git").exists():
            return
        relative = relative / ".."


def _read(file: Path) -> Config:
    try:
        document = parse_document(str(file), read_file(file))
    except UnloadableDescription as failure:
        finding = failure.findings[0]
        span = finding.location.span
        line = f":{span.line}:{span.column}" if span else ""
        raise UsageFailure(f"{file}{line}: {finding.message}", hint=finding.hint) from None
    return _Reader(file).config(document.root)


def _read_pyproject(file: Path) -> Config | None:
    try:
        tables = tomllib.loads(read_file(file).decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageFailure(f"{file}: not TOML: {error}") from None
    table = tables.get("tool", {}).get("contractctl")
    return None if table is None else _Reader(file).config(table)


class _Reader:
    """Reads one configuration file; every refusal names the file and the key."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def config(self, root: Json) -> Config:
        top = self._object(root, "the configuration", _TOP)
        lint = self._object(top.get("lint", {}), "lint", _LINT)
        self._choice(lint, "lint", "profile", _PROFILES)
        rules = self._object(lint.get("rules", {}), "lint.rules", None)
        diff = self._object(top.get("diff", {}), "diff", _DIFF)
        drift = self._object(top.get("drift", {}), "drift", _DRIFT)
        mock = self._object(top.get("mock", {}), "mock", _MOCK)
        return Config(
            root=self._file.parent,
            file=self._file,
            specs=tuple(self._specs(top.get("specs", []))),
            lint_rules={code: self._setting(f"lint.rules.{code}", value) for code, value in rules.items()},
            lint_fail_on=self._choice(lint, "lint", "fail-on", LINT_THRESHOLDS),
            diff_fail_on=self._choice(diff, "diff", "fail-on", DIFF_THRESHOLDS),
            drift_version_only=self._choice(drift, "drift", "version-only", _VERSION_ONLY),
            mock={key: self._scalar(f"mock.{key}", value) for key, value in mock.items()},
        )

    def _specs(self, value: Json) -> Iterator[SpecConfig]:
        if not is_array(value):
            raise self._failure("specs", "must be a list", "write `specs:` and below it `- path: openapi.yaml`")
        for index, item in enumerate(value):
            yield self._spec(f"specs[{index}]", item)

    def _spec(self, key: str, value: Json) -> SpecConfig:
        spec = self._object(value, key, _SPEC)
        path = self._text(spec, key, "path")
        if not path:
            raise self._failure(key, "needs a `path`", "name the description, relative to this file")
        folder = self._file.parent
        version_file = self._text(spec, key, "version-file")
        return SpecConfig(
            path=folder / path,
            version_file=folder / version_file if version_file else (folder / path).parent / "spec-version.txt",
            upstream=self._upstream(self._text(spec, key, "upstream")),
            auth=self._auth(f"{key}.auth", spec.get("auth")),
            image=self._text(spec, key, "image"),
            provider=self._flag(spec, key, "provider"),
        )

    def _upstream(self, value: str | None) -> str | None:
        if value is None or "://" in value:
            return value
        return str(self._file.parent / value)

    def _auth(self, key: str, value: Json) -> UpstreamAuth | None:
        if value is None:
            return None
        auth = self._object(value, key, _AUTH)
        header, env = self._text(auth, key, "header"), self._text(auth, key, "env")
        if not header or not env:
            raise self._failure(key, "needs `header` and `env`", "`env` names the variable that holds the value")
        return UpstreamAuth(header, env)

    def _object(self, value: Json, key: str, known: tuple[str, ...] | None) -> Mapping[str, Json]:
        if value is None:
            return {}
        if not is_object(value):
            raise self._failure(key, "must be a mapping")
        for name in value:
            if known is not None and name not in known:
                close = difflib.get_close_matches(name, known, n=1)
                hint = f"did you mean `{close[0]}`?" if close else f"known keys: {', '.join(known)}"
                raise self._failure(key, f"has no key `{name}`", hint)
        return value

    def _text(self, holder: Mapping[str, Json], key: str, name: str) -> str | None:
        return self._scalar(f"{key}.{name}", holder[name]) if holder.get(name) is not None else None

    def _scalar(self, key: str, value: Json) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if not isinstance(value, (str, int, float)):
            raise self._failure(key, "must be text")
        return str(value)

    def _flag(self, holder: Mapping[str, Json], key: str, name: str) -> bool:
        value = holder.get(name, False)
        if not isinstance(value, bool):
            raise self._failure(f"{key}.{name}", "must be true or false")
        return value

    def _setting(self, key: str, value: Json) -> Setting:
        """Read a rule's setting; `off` without quotes is false to YAML 1.1 editors and formatters: it is taken."""
        return self._one_of(key, "off" if value is False else self._scalar(key, value), SETTINGS)

    def _choice(self, holder: Mapping[str, Json], key: str, name: str, choices: tuple[C, ...]) -> C | None:
        text = self._text(holder, key, name)
        return None if text is None else self._one_of(f"{key}.{name}", text, choices)

    def _one_of(self, key: str, text: str, choices: tuple[C, ...]) -> C:
        for choice in choices:
            if choice == text:
                return choice
        raise self._failure(key, f"cannot be `{text}`", f"use {', '.join(choices)}")

    def _failure(self, key: str, message: str, hint: str = "") -> UsageFailure:
        return UsageFailure(f"{self._file}: {key} {message}", hint=hint)
