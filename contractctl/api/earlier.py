"""What lint found in the same descriptions at an earlier commit."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TypeAlias

from contractctl.config import Config
from contractctl.contract.versions import openapi_version
from contractctl.core.failures import UnloadableDescription, UsageFailure
from contractctl.core.findings import Finding
from contractctl.source.document import Document
from contractctl.source.git import commit_of, former_name, has_git_file
from contractctl.source.spec import is_url, load_description

Look: TypeAlias = Callable[[Document], Iterable[Finding]]


class Earlier:
    """The findings at a revision of git, `base`, which is looked up once in each repository.

    `notes` say of which descriptions there is nothing to compare with, and why.
    """

    def __init__(self, base: str, config: Config, look: Look) -> None:
        self._base = base
        self._config = config
        self._look = look
        self._commit = cache(lambda folder: commit_of(base, folder=folder))
        self.notes: list[str] = []

    def check(self, specs: Iterable[str]) -> None:
        """Raise UsageFailure for a SPEC that is no file, and when git has not the revision, or it is empty."""
        if not self._base:
            hint = "name a commit, such as origin/main, or leave out --base"
            raise UsageFailure("cannot compare with an earlier commit: its name is empty", hint=hint)
        for spec in specs:
            is_file = Path(spec).exists()
            if not is_file and (is_url(spec) or spec == "-" or ":" in spec):
                message = f"cannot compare {spec} with {self._base}: it is no file of a repository"
                raise UsageFailure(message, hint="leave out --base, or name a file")
            if is_file:
                self._commit(Path(spec).parent)

    def known(self, spec: str, document: Document, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Yield those of the findings in a description that it had at the revision, too.

        Files go by their path from that of the description, which may have been moved itself.
        """
        before = self._document(spec)
        if before is None:
            return
        had = Counter(_fingerprint(finding, before) for finding in self._look(before))
        for finding in findings:
            fingerprint = _fingerprint(finding, document)
            if had[fingerprint] > 0:
                had[fingerprint] -= 1
                yield finding

    def _document(self, spec: str) -> Document | None:
        folder, name = Path(spec).parent, Path(spec).name
        commit = self._commit(folder)
        if not has_git_file(commit, name, folder=folder):
            former = former_name(commit, name, folder=folder)
            if former is None:
                self.notes.append(f"{spec} is new since {self._base}: all of its findings are shown")
                return None
            self.notes.append(f"{spec} was {os.path.normpath(folder / former)} at {self._base}")
            name = former
        try:
            document = load_description(f"{commit}:{name}", hosts=self._config.allow_remote, folder=folder)
            openapi_version(document)
        except (UnloadableDescription, UsageFailure) as failure:
            reason = f"{spec} cannot be read at {self._base}: {failure.message}"
            self.notes.append(f"{reason.replace(commit, self._base)}; all of its findings are shown")
            return None
        return document


def _fingerprint(finding: Finding, entry: Document) -> str:
    uri = finding.location.place.uri
    return finding.fingerprint_in("" if uri == entry.uri else entry.neighbours.relative(uri))
