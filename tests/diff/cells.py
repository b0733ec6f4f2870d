"""The table of completeness: rows of fragments, each read as three edits of a whole description."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from contractctl.contract.build import build_contract
from contractctl.contract.model import Contract
from contractctl.core.records import dataclass
from contractctl.diff import diff_contracts
from contractctl.diff.compare import compare
from contractctl.lint.structure import v20, v30, v31, v32
from contractctl.lint.structure.kinds import Table
from contractctl.source.parse import parse_document

FOLDER = Path(__file__).parent / "completeness"
TABLES: Mapping[str, Table] = {"2.0": v20.TABLE, "3.0": v30.TABLE, "3.1": v31.TABLE, "3.2": v32.TABLE}
HEADS: Mapping[str, Mapping[str, Any]] = {
    "2.0": {"swagger": "2.0"},
    "3.0": {"openapi": "3.0.3"},
    "3.1": {"openapi": "3.1.1"},
    "3.2": {"openapi": "3.2.0"},
}
INFO: Mapping[str, Any] = {"info": {"title": "t", "version": "1"}, "paths": {}}
ANY_NAME = "*"
EDITS = ("set", "unset", "changed")
NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Row:
    """One field of one object, with two values of it, in the versions that the row is about.

    `expected` has a cell for each edit, `because` says why where all three are nothing; a row without values is a
    waiver by its reason alone.
    """

    object: str
    field: str
    versions: tuple[str, ...]
    frames: Mapping[str, Any]
    around: Mapping[str, Any]
    key: str
    values: tuple[Any, ...]
    expected: Mapping[str, str]
    because: str

    def cells(self, version: str) -> Mapping[str, str]:
        """Judge each edit in one version: the worst impact for each way that a change travels."""
        return {edit: verdict_of(*pair) for edit, pair in self._pairs(version).items()}

    def facts(self, version: str) -> Mapping[str, list[tuple[str, str]]]:
        """Return what differs by each edit in one version, by itself: the kinds, and how the sides relate."""
        return {edit: sorted(facts_of(*pair)) for edit, pair in self._pairs(version).items()}

    def _pairs(self, version: str) -> Mapping[str, tuple[Contract, Contract]]:
        without, first, second = (self._contract(version, value) for value in (None, *self.values))
        return {"set": (without, first), "unset": (first, without), "changed": (first, second)}

    def _contract(self, version: str, value: Any) -> Contract:
        field = {} if value is None else {self.key: value}
        frame = next(self.frames[name] for name in (version, "3", "") if name in self.frames)
        return built({**HEADS[version], **INFO, **_filled(frame, {**self.around, **field})})


def verdict_of(base: Contract, revision: Contract) -> str:
    """Say the worst impact for each way that changes travel: `breaking request, compatible response`."""
    worst: dict[str, str] = {}
    for verdict in diff_contracts(base, revision):  # worst first
        worst.setdefault(str(verdict.change.direction), str(verdict.impact))
    words = (f"{impact} {direction.replace('neither', 'contract')}" for direction, impact in sorted(worst.items()))
    return ", ".join(words) or NOTHING


def facts_of(base: Contract, revision: Contract) -> Iterator[tuple[str, str]]:
    """Yield the kinds of the facts, with their relations."""
    yield from ((fact.kind, str(fact.relation)) for fact in compare(base, revision))


def built(description: Mapping[str, Any]) -> Contract:
    """Build the contract of a whole description."""
    return build_contract(parse_document("openapi.json", json.dumps(description).encode())).contract


@cache
def rows() -> tuple[Row, ...]:
    """Return the rows of all tables, in order."""
    files = sorted(FOLDER.glob("*.yaml"))
    return tuple(row for file in files for row in _rows_of(yaml.safe_load(file.read_text("utf-8"))))


def fields_of(version: str) -> Iterator[tuple[str, str]]:
    """Yield the objects and fields that a version has."""
    for name, kind in TABLES[version].items():
        yield from ((name, field) for field in kind.fields)
        if kind.patterned is not None:
            yield name, ANY_NAME


def _rows_of(table: Mapping[str, Any]) -> Iterator[Row]:
    for name, entry in table.items():
        for field, written in (entry.get("fields") or _waived(name, entry["because"])).items():
            for row in written if isinstance(written, list) else [written]:
                yield _row(name, field, entry, {"because": row} if isinstance(row, str) else row)


def _waived(name: str, reason: str) -> Mapping[str, str]:
    """Return the fields of an object as a whole, each with the one reason for saying nothing of it."""
    return {field: reason for version in TABLES for owner, field in fields_of(version) if owner == name}


def _row(name: str, field: str, entry: Mapping[str, Any], row: Mapping[str, Any]) -> Row:
    having = tuple(version for version in TABLES if (name, field) in set(fields_of(version)))
    frames = row.get("frames", entry.get("frames", {}))
    return Row(
        object=name,
        field=field,
        versions=tuple(row.get("only", having)),
        frames=frames if isinstance(frames, dict) and set(frames) <= {*TABLES, "3"} else {"": frames},
        around=row.get("with", entry.get("with", {})),
        key=row.get("key", field),
        values=tuple(row.get("values", ())),
        expected={edit: row.get(edit, NOTHING) for edit in EDITS},
        because=row.get("because", ""),
    )


def _filled(frame: Any, value: Mapping[str, Any]) -> Any:
    """Put the object in every place of the frame that waits for it."""
    if frame == "HERE":
        return value
    if isinstance(frame, dict):
        return {key: _filled(member, value) for key, member in frame.items()}
    return [_filled(item, value) for item in frame] if isinstance(frame, list) else frame
