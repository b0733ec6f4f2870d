"""contractctl.yaml to a frozen Config. Unknown keys are refused with a suggestion; paths are relative to the file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import TypeVar

from contractctl.core.changes import Category
from contractctl.core.failures import UnloadableDescription, UsageFailure
from contractctl.core.findings import SETTINGS, Finding, Setting, Severity
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Location, Place, Pointer
from contractctl.core.policies import CHANGE_SETTINGS, VERSION_POLICIES, DiffPolicy, Scope, SeverityRule
from contractctl.core.profiles import Profile
from contractctl.core.records import dataclass
from contractctl.core.reports import DIFF_THRESHOLDS, LINT_THRESHOLDS, DiffThreshold, LintThreshold
from contractctl.core.suggestions import did_you_mean
from contractctl.mock.prefixes import PREFIX_HINT, is_prefix
from contractctl.mock.settings import OPTIONS
from contractctl.source.document import Document
from contractctl.source.files import read_file
from contractctl.source.hosts import AllowedHosts, read_hosts
from contractctl.source.parse import parse_document

FILE_NAME = "contractctl.yaml"
ENVIRONMENT_VARIABLE = "CONTRACTCTL_CONFIG"
C = TypeVar("C", bound=str)
_ROOT = Pointer()
_VERSION_ONLY = ("drift", "ignore")
_TOP = ("specs", "allow-remote", "lint", "diff", "drift", "mock")
_SPEC = ("path", "upstream", "auth", "version-file", "image", "provider", "prefix")
_AUTH = ("header", "env")
_LINT = ("profile", "rules", "fail-on", "baseline")
_DIFF = ("fail-on", "severity", "paths", "deprecation-days", "version-policy")
_SEVERITY = ("id", "path", "operation", "category", "severity")
_PATHS = ("include", "exclude")
_MOST_DAYS = 36_500
_DRIFT = ("version-only",)
_MOCK_FILES = ("tls-cert", "tls-key")
_MOCK = (*OPTIONS, *_MOCK_FILES)


@dataclass(frozen=True, slots=True)
class UpstreamAuth:
    """A header for upstream whose value is in an environment variable; the value itself is never stored."""

    header: str
    env: str


@dataclass(frozen=True, slots=True)
class SpecConfig:
    """One contract of the repository. Paths are as they resolve from the current folder.

    `prefix` is where `mock` serves it, empty where nobody chose.
    """

    path: Path
    version_file: Path
    upstream: str | None = None
    auth: UpstreamAuth | None = None
    image: str | None = None
    provider: bool = False
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """The configuration; without a file it is all defaults. `file` is None then, and `root` the current folder.

    `allow_remote` are the hosts that descriptions may refer to; `mock` holds settings by their option names, as text.
    """

    root: Path
    file: Path | None = None
    specs: tuple[SpecConfig, ...] = ()
    allow_remote: AllowedHosts = field(default_factory=AllowedHosts)
    lint_profiles: tuple[Profile, ...] = ()
    lint_rules: Mapping[str, Setting] = field(default_factory=dict)
    lint_fail_on: LintThreshold | None = None
    lint_baseline: Path | None = None
    diff_fail_on: DiffThreshold | None = None
    diff_policy: DiffPolicy = DiffPolicy()
    drift_version_only: str | None = None
    mock: Mapping[str, str] = field(default_factory=dict)

    def spec_for(self, path: Path) -> SpecConfig:
        """Return what is configured for the description at `path`, or the defaults for it."""
        wanted = os.path.realpath(path)
        for spec in self.specs:
            if os.path.realpath(spec.path) == wanted:
                return spec
        return SpecConfig(path, path.parent / "spec-version.txt")


def load_config(explicit: Path | None = None, *, folder: Path | None = None) -> Config:
    """Find and read the configuration.

    In order: `explicit`, `CONTRACTCTL_CONFIG`, contractctl.yaml or pyproject.toml's `[tool.contractctl]` in `folder`
    (default: the current one) and upwards to the repository's root. Outside a repository only `folder` is asked: what
    strangers left in /tmp says nothing about this one. Raise UsageFailure for what cannot be used.
    """
    by_environment = os.environ.get(ENVIRONMENT_VARIABLE)
    if explicit is not None:
        return _read(explicit)
    if by_environment and not Path(by_environment).exists():
        hint = "name a configuration file, or unset the variable"
        raise UsageFailure(f"{ENVIRONMENT_VARIABLE} names no file: {by_environment}", hint=hint)
    if by_environment:
        return _read(Path(by_environment))
    start = folder or Path()
    for directory in _upwards(start):
        if (file := directory / FILE_NAME).is_file():
            return _read(file)
        if (file := directory / "pyproject.toml").is_file() and (config := _read_pyproject(file)) is not None:
            return config
    return Config(start)


def _upwards(start: Path) -> Iterator[Path]:
    """Yield `start` and its parents up to the repository's root, each relative to `start` where that is short."""
    inside = start.resolve()
    folders = (inside, *inside.parents)
    depth = next((depth for depth, folder in enumerate(folders) if (folder / ".git").exists()), 0)
    relative = start
    for _ in folders[: depth + 1]:
        yield relative
        relative = relative / ".."


def _read(file: Path) -> Config:
    if file.suffix == ".toml":
        return _read_pyproject(file) or Config(file.parent, file)
    data = read_file(file)
    if all(line.strip()[:1] in (b"", b"#") for line in data.splitlines()):
        return Config(file.parent, file)
    try:
        document = parse_document(str(file), data)
    except UnloadableDescription as failure:
        raise _unreadable(file, failure.findings[0]) from None
    unusable = (problem for problem in document.problems if problem.severity is Severity.ERROR)
    if (problem := next(unusable, None)) is not None:
        raise _unreadable(file, problem)
    return _Reader(file, document).config(document.root)


def _unreadable(file: Path, finding: Finding) -> UsageFailure:
    """Say what is wrong with the text; the reader of documents takes every text for a description."""
    if finding.rule == "document-not-openapi":
        return UsageFailure(f"{file}: the configuration must be a mapping", hint=f"its keys are {', '.join(_TOP)}")
    return UsageFailure(f"{finding.location}: {finding.message}", hint=finding.hint)


def _read_pyproject(file: Path) -> Config | None:
    """Read `[tool.contractctl]`; a file that does not speak of us may be whatever it likes."""
    data = read_file(file)
    if b"contractctl" not in data:
        return None
    import tomllib

    try:
        tool = tomllib.loads(data.decode()).get("tool", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageFailure(f"{file}: not TOML: {error}", hint="mend the syntax there") from None
    table = tool.get("contractctl") if isinstance(tool, dict) else None
    return None if table is None else _Reader(file, None).config(table)


class _Reader:
    """Reads one configuration file; every refusal names the file, the place in it where that is known, and the key."""

    def __init__(self, file: Path, document: Document | None) -> None:
        self._file = file
        self._document = document

    def config(self, root: Json) -> Config:
        top = self._object(root, _ROOT, _TOP)
        lint = self._object(top.get("lint"), _ROOT / "lint", _LINT)
        rules = self._object(lint.get("rules"), _ROOT / "lint" / "rules", None)
        diff = self._object(top.get("diff"), _ROOT / "diff", _DIFF)
        drift = self._object(top.get("drift"), _ROOT / "drift", _DRIFT)
        mock = self._object(top.get("mock"), _ROOT / "mock", _MOCK)
        return Config(
            root=self._file.parent,
            file=self._file,
            specs=tuple(self._specs(top.get("specs"))),
            allow_remote=self._hosts(_ROOT / "allow-remote", top.get("allow-remote")),
            lint_profiles=self._choices(_ROOT / "lint" / "profile", lint.get("profile"), tuple(Profile)),
            lint_rules={code: self._setting(_ROOT / "lint" / "rules" / code, value) for code, value in rules.items()},
            lint_fail_on=self._choice(lint, _ROOT / "lint", "fail-on", LINT_THRESHOLDS),
            lint_baseline=self._path(lint, _ROOT / "lint", "baseline"),
            diff_fail_on=self._choice(diff, _ROOT / "diff", "fail-on", DIFF_THRESHOLDS),
            diff_policy=self._policy(diff, _ROOT / "diff"),
            drift_version_only=self._choice(drift, _ROOT / "drift", "version-only", _VERSION_ONLY),
            mock={key: self._mock(key, value) for key, value in mock.items() if value is not None},
        )

    def _mock(self, key: str, value: Json) -> str:
        text = self._scalar(_ROOT / "mock" / key, value)
        return str(self._file.parent / text) if key in _MOCK_FILES else text

    def _specs(self, value: Json) -> Iterator[SpecConfig]:
        if value is None:
            return
        if not is_array(value):
            hint = "write `specs:` and below it `- path: openapi.yaml`"
            raise self._failure(_ROOT / "specs", "must be a list", hint)
        for index, item in enumerate(value):
            yield self._spec(_ROOT / "specs" / index, item)

    def _policy(self, diff: Mapping[str, Json], key: Pointer) -> DiffPolicy:
        paths = self._object(diff.get("paths"), key / "paths", _PATHS)
        return DiffPolicy(
            severity=tuple(self._severities(key / "severity", diff.get("severity"))),
            include=self._paths(paths, key / "paths", "include"),
            exclude=self._paths(paths, key / "paths", "exclude"),
            deprecation_days=self._days(key / "deprecation-days", diff.get("deprecation-days")),
            version_policy=self._choice(diff, key, "version-policy", VERSION_POLICIES) or "none",
        )

    def _severities(self, key: Pointer, value: Json) -> Iterator[SeverityRule]:
        if value is not None and not is_array(value):
            hint = 'write `severity:` and below it `- {id: "request-*", severity: warning}`'
            raise self._failure(key, "must be a list", hint)
        for index, item in enumerate(value or ()):
            yield self._severity(key / index, item)

    def _severity(self, key: Pointer, value: Json) -> SeverityRule:
        rule = self._object(value, key, _SEVERITY)
        scope = Scope(
            ids=self._globs(rule, key, "id"),
            paths=self._paths(rule, key, "path"),
            operations=self._operations(rule, key),
            category=self._choice(rule, key, "category", tuple(Category)),
        )
        if scope == Scope():
            raise self._failure(key, "names no change", "write `id:`, `path:`, `operation:` or `category:`")
        if rule.get("severity") is None:
            raise self._failure(key, "needs a `severity`", f"use {', '.join(CHANGE_SETTINGS)}")
        at = key / "severity"
        said = self._one_of(at, self._off_or_text(at, rule["severity"]), CHANGE_SETTINGS)
        return SeverityRule(scope, said, f"{_in_words(key)} of {self._file}")

    def _operations(self, rule: Mapping[str, Json], key: Pointer) -> tuple[str, ...]:
        globs = self._globs(rule, key, "operation")
        for glob in globs:
            if not glob.partition(" ")[2]:
                hint = "write a method and a path, such as `GET /pets/*` or `* /pets`"
                raise self._failure(key / "operation", f"cannot be `{glob}`", hint)
        return globs

    def _paths(self, holder: Mapping[str, Json], key: Pointer, name: str) -> tuple[str, ...]:
        """Read globs over paths; one that no path can match would let everything pass unseen."""
        globs = self._globs(holder, key, name)
        for glob in globs:
            if not glob.startswith(("/", "*", "?")):
                raise self._failure(key / name, f"cannot be `{glob}`", f"paths begin with a slash: `/{glob}`")
        return globs

    def _globs(self, holder: Mapping[str, Json], key: Pointer, name: str) -> tuple[str, ...]:
        """Read one glob, or a list of them."""
        value = holder.get(name)
        if is_array(value):
            return tuple(self._scalar(key / name / index, item) for index, item in enumerate(value))
        return () if value is None else (self._scalar(key / name, value),)

    def _days(self, key: Pointer, value: Json) -> int:
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST_DAYS:
            raise self._failure(
                key, "must be a number of days", "write such as `deprecation-days: 90`; 0 asks for none"
            )
        return value

    def _hosts(self, key: Pointer, value: Json) -> AllowedHosts:
        if value is not None and not is_array(value):
            raise self._failure(key, "must be a list", "write `allow-remote: [schemas.example.com]`")
        hosts = AllowedHosts()
        for index, item in enumerate(value or ()):
            host = self._scalar(key / index, item)
            try:
                hosts += read_hosts([host])
            except UsageFailure as failure:
                raise self._failure(key / index, f"cannot be `{host}`", failure.hint) from None
        return hosts

    def _spec(self, key: Pointer, value: Json) -> SpecConfig:
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
            auth=self._auth(key / "auth", spec.get("auth")),
            image=self._text(spec, key, "image"),
            provider=self._flag(spec, key, "provider"),
            prefix=self._prefix(spec, key),
        )

    def _prefix(self, spec: Mapping[str, Json], key: Pointer) -> str:
        text = self._text(spec, key, "prefix") or ""
        if text and not is_prefix(text):
            raise self._failure(key / "prefix", f"cannot be `{text}`", PREFIX_HINT)
        return text

    def _upstream(self, value: str | None) -> str | None:
        if value is None or "://" in value:
            return value
        return str(self._file.parent / value)

    def _auth(self, key: Pointer, value: Json) -> UpstreamAuth | None:
        if value is None:
            return None
        auth = self._object(value, key, _AUTH)
        header, env = self._text(auth, key, "header"), self._text(auth, key, "env")
        if not header or not env:
            raise self._failure(key, "needs `header` and `env`", "`env` names the variable that holds the value")
        return UpstreamAuth(header, env)

    def _object(self, value: Json, key: Pointer, known: tuple[str, ...] | None) -> Mapping[str, Json]:
        if value is None:
            return {}
        if not is_object(value):
            raise self._failure(key, "must be a mapping")
        for name in value:
            if known is not None and name not in known:
                raise self._failure(key, f"has no key `{name}`", _known_hint(name, known), at=key / name)
        return value

    def _text(self, holder: Mapping[str, Json], key: Pointer, name: str) -> str | None:
        return self._scalar(key / name, holder[name]) if holder.get(name) is not None else None

    def _path(self, holder: Mapping[str, Json], key: Pointer, name: str) -> Path | None:
        text = self._text(holder, key, name)
        return self._file.parent / text if text else None

    def _scalar(self, key: Pointer, value: Json) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if not isinstance(value, (str, int, float)):
            raise self._failure(key, "must be text")
        return str(value)

    def _flag(self, holder: Mapping[str, Json], key: Pointer, name: str) -> bool:
        value = holder.get(name, False)
        if not isinstance(value, bool):
            raise self._failure(key / name, "must be true or false")
        return value

    def _setting(self, key: Pointer, value: Json) -> Setting:
        """Read a rule's setting; `off` without quotes is false to YAML 1.1 editors and formatters: it is taken."""
        return self._one_of(key, self._off_or_text(key, value), SETTINGS)

    def _off_or_text(self, key: Pointer, value: Json) -> str:
        return "off" if value is False else self._scalar(key, value)

    def _choice(self, holder: Mapping[str, Json], key: Pointer, name: str, choices: tuple[C, ...]) -> C | None:
        text = self._text(holder, key, name)
        return None if text is None else self._one_of(key / name, text, choices)

    def _choices(self, key: Pointer, value: Json, choices: tuple[C, ...]) -> tuple[C, ...]:
        """Read one name, or a list of them."""
        if is_array(value):
            return tuple(
                self._one_of(key / index, self._scalar(key / index, item), choices) for index, item in enumerate(value)
            )
        return () if value is None else (self._one_of(key, self._scalar(key, value), choices),)

    def _one_of(self, key: Pointer, text: str, choices: tuple[C, ...]) -> C:
        for choice in choices:
            if choice == text:
                return choice
        raise self._failure(key, f"cannot be `{text}`", f"use {', '.join(choices)}")

    def _failure(self, key: Pointer, message: str, hint: str = "", *, at: Pointer | None = None) -> UsageFailure:
        where = str(self._file)
        if self._document is not None:
            where = str(self._document.located(Location(Place(self._document.uri, at or key))))
        return UsageFailure(f"{where}: {_in_words(key)} {message}", hint=hint)


def _known_hint(name: str, known: tuple[str, ...]) -> str:
    return did_you_mean(name, known) or f"known keys: {', '.join(known)}"


def _in_words(key: Pointer) -> str:
    """Return `specs[0].auth`."""
    tokens = (f"[{token}]" if token.isdecimal() else f".{token}" for token in key.tokens)
    return "".join(tokens).removeprefix(".") or "the configuration"
