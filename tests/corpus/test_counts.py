"""What the contract of each description holds is what an independent count over its raw JSON finds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from contractctl.contract.build import build_contract
from contractctl.core.findings import Finding
from contractctl.core.locations import Pointer
from contractctl.source.parse import parse_document
from tests.corpus.counting import Count, Counter, Facts, Told
from tests.corpus.descriptions import descriptions
from tests.corpus.holding import holding

EMPTY = Facts(frozenset(), frozenset(), frozenset())


def places(finding: Finding) -> Iterator[str]:
    """Yield what a finding says is not usable; a parameter whose name is empty is told of at the name."""
    pointer = finding.location.place.pointer
    yield str(pointer)
    if pointer.tokens[-1:] == ("name",) and "parameters" in pointer.tokens[-3:]:
        yield str(Pointer(pointer.tokens[:-1]))


@pytest.mark.parametrize("path", [pytest.param(path, id=name) for name, path in descriptions().items()])
def test_a_contract_holds_what_an_independent_count_finds(path: Path) -> None:
    data = path.read_bytes()
    built = build_contract(parse_document(path.name, data))
    raw = json.loads(data)
    told = Told(frozenset(place for finding in built.findings for place in places(finding)))
    widest = Counter(raw).count()
    narrowest = Counter(raw, told).count() if told.places else widest
    held = holding(built.contract)
    assert list(missing(held, narrowest)) == []
    assert [thing for thing in missing(widest, held) if not is_told_reference(thing, told)] == []


def missing(here: Count, there: Count) -> Iterator[str]:
    """Yield what is there and not here."""
    for name, facts in there.operations.items():
        if name not in here.operations:
            yield f"operation {name}"
        for kind, theirs, ours in zip(Facts._fields, facts, here.operations.get(name, EMPTY), strict=True):
            yield from (f"{kind} of {name}: {one}" for one in sorted(theirs - ours))
    yield from (f"security scheme {name}" for name in sorted(there.security_schemes - here.security_schemes))
    yield from (f"component schema {name}" for name in sorted(there.component_schemas - here.component_schemas))
    yield from (f"schema {pointer}" for pointer in sorted(there.schemas - here.schemas))


def is_told_reference(thing: str, told: Told) -> bool:
    """Tell whether this is a schema that was a reference only, which leads nowhere and so became an empty schema."""
    kind, _, pointer = thing.partition(" ")
    return kind == "schema" and f"{pointer}/$ref" in told.places
