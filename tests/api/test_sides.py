"""What a side of a comparison may be, and what is told of one that is nothing of the kind."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from contractctl.core.changes import Impact
from contractctl.core.failures import UsageFailure
from tests.api.repository import compare, count, description, git, told, write

PETS, MORE = description("GET /pets"), description("GET /pets", "POST /pets")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two folders: one description loses an operation, one goes, one comes, one stays."""
    monkeypatch.chdir(tmp_path)
    write(
        {
            "old/a/pets.yaml": MORE,
            "old/gone.yaml": description("GET /gone", "GET /gone/{id}"),
            "old/same.yaml": PETS,
            "new/a/pets.yaml": PETS,
            "new/come.yaml": description("GET /come"),
            "new/same.yaml": PETS,
            "new/contractctl.yaml": "diff: {fail-on: any}\n",
            "new/part.yaml": "type: object\n",
        }
    )
    git("init")
    git("add", ".")
    git("commit", "-m", "one")


CHANGES = [
    "breaking operation-removed {0}old/a/pets.yaml",
    "breaking path-removed {0}old/gone.yaml",
    "breaking path-removed {0}old/gone.yaml",
    "compatible path-added {1}new/come.yaml",
]


@pytest.mark.parametrize(
    ("base", "revision", "prefixes"),
    [
        pytest.param("old", "new", ("", ""), id="folders"),
        pytest.param("old/", "./new", ("", "./"), id="folders, spelled otherwise"),
        pytest.param("old/**/*.yaml", "new/**", ("", ""), id="globs"),
        pytest.param("main:old", "new", ("main:", ""), id="a folder of git and one that is here"),
        pytest.param("main:old/**/*.yaml", "HEAD:new/**", ("main:", "HEAD:"), id="globs of git"),
    ],
)
def test_the_descriptions_of_two_folders_are_paired_by_their_paths(
    base: str, revision: str, prefixes: tuple[str, str]
) -> None:
    report = compare(base, revision)
    assert told(report) == [line.format(*prefixes) for line in CHANGES]
    removed = "all that it offers was removed; --composed sees what moved to other files"
    assert report.notes == (
        f"{prefixes[0]}old/gone.yaml is in base alone: {removed}",
        f"{prefixes[1]}new/come.yaml is in revision alone: all that it offers is new",
    )
    assert report.exit_code == 1


@pytest.mark.parametrize("side", ["new", "HEAD:new"])
def test_a_description_that_is_none_on_the_other_side_has_not_just_gone(side: str) -> None:
    write({"new/gone.yaml": ""})
    git("add", ".")
    git("commit", "-m", "two")
    for sides, role in ((("old", side), "revision"), ((side, "old"), "base")):
        with pytest.raises(
            UsageFailure, match=f"the {role} {side}/gone.yaml:1:1 is not a description: the file is empty"
        ):
            compare(*sides)


def test_a_file_against_itself_is_read_once() -> None:
    read: list[str] = []

    def hear(event: str, given: tuple[object, ...]) -> None:
        if event == "open" and str(given[0]).endswith("same.yaml"):
            read.append(str(given[0]))

    sys.addaudithook(hear)
    assert told(compare("old/same.yaml", "old/same.yaml")) == []
    assert read == ["old/same.yaml"]


def test_what_is_wrong_inside_both_sides_is_told_of_both_even_if_they_are_the_same() -> None:
    write({name: description("GET /pets", more="components: {schemas: 5}\n") for name in ("a.yaml", "b.yaml")})
    for sides, files in ((("a.yaml", "a.yaml"), ["a.yaml"]), (("a.yaml", "b.yaml"), ["a.yaml", "b.yaml"])):
        report = compare(*sides)
        assert [finding.location.place.uri for finding in report.diagnostics] == files
        assert (report.exit_code, told(report)) == (0, [])


def test_a_key_that_stands_twice_is_told_and_the_rest_is_compared() -> None:
    write({"a.yaml": MORE, "b.yaml": PETS + "  /pets:\n    get: {responses: {}}\n"})
    report = compare("a.yaml", "b.yaml")
    assert [finding.rule for finding in report.diagnostics] == ["document-key-duplicate"]
    assert count(report) == 2


@pytest.mark.parametrize(
    ("base", "revision", "message", "hint"),
    [
        pytest.param(
            "old",
            "new/same.yaml",
            "new/same.yaml is one description, and old stands for 3",
            "name two folders, or take all on a side for one contract with --composed",
            id="a folder and a file",
        ),
        pytest.param(
            "none",
            "new",
            "the base none holds no OpenAPI description",
            "name a folder that holds a file which begins with `openapi:` or `swagger:`",
            id="a folder of nothing",
        ),
        pytest.param(
            "old",
            "main:none",
            "the revision main:none holds no OpenAPI description",
            "name a folder that holds a file which begins with `openapi:` or `swagger:`",
            id="a folder of git with nothing",
        ),
        pytest.param(
            "main",
            "new/same.yaml",
            "the base main is a revision of git and names no file in it",
            "write main:PATH, such as main:openapi.yaml",
            id="a revision alone",
        ),
        pytest.param(
            "main:",
            "new/same.yaml",
            "the base main: is a revision of git and names no file in it",
            "write main:PATH, such as main:openapi.yaml",
            id="a revision and a colon",
        ),
        pytest.param(
            "old/*.yml", "new", "no file matches old/*.yml", "quote the pattern, or check the folder", id="a glob"
        ),
        pytest.param(
            "main:nope/*.yml",
            "new",
            "the base main:nope/*.yml matches no file",
            "check the folder nope at main",
            id="a glob of git in a folder that there is not",
        ),
        pytest.param(
            "main:old/gon.yaml",
            "new/same.yaml",
            "cannot read main:old/gon.yaml: there is no file main:old/gon.yaml",
            "did you mean main:old/gone.yaml?",
            id="a file of git misspelt",
        ),
        pytest.param(
            "old/gon.yaml",
            "new/same.yaml",
            "no such file: old/gon.yaml",
            "did you mean old/gone.yaml?",
            id="a file misspelt",
        ),
        pytest.param(
            "old",
            "nwe",
            "no such file: nwe",
            "did you mean new?",
            id="a folder misspelt",
        ),
        pytest.param(
            "-",
            "-",
            "both sides are standard input, which can be read once",
            "write one of them to a file, or name it as git has it: REF:path",
            id="standard input twice",
        ),
        pytest.param(
            "old/same.yaml",
            "new/part.yaml",
            "the revision new/part.yaml:1:1 is not a description: not an OpenAPI description: `openapi` is missing",
            "an OpenAPI description begins with `openapi: 3.1.0` or so",
            id="a file that is no description",
        ),
    ],
)
def test_a_side_that_is_none_says_what_to_do(base: str, revision: str, message: str, hint: str) -> None:
    write({"none/part.yaml": "type: object\n"})
    git("add", ".")
    git("commit", "-m", "two")
    with pytest.raises(UsageFailure) as refusal:
        compare(base, revision)
    assert (refusal.value.message, refusal.value.hint) == (message, hint)


RESOLVED = """\
  /pets:
    parameters: [{$ref: "#/components/parameters/Page"}]
    get:
      parameters: [{$ref: "#/components/parameters/Name"}]
      security: [{key: []}]
      callbacks: {born: {$ref: "#/components/callbacks/Born"}}
      requestBody: {$ref: "#/components/requestBodies/Any"}
      responses:
        "200": {$ref: "#/components/responses/Pet"}
        "404":
          description: None
          headers: {X-Rate: {$ref: "#/components/headers/Rate"}}
          links: {other: {$ref: "#/components/links/Other"}}
          content: {application/json: {schema: {$ref: "#/components/schemas/Fault"}}}
  /toys: {$ref: "#/components/pathItems/Toys"}
webhooks:
  died: {$ref: "#/components/pathItems/Died"}
components:
  securitySchemes: {key: {$ref: "#/components/securitySchemes/other"}, other: {type: apiKey, in: query, name: key}}
  callbacks: {Born: {"{$request.body#/url}": {post: {responses: {"200": {description: OK}}}}}}
  headers: {Rate: {required: true, schema: {type: integer}}}
  links: {Other: {operationId: listToys}}
  parameters:
    Name: {name: name, in: query, required: true, schema: {type: string}}
    Page: {name: page, in: query, schema: {type: integer}}
  requestBodies:
    Any: {content: {application/json: {schema: {type: object}}}}
  responses:
    Pet: {description: A pet, content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}}
  pathItems:
    Toys: {get: {operationId: listToys, responses: {"200": {description: OK}}}}
    Died: {post: {responses: {"200": {description: OK}}}}
  schemas:
    Fault: {type: object, properties: {code: {type: integer}}}
    Pet: {type: object, required: [name], properties: {name: {$ref: "#/components/schemas/Name"}}}
    Name: {type: string, maxLength: 5}
"""
_HEAD = 'openapi: 3.1.0\ninfo: {title: Pets, version: "1"}\npaths:\n'


@pytest.mark.parametrize(
    "name",
    [
        *("parameters/Page", "parameters/Name", "requestBodies/Any", "responses/Pet"),
        *("schemas/Fault", "schemas/Pet", "schemas/Name", "pathItems/Toys", "pathItems/Died"),
        *("callbacks/Born", "headers/Rate", "links/Other", "securitySchemes/other"),
    ],
)
@pytest.mark.parametrize("target", ["#/nowhere", "missing.yaml", "new/part.yaml#/nowhere"])
def test_nothing_breaks_by_what_cannot_be_read_on_one_side(name: str, target: str) -> None:
    write({"a.yaml": _HEAD + RESOLVED, "b.yaml": _HEAD + RESOLVED.replace(f"#/components/{name}", target)})
    for sides in (("a.yaml", "b.yaml"), ("b.yaml", "a.yaml")):
        report = compare(*sides)
        assert [verdict for verdict in report.verdicts if verdict.impact is Impact.BREAKING] == []
        assert [finding.rule for finding in report.diagnostics] == ["reference-dangling"]
        assert report.exit_code == 0


def test_what_breaks_beside_what_cannot_be_read_is_told() -> None:
    broken = RESOLVED.replace("#/components/schemas/Name", "#/nowhere")
    revised = broken.replace("[name]", "[]").replace("in: query, schema", "in: query, required: true, schema")
    write({"a.yaml": _HEAD + broken, "b.yaml": _HEAD + revised})
    breaking = [one.change.kind for one in compare("a.yaml", "b.yaml").verdicts if one.impact is Impact.BREAKING]
    assert breaking == ["request-parameter-became-required", "response-property-became-optional"]


@pytest.mark.parametrize("name", ["parameters/Name", "requestBodies/Any", "responses/Pet", "headers/Rate"])
@pytest.mark.parametrize("other", ["schemas/Pet", "links/Other"])
def test_nothing_breaks_by_a_reference_to_another_kind(name: str, other: str) -> None:
    text = RESOLVED.replace(f"#/components/{name}", f"#/components/{other}").replace("maxLength: 5", "maxLength: 4")
    write({"a.yaml": _HEAD + RESOLVED, "b.yaml": _HEAD + text})
    report = compare("a.yaml", "b.yaml")
    assert "reference-wrong-kind" in {finding.rule for finding in report.diagnostics}
    breaking = [one.change.kind for one in report.verdicts if one.impact is Impact.BREAKING]
    assert breaking == []
    assert compare("b.yaml", "a.yaml").exit_code == (name != "responses/Pet")
