"""What git has at a revision: one commit, inside the repository, and links told as what they are."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from contractctl.core.failures import UsageFailure
from contractctl.source.git import has_git_file, open_revision
from contractctl.source.git_origin import git_descriptions
from contractctl.source.spec import load_description
from tests.source.following import follow, refusal

Git = Callable[..., str]
HISTORY = "check both names; on CI fetch the history (`fetch-depth: 0` of actions/checkout)"


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Run git in a repository whose `main` has a description of several files; it is the current folder."""

    def run(*arguments: str) -> str:
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"]
        done = subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    run("init")
    (tmp_path / "api").mkdir()
    (tmp_path / "common").mkdir()
    (tmp_path / "api" / "openapi.yaml").write_text("openapi: 3.0.3\n")
    (tmp_path / "api" / "link.yaml").symlink_to("../common/pet.yaml")
    (tmp_path / "common" / "pet.yaml").write_text("pet: 1\n")
    (tmp_path / "common" / "blänk file.yaml").write_text("blank: 1\n")
    run("add", ".")
    run("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module")
    run("commit", "-m", "one")
    (tmp_path / "common" / "pet.yaml").write_text("pet: 2\n")
    monkeypatch.chdir(tmp_path)
    return run


@pytest.mark.parametrize(
    ("folder", "spec", "name"),
    [
        pytest.param(".", "main:api/openapi.yaml", "main:common/pet.yaml", id="from the top"),
        pytest.param(".", "main:./api/openapi.yaml", "main:common/pet.yaml", id="from the top, with a dot"),
        pytest.param("api", "main:openapi.yaml", "main:../common/pet.yaml", id="from its folder"),
        pytest.param("common", "HEAD:../api/openapi.yaml", "HEAD:../common/pet.yaml", id="from the other folder"),
        pytest.param(".", "main^{commit}:api/openapi.yaml", "main^{commit}:common/pet.yaml", id="a peeled commit"),
    ],
)
def test_the_other_files_come_from_the_revision(
    git: Git, monkeypatch: pytest.MonkeyPatch, folder: str, spec: str, name: str
) -> None:
    monkeypatch.chdir(folder)
    document = load_description(spec)
    assert follow(document, "../common/pet.yaml") == (name, "../common/pet.yaml", {"pet": 1})
    assert document.neighbours.open(name, "../api/openapi.yaml") is document.neighbours.find(spec)


def test_a_path_from_the_top_is_refused_elsewhere_with_the_one_that_is_meant(
    git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("common")
    with pytest.raises(UsageFailure) as caught:
        load_description("main:api/openapi.yaml")
    assert caught.value.hint == "paths are relative to the current folder; write main:../api/openapi.yaml"
    assert load_description("main:../api/openapi.yaml").uri == "main:../api/openapi.yaml"


def test_a_branch_that_moves_on_meanwhile_mixes_nothing(git: Git) -> None:
    document = load_description("main:api/openapi.yaml")
    git("commit", "-a", "-m", "two")
    assert follow(document, "../common/pet.yaml")[2] == {"pet": 1}
    assert follow(load_description("main:api/openapi.yaml"), "../common/pet.yaml")[2] == {"pet": 2}


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        pytest.param(
            "../common/pat.yaml",
            ("reference-dangling", "there is no file main:common/pat.yaml", "did you mean main:common/pet.yaml?"),
            id="misspelt",
        ),
        pytest.param(
            "../zebra/pet.yaml",
            (
                "reference-dangling",
                "there is no file main:zebra/pet.yaml",
                "check the path; the file must be there at main, too",
            ),
            id="a folder that there is not",
        ),
        pytest.param(
            "link.yaml",
            (
                "reference-dangling",
                "main:api/link.yaml is a symbolic link, and only files are read from git",
                "refer to a JSON or YAML file itself",
            ),
            id="a symbolic link",
        ),
        pytest.param(
            "../module",
            (
                "reference-dangling",
                "main:module is a submodule, and only files are read from git",
                "refer to a JSON or YAML file itself",
            ),
            id="a submodule",
        ),
        pytest.param(
            "../common/",
            (
                "reference-dangling",
                "main:common is a folder, and only files are read from git",
                "refer to a JSON or YAML file itself",
            ),
            id="a folder",
        ),
        pytest.param(
            "../../etc/hostname",
            (
                "reference-forbidden",
                "it lies outside the repository, beyond which no file is read",
                "move it into the repository",
            ),
            id="outside of the repository",
        ),
    ],
)
def test_what_is_no_file_of_the_revision_is_told(git: Git, reference: str, told: tuple[str, str, str]) -> None:
    assert refusal(load_description("main:api/openapi.yaml"), reference) == told


def test_a_name_with_blanks_and_umlauts_is_found(git: Git) -> None:
    document = load_description("main:api/openapi.yaml")
    name = "main:common/blänk file.yaml"
    assert follow(document, "../common/bl%C3%A4nk%20file.yaml") == (name, "../common/blänk file.yaml", {"blank": 1})


@pytest.mark.parametrize(
    ("spec", "reason", "hint"),
    [
        pytest.param(
            "main:nope.yaml",
            "there is no file main:nope.yaml",
            "check the path; the file must be there at main, too",
            id="no file, and none beside it",
        ),
        pytest.param(
            "main:api/nope.json",
            "there is no file main:api/nope.json",
            "the files in that folder at main: link.yaml, openapi.yaml",
            id="no file",
        ),
        pytest.param(
            "main:api/opnapi.yaml",
            "there is no file main:api/opnapi.yaml",
            "did you mean main:api/openapi.yaml?",
            id="a file misspelt",
        ),
        pytest.param(
            "main:api/link.yaml",
            "it is a symbolic link",
            "the files in that folder at main: link.yaml, openapi.yaml",
            id="a symbolic link",
        ),
        pytest.param(
            "main:common",
            "it is a folder",
            "the files in that folder at main: blänk file.yaml, pet.yaml",
            id="a folder",
        ),
        pytest.param("main:../outside.yaml", "it lies outside the repository", HISTORY, id="outside"),
        pytest.param("zebra:api/openapi.yaml", "git has no revision `zebra`", HISTORY, id="no revision"),
        pytest.param(
            "develpo:api/openapi.yaml",
            "git has no revision `develpo`",
            "did you mean develop:api/openapi.yaml?",
            id="a branch misspelt",
        ),
    ],
)
def test_an_entry_that_git_has_not_is_a_mistake_of_the_user(git: Git, spec: str, reason: str, hint: str) -> None:
    git("branch", "develop")
    with pytest.raises(UsageFailure) as caught:
        load_description(spec)
    assert (caught.value.message, caught.value.hint) == (f"cannot read {spec}: {reason}", hint)


def test_a_shallow_clone_is_told_to_fetch_the_history(
    git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("branch", "develop")
    git("clone", "--depth=1", "--branch=main", tmp_path.as_uri(), "shallow")
    monkeypatch.chdir("shallow")
    with pytest.raises(UsageFailure) as caught:
        load_description("develop:api/openapi.yaml")
    assert caught.value.message == "cannot read develop:api/openapi.yaml: git has no revision `develop`"
    hint = "this clone is shallow: run `git fetch --unshallow`, or set `fetch-depth: 0` of actions/checkout"
    assert caught.value.hint == hint


def test_the_descriptions_of_a_folder_are_listed(git: Git, tmp_path: Path) -> None:
    for name in ("b/deep/pets.json", "b/node_modules/other.yaml", "b/.hidden/other.yaml", "b/part.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text('{"swagger": "2.0"}' if "part" not in name else "type: object\n")
    git("add", ".")
    git("commit", "-m", "two")
    assert git_descriptions("main", "b") == ("deep/pets.json",)
    assert git_descriptions("main", ".") == ("api/openapi.yaml", "b/deep/pets.json")
    assert git_descriptions("main", "api/openapi.yaml") is None
    assert git_descriptions("main", "nowhere") is None


def test_git_tells_whether_a_file_is_there(git: Git) -> None:
    assert has_git_file("main", "api/openapi.yaml")
    assert not has_git_file("main", "api/nope.yaml")
    assert not has_git_file("nope", "api/openapi.yaml")


@pytest.mark.parametrize("length", [40, 64], ids=["sha1", "sha256"])
def test_trees_are_read_whatever_the_hash_is(tmp_path: Path, length: int) -> None:
    form = "sha256" if length == 64 else "sha1"
    (tmp_path / "a.yaml").write_text("a: 1\n")
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"]
    for arguments in (["init", f"--object-format={form}"], ["add", "."], ["commit", "-m", "one"]):
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)
    revision = open_revision("main", "a.yaml", folder=tmp_path)
    entry = revision.find(("a.yaml",))
    assert entry is not None
    assert (len(entry.object_id), revision.read(entry)) == (length, b"a: 1\n")


def test_one_process_of_git_reads_all_files_and_ends_with_the_description(git: Git) -> None:
    """Counted by Python's own audit events, in a process of its own."""
    script = (
        "import sys, gc\n"
        "started = []\n"
        "sys.addaudithook(lambda event, given: event == 'subprocess.Popen' and started.append(given[1]))\n"
        "from contractctl.source.spec import load_description\n"
        "document = load_description('main:api/openapi.yaml')\n"
        "for name in ('../common/pet.yaml', '../common/bl%C3%A4nk file.yaml'):\n"
        "    document.neighbours.open(document.uri, name)\n"
        "print([list(command)[1] for command in started])\n"
        "import os\n"
        "del document; gc.collect()\n"
        "try: os.waitpid(-1, os.WNOHANG); print('runs on')\n"
        "except ChildProcessError: print('ended')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("['rev-parse', 'cat-file']\nended\n", "")
