"""The bundles behind a running mock server: compiled when it starts, and anew when one of their files changes."""

from __future__ import annotations

import gc
import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from contractctl.api.descriptions import open_description
from contractctl.api.mock import CompiledDescription, compile_document, mock_settings
from contractctl.api.specs import mounted_specs
from contractctl.api.watching import Watch
from contractctl.config import Config
from contractctl.core.failures import Failure, UnloadableDescription, UsageFailure
from contractctl.core.findings import Finding, Severity
from contractctl.core.records import dataclass
from contractctl.mock.prefixes import complete_prefixes
from contractctl.mock.settings import MockSettings
from contractctl.source.document import Document
from contractctl.source.spec import is_url


@dataclass(frozen=True, slots=True)
class Reloaded:
    """A bundle that took the place of the earlier one, or, where only `is_mended` is true, could again.

    `findings` are all of them, `new` those that the earlier one had not. `is_changed` is false where contract and
    settings are as they were, and only lines moved.
    """

    spec: str
    operations: int
    findings: tuple[Finding, ...]
    new: tuple[Finding, ...]
    is_replaced: bool
    is_changed: bool
    is_mended: bool


@dataclass(frozen=True, slots=True)
class NotReloaded:
    """A description or configuration that cannot be used as it is now; what it was before stays."""

    name: str
    failure: Failure


Event: TypeAlias = "Reloaded | NotReloaded"


@dataclass(frozen=True, slots=True)
class _State:
    """What is served of a description, as far as it has to be compared with the next. `bundle` is a hash."""

    bundle: bytes
    digest: str
    settings: MockSettings
    fingerprints: frozenset[str]
    opened: frozenset[str]


class _Mock:
    """One description with its bundle in a file."""

    def __init__(self, spec: str, path: Path) -> None:
        self.spec = spec
        self.path = path
        self.watch = Watch()
        self._is_watched = spec != "-" and not is_url(spec) and Path(spec).exists()
        self._files: frozenset[str] = frozenset()
        self._state: _State | None = None
        self._is_broken = False

    def compile(self, config: Config, options: Mapping[str, str]) -> CompiledDescription:
        """Compile the description and write its bundle. Raise as `compile_mock` does; the bundle is as it was then."""
        begun = self.watch.begin()
        document: Document | None = None
        try:
            document = open_description(self.spec, config)
            compiled = compile_document(document, mock_settings(config, options))
            self._refuse_lost(document, compiled.findings)
            self._files = frozenset()
            self._keep(document, compiled)
        finally:
            # What could not be read now may be there soon, in the files of before as in those that are wanted now.
            self._files |= {self.spec, *(() if document is None else document.neighbours.asked())}
            self.watch.finish(begun, self._files if self._is_watched else ())
        return compiled

    def renew(self, config: Config, options: Mapping[str, str]) -> Iterator[Event]:
        """Compile again, and yield what there is to tell."""
        before, was_broken = self._state, self._is_broken
        if before is None or self.spec == "-":  # what came through a pipe is gone
            return
        # An example that lies in a file of its own is no part of the digest.
        has_new_examples = not self.watch.changed() <= before.opened
        try:
            compiled = self.compile(config, options)
        except Failure as failure:
            self._is_broken = True
            yield NotReloaded(self.spec, failure)
            return
        finally:
            # A description is full of circles, and this process looks for rubbish seldom: it grew by 50 KB each time.
            gc.collect()
        self._is_broken = False
        is_replaced = self._state is not None and self._state.bundle != before.bundle
        if not is_replaced and not was_broken:
            return
        yield Reloaded(
            self.spec,
            operations=len(compiled.contract.operations),
            findings=compiled.findings,
            new=tuple(one for one in compiled.findings if one.fingerprint not in before.fingerprints),
            is_replaced=is_replaced,
            is_changed=has_new_examples
            or (compiled.spec_digest, compiled.settings) != (before.digest, before.settings),
            is_mended=was_broken,
        )

    def _refuse_lost(self, document: Document, findings: Sequence[Finding]) -> None:
        """Refuse a description without a file that it had: somebody is writing it, or has lost it.

        At the start, and for a reference that is new, what is missing is told, and the rest is served.
        """
        opened = {one.uri for one in document.neighbours.opened()}
        if self._state is None or not self._state.opened & {*document.neighbours.asked()} - opened:
            return
        errors = [one for one in findings if one.severity is Severity.ERROR]
        new = [one for one in errors if one.fingerprint not in self._state.fingerprints]
        if errors:
            raise UnloadableDescription(tuple(new or errors))

    def _keep(self, document: Document, compiled: CompiledDescription) -> None:
        """Write the bundle if it is another one."""
        state = _State(
            hashlib.sha256(compiled.bundle).digest(),
            compiled.spec_digest,
            compiled.settings,
            frozenset(one.fingerprint for one in compiled.findings),
            frozenset(one.uri for one in document.neighbours.opened()),
        )
        if self._state is None or state.bundle != self._state.bundle:
            # The server opens it at a moment of its own: it finds the old one or the new one whole.
            beside = self.path.with_suffix(".new")
            beside.write_bytes(compiled.bundle)
            beside.replace(self.path)
        self._state = state


class ServedMocks:
    """The bundles of one server. `bundles` are the arguments that name them to it; `config` is that of the start."""

    def __init__(
        self, arguments: Sequence[str], folder: Path, *, load: Callable[[], Config], options: Mapping[str, str]
    ) -> None:
        """Compile every description. Raise as `mounted_specs` and `compile_mock` do."""
        self._arguments, self._load, self._options = arguments, load, options
        self._configuration = Watch()
        self._file: Path | None = None
        self.config = self._current = self._configured()
        self._mounted = mounted_specs(arguments, self.config)
        self._mocks = [_Mock(one.spec, folder / f"{number}.bundle") for number, one in enumerate(self._mounted)]
        compiled = [mock.compile(self.config, options) for mock in self._mocks]
        self.findings = tuple(finding for one in compiled for finding in one.findings)
        prefixes = complete_prefixes([one.prefix for one in self._mounted], [one.slug or "api" for one in compiled])
        self.bundles = tuple(
            f"{prefix}={mock.path}" if prefix else str(mock.path)
            for prefix, mock in zip(prefixes, self._mocks, strict=True)
        )

    def poll(self) -> Iterator[Event]:
        """Look at the files once, and compile what has changed; to be called a few times a second."""
        if self._configuration.has_settled():
            yield from self._reconfigure()
            return
        for mock in self._mocks:
            if mock.watch.has_settled():
                yield from mock.renew(self._current, self._options)

    def _reconfigure(self) -> Iterator[Event]:
        try:
            self._current = self._configured()
            mounted = mounted_specs(self._arguments, self._current)
        except Failure as failure:
            yield NotReloaded(str(self._file), failure)
            return
        if mounted != self._mounted:
            self._mounted = mounted
            others = UsageFailure("other descriptions are to be served, or below other prefixes", hint="start it again")
            yield NotReloaded(str(self._file), others)
        for mock in self._mocks:
            yield from mock.renew(self._current, self._options)

    def _configured(self) -> Config:
        begun = self._configuration.begin()
        try:
            config = self._load()
            self._file = config.file or self._file  # one that is gone may come back
        finally:
            self._configuration.finish(begun, [str(self._file)] if self._file else [])
        return config


@contextmanager
def served_mocks(
    arguments: Sequence[str], *, load: Callable[[], Config], options: Mapping[str, str]
) -> Iterator[ServedMocks]:
    """Compile the mocks of `[PREFIX=]SPEC` arguments, and keep their bundles for as long as the context lasts.

    `load` reads the configuration; `options` are mock settings by option name, over it.
    """
    with tempfile.TemporaryDirectory(prefix="contractctl-") as folder:
        yield ServedMocks(arguments, Path(folder), load=load, options=options)
