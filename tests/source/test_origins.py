"""Files that references lead to: what is below the root is read, and nothing else is read or told about."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

from contractctl.core.failures import DeliveryFailure
from contractctl.source.document import Unreachable
from contractctl.source.file_origin import FileOrigin, file_origin
from contractctl.source.library import Bounds, Library
from contractctl.source.rooted import NotThere, RootedFolder
from contractctl.source.spec import load_description
from contractctl.source.web_origin import Web
from tests.source.following import follow, refusal

ENTRY = "openapi: 3.1.0\n"
OUTSIDE = "it lies outside the repository, beyond which no file is read"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a description in a folder and others beside it; a stranger's file lies outside."""
    root = tmp_path / "repository"
    write(root, ".git/config", "[core]\n")
    write(root, "api/openapi.yaml", ENTRY)
    write(root, "api/common.yaml", "common: 1\n")
    write(root, "common/pet.yaml", "pet: 1\n")
    write(root, "my file.yaml", "blank: 1\n")
    write(tmp_path, "secret.yaml", "canary: 1\n")
    monkeypatch.chdir(root)
    return root


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("reference", "name", "relative", "value"),
    [
        pytest.param("common.yaml", "api/common.yaml", "common.yaml", {"common": 1}, id="beside"),
        pytest.param("./common.yaml", "api/common.yaml", "common.yaml", {"common": 1}, id="beside, with a dot"),
        pytest.param("../common/pet.yaml", "common/pet.yaml", "../common/pet.yaml", {"pet": 1}, id="beside the folder"),
        pytest.param("..//api/./common.yaml", "api/common.yaml", "common.yaml", {"common": 1}, id="by a detour"),
        pytest.param("%2e%2E/common/pet.yaml", "common/pet.yaml", "../common/pet.yaml", {"pet": 1}, id="encoded dots"),
        pytest.param("c%6Fmmon.yaml", "api/common.yaml", "common.yaml", {"common": 1}, id="an encoded letter"),
        pytest.param("../my%20file.yaml", "my file.yaml", "../my file.yaml", {"blank": 1}, id="an encoded blank"),
        pytest.param("../my file.yaml", "my file.yaml", "../my file.yaml", {"blank": 1}, id="a blank"),
        pytest.param("openapi.yaml", "api/openapi.yaml", "openapi.yaml", {"openapi": "3.1.0"}, id="the entry itself"),
    ],
)
def test_a_reference_leads_to_a_file(repository: Path, reference: str, name: str, relative: str, value: object) -> None:
    assert follow(load_description("api/openapi.yaml"), reference) == (name, relative, value)


RELATIVE = "write the path relative to the file that refers to it"


@pytest.mark.parametrize(
    ("reference", "message", "hint"),
    [
        pytest.param("../../secret.yaml", OUTSIDE, "move it into the repository", id="outside"),
        pytest.param("../../nothing.yaml", OUTSIDE, "move it into the repository", id="outside, where nothing is"),
        pytest.param("%2e%2e/../secret.yaml", OUTSIDE, "move it into the repository", id="outside by encoded dots"),
        pytest.param(
            "../../repository/api/common.yaml", OUTSIDE, "move it into the repository", id="out of the root and back"
        ),
        pytest.param("/etc/hostname", "it is an absolute path", RELATIVE, id="absolute"),
        pytest.param("file:///etc/hostname", "it is an absolute path", RELATIVE, id="a file URL"),
        pytest.param("FILE:common.yaml", "it is an absolute path", RELATIVE, id="a file URL without slashes"),
        pytest.param("C:/api/common.yaml", "it is an absolute path", RELATIVE, id="a drive letter"),
        pytest.param("..\\secret.yaml", "it has a backslash", "write `/` between folders", id="a backslash"),
        pytest.param("..%5Csecret.yaml", "it has a backslash", "write `/` between folders", id="an encoded backslash"),
        pytest.param("common.yaml\0", "it has a control character", "remove it", id="a NUL"),
        pytest.param("common.yaml%00", "it has a control character", "remove it", id="an encoded NUL"),
        pytest.param("ht\ntps://evil.example/", "it has a control character", "remove it", id="a broken line"),
        pytest.param(
            "urn:example:pet",
            "`urn:` is no way to a file",
            f"{RELATIVE}; `./` before a name with a colon",
            id="another scheme",
        ),
        pytest.param(
            "//evil.example/a.yaml",
            "it names a host without `https:`",
            "write the whole URL, and allow its host with --allow-remote HOST",
            id="a host without a scheme",
        ),
        pytest.param("../.git/config", "it lies in git's own folder", "move it out of there", id="git's folder"),
        pytest.param("../.GIT/config", "it lies in git's own folder", "move it out of there", id="git's, in capitals"),
        pytest.param(
            "https://evil.example/a.yaml",
            "evil.example is another host, which is not asked",
            "allow it with --allow-remote evil.example",
            id="another host",
        ),
        pytest.param(
            "http://[::1]:8080/a.yaml",
            "[::1]:8080 is another host, which is not asked",
            "allow it with --allow-remote [::1]:8080",
            id="another address and port",
        ),
    ],
)
def test_what_is_forbidden_is_not_looked_at(repository: Path, reference: str, message: str, hint: str) -> None:
    assert refusal(load_description("api/openapi.yaml"), reference) == ("reference-forbidden", message, hint)


CHECK = "check the path; it is relative to the file that refers to it"


@pytest.mark.parametrize(
    ("reference", "message", "hint"),
    [
        pytest.param("comon.yaml", "there is no file api/comon.yaml", "did you mean api/common.yaml?", id="misspelt"),
        pytest.param(
            "../comon/pet.yaml",
            "there is no file comon/pet.yaml",
            "did you mean common/pet.yaml?",
            id="a folder misspelt",
        ),
        pytest.param("zebra.yaml", "there is no file api/zebra.yaml", CHECK, id="like no other"),
        pytest.param("common.yaml/a", "there is no file api/common.yaml/a", CHECK, id="below a file"),
        pytest.param(f"{'a' * 300}.yaml", f"there is no file api/{'a' * 300}.yaml", CHECK, id="longer than names are"),
        pytest.param(
            "../common", "common cannot be read: it is a folder", "refer to a JSON or YAML file", id="a folder"
        ),
        pytest.param("..", ". cannot be read: it is a folder", "refer to a JSON or YAML file", id="the root"),
        pytest.param(
            "common.yaml?v=1",
            "a file has no query",
            "leave out what follows `?`, or write %3F for a question mark in the name",
            id="a query",
        ),
        pytest.param(
            "..%2Fcommon.yaml", "no file has a slash in its name", "write `/` between folders", id="an encoded slash"
        ),
        pytest.param("%ff.yaml", "no name is written so", "percent-encode UTF-8", id="bytes that are no UTF-8"),
        pytest.param("\ud800.yaml", "no name is written so", "percent-encode UTF-8", id="half a character"),
    ],
)
def test_what_is_not_there_is_told(repository: Path, reference: str, message: str, hint: str) -> None:
    assert refusal(load_description("api/openapi.yaml"), reference) == ("reference-dangling", message, hint)


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("../../secret.yaml", id="to a file outside"),
        pytest.param("../../nothing.yaml", id="to nothing outside"),
        pytest.param("/etc/hostname", id="to an absolute path"),
        pytest.param("/proc/self/environ", id="to our own environment"),
        pytest.param("/dev/zero", id="to a device"),
        pytest.param("../../repository/api/common.yaml", id="out and back"),
    ],
)
def test_a_link_out_of_the_root_is_refused_whatever_is_there(repository: Path, target: str) -> None:
    (repository / "api" / "link.yaml").symlink_to(target)
    (repository / "folder").symlink_to(Path(target).parent)
    document = load_description("api/openapi.yaml")
    forbidden = ("reference-forbidden", OUTSIDE, "move it into the repository")
    assert refusal(document, "link.yaml") == forbidden
    if target.startswith("/"):
        assert refusal(document, f"../folder/{Path(target).name}") == forbidden


def test_a_link_inside_the_root_is_followed(repository: Path) -> None:
    (repository / "api" / "link.yaml").symlink_to("../common/pet.yaml")
    (repository / "folder").symlink_to(repository / "common")
    document = load_description("api/openapi.yaml")
    assert follow(document, "link.yaml") == ("api/link.yaml", "link.yaml", {"pet": 1})
    assert follow(document, "../folder/pet.yaml") == ("folder/pet.yaml", "../folder/pet.yaml", {"pet": 1})


def test_links_to_gits_files_and_in_circles_are_refused(repository: Path) -> None:
    (repository / "api" / "token.yaml").symlink_to("../.git/config")
    (repository / "api" / "circle.yaml").symlink_to("circle.yaml")
    document = load_description("api/openapi.yaml")
    assert refusal(document, "token.yaml") == (
        "reference-forbidden", "it lies in git's own folder", "move it out of there"
    )  # fmt: skip
    message = "api/circle.yaml cannot be read: its links lead in a circle"
    assert refusal(document, "circle.yaml") == ("reference-dangling", message, "refer to a JSON or YAML file")


def test_pipes_and_sockets_are_no_files_and_nobody_waits_for_them(repository: Path) -> None:
    os.mkfifo(repository / "api" / "pipe.yaml")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("api/socket.yaml")
        document = load_description("api/openapi.yaml")
        for name in ("pipe.yaml", "socket.yaml"):
            message = f"api/{name} cannot be read: it is no regular file"
            assert refusal(document, name) == ("reference-dangling", message, "refer to a JSON or YAML file")


def test_a_folder_that_is_swapped_for_a_link_after_the_check_is_not_followed(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repository.parent, "elsewhere/pet.yaml", "canary: 1\n")
    folder = RootedFolder(repository)
    resolve = RootedFolder.resolve

    def swapping(self: RootedFolder, position: tuple[str, ...]) -> tuple[str, ...]:
        real = resolve(self, position)
        (repository / "common").rename(repository / "was")
        (repository / "common").symlink_to("../elsewhere")
        return real

    monkeypatch.setattr(RootedFolder, "resolve", swapping)
    with pytest.raises(NotThere):
        folder.read(("common", "pet.yaml"))


def test_a_file_that_may_not_be_read_is_a_failure_of_the_world(repository: Path) -> None:
    path = write(repository, "api/closed.yaml", "a: 1\n")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user reads every file")
    document = load_description("api/openapi.yaml")
    with pytest.raises(DeliveryFailure, match=r"cannot read api/closed\.yaml: Permission denied"):
        document.neighbours.open(document.uri, "closed.yaml")


@pytest.mark.parametrize(
    ("folder", "spec", "reference", "name"),
    [
        pytest.param(".", "api/openapi.yaml", "../common/pet.yaml", "common/pet.yaml", id="from the root"),
        pytest.param(".", "./api/../api/openapi.yaml", "../common/pet.yaml", "common/pet.yaml", id="by a detour"),
        pytest.param("api", "openapi.yaml", "../common/pet.yaml", "../common/pet.yaml", id="from its own folder"),
        pytest.param("common", "../api/openapi.yaml", "../common/pet.yaml", "../common/pet.yaml", id="from the other"),
        pytest.param(
            "..", "repository/api/openapi.yaml", "../common/pet.yaml", "repository/common/pet.yaml", id="above"
        ),
    ],
)
def test_names_are_as_the_entry_was_given_and_keys_the_same_from_everywhere(
    repository: Path, monkeypatch: pytest.MonkeyPatch, folder: str, spec: str, reference: str, name: str
) -> None:
    monkeypatch.chdir(repository / folder)
    document = load_description(spec)
    assert follow(document, reference) == (name, "../common/pet.yaml", {"pet": 1})
    back = document.neighbours.open(name, "../api/openapi.yaml")
    assert back is document.neighbours.find(spec)
    assert document.neighbours.relative(spec) == "openapi.yaml"


def test_an_absolute_entry_names_the_others_absolutely_and_relates_them_alike(repository: Path) -> None:
    document = load_description(str(repository / "api" / "openapi.yaml"))
    name = str(repository / "common" / "pet.yaml")
    assert follow(document, "../common/pet.yaml") == (name, "../common/pet.yaml", {"pet": 1})


def test_an_entry_behind_a_linked_folder_has_the_root_of_where_it_really_is(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link").symlink_to("repository/api")
    monkeypatch.chdir(tmp_path)
    document = load_description("link/openapi.yaml")
    assert follow(document, "../common/pet.yaml") == ("link/../common/pet.yaml", "../common/pet.yaml", {"pet": 1})
    assert refusal(document, "../../secret.yaml")[1] == OUTSIDE


@pytest.mark.parametrize(
    ("marker", "folder", "spec", "words"),
    [
        pytest.param(
            "contractctl.yaml", "one/two", "openapi.yaml", "the folder of contractctl.yaml", id="configuration"
        ),
        pytest.param(None, ".", "one/two/openapi.yaml", "the current folder", id="the current folder"),
        pytest.param(None, "other", "../one/two/openapi.yaml", "the folder of the description", id="its own folder"),
    ],
)
def test_without_a_repository_the_root_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, marker: str | None, folder: str, spec: str, words: str
) -> None:
    base = tmp_path / "base"
    write(base, "one/two/openapi.yaml", ENTRY)
    write(base, "one/shared.yaml", "shared: 1\n")
    write(base, "other/any.yaml", "any: 1\n")
    if marker:
        write(base, marker, "")
    monkeypatch.chdir(base / folder)
    document = load_description(spec)
    assert refusal(document, "../../../x.yaml")[1] == f"it lies outside {words}, beyond which no file is read"
    if words == "the folder of the description":
        assert refusal(document, "../shared.yaml")[1].startswith("it lies outside")
    else:
        assert follow(document, "../shared.yaml")[1:] == ("../shared.yaml", {"shared": 1})


def origin(repository: Path) -> FileOrigin:
    return file_origin("api/openapi.yaml", Web().origin, folder=repository)


def test_a_description_has_so_many_documents_and_no_more(repository: Path) -> None:
    document = Library(origin(repository), Bounds(documents=2)).entry(ENTRY.encode())
    assert follow(document, "common.yaml")[2] == {"common": 1}
    assert refusal(document, "../common/pet.yaml") == (
        "reference-forbidden",
        "the description has more than 2 documents",
        "join its parts to fewer files, or split the description",
    )
    assert follow(document, "common.yaml")[2] == {"common": 1}


def test_a_description_has_so_many_bytes_and_no_more(repository: Path) -> None:
    document = Library(origin(repository), Bounds(size=len(ENTRY) + 5)).entry(ENTRY.encode())
    assert refusal(document, "common.yaml")[1] == f"the description has more than {len(ENTRY) + 5} bytes"


def test_each_file_is_read_once_and_refused_once(repository: Path) -> None:
    document = load_description("api/openapi.yaml")
    first = document.neighbours.open(document.uri, "common.yaml")
    write(repository, "api/common.yaml", "changed: 1\n")
    assert document.neighbours.open(document.uri, "../api/common.yaml") is first
    told = refusal(document, "late.yaml")
    write(repository, "api/late.yaml", "late: 1\n")
    assert refusal(document, "late.yaml") == told
    assert [one.uri for one in document.neighbours.opened()] == ["api/openapi.yaml", "api/common.yaml"]


def test_a_file_that_makes_no_value_is_told_with_its_own_faults(repository: Path) -> None:
    write(repository, "api/broken.yaml", "a: [\n")
    document = load_description("api/openapi.yaml")
    with pytest.raises(Unreachable) as caught:
        document.neighbours.open(document.uri, "broken.yaml")
    assert {finding.location.place.uri for finding in caught.value.findings} == {"api/broken.yaml"}


def test_the_same_description_has_the_same_keys_on_disk_and_in_git(repository: Path) -> None:
    (repository / ".git" / "config").unlink()
    (repository / ".git").rmdir()
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    for arguments in (["init"], ["add", "."], ["commit", "-m", "one"]):
        subprocess.run(["git", *identity, *arguments], cwd=repository, check=True, capture_output=True)
    for spec, name in (("api/openapi.yaml", "common/pet.yaml"), ("HEAD:api/openapi.yaml", "HEAD:common/pet.yaml")):
        assert follow(load_description(spec), "../common/pet.yaml") == (name, "../common/pet.yaml", {"pet": 1})
