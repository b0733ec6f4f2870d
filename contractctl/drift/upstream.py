"""Upstream: the description that a contract is a copy of, at a URL or a path."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from contractctl.core.failures import DeliveryFailure, Failure, UnloadableDescription
from contractctl.core.records import dataclass
from contractctl.drift.edition import Edition, edition_of
from contractctl.drift.version_file import VersionFile
from contractctl.source.document import Document
from contractctl.source.files import read_file
from contractctl.source.parse import parse_document
from contractctl.source.remote import Credential, CredentialSource, Fetched
from contractctl.source.urls import presentable


class Fetch(Protocol):
    """How a URL becomes bytes; `source.remote.fetch` is the real one."""

    def __call__(self, url: str, *, etag: str, credential: Credential | None, allow_private: bool) -> Fetched:
        """Fetch a URL. Raise DeliveryFailure for everything but an answer with bytes in it."""
        ...


@dataclass(frozen=True, slots=True)
class Upstream:
    """Where upstream is and how to ask it. `location` is a URL or a path."""

    location: str
    fetch: Fetch
    auth: CredentialSource | None = None
    allow_private: bool = False

    @property
    def name(self) -> str:
        """The location without userinfo, as it is shown and recorded."""
        return presentable(self.location) if self.is_url else self.location

    @property
    def is_url(self) -> bool:
        """Whether upstream is asked over the network."""
        return "://" in self.location


@dataclass(frozen=True, slots=True)
class Served:
    """What upstream serves. `etag` is "" without one."""

    document: Document
    edition: Edition
    data: bytes
    etag: str


def ask_upstream(upstream: Upstream, recorded: VersionFile | None = None) -> Served | Edition:
    """Return what upstream serves, or the recorded edition alone when upstream says that it is unchanged.

    Pass `recorded` only while the local file still is what it says: then a 304 settles the matter without a download.
    Raise DeliveryFailure when upstream cannot be asked or serves no OpenAPI description.
    """
    if not upstream.is_url:
        return _read(upstream.name, _read_path(upstream.location), "")
    credential = upstream.auth.read() if upstream.auth else None
    etag = recorded.etag if recorded and recorded.source == upstream.name and recorded.content else None
    answer = upstream.fetch(
        upstream.location, etag=etag or "", credential=credential, allow_private=upstream.allow_private
    )
    if answer.not_modified and recorded is not None:
        return recorded.edition
    return _read(upstream.name, answer.data, answer.etag)


def _read_path(location: str) -> bytes:
    try:
        return read_file(Path(location))
    except Failure as failure:
        raise DeliveryFailure(f"cannot read upstream: {failure.message}", hint=failure.hint) from None


def _read(name: str, data: bytes, etag: str) -> Served:
    try:
        document = parse_document(_parsing_name(name, data), data)
        return Served(document, edition_of(document, data), data, etag)
    except UnloadableDescription as failure:
        finding = failure.findings[0]
        span = finding.location.span
        place = f", line {span.line}" if span and span.line > 1 else ""
        message = f"what {name} serves is no usable OpenAPI description: {finding.message}{place}"
        raise DeliveryFailure(message, hint="open it and look, or give another address as upstream") from None


def _parsing_name(name: str, data: bytes) -> str:
    """Return a name that lets the bytes decide: one that ends in .json is never read as YAML."""
    return name if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") else f"{name} (YAML)"
