"""Files, git and the descriptions of a repository."""

from __future__ import annotations

import subprocess

import pytest

from contractctl.core.failures import UsageFailure
from contractctl.source.files import find_descriptions, read_file
from contractctl.source.spec import load_description


def test_a_missing_file_is_named_with_the_nearest_one(tmp_path):
    (tmp_path / "openapi.yaml").write_text("openapi: 3.1.0\n")
    with pytest.raises(UsageFailure) as failure:
        read_file(tmp_path / "opnapi.yaml")
    assert failure.value.message == f"no such file: {tmp_path / 'opnapi.yaml'}"
    assert failure.value.hint == f"did you mean {tmp_path / 'openapi.yaml'}?"


def test_a_folder_is_no_description(tmp_path):
    with pytest.raises(UsageFailure, match="is a folder"):
        read_file(tmp_path)


def test_descriptions_are_found_by_their_first_words_and_not_in_other_peoples_folders(tmp_path):
    for name, text in {
        "api/a.yaml": "openapi: 3.1.0\n",
        "api/b.json": '{\n "openapi": "3.0.0"}',
        "api/c.yaml": "# a comment\nopenapi: 3.1.0\n",
        "values.yaml": "image: x\n",
        "node_modules/x/openapi.yaml": "openapi: 3.1.0\n",
        ".hidden/openapi.yaml": "openapi: 3.1.0\n",
        "notes.md": "openapi: 3.1.0\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert [str(path) for path in find_descriptions(tmp_path)] == ["api/a.yaml", "api/b.json", "api/c.yaml"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("a.yaml", 'swagger: "2.0"\n', id="Swagger 2.0"),
        pytest.param("a.json", '{"swagger": "2.0"}', id="Swagger 2.0 as JSON"),
        pytest.param("a.json", '{"info": {"title": "}"}, "openapi": "3.1.0"}', id="the version second"),
        pytest.param("a.yaml", "openapi: 4.0.0\ninfo: [", id="a version to come, broken"),
        pytest.param("a.yaml", "{openapi: 3.1.0, info: {}}", id="a YAML flow mapping"),
        pytest.param("a.yaml", "'openapi' : '3.0.3'\n", id="in quotes"),
        pytest.param("a.yml", "\ufeff---\ninfo: {}\nopenapi: 3.2.0\n", id="after a byte order mark"),
    ],
)
def test_a_description_is_what_says_its_version_at_the_top(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    assert [str(path) for path in find_descriptions(tmp_path)] == [name]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("a.yaml", "Pet: {type: object}\n", id="a schema"),
        pytest.param("a.yaml", "properties:\n  openapi:\n    type: string\n", id="a property of that name"),
        pytest.param("a.yaml", "openapi:\n  type: string\n", id="a schema of that name"),
        pytest.param("a.yaml", "info:\n  swagger: 2.0\n", id="a version further in"),
        pytest.param("a.json", '{"properties": {"openapi": "3.1.0"}}', id="a version further in JSON"),
        pytest.param("a.json", '{"type": "openapi", "const": "3.1.0"}', id="a value of that name"),
        pytest.param("a.yaml", "openapi: true\n", id="a flag"),
        pytest.param("a.yaml", "# openapi: 3.1.0\n", id="a comment"),
    ],
)
def test_a_fragment_is_no_description(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    assert find_descriptions(tmp_path) == ()


@pytest.fixture
def repository(tmp_path):
    """A repository whose `main` has an older description than the work tree."""

    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"]
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init")
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "openapi.yaml").write_text("openapi: 3.0.3\n")
    git("add", ".")
    git("commit", "-m", "one")
    (tmp_path / "api" / "openapi.yaml").write_text("openapi: 3.1.0\n")
    return tmp_path


def test_a_revision_and_a_path_read_the_file_as_git_has_it(repository):
    assert load_description("main:api/openapi.yaml", folder=repository).root == {"openapi": "3.0.3"}
    assert load_description("main:openapi.yaml", folder=repository / "api").root == {"openapi": "3.0.3"}
    assert load_description("api/openapi.yaml", folder=repository).root == {"openapi": "3.1.0"}


def test_a_revision_that_git_has_not_says_how_to_get_the_history(repository):
    with pytest.raises(UsageFailure, match=r"cannot read nope:api/openapi\.yaml: ") as failure:
        load_description("nope:api/openapi.yaml", folder=repository)
    assert "fetch-depth: 0" in failure.value.hint
