"""Two sides to judged changes: one description each, folders file by file, or several files as one contract."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from pathlib import Path

from contractctl.api.changes import located_verdict
from contractctl.api.composed import compose, scheme_names, without_duplicates
from contractctl.api.descriptions import build_side, open_side_document
from contractctl.api.sides import Member, Side
from contractctl.config import Config
from contractctl.contract.build import BuiltContract
from contractctl.contract.model import Contract
from contractctl.core.changes import Verdict
from contractctl.core.findings import Finding, Severity
from contractctl.core.locations import Location
from contractctl.core.records import dataclass
from contractctl.diff import diff_contracts
from contractctl.diff.policies.selection import selected
from contractctl.source.document import Document
from contractctl.source.spec import is_url


@dataclass(frozen=True, slots=True)
class Opened:
    """A description that was read, and its contract."""

    member: Member
    document: Document
    built: BuiltContract

    @property
    def contract(self) -> Contract:
        """The contract of the description."""
        return self.built.contract

    @property
    def texts(self) -> dict[str, str]:
        """The texts of all its documents by the names that they have on whichever side."""
        first, *others = self.built.documents
        return {"": first.text, **{self.document.neighbours.relative(one.uri): one.text for one in others}}

    def names(self, entry: str) -> dict[str, str]:
        """Return the names of its documents by their URIs, its own being `entry`."""
        others = self.built.documents[1:]
        folder = posixpath.dirname(entry)
        relative = self.document.neighbours.relative
        beside = {one.uri: posixpath.normpath(posixpath.join(folder, relative(one.uri))) for one in others}
        return {**beside, self.document.uri: entry}

    def diagnostics(self) -> Iterator[Finding]:
        """Yield what is wrong inside of it: what kept parts of it out of the contract, and faults of its text."""
        yield from map(self.document.located_finding, self.built.findings)
        for document in self.built.documents:
            yield from (one for one in document.problems if one.severity is Severity.ERROR)


@dataclass(frozen=True, slots=True)
class Compared:
    """What differs between two contracts, of one description or of several.

    `files` are the names that approvals have for them, that of revision last; `versions` those of either side, each
    once; `left_out` counts the operations that a policy keeps from being compared; `documents` gives all
    that was read a name that is the same on both sides.
    """

    verdicts: tuple[Verdict, ...]
    diagnostics: tuple[Finding, ...]
    versions: tuple[tuple[str, ...], tuple[str, ...]]
    files: tuple[str, ...] = ()
    left_out: int = 0
    documents: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Sides:
    """What was read on either side, and the contract that it makes."""

    before: Sequence[Opened]
    after: Sequence[Opened]
    base: Contract
    revision: Contract
    is_composed: bool = False

    def entry(self, one: Opened) -> str:
        """Return what a description is called among those of its side; "" for the only one."""
        return one.member.name if self.is_composed else ""

    @property
    def size(self) -> int:
        """How many operations there are on both sides."""
        return len(self.base.operations) + len(self.revision.operations)


class Comparison:
    """Compares what is on two sides."""

    def __init__(self, config: Config, *, today: date) -> None:
        self._config = config
        self._today = today

    def one(self, base: Member, revision: Member) -> Compared:
        """Compare two descriptions."""
        before = self._open(base, "base")
        after = before if base.spec == revision.spec else self._after(revision, before)
        sides = _Sides([before], [after], before.contract, after.contract)
        return self._compared(sides, is_same=before.texts == after.texts, files=self._files(base, revision))

    def of_one_side(self, member: Member, role: str) -> Compared:
        """Compare a description that only one side has with nothing: all its operations have come or gone."""
        opened = self._open(member, role)
        nothing = replace(opened.contract, operations=(), webhooks=())
        contracts = (opened.contract, nothing) if role == "base" else (nothing, opened.contract)
        found = self._compared(_Sides([opened], [opened], *contracts), is_same=False, files=self._files(member))
        mine, none = (opened.contract.version,), ()
        return replace(found, versions=(mine, none) if role == "base" else (none, mine))

    def composed(self, base: Side, revision: Side) -> Compared:
        """Compare all descriptions of a side, as one contract, with all of the other."""
        before, after = ([self._open(one, side.role, _scope(one)) for one in side.members] for side in (base, revision))
        names = scheme_names(one.contract for one in (*before, *after))
        one, other = (compose([opened.contract for opened in side], names) for side in (before, after))
        return self._compared(_Sides(before, after, one, other, is_composed=True), is_same=_are_same(before, after))

    def _compared(self, sides: _Sides, *, is_same: bool, files: tuple[str, ...] = ()) -> Compared:
        policy = self._config.diff_policy
        base, revision = selected(sides.base, policy), selected(sides.revision, policy)
        left_out = sides.size - len(base.operations) - len(revision.operations)
        (base, again), (revision, once_more) = without_duplicates(base, revision), without_duplicates(revision, base)
        before, after = _Locator(sides.before), _Locator(sides.after)
        verdicts = () if is_same else diff_contracts(base, revision, today=self._today)
        return Compared(
            tuple(located_verdict(verdict, before, after) for verdict in verdicts),
            tuple(dict.fromkeys((*_diagnostics(sides.before, again), *_diagnostics(sides.after, once_more)))),
            (_versions(sides.before), _versions(sides.after)),
            files,
            left_out,
            {uri: name for one in (*sides.before, *sides.after) for uri, name in one.names(sides.entry(one)).items()},
        )

    def _after(self, member: Member, before: Opened) -> Opened:
        """Open the other side; what is the same to the byte, and has nothing to tell of, is not built again."""
        document = open_side_document(member.spec, "revision", self._config)
        is_alone = len(before.built.documents) == 1 and not before.built.findings and not before.document.problems
        if is_alone and not document.problems and document.text == before.document.text:
            return Opened(member, document, before.built)
        return Opened(member, document, build_side(document, "revision"))

    def _open(self, member: Member, role: str, scope: str = "") -> Opened:
        document = open_side_document(member.spec, role, self._config)
        return Opened(member, document, build_side(document, role, scope=scope))

    def _files(self, *members: Member) -> tuple[str, ...]:
        root = self._config.root if self._config.file else Path()
        return tuple(dict.fromkeys(filter(None, (file_name(member.spec, root) for member in members))))


def _scope(member: Member) -> str:
    return f"{member.name or Path(member.spec).name}: "


class _Locator:
    """Gives locations their spans, in whichever of several descriptions they lie."""

    def __init__(self, opened: Iterable[Opened]) -> None:
        self._documents = [one.document for one in opened]

    def __call__(self, location: Location) -> Location:
        found = (document.located(location) for document in self._documents)
        return next((one for one in found if one.span is not None), location)


def _diagnostics(opened: Sequence[Opened], duplicates: Iterable[Finding]) -> Iterator[Finding]:
    for one in opened:
        yield from one.diagnostics()
    locate = _Locator(opened)
    for finding in duplicates:
        related = tuple(replace(one, location=locate(one.location)) for one in finding.related)
        yield replace(finding, location=locate(finding.location), related=related)


def _are_same(before: Sequence[Opened], after: Sequence[Opened]) -> bool:
    return [(one.member.name, one.texts) for one in before] == [(one.member.name, one.texts) for one in after]


def _versions(opened: Iterable[Opened]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.contract.version for one in opened))


def file_name(spec: str, root: Path) -> str:
    """Return the path of a description from the folder `root`, whatever revision it is of; "" for what is no file."""
    if spec == "-" or is_url(spec):
        return ""
    path = spec if Path(spec).exists() else spec.partition(":")[2] or spec
    relative = Path(os.path.relpath(os.path.realpath(path), os.path.realpath(root)))
    return "" if ".." in relative.parts else relative.as_posix()
