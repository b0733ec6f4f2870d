"""Compile the mock of a description, and keep its bundle in a file while it is served."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePath

from contractctl.api.descriptions import open_description
from contractctl.config import Config
from contractctl.contract.build import build_contract
from contractctl.contract.digest import content_digest
from contractctl.contract.model import Contract
from contractctl.core.failures import UnloadableDescription
from contractctl.core.findings import Finding, Severity
from contractctl.core.locations import Location, Place
from contractctl.core.records import dataclass
from contractctl.mock.compile import compile_bundle
from contractctl.mock.settings import MockSettings
from contractctl.source.document import Document


@dataclass(frozen=True, slots=True)
class CompiledDescription:
    """A contract with its bundle: what an image is made from and a server serves.

    `spec_digest` is that of spec-version.txt, `port` the one that the bundle chooses, if it does. `findings` tell of
    what was left out or replaced, with spans, `notes` of settings that this version does not know in full.
    """

    contract: Contract
    bundle: bytes
    spec_digest: str
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    port: int | None = None


def compile_mock(spec: str, *, config: Config, options: Mapping[str, str]) -> CompiledDescription:
    """Compile the mock of a SPEC. `options` are mock settings by option name, over those of the configuration.

    Equal descriptions and settings give equal bytes, in whatever folder they lie. Raise UnloadableDescription for
    what is no description and UsageFailure for a setting that cannot be read.
    """
    settings = MockSettings.parse({**config.mock, **options})
    document = open_description(spec, config)
    built = build_contract(document)
    digest = content_digest(document, *built.documents[1:])
    try:
        compiled = compile_bundle(built.contract, settings=settings, spec_digest=digest, locate=_line_finder(document))
    except UnloadableDescription as failure:  # with `strict`, what is told otherwise stops it
        errors = (replace(finding, severity=Severity.ERROR) for finding in failure.findings)
        raise UnloadableDescription(tuple(map(document.located_finding, errors))) from None
    problems = (problem for each in built.documents for problem in each.problems)
    findings = (*problems, *built.findings, *compiled.findings)
    located = tuple(map(document.located_finding, findings))
    return CompiledDescription(built.contract, compiled.bundle, digest, located, settings.notes, settings.port)


@contextmanager
def bundle_file(bundle: bytes) -> Iterator[Path]:
    """Keep a bundle in a temporary file for as long as the context lasts."""
    with tempfile.NamedTemporaryFile(prefix="contractctl-", suffix=".bundle") as file:
        file.write(bundle)
        file.flush()
        yield Path(file.name)


def _line_finder(document: Document) -> Callable[[Place], str]:
    own = PurePath(document.uri).name

    def locate(place: Place) -> str:
        """Return `openapi.yaml:41`, the same in every folder."""
        span = document.located(Location(place)).span
        name = own if place.uri == document.uri else document.neighbours.relative(place.uri)
        return f"{name}:{span.line}" if span else name

    return locate
