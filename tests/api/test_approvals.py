"""Approvals: what a team has accepted is excused, for as long as it said, and a file of people's stays theirs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contractctl.api.accepted import FILE
from contractctl.api.diff import DiffOptions, accept
from contractctl.config import load_config
from contractctl.core.changes import Impact
from contractctl.core.failures import UsageFailure
from contractctl.diff.policies.approvals_file import Signature
from tests.api.repository import TODAY, compare, description, write

SIGNATURE = Signature("nobody calls it", "t@example.com", date(2026, 6, 30))
GONE = "path-removed"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository where the second description lacks what two operations of the first offer."""
    monkeypatch.chdir(tmp_path)
    Path(".git").mkdir()
    write(
        {
            "old.yaml": description("GET /pets", "GET /toys", "GET /internal/toys"),
            "new.yaml": description("GET /pets", "GET /cats"),
        }
    )


def accepted(**options: Any) -> int:
    """Accept what breaks, and return how many approvals were written."""
    chosen = DiffOptions(today=TODAY, **options)
    return accept("old.yaml", "new.yaml", config=load_config(), signature=SIGNATURE, options=chosen).count


def approve(text: str) -> None:
    """Write approvals."""
    write({str(FILE): text})


def entries(*lines: str) -> str:
    """Return the text of a file with one approval."""
    return "accepted:\n  - " + "\n    ".join(lines) + "\n"


def test_what_breaks_is_accepted_once_and_excused_from_then_on() -> None:
    assert compare("old.yaml", "new.yaml").exit_code == 1
    assert accepted() == 2
    report = compare("old.yaml", "new.yaml")
    assert (report.exit_code, report.count(Impact.BREAKING), report.notes) == (0, 0, ())
    excuse = "nobody calls it (.contractctl/accepted.yaml:4:5, by t@example.com, until 2026-06-30)"
    assert [(one.change.kind, one.impact) for one in report.excused] == [(GONE, Impact.BREAKING)] * 2
    assert report.excused[0].excused == excuse
    assert accepted() == 0


def test_an_approval_says_what_it_is_for() -> None:
    accepted()
    first = FILE.read_text().split("  - ")[1].splitlines()
    fingerprint = compare("old.yaml", "new.yaml").excused[0].change.fingerprint
    assert first == [
        f'fingerprint: "{fingerprint}"',
        "    id: path-removed",
        '    operations: ["GET /internal/toys"]',
        '    message: "`GET /internal/toys`: the path was removed"',
        '    file: "new.yaml"',
        '    reason: "nobody calls it"',
        '    owner: "t@example.com"',
        '    expires: "2026-06-30"',
    ]


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("", id="an empty file"),
        pytest.param("# ours\n", id="a comment"),
        pytest.param("accepted:\n", id="no entry"),
        pytest.param("accepted:\n# why\n- id: path-added  # ours\n  reason: so\n", id="entries that are not indented"),
        pytest.param("accepted:\n    - id: path-added\n      reason: so", id="entries far in, and no last line end"),
        pytest.param("accepted: # ours\r\n  - reason: so\r\n    id: path-added\r\n", id="line ends of Windows"),
    ],
)
def test_what_people_wrote_stays_to_the_byte(written: str) -> None:
    FILE.parent.mkdir()
    FILE.write_bytes(written.encode())
    assert accepted() == 2
    assert FILE.read_bytes().startswith(written.encode())
    assert len(compare("old.yaml", "new.yaml").excused) == 2


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("accepted: []\n", id="a flow list"),
        pytest.param("accepted: [{id: path-added, reason: so}]\n", id="a flow list of one"),
        pytest.param("accepted:\n  - id: path-added\n    reason: so\n...\n", id="an end"),
        pytest.param("accepted:\n  -\n    id: path-added\n    reason: so\n", id="an entry below its dash"),
    ],
)
def test_what_nothing_can_be_added_to_is_left_alone(written: str) -> None:
    approve(written)
    with pytest.raises(UsageFailure, match="nothing can be added to") as refusal:
        accepted()
    assert (FILE.read_text(), refusal.value.hint[:8]) == (written, "write `a")


@pytest.mark.parametrize(
    ("scope", "excused"),
    [
        pytest.param(["id: path-removed"], 2, id="an id"),
        pytest.param(['id: "*-removed"', "paths: [/internal/**]"], 1, id="a glob and a path"),
        pytest.param(["id: path-removed", 'operations: ["* /toys"]'], 1, id="an id and an operation"),
        pytest.param(["id: path-removed", "paths: /**"], 2, id="a path that is no list"),
        pytest.param(["id: [path-added, operation-removed]"], 0, id="other ids"),
        pytest.param(["id: path-removed", "file: other.yaml"], 0, id="another description"),
        pytest.param(["id: path-removed", "file: old.yaml"], 2, id="the description by its name in base"),
    ],
)
def test_an_approval_may_be_for_several_changes(scope: list[str], excused: int) -> None:
    approve(entries(*scope, "reason: so"))
    assert len(compare("old.yaml", "new.yaml").excused) == excused


def test_an_approval_of_one_file_is_none_of_another_with_the_same_pointers() -> None:
    body = "{content: {application/json: {schema: {allOf: [{$ref: parts/cat.yaml}, {$ref: parts/toy.yaml}]}}}}"
    text = (
        'openapi: 3.1.0\ninfo: {title: Pets, version: "1"}\npaths: {/pets: {post: {requestBody: %s, responses: {}}}}\n'
    )
    part = "type: object\nproperties: {%s: {type: string}}\nrequired: [%s]\n"
    for side, needed in (("old", ("", "")), ("new", ("cat", ""))):
        write(
            {f"{side}/parts/{name}.yaml": part % (name, one) for name, one in zip(("cat", "toy"), needed, strict=True)}
        )
        write({f"{side}/a.yaml": text % body})
    options = DiffOptions(today=TODAY)
    for sides in (("old/a.yaml", "new/a.yaml"), ("old", "new")):
        FILE.unlink(missing_ok=True)
        write({"new/parts/toy.yaml": part % ("toy", "")})
        assert accept(*sides, config=load_config(), signature=SIGNATURE, options=options).count == 1
        write({"new/parts/toy.yaml": part % ("toy", "toy")})
        report = compare(*sides)
        assert [one.change.message.split("`")[3] for one in report.excused] == ["cat"]
        assert [one.change.message.split("`")[3] for one in report.verdicts] == ["toy"]


def test_a_compatible_change_is_excused_where_any_change_counts() -> None:
    approve(entries('id: "path-*"', "reason: so"))
    assert [len(compare("old.yaml", "new.yaml", fail_on=one).excused) for one in ("breaking", "any")] == [2, 3]
    assert compare("old.yaml", "new.yaml", fail_on="any").exit_code == 0


def test_an_approval_that_has_expired_excuses_nothing_and_is_told() -> None:
    approve(entries("id: path-removed", "reason: so", "expires: 2025-12-31"))
    report = compare("old.yaml", "new.yaml")
    assert (report.exit_code, report.excused) == (1, ())
    note = "the approval of `path-removed` expired on 2025-12-31: undo the change, or set a later date"
    assert report.notes == (f".contractctl/accepted.yaml:2:5: {note}",)


def test_an_approval_that_has_expired_and_was_renewed_may_go() -> None:
    approve(entries("id: path-removed", "reason: so", "expires: 2025-12-31"))
    assert accepted() == 2
    report = compare("old.yaml", "new.yaml")
    note = "the approval of `path-removed` expired on 2025-12-31: another one holds: remove it"
    assert (report.exit_code, report.notes) == (0, (f".contractctl/accepted.yaml:2:5: {note}",))


def test_an_approval_holds_on_its_last_day() -> None:
    approve(entries("id: path-removed", "reason: so", "expires: 2026-01-01"))
    assert compare("old.yaml", "new.yaml").exit_code == 0


def test_an_approval_of_nothing_is_told_unless_it_is_for_a_description_that_is_not_compared() -> None:
    entry = "  - fingerprint: '{0}'\n    reason: so\n    file: {1}\n"
    approve("accepted:\n" + entry.format("00", "new.yaml") + entry.format("11", "other.yaml"))
    note = "the approval of `00` matches no change any more: remove it"
    assert compare("old.yaml", "new.yaml").notes == (f".contractctl/accepted.yaml:2:5: {note}",)


def test_approvals_lie_beside_the_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    write({"contractctl.yaml": "diff: {fail-on: breaking}\n", "api/readme": ""})
    approve(entries("id: path-removed", "reason: so"))
    monkeypatch.chdir("api")
    report = compare("../old.yaml", "../new.yaml")
    assert len(report.excused) == 2
    assert report.excused[0].excused == "so (../.contractctl/accepted.yaml:2:5)"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        pytest.param("accepted: [\n", ":2:1: not YAML: ", "mend", id="no YAML"),
        pytest.param("- a\n", ": approvals are a mapping with `accepted:`", "write", id="a list"),
        pytest.param("acepted: []\n", ":1:1: approvals have no key `acepted`", "did you mean `accepted`?", id="a key"),
        pytest.param("accepted: 5\n", ":1:11: `accepted` must be a list", "write", id="no list"),
        pytest.param("accepted: [a]\n", ":1:12: an approval must be a mapping", "its keys are", id="no mapping"),
        pytest.param(entries("reason: so"), ":2:5: an approval names no change", "write the `fing", id="no change"),
        pytest.param(entries("id: path-removed"), ":2:5: an approval needs a `reason`", "say why", id="no reason"),
        pytest.param(
            entries("id: path-removed", "reson: so"),
            ":3:5: approvals have no key `reson`",
            "did you mean `reason`?",
            id="a key of an entry",
        ),
        pytest.param(
            entries("id: path-removed", "reason: so", "expires: soon"),
            ":4:14: `soon` is no date",
            "write the year first: 2026-01-31",
            id="no date",
        ),
        pytest.param(
            entries("id: path-removed", "reason: so", "expires: 2026-02-30"),
            ":4:14: `2026-02-30` is no date",
            "write the year first: 2026-01-31",
            id="no day",
        ),
        pytest.param(
            entries("id: path-removed", "reason: so", "operations: [/pets]"),
            ":4:5: `/pets` is no operation",
            "write a method and a path",
            id="no operation",
        ),
        pytest.param(
            entries("id: path-removed", "reason: so", "paths: [1]"),
            ":4:5: `paths` must be a list of texts",
            "put each between quotes",
            id="no text",
        ),
        pytest.param(entries("id: a", "id: b", "reason: so"), ":3:5: the key `id` stands twice", "remove", id="twice"),
    ],
)
def test_approvals_that_cannot_be_read_end_the_run(text: str, message: str, hint: str) -> None:
    approve(text)
    with pytest.raises(UsageFailure) as refusal:
        compare("old.yaml", "new.yaml")
    assert refusal.value.message.startswith(f".contractctl/accepted.yaml{message}")
    assert refusal.value.hint.startswith(hint)
    assert hint


def test_an_approval_that_has_expired_already_is_not_written() -> None:
    signature = Signature("too late", expires=date(2025, 12, 31))
    with pytest.raises(UsageFailure) as refusal:
        accept("old.yaml", "new.yaml", config=load_config(), signature=signature, options=DiffOptions(today=TODAY))
    assert (refusal.value.message, refusal.value.hint, FILE.exists()) == (
        "the approvals would have expired on 2025-12-31",
        "it is 2026-01-01 now (UTC)",
        False,
    )
