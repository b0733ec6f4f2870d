"""What rules look at: a document, its contract, its structure, and what was told while they were made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from contractctl.contract.build import build_contract
from contractctl.contract.model import Contract
from contractctl.contract.references import Missing, local_pointer, resolve_pointer
from contractctl.contract.versions import version_of
from contractctl.core.findings import Finding
from contractctl.core.json import Json, is_object
from contractctl.core.locations import Location, Place, Pointer
from contractctl.lint.examples.claims import Subschema, subschemas
from contractctl.lint.structure.gate import Structure, inspect
from contractctl.lint.structure.kinds import Fault, Tokens
from contractctl.source.document import Document

_REFERENCE_CHAIN_LIMIT = 50


@dataclass(frozen=True, slots=True)
class Subject:
    """One description under examination.

    `schemas` are all of the contract, at every depth. `told` are the findings of reader and builder, by code.
    """

    document: Document
    contract: Contract
    structure: Structure
    schemas: tuple[Subschema, ...]
    told: Mapping[str, Sequence[Finding]]

    def at(self, tokens: Iterable[str]) -> Location:
        """Return the location of a pointer into the document."""
        return Location(Place(self.document.uri, Pointer(tuple(tokens))))

    def faults(self, code: str) -> Iterator[Fault]:
        """Yield the faults of the structure with this code."""
        return (fault for fault in self.structure.faults if fault.code == code)

    def value_at(self, tokens: Tokens) -> Json:
        """Return the value at a pointer of the document, None when there is none."""
        try:
            return resolve_pointer(self.document.root, Pointer(tokens))
        except Missing:
            return None

    def follow(self, tokens: Tokens) -> Tokens | None:
        """Return the pointer of what a part means: itself, or where its references lead. None when nowhere."""
        for _ in range(_REFERENCE_CHAIN_LIMIT):
            value = self.value_at(tokens)
            if not is_object(value):
                return None
            reference = value.get("$ref")
            if not isinstance(reference, str):
                return tokens
            try:
                pointer = local_pointer(reference)
            except ValueError:
                return None
            if pointer is None:
                return None
            tokens = pointer.tokens
        return None


def examine(document: Document) -> Subject:
    """Make the subject of a document.

    Raise UnloadableDescription for a document that is not OpenAPI of a version that is read here.
    """
    built = build_contract(document)
    version = version_of(built.contract.openapi)
    structure = inspect(document.root if is_object(document.root) else {}, version)
    told: dict[str, list[Finding]] = {}
    for finding in (*document.problems, *_untold(built.findings, structure)):
        told.setdefault(finding.rule, []).append(finding)
    return Subject(document, built.contract, structure, tuple(subschemas(built.contract)), told)


def _untold(findings: Iterable[Finding], structure: Structure) -> Iterator[Finding]:
    """Leave out malformed parts of which the structure says in better words what is wrong with them."""
    ends = {fault.tokens for fault in structure.faults}
    passed = {tokens[:depth] for tokens in ends for depth in range(len(tokens))}
    for finding in findings:
        tokens = finding.location.place.pointer.tokens
        above = (tokens[:depth] for depth in range(len(tokens) + 1))
        if finding.rule != "part-malformed" or not (tokens in passed or any(one in ends for one in above)):
            yield finding
