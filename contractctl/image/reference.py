"""Names of images: `[HOST[:PORT]/]REPOSITORY[:TAG][@DIGEST]`, read, written and cleaned."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from contractctl.core.failures import UsageFailure
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass

DOCKER_HUB = "docker.io"
LONGEST_TAG = 128
LONGEST_REPOSITORY = 255

_HUB_ALIASES = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io"})
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_HOST = pattern(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:]+\])(?::[0-9]{{1,5}})?", re.ASCII)
_COMPONENT = pattern(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*", re.ASCII)
_TAG = pattern(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", re.ASCII)
_DIGEST = pattern(r"sha256:[0-9a-f]{64}", re.ASCII)
_HINT = "write it as [HOST[:PORT]/]NAME[:TAG], for example ghcr.io/acme/dino-mock:1.4.0"


@dataclass(frozen=True, slots=True)
class Reference:
    """Where an image is or goes. `tag` and `digest` are empty where none is named.

    The repository of Docker Hub is kept whole (`library/python`); `str` writes it as people do (`python`).
    """

    registry: str
    repository: str
    tag: str = ""
    digest: str = ""

    @property
    def name(self) -> str:
        """Registry and repository, whole: `docker.io/library/python`."""
        return f"{self.registry}/{self.repository}"

    def tagged(self, tag: str) -> Reference:
        """Return the same repository with this tag and no digest."""
        return replace(self, tag=tag, digest="")

    def at(self, digest: str) -> Reference:
        """Return the same repository at this digest, without a tag."""
        return replace(self, tag="", digest=digest)

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{self._familiar_name()}{tag}{digest}"

    def _familiar_name(self) -> str:
        if self.registry != DOCKER_HUB:
            return self.name
        short = self.repository.removeprefix("library/")
        if "/" not in short:
            return short
        return self.name if _is_host(self.repository.partition("/")[0]) else self.repository


def parse_reference(text: str) -> Reference:
    """Read an image reference; host and repository are lower-cased, as registries demand.

    The first part is a host when it holds a dot or a colon or is `localhost`, else the image is Docker Hub's.

    Raises:
        UsageFailure: `text` is not a reference; the message says why.
    """
    rest, _, digest = text.partition("@")
    if "@" in text and not _DIGEST.fullmatch(digest):
        raise _malformed(text, f"`{digest}` is not a digest (sha256: and 64 hexadecimal digits)")
    if "://" in rest:
        raise _malformed(text, "it is a URL")
    rest, tag = _split_tag(rest)
    if tag is not None and not _TAG.fullmatch(tag):
        raise _malformed(text, f"`{tag}` is not a tag (at most 128 of A-Z a-z 0-9 _ . - and no leading . or -)")
    registry, repository = _split_host(rest.lower())
    if not _HOST.fullmatch(registry):
        raise _malformed(text, f"`{registry}` is not a host")
    if len(repository) > LONGEST_REPOSITORY:
        raise _malformed(text, f"its name is longer than {LONGEST_REPOSITORY} characters")
    if not all(_COMPONENT.fullmatch(part) for part in repository.split("/")):
        raise _malformed(text, f"`{repository}` is not a repository name (a-z 0-9 parted by . _ - and /)")
    return Reference(registry, repository, tag or "", digest)


def whole_name(reference: Reference) -> str:
    """Write a reference with all that is left out as a rule: `docker.io/library/python:latest`."""
    tag = reference.tag or ("" if reference.digest else "latest")
    return reference.name + (f":{tag}" if tag else "") + (f"@{reference.digest}" if reference.digest else "")


def clean_tag(text: str) -> str:
    """Turn any text into what a tag may hold: `1.4.0+b5` becomes `1.4.0-b5`. Empty when nothing is left."""
    kept = re.sub(r"[^A-Za-z0-9_.-]+", "-", text.strip())
    return kept.lstrip(".-")[:LONGEST_TAG]


def clean_repository(title: str) -> str:
    """Turn a contract's title into a repository name: `Dinosaurs: the API` becomes `dinosaurs-the-api`.

    Accents are dropped. Empty when nothing is left.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_TAG].strip("-")


def _split_tag(text: str) -> tuple[str, str | None]:
    name, colon, tag = text.rpartition(":")
    if not colon or "/" in tag or tag.endswith("]"):
        return text, None
    return name, tag


def _split_host(text: str) -> tuple[str, str]:
    first, slash, rest = text.partition("/")
    if slash and _is_host(first):
        registry, repository = (DOCKER_HUB if first in _HUB_ALIASES else first), rest
    else:
        registry, repository = DOCKER_HUB, text
    if registry == DOCKER_HUB and "/" not in repository:
        repository = f"library/{repository}"
    return registry, repository


def _is_host(component: str) -> bool:
    return component == "localhost" or "." in component or ":" in component


def _malformed(text: str, why: str) -> UsageFailure:
    return UsageFailure(f"`{text}` is not an image reference: {why}", hint=_HINT)
