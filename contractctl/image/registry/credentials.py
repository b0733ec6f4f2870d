"""Who we are to a registry: options, environment, docker's configuration with its helpers, GitHub's token."""

from __future__ import annotations

import base64
import binascii
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from contractctl.core.failures import DeliveryFailure, UsageFailure
from contractctl.core.json import Json, is_object, object_at, read_json
from contractctl.core.records import dataclass
from contractctl.image.reference import DOCKER_HUB

HELPER_TIMEOUT = 60.0
"""Seconds that a credential helper may take (it may ask its user)."""

_HUB_KEY = "https://index.docker.io/v1/"
_HUB_HOSTS = ("index.docker.io", "docker.io", "registry-1.docker.io")
"""What Docker Hub is called in docker's configuration, by docker itself and by others that write it."""

_TOKEN_USER = "<token>"  # noqa: S105 - the name by which a helper says that its secret is an identity token
_HELPER_HINT = "mend docker's configuration, or give --username and --password-stdin"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user name and a password or token for one registry; `source` says in words where they came from.

    The password is in no `repr` and in no message. `is_identity_token` says that it is a refresh token (OAuth 2.0),
    which only a token service takes.
    """

    username: str
    password: str = field(repr=False)
    source: str
    is_identity_token: bool = field(default=False, repr=False)

    def basic(self) -> str:
        """Return the value of an Authorization header (RFC 7617). Secret."""
        pair = f"{self.username}:{self.password}".encode(errors="surrogateescape")
        return "Basic " + base64.b64encode(pair).decode("ascii")


def find_credentials(
    host: str, *, environment: Mapping[str, str], repository: str = "", username: str = "", password: str = ""
) -> Credentials | None:
    """Find the credentials for a registry host (as in a reference: `ghcr.io`, `localhost:5000`), or None.

    `repository` is of use where docker's configuration has several accounts on one host. The first of these that
    speaks decides: the arguments; CONTRACTCTL_REGISTRY_USERNAME and _PASSWORD; docker's config.json (DOCKER_CONFIG,
    else ~/.docker) with credHelpers, credsStore and auths; for ghcr.io GITHUB_ACTOR and GITHUB_TOKEN.

    Raises:
        UsageFailure: half of a pair is missing, or config.json cannot be read.
        DeliveryFailure: a credential helper is absent or broken.
    """
    pairs = (
        (username, password, "--username and --password-stdin"),
        (
            environment.get("CONTRACTCTL_REGISTRY_USERNAME", ""),
            environment.get("CONTRACTCTL_REGISTRY_PASSWORD", ""),
            "CONTRACTCTL_REGISTRY_USERNAME and CONTRACTCTL_REGISTRY_PASSWORD",
        ),
    )
    for user, secret, source in pairs:
        if user and secret:
            return Credentials(user, secret, source)
        if user or secret:
            raise UsageFailure(f"only one of {source} is given", hint="give both, or neither")
    return _from_docker(host, repository, environment) or _from_github(host, environment)


def _from_github(host: str, environment: Mapping[str, str]) -> Credentials | None:
    token = environment.get("GITHUB_TOKEN", "")
    if host != "ghcr.io" or not token:
        return None
    return Credentials(environment.get("GITHUB_ACTOR") or "github-actions", token, "GITHUB_TOKEN")


def _from_docker(host: str, repository: str, environment: Mapping[str, str]) -> Credentials | None:
    path = _docker_config_path(environment)
    config = _read_docker_config(path)
    key = _HUB_KEY if host == DOCKER_HUB else host
    helpers = object_at(config, "credHelpers")
    names = (key, *_HUB_HOSTS) if host == DOCKER_HUB else (host,)
    helper = next((helpers[name] for name in names if name in helpers), None) or config.get("credsStore")
    if isinstance(helper, str) and helper:
        found = _ask_helper(helper, key, environment)
        if found is not None:
            return found
    ranked = ((_rank(name, host, repository), entry) for name, entry in object_at(config, "auths").items())
    for _, entry in sorted(((rank, entry) for rank, entry in ranked if rank), key=lambda one: one[0], reverse=True):
        found = _from_entry(entry, path) if is_object(entry) else None
        if found is not None:
            return found
    return None


def _docker_config_path(environment: Mapping[str, str]) -> Path:
    folder = environment.get("DOCKER_CONFIG") or f"{environment.get('HOME') or Path.home()}/.docker"
    return Path(folder) / "config.json"


def _read_docker_config(path: Path) -> Mapping[str, Json]:
    hint = "mend the file, or set DOCKER_CONFIG to another folder"
    try:
        config = read_json(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise UsageFailure(f"cannot read docker's configuration {path}: {error.strerror}", hint=hint) from None
    except ValueError:
        raise UsageFailure(f"docker's configuration {path} is not JSON", hint=hint) from None
    return config if is_object(config) else {}


def _rank(key: str, host: str, repository: str) -> int:
    """Tell how well a key of `auths` fits, 0 for not at all.

    docker writes a host, older clients a URL (of which docker takes the host alone), podman also the beginning of a
    repository: `r.example/team` is for what lies below, and goes before `r.example`.
    """
    bare = re.sub(r"^https?://", "", key)
    named, _, path = bare.rstrip("/").partition("/")
    if named not in (_HUB_HOSTS if host == DOCKER_HUB else (host,)):
        return 0
    if path in {"", "v1", "v2"}:
        return 2
    if bare != key:
        return 1
    return 2 + len(path) if f"{repository}/".startswith(f"{path}/") else 0


def _from_entry(entry: Mapping[str, Json], path: Path) -> Credentials | None:
    username, password = entry.get("username"), entry.get("password")
    auth, token = entry.get("auth"), entry.get("identitytoken")
    if isinstance(token, str) and token:
        return Credentials(_TOKEN_USER, token, str(path), is_identity_token=True)
    if isinstance(auth, str) and auth:
        try:
            username, _, password = base64.b64decode(auth, validate=True).decode().rstrip("\0").partition(":")
        except (binascii.Error, ValueError):
            raise UsageFailure(
                f"an `auth` in docker's configuration {path} is not base64 of USER:PASSWORD",
                hint="log in again with `docker login`",
            ) from None
    if isinstance(username, str) and isinstance(password, str) and username and password:
        return Credentials(username, password, str(path))
    return None


def _ask_helper(name: str, key: str, environment: Mapping[str, str]) -> Credentials | None:
    """Ask `docker-credential-NAME get`; None when it knows no such host. What it prints is never shown."""
    program = f"docker-credential-{name}"
    where = shutil.which(program, path=environment.get("PATH")) if re.fullmatch(r"[\w.-]+", name) else None
    if where is None:
        message = f"docker's configuration names the credential helper `{name}`, but `{program}` is not on PATH"
        raise DeliveryFailure(message, hint=_HELPER_HINT)
    try:
        done = subprocess.run(  # noqa: S603 - the program that docker itself would run, without a shell
            [where, "get"],
            input=key.encode(),
            capture_output=True,
            timeout=HELPER_TIMEOUT,
            env=dict(environment),
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        message = f"the credential helper `{program}` does not run or does not end"
        raise DeliveryFailure(message, hint=_HELPER_HINT) from None
    if done.returncode != 0:
        if b"not found" in done.stdout + done.stderr:
            return None
        message = f"the credential helper `{program}` failed with status {done.returncode}"
        raise DeliveryFailure(message, hint=_HELPER_HINT)
    return _from_helper_output(done.stdout, program)


def _from_helper_output(output: bytes, program: str) -> Credentials | None:
    try:
        answer: Json = read_json(output)
    except ValueError:
        answer = None
    username, password = (answer.get("Username"), answer.get("Secret")) if is_object(answer) else (None, None)
    if not isinstance(username, str) or not isinstance(password, str):
        message = f"the credential helper `{program}` did not answer with Username and Secret"
        raise DeliveryFailure(message, hint=_HELPER_HINT)
    if not username or not password:
        return None
    return Credentials(username, password, program, is_identity_token=username == _TOKEN_USER)
