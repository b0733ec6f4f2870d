"""Compile the mock of a description."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath

from contractctl.api.descriptions import open_description
from contractctl.api.specs import MountedSpec
from contractctl.config import Config
from contractctl.contract.build import build_contract
from contractctl.contract.digest import content_digest
from contractctl.contract.model import Contract
from contractctl.core.failures import UnloadableDescription, UsageFailure
from contractctl.core.findings import Finding, Severity
from contractctl.core.locations import Location, Place
from contractctl.core.records import dataclass
from contractctl.image.reference import clean_repository
from contractctl.mock.compile import compile_bundle
from contractctl.mock.description import describe
from contractctl.mock.prefixes import complete_prefixes
from contractctl.mock.settings import OPTIONS, MockSettings, Need
from contractctl.source.document import Document


@dataclass(frozen=True, slots=True)
class CompiledDescription:
    """A contract with its bundle: what an image is made from and a server serves.

    `spec_digest` is that of spec-version.txt. `findings` tell of what was left out or replaced, with spans. `needs` is
    what a server of the bundle cannot do without. `prefix` is the path below which it is served, "" for one alone.
    """

    contract: Contract
    bundle: bytes
    spec_digest: str
    findings: tuple[Finding, ...]
    settings: MockSettings
    needs: tuple[Need, ...] = ()
    prefix: str = ""

    @property
    def slug(self) -> str:
        """The contract's title in small letters, digits and dashes; "" where nothing is left of it."""
        return clean_repository(self.contract.title)

    @property
    def port(self) -> int | None:
        """The port that the bundle chooses, if it does."""
        return self.settings.port


def compile_mock(spec: str, *, config: Config, options: Mapping[str, str]) -> CompiledDescription:
    """Compile the mock of a SPEC for others to serve.

    `options` are mock settings by option name, over those of the configuration.

    Equal descriptions and settings give equal bytes, in whatever folder they lie. Raise UnloadableDescription for
    what is no description and UsageFailure for a setting that cannot be read.
    """
    settings = mock_settings(config, options)
    if "@" in (settings.state_url or ""):
        raise UsageFailure(
            "`state-url` has a password, which does not belong into an image",
            hint="leave it out, and give MOCK_STATE_URL to the container",
        )
    if settings.port == 0:
        raise UsageFailure(
            "`port` is 0, a free one, which nobody could publish of an image", hint="name a port, or leave it out: 3000"
        )
    return compile_document(open_description(spec, config), settings)


def compile_mocks(
    mounted: Sequence[MountedSpec], *, config: Config, options: Mapping[str, str]
) -> tuple[CompiledDescription, ...]:
    """Compile descriptions that one server serves, each below the prefix that it chose or that its title makes.

    See `compile_mock`.
    """
    compiled = [compile_mock(one.spec, config=config, options=options) for one in mounted]
    prefixes = complete_prefixes([one.prefix for one in mounted], [one.slug or "api" for one in compiled])
    return tuple(replace(one, prefix=prefix) for one, prefix in zip(compiled, prefixes, strict=True))


def mock_settings(config: Config, options: Mapping[str, str]) -> MockSettings:
    """Read what belongs into a bundle; files with keys and certificates do not. Raise UsageFailure."""
    configured = {name: text for name, text in config.mock.items() if name in OPTIONS}
    return MockSettings.parse({**configured, **options})


def compile_document(document: Document, settings: MockSettings) -> CompiledDescription:
    """Compile the mock of a description that was opened; see `compile_mock`."""
    built = build_contract(document)
    digest = content_digest(document, *built.documents[1:])
    try:
        compiled = compile_bundle(
            built.contract,
            settings=settings,
            spec_digest=digest,
            locate=_line_finder(document),
            fetch=document.neighbours.fetch,
            description=describe(document, built),
        )
    except UnloadableDescription as failure:  # with `strict`, what is told otherwise stops it
        errors = (replace(finding, severity=Severity.ERROR) for finding in failure.findings)
        raise UnloadableDescription(tuple(map(document.located_finding, errors))) from None
    problems = (problem for each in built.documents for problem in each.problems)
    findings = (*problems, *built.findings, *compiled.findings)
    located = tuple(map(document.located_finding, findings))
    return CompiledDescription(built.contract, compiled.bundle, digest, located, settings, compiled.needs)


def _line_finder(document: Document) -> Callable[[Place], str]:
    own = PurePath(document.uri).name

    def locate(place: Place) -> str:
        """Return `openapi.yaml:41`, the same in every folder."""
        span = document.located(Location(place)).span
        name = own if place.uri == document.uri else document.neighbours.relative(place.uri)
        return f"{name}:{span.line}" if span else name

    return locate
