"""Baselines: what they know, what is new to them, how they are refused; and fingerprints, on which they rest."""

from __future__ import annotations

import copy
import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contractctl.core.failures import UsageFailure
from contractctl.core.findings import Finding, Severity
from contractctl.core.json import Json
from contractctl.core.locations import Location, Place, Pointer
from contractctl.core.profiles import Profile
from contractctl.lint.baseline import Baseline, baseline_of, read_baseline, written
from contractctl.lint.engine import lint_document
from contractctl.lint.identity import Identities
from contractctl.source.parse import parse_document
from tests.lint.cases import document
from tests.lint.mutants import mutants

_ALL = (Profile.STRICT, Profile.OWASP)


def _finding(rule: str, uri: str = "api.yaml", *tokens: str, message: str = "wrong") -> Finding:
    return Finding(rule, Severity.ERROR, message, Location(Place(uri, Pointer(tokens))))


def _same(uri: str) -> str:
    return uri


_rules = st.sampled_from(["path-query", "field-unknown", "type-wrong"])
_found = st.lists(st.builds(_finding, _rules, st.sampled_from(["a.yaml", "b.yaml"]), st.sampled_from(["x", "y"])))


@given(findings=_found)
def test_a_baseline_knows_all_that_it_was_made_of_and_misses_nothing(findings: list[Finding]) -> None:
    sorted_out = baseline_of(findings, _same).sort(findings, _same)
    assert (sorted_out.new, sorted_out.known, sorted_out.gone) == ((), tuple(findings), ())


@given(known=_found, now=_found)
def test_what_is_new_and_what_is_gone_is_the_difference(known: list[Finding], now: list[Finding]) -> None:
    sorted_out = baseline_of(known, _same).sort(now, _same)
    assert len(sorted_out.new) + len(sorted_out.known) == len(now)
    assert len(sorted_out.gone) + len(sorted_out.known) == len(known)
    new, gone = {one.fingerprint for one in sorted_out.new}, {one.fingerprint for one in sorted_out.gone}
    assert new & gone == set()


@given(findings=_found, seed=st.integers())
def test_the_order_of_findings_says_nothing(findings: list[Finding], seed: int) -> None:
    shuffled = random.Random(seed).sample(findings, len(findings))
    assert written(baseline_of(shuffled, _same)) == written(baseline_of(findings, _same))


@settings(deadline=None)
@given(message=st.text(), name=st.text(), pointer=st.text())
def test_reading_what_was_written_gives_the_same(
    tmp_path_factory: pytest.TempPathFactory, message: str, name: str, pointer: str
) -> None:
    file = tmp_path_factory.getbasetemp() / "baseline.json"
    baseline = baseline_of([_finding("type-wrong", name, pointer, message=message)], _same)
    file.write_bytes(written(baseline))
    assert read_baseline(file) == baseline


def test_a_finding_that_occurs_more_often_is_new() -> None:
    one = _finding("type-wrong")
    sorted_out = baseline_of([one], _same).sort([one, one], _same)
    assert (sorted_out.new, sorted_out.known) == ((one,), (one,))


_WRITTEN = """\
{{
  "schema_version": 1,
  "findings": [
    {{
      "file": "a.yaml",
      "pointer": "/paths/~1a b",
      "rule": "field-unknown",
      "message": "é",
      "fingerprint": "{}"
    }},
    {{
      "file": "b.yaml",
      "pointer": "/info",
      "rule": "type-wrong",
      "message": "wrong",
      "fingerprint": "{}"
    }}
  ]
}}
"""


def test_a_baseline_reads_well() -> None:
    found = [
        _finding("type-wrong", "b.yaml", "info"),
        _finding("field-unknown", "a.yaml", "paths", "/a b", message="é"),
    ]
    assert written(baseline_of(found, _same)).decode() == _WRITTEN.format(found[1].fingerprint, found[0].fingerprint)


def test_only_the_fingerprint_counts() -> None:
    found = _finding("type-wrong")
    (entry,) = baseline_of([found], _same).entries
    other = replace(entry, file="x.yaml", pointer="/x", rule="x-y", message="in other words")
    assert Baseline((other,)).sort([found], _same).known == (found,)


BROKEN = {
    "no JSON": ("findings:\n", "{} is no baseline: it is not JSON"),
    "no text": (b"\xff\xfe\x00", "{} is no baseline: it is not JSON"),
    "nothing": ("", "{} is no baseline: it is not JSON"),
    "too deep": ("[" * 100_000, "{} is no baseline: it is not JSON"),
    "a list": ("[]", "{} is no baseline: it has no `schema_version` or no list `findings`"),
    "no version": ('{"findings": []}', "{} is no baseline: it has no `schema_version` or no list `findings`"),
    "a version that is a text": (
        '{"schema_version": "1", "findings": []}',
        "{} is no baseline: it has no `schema_version` or no list `findings`",
    ),
    "no findings": ('{"schema_version": 1}', "{} is no baseline: it has no `schema_version` or no list `findings`"),
    "another version": (
        '{"schema_version": 2, "findings": []}',
        "the baseline {} has schema_version 2; this version reads 1",
    ),
    "an entry that is a text": (
        '{"schema_version": 1, "findings": ["a"]}',
        "{} is no baseline: findings[0] has no `fingerprint`",
    ),
    "an entry without a fingerprint": (
        '{"schema_version": 1, "findings": [{"fingerprint": "a"}, {"fingerprint": 1}]}',
        "{} is no baseline: findings[1] has no `fingerprint`",
    ),
}


@pytest.mark.parametrize(("text", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_baseline_is_refused(tmp_path: Path, text: str | bytes, message: str) -> None:
    file = tmp_path / "baseline.json"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UsageFailure) as caught:
        read_baseline(file)
    hint = f"write it with `--write-baseline {file}`"
    assert (caught.value.message, caught.value.hint) == (message.format(file), hint)


def test_a_missing_baseline_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageFailure) as caught:
        read_baseline(tmp_path / "none.json")
    assert caught.value.message == f"there is no baseline {tmp_path / 'none.json'}"


_DESCRIPTION = """\
security: [{token: [], key: []}, {none: []}]
servers: [{url: "https://a.example/"}, {url: "http://b.example/{x}"}, {}]
tags: [{name: b}, {name: a}, {name: b}]
paths:
  /a/{id}:
    parameters: [{name: ide, in: path, required: true, schema: {}}, {in: query}]
    get:
      parameters: [{$ref: "#/components/parameters/Nowhere"}, {name: x, in: query, schema: {type: strng}}]
      responses: {"200": {description: a, content: {application/json: {schema: {$ref: "#/components/schemas/A"}}}}}
components:
  schemas:
    A:
      oneOf:
        - {type: object, properties: {a: {type: strng}}, required: [b, b]}
        - {type: object, title: B, properties: {b: {typ: string}}}
        - {type: array}
        - {$ref: "#/components/schemas/Nowhere"}
        - {enum: [a, a, 1], type: string, examples: [1, [2], {b: 1}]}
"""
_NEW: list[Json] = [
    "another",
    17,
    {"name": "another", "in": "header", "schema": {}},
    {"$ref": "#/components/schemas/Another"},
    {"type": "integer", "properties": {"another": {}}},
    {"another": []},
    ["another"],
    {"url": "https://another.example"},
]


def _holders(value: Json) -> list[dict[str, Json] | list[Json]]:
    """Every object, and every list that is no item of another: such a list is nothing but what it holds."""
    found: list[dict[str, Json] | list[Json]] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            found.append(one)
            waiting.extend(one.values())
        elif isinstance(one, list):
            found.append(one)
            waiting.extend(item for item in one if not isinstance(item, list))
    return found


def _insert(root: Json, chance: random.Random) -> None:
    """Put a new item before those of a list, or an extension before the members of an object."""
    holder = chance.choice(_holders(root))
    if isinstance(holder, list):
        holder.insert(0, copy.deepcopy(chance.choice(_NEW)))
        return
    members = dict(holder)
    holder.clear()
    holder["x-another"] = copy.deepcopy(chance.choice(_NEW))
    holder.update(members)


def _identities(root: Json) -> list[str]:
    """The identity of every item of every list, and of every member."""
    identities, places = Identities(), [Pointer()]
    waiting: list[tuple[Json, Pointer]] = [(root, Pointer())]
    while waiting:
        value, pointer = waiting.pop()
        children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, child in children:
            waiting.append((child, pointer / key))
            places.append(pointer / key)
    return [identities.identity(Place("a", pointer), root) for pointer in places]


@settings(deadline=None)
@given(seed=st.integers())
def test_what_is_put_before_others_leaves_them_their_identities(seed: int) -> None:
    root = copy.deepcopy(document(_DESCRIPTION).root)
    before = _identities(root)
    assert len(set(before)) == len(before)
    _insert(root, random.Random(seed))
    assert sorted(set(before) - set(_identities(root))) == []


@settings(max_examples=25, deadline=None)
@given(seed=st.integers())
def test_moved_lines_and_new_items_and_members_leave_findings_their_fingerprints(seed: int) -> None:
    root = copy.deepcopy(document(_DESCRIPTION).root)
    assert isinstance(root, dict)
    chance = random.Random(seed)
    members = list(root.items())
    chance.shuffle(members)
    moved = dict(members)
    moved["servers"] = [{"url": "https://another.example"}, *root["servers"]]
    moved["components"]["schemas"]["A"]["oneOf"].insert(0, {"type": "string", "title": "Another"})
    moved["components"]["schemas"]["Another"] = {"type": "string"}
    moved["paths"] = {"/another": {}, **root["paths"]}
    before = {one.fingerprint for one in _found_in(document(_DESCRIPTION).root)}
    after = {one.fingerprint for one in _found_in(moved)}
    assert len(before) > 8
    assert before - after == set()


def _found_in(root: Json) -> tuple[Finding, ...]:
    return lint_document(parse_document("openapi.yaml", json.dumps(root, indent=1).encode()), profiles=_ALL)


@pytest.mark.parametrize("version", ["2.0", "3.0", "3.1", "3.2"])
def test_findings_of_broken_descriptions_have_fingerprints_of_their_own(version: str) -> None:
    for root in mutants(version, random.Random(3), count=40):  # type: ignore[arg-type]  # each is a version
        found = _found_in(root)
        assert len({one.fingerprint for one in found}) == len(found)
