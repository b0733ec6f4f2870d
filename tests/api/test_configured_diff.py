"""What a configuration says about comparisons: severities, paths, notice of deprecations."""

from __future__ import annotations

from pathlib import Path

import pytest

from contractctl.core.failures import UsageFailure
from contractctl.report.text import render
from tests.api.repository import compare, description, write

OLD = description("GET /pets", "GET /toys", "GET /internal/toys")
DEPRECATED = OLD.replace("get: {", "get: {deprecated: true, ", 1)
INTERNAL, TOYS = "path-removed GET /internal/toys", "path-removed GET /toys"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A description, and what became of it."""
    monkeypatch.chdir(tmp_path)
    write({"old.yaml": OLD, "new.yaml": description("GET /pets"), "deprecated.yaml": DEPRECATED})


def configured(text: str) -> None:
    """Say something about comparisons."""
    write({"contractctl.yaml": f"diff:\n{text}"})


@pytest.mark.parametrize(
    ("said", "changes", "status"),
    [
        pytest.param("", [f"breaking {INTERNAL}", f"breaking {TOYS}"], 1, id="nothing"),
        pytest.param(
            "  severity: [{id: path-removed, path: /internal/**, severity: compatible}]\n",
            [f"breaking {TOYS}", f"compatible {INTERNAL}"],
            1,
            id="a path is ours alone",
        ),
        pytest.param(
            "  severity: [{path: /internal/**, severity: off}, {id: '*-removed', severity: warning}]\n",
            [f"warning {TOYS}"],
            0,
            id="a path is not told of, and nothing breaks",
        ),
        pytest.param("  paths: {exclude: [/internal/**]}\n", [f"breaking {TOYS}"], 1, id="a path is left out"),
        pytest.param("  paths: {include: /pets}\n", [], 0, id="other paths are left out"),
        pytest.param("  fail-on: none\n", [f"breaking {INTERNAL}", f"breaking {TOYS}"], 0, id="nothing fails"),
    ],
)
def test_a_configuration_says_what_is_told_and_what_fails(said: str, changes: list[str], status: int) -> None:
    configured(said)
    report = compare("old.yaml", "new.yaml")
    told = [f"{one.impact} {one.change.kind} {', '.join(one.change.operations)}" for one in report.verdicts]
    assert (told, report.exit_code) == (changes, status)


def test_what_is_left_out_is_counted() -> None:
    configured("  paths: {include: /pets}\n")
    note = "2 operations are left out by `diff.paths` of contractctl.yaml"
    assert compare("old.yaml", "new.yaml").notes == (note,)


def test_an_edit_of_a_shared_component_breaks_for_the_paths_that_are_left() -> None:
    head = (
        'openapi: 3.1.0\ninfo: {title: Pets, version: "1"}\ncomponents: {parameters: {Page: {name: page, in: query}}}\n'
    )
    operation = '{get: {parameters: [{$ref: "#/components/parameters/Page"}], responses: {}}}'
    text = f"{head}paths: {{/pets: {operation}, /internal/toys: {operation}}}\n"
    write({"old.yaml": text, "new.yaml": text.replace("in: query", "in: query, required: true")})
    configured("  severity: [{path: /internal/**, severity: off}]\n")
    (verdict,) = compare("old.yaml", "new.yaml").verdicts
    assert (verdict.impact, verdict.change.operations) == ("breaking", ("GET /pets", "GET /internal/toys"))
    configured("  paths: {exclude: /internal/**}\n")
    (verdict,) = compare("old.yaml", "new.yaml").verdicts
    assert (verdict.impact, verdict.change.operations) == ("breaking", ("GET /pets",))


def test_a_path_is_left_out_whatever_its_variables_are_called() -> None:
    write({"old.yaml": description("GET /pets/{id}"), "new.yaml": description("GET /pets/{petId}")})
    configured("  paths: {include: '/pets/{id}'}\n")
    assert compare("old.yaml", "new.yaml").verdicts == ()


def test_a_rule_on_a_change_that_there_is_not_ends_the_run() -> None:
    configured("  severity: [{id: path-remved, severity: off}]\n")
    with pytest.raises(UsageFailure) as refusal:
        compare("old.yaml", "new.yaml")
    assert refusal.value.message == "diff.severity[0] of contractctl.yaml: there is no change `path-remved`"
    assert refusal.value.hint == "did you mean `path-removed`?"


def test_a_deprecation_without_notice_fails_where_notice_is_asked_for() -> None:
    assert compare("old.yaml", "deprecated.yaml").exit_code == 0
    configured("  deprecation-days: 90\n")
    report = compare("old.yaml", "deprecated.yaml")
    reason = "`diff.deprecation-days` asks for 90 days of notice: no `x-sunset` says when the operation goes"
    assert [(one.change.kind, one.reason) for one in report.verdicts] == [
        ("operation-deprecated", f"{reason}; by the law it is compatible")
    ]
    assert report.exit_code == 1


@pytest.mark.parametrize(("sunset", "status"), [("2026-03-31", 1), ("2026-04-01", 0), ("in spring", 1)])
def test_the_notice_counts_from_today(sunset: str, status: int) -> None:
    configured("  deprecation-days: 90\n")
    dated = DEPRECATED.replace("deprecated: true", f"deprecated: true, x-sunset: '{sunset}'")
    write({"deprecated.yaml": dated})
    assert compare("old.yaml", "deprecated.yaml").exit_code == status


def test_a_sunset_that_moves_too_near_fails() -> None:
    configured("  deprecation-days: 90\n")
    dated = DEPRECATED.replace("deprecated: true", "deprecated: true, x-sunset: '2026-{}'")
    for day, status in (("05-01", 0), ("02-01", 1)):
        write({"old.yaml": dated.replace("{}", "06-01"), "new.yaml": dated.replace("{}", day)})
        report = compare("old.yaml", "new.yaml")
        assert ([one.change.kind for one in report.verdicts], report.exit_code) == (
            ["operation-sunset-changed"],
            status,
        )


def test_what_is_past_its_sunset_may_go() -> None:
    dated = DEPRECATED.replace("deprecated: true", "deprecated: true, x-sunset: '2025-12-31'")
    gone = description("GET /toys", "GET /internal/toys")
    write({"old.yaml": dated, "new.yaml": gone})
    assert compare("old.yaml", "new.yaml").exit_code == 0
    write({"old.yaml": dated.replace("2025-12-31", "2026-01-02")})
    assert compare("old.yaml", "new.yaml").exit_code == 1


def test_the_manual_shows_what_can_be_read() -> None:
    page = (Path(__file__).parents[2] / "docs" / "diff.md").read_text(encoding="utf-8")
    blocks = [block.partition("```")[0] for block in page.split("```yaml\n")[1:]]
    policies, approvals = (next(one for one in blocks if one.startswith(key)) for key in ("diff:", "accepted:"))
    write({"contractctl.yaml": policies, ".contractctl/accepted.yaml": approvals, "openapi.yaml": OLD})
    report = compare("old.yaml", "openapi.yaml")
    assert (report.exit_code, [note.split(":")[0] for note in report.notes]) == (0, [".contractctl/accepted.yaml"] * 2)


def test_what_the_manual_prints_is_what_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    repository = Path(__file__).parents[2]
    page = (repository / "docs" / "diff.md").read_text(encoding="utf-8")
    shown = page.partition("openapi-1.0.yaml openapi.yaml\n…\n")[2].partition("…\n")[0]
    monkeypatch.chdir(repository / "examples" / "dinosaurs")
    assert shown
    assert shown in render(compare("openapi-1.0.yaml", "openapi.yaml"))
