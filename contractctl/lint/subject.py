"""What rules look at: documents, their contract, their structure, and what was told while they were made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from contractctl.contract.build import build_contract
from contractctl.contract.model import Contract, Operation
from contractctl.contract.references import Missing, References, Unresolved, resolve_pointer
from contractctl.contract.versions import Version
from contractctl.core.findings import Finding
from contractctl.core.json import Json, is_object
from contractctl.core.locations import Place
from contractctl.core.records import dataclass
from contractctl.lint.circles import circles
from contractctl.lint.examples.carriers import carriers
from contractctl.lint.examples.inventory import Subschema, inventory
from contractctl.lint.examples.verdicts import Verdicts
from contractctl.lint.operations import every_operation
from contractctl.lint.requests import Requests
from contractctl.lint.schemas.index import SchemaIndex
from contractctl.lint.structure.gate import table_of
from contractctl.lint.structure.kinds import Table, Tokens
from contractctl.lint.survey import Part, PlacedFault, Survey, survey
from contractctl.source.document import Document

_REFERENCE_CHAIN_LIMIT = 50


@dataclass(frozen=True, slots=True)
class Subject:
    """One description under examination.

    `documents` are all that references lead to, by name, the entry first. `operations` are all of them, those of
    webhooks and callbacks too. The `contract` has besides what operations use the definitions of parts that none uses.
    `schemas` are all of the description, used or not, at every depth, each once; `index` has them by keyword, and
    `requests` are those of what clients send. `verdicts` are those on examples, defaults and enums. `told` are the
    findings of reader and builder, by code.
    """

    entry: Document
    documents: Mapping[str, Document]
    contract: Contract
    references: References
    survey: Survey
    operations: Sequence[Operation]
    schemas: tuple[Subschema, ...]
    index: SchemaIndex
    requests: Requests
    verdicts: Verdicts
    told: Mapping[str, Sequence[Finding]]

    @property
    def root(self) -> Place:
        """The place of the entry document."""
        return Place(self.entry.uri)

    def faults(self, code: str) -> Iterator[PlacedFault]:
        """Yield the faults of the structure with this code."""
        return (placed for placed in self.survey.faults if placed.fault.code == code)

    def parts(self, *kinds: str) -> Iterator[Part]:
        """Yield every object of these types of the tables (`server`, `media-type`), as written, used or not, once.

        Where a reference stands, the object is what it leads to. Schemas come here in their own dialect; `schemas` has
        them as JSON Schema 2020-12.
        """
        return (part for kind in kinds for part in self.survey.parts(kind))

    def version_at(self, place: Place) -> Version:
        """Return the version of OpenAPI that a place is written in."""
        return self.references.version_at(place.uri)

    def table_at(self, place: Place) -> Table:
        """Return the object tables of that version."""
        return table_of(self.version_at(place))

    def value_at(self, place: Place) -> Json:
        """Return the value at a place, None when there is none."""
        try:
            return resolve_pointer(self.documents[place.uri].root, place.pointer)
        except Missing:
            return None

    def follow(self, place: Place) -> Place | None:
        """Return what a part means: its own place, or that which its references lead to. None when nowhere."""
        for _ in range(_REFERENCE_CHAIN_LIMIT):
            value = self.value_at(place)
            if not is_object(value):
                return None
            reference = value.get("$ref")
            if not isinstance(reference, str):
                return place
            try:
                place = self.references.target(reference, place / "$ref").at
            except Unresolved:
                return None
        return None


def examine(document: Document) -> Subject:
    """Make the subject of an entry document.

    Raise UnloadableDescription for a document that is not OpenAPI of a version that is read here, DeliveryFailure when
    the world fails while another document is fetched.
    """
    built = build_contract(document)
    found = survey(document, built.references)
    carrying = tuple(carriers(found, built.references, built.further.schema))
    contract = built.further.completed(built.contract)
    documents = built.references.documents()
    told: dict[str, list[Finding]] = {}
    for finding in (
        *(problem for read in documents for problem in read.problems),
        *_untold((*built.findings, *built.further.findings(), *built.references.problems()), found),
        *(finding for lead in found.leads for finding in lead.findings),
    ):
        told.setdefault(finding.rule, []).append(finding)
    listed = inventory(contract.definitions, (root for one in carrying for root in one.roots()))
    return Subject(
        entry=document,
        documents={read.uri: read for read in documents},
        contract=contract,
        references=built.references,
        survey=found,
        operations=every_operation(contract),
        schemas=listed.schemas,
        index=SchemaIndex(listed.schemas, found, contract),
        requests=Requests(contract),
        verdicts=Verdicts(built.references, contract.definitions, listed, carrying),
        told=told,
    )


_DOUBTED: Final = frozenset(("part-malformed", "parameter-duplicate"))


def _untold(findings: Iterable[Finding], found: Survey) -> Iterator[Finding]:
    """Leave out what the structure or a reference says in better words: of malformed parts, and of a second body."""
    doubted = any(finding.rule in _DOUBTED for finding in findings)
    explained = _explained(found) if doubted else set()
    ends, passed = _around(found) if doubted else (set(), set())
    excused = {lead.at for lead in found.leads if lead.target is None and not lead.findings}
    for finding in findings:
        place = finding.location.place
        uri, tokens = place.uri, place.pointer.tokens
        above = ((uri, tokens[:depth]) for depth in range(len(tokens) + 1))
        is_known = (uri, tokens) in explained or (uri, tokens) in passed or any(one in ends for one in above)
        if (finding.rule not in _DOUBTED or not is_known) and not _follows(finding, excused):
            yield finding


def _follows(finding: Finding, excused: set[Place]) -> bool:
    """Tell whether a reference leads nowhere for no fault of its own."""
    return finding.rule == "reference-dangling" and finding.location.place in excused


_Spot = tuple[str, Tokens]


def _explained(found: Survey) -> set[_Spot]:
    """Return where misled references lead, and the members of circles."""
    targets = [lead.target for lead in found.leads if lead.target is not None and lead.is_misled]
    members = [place for circle in circles(found) for place in circle]
    return {(place.uri, place.pointer.tokens) for place in (*targets, *members)}


def _around(found: Survey) -> tuple[set[_Spot], set[_Spot]]:
    """Return the places of faults, and all places above them."""
    ends = {(placed.at.uri, placed.fault.tokens) for placed in found.faults}
    return ends, {(uri, tokens[:depth]) for uri, tokens in ends for depth in range(len(tokens))}
