"""Several descriptions on a side as one contract: operations may move, endpoints stand once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.repository import OK, compare, count, description, git, told, write

SCHEMA = "components: {schemas: {Pet: {type: object, properties: {name: {type: string, maxLength: %d}}}}}\n"
POST = f"""\
  %s:
    post:
      requestBody: {{content: {{application/json: {{schema: {{$ref: "#/components/schemas/Pet"}}}}}}}}
      responses: {OK}
"""
SECURED = f"""\
  %s: {{get: {{security: [{{key: []}}], responses: {OK}}}}}
components: {{securitySchemes: {{key: {{type: apiKey, in: %s, name: X-Key}}}}}}
"""
_HEAD = 'openapi: 3.1.0\ninfo: {title: Pets, version: "1.0.0"}\npaths:\n'


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_an_operation_that_moves_to_another_file_is_no_change() -> None:
    moved = POST % "/toys"
    write(
        {
            "old/a.yaml": _HEAD + POST % "/pets" + moved + SCHEMA % 5,
            "old/b.yaml": _HEAD + POST % "/cats" + SCHEMA % 9,
            "new/b.yaml": _HEAD + POST % "/cats" + SCHEMA % 9,
            "new/c/a.yaml": _HEAD + POST % "/pets" + SCHEMA % 5,
            "new/d.yaml": _HEAD + moved + SCHEMA % 5,
        }
    )
    assert told(compare("old", "new", composed=True)) == []
    assert count(compare("old", "new")) == 2


def test_equal_names_in_two_files_are_two_schemas() -> None:
    write(
        {
            "old/a.yaml": _HEAD + POST % "/pets" + SCHEMA % 5,
            "old/b.yaml": _HEAD + POST % "/cats" + SCHEMA % 9,
            "new/a.yaml": _HEAD + POST % "/pets" + SCHEMA % 5,
            "new/b.yaml": _HEAD + POST % "/cats" + SCHEMA % 5,
        }
    )
    assert told(compare("old", "new", composed=True)) == ["breaking request-max-length-lowered new/b.yaml"]


def test_equal_names_of_security_schemes_in_two_files_are_two_schemes() -> None:
    write(
        {
            "old/a.yaml": _HEAD + SECURED % ("/pets", "header"),
            "old/b.yaml": _HEAD + SECURED % ("/cats", "query"),
            "new/a.yaml": _HEAD + SECURED % ("/cats", "query"),
            "new/b.yaml": _HEAD + SECURED % ("/pets", "header"),
        }
    )
    assert told(compare("old", "new", composed=True)) == []
    write({"new/b.yaml": _HEAD + SECURED % ("/pets", "query")})
    assert count(compare("old", "new", composed=True)) == 1


def test_a_file_that_two_descriptions_share_has_one_change() -> None:
    for side, length in (("old", 9), ("new", 5)):
        write({f"{side}/pet.yaml": f"type: string\nmaxLength: {length}\n"})
        for name in ("a", "b"):
            body = f"""\
  /{name}:
    post:
      requestBody: {{content: {{application/json: {{schema: {{$ref: pet.yaml}}}}}}}}
      responses: {OK}
"""
            write({f"{side}/{name}.yaml": _HEAD + body})
    report = compare("old", "new", composed=True)
    assert told(report) == ["breaking request-max-length-lowered new/pet.yaml"]
    assert report.verdicts[0].change.operations == ("POST /a", "POST /b")


def test_an_endpoint_that_two_files_describe_is_told_and_compared_once() -> None:
    pets, cats = description("GET /pets/{id}", "GET /toys"), description("GET /pets/{petId}")
    write({"old/a.yaml": pets, "old/b.yaml": cats, "new/a.yaml": description("GET /toys"), "new/b.yaml": cats})
    report = compare("old", "new", composed=True)
    assert (told(report), report.exit_code) == ([], 0)
    (finding,) = report.diagnostics
    assert (finding.rule, str(finding.location), str(finding.related[0].location)) == (
        "endpoint-duplicate",
        "old/b.yaml:5:5",
        "old/a.yaml:5:5",
    )
    assert finding.message == ("`GET /pets/{petId}` and `GET /pets/{id}` are one endpoint: nobody can tell them apart")


def test_an_endpoint_that_one_file_describes_twice_is_told_and_compared_once() -> None:
    write({"a.yaml": description("GET /pets/{id}", "GET /pets/{petId}"), "b.yaml": description("GET /pets/{petId}")})
    for sides in (("a.yaml", "b.yaml"), ("b.yaml", "a.yaml")):
        report = compare(*sides)
        assert (told(report), [finding.rule for finding in report.diagnostics]) == ([], ["endpoint-duplicate"])


def test_endpoints_that_nobody_can_tell_apart_are_both_compared_where_both_sides_have_them() -> None:
    both = description("GET /pets/{id}", "GET /pets/{name}")
    write(
        {
            "a.yaml": both,
            "b.yaml": both.replace("{responses", "{parameters: [{name: q, in: query, required: true}], responses"),
        }
    )
    report = compare("a.yaml", "b.yaml")
    assert told(report) == ["breaking request-required-parameter-added b.yaml"] * 2
    assert len(report.diagnostics) == 2


def test_an_operation_that_two_files_describe_is_compared_once() -> None:
    pets = description("GET /pets")
    write({"old/a.yaml": pets, "old/b.yaml": pets, "new/a.yaml": pets, "new/b.yaml": description("GET /toys")})
    report = compare("old", "new", composed=True)
    assert told(report) == ["compatible path-added new/b.yaml"]
    assert [finding.message for finding in report.diagnostics] == ["`GET /pets` is described twice"]


def test_equal_paths_on_two_servers_are_two_endpoints() -> None:
    servers = "servers: [{url: https://%s.example.com}]\n"
    write(
        {
            f"{side}/{name}.yaml": description("GET /pets", more=servers % name)
            for side in ("old", "new")
            for name in ("a", "b")
        }
    )
    report = compare("old", "new", composed=True)
    assert (told(report), report.diagnostics) == ([], ())


def test_a_file_may_become_a_folder_of_git() -> None:
    git("init")
    write({"api/openapi.yaml": description("GET /pets", "GET /toys")})
    git("add", ".")
    git("commit", "-m", "one")
    write({"api/pets.yaml": description("GET /pets"), "api/toys.yaml": description("GET /toys")})
    Path("api/openapi.yaml").unlink()
    assert told(compare("HEAD:api", "api", composed=True)) == []
    assert told(compare("HEAD:api/openapi.yaml", "api", composed=True)) == []
    assert count(compare("HEAD:api", "api")) == 2


def test_one_version_policy_holds_for_all_files() -> None:
    write(
        {
            "old/a.yaml": description("GET /pets"),
            "new/a.yaml": description("GET /pets", "GET /toys"),
            "old/b.yaml": description("GET /cats"),
            "new/b.yaml": description("GET /cats", version="1.1.0"),
        }
    )
    composed = compare("old", "new", composed=True, version_policy="semver").version
    assert composed is not None
    assert composed.message == (
        "the descriptions have several versions (1.0.0, 1.1.0), so nothing can be said of how far it has to rise"
    )
    report = compare("old", "new", version_policy="semver")
    assert report.version is not None
    assert (report.exit_code, report.version.is_enough, report.version.needed) == (1, False, "1.1.0")
    assert report.notes == ("the version rose from 1.0.0 to 1.1.0; no change asks for more",)
