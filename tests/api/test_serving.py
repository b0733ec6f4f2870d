"""What becomes of the bundles behind a mock when files change, look by look: two looks see a file that has settled."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from contractctl.api.serving import NotReloaded, Reloaded, ServedMocks, served_mocks
from contractctl.config import load_config
from contractctl.core.failures import UnloadableDescription, UsageFailure
from contractctl.mockserver.bundle import Bundle


def toys(example: str = "one", *, title: str = "Toys") -> str:
    return f"""\
openapi: 3.1.0
info: {{title: {title}, version: "1"}}
paths:
  /toys:
    get: {{responses: {{"200": {{description: all, content: {{application/json: {{example: {example}}}}}}}}}}}
"""


def split(*parts: str) -> str:
    paths = "".join(f"  /{part}: {{$ref: parts/{part}.yaml}}\n" for part in parts)
    return f'openapi: 3.1.0\ninfo: {{title: Toys, version: "1"}}\npaths:\n{paths}'


def part(example: str) -> str:
    return (
        f'get: {{responses: {{"200": {{description: all, content: {{application/json: {{example: {example}}}}}}}}}}}\n'
    )


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A description in the current folder, and a folder for its parts."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "parts").mkdir()
    path = Path("openapi.yaml")
    path.write_text(toys())
    return path


@contextmanager
def served(*arguments: str, options: Mapping[str, str] | None = None) -> Iterator[ServedMocks]:
    """Serve descriptions, and look until what was written at the very start counts as known."""
    with served_mocks(arguments, load=load_config, options=options or {}) as mocks:
        assert looks(mocks) == []
        yield mocks


def looks(mocks: ServedMocks) -> Sequence[Reloaded | NotReloaded]:
    """Look three times: something has changed, it has settled, and nothing comes after that."""
    events = [event for _ in range(3) for event in mocks.poll()]
    assert [*mocks.poll()] == []
    return events


def names(mocks: ServedMocks) -> list[str]:
    """Return what happens, in words."""
    return [_name(event) for event in looks(mocks)]


def _name(event: Reloaded | NotReloaded) -> str:
    if isinstance(event, NotReloaded):
        return f"kept {event.name}: {event.failure.message}"
    words = {"mended": event.is_mended, "replaced": event.is_replaced, "changed": event.is_changed}
    return f"{' '.join(word for word, is_so in words.items() if is_so)} {event.spec}"


def opened(mocks: ServedMocks, number: int = 0) -> Bundle:
    return Bundle(mocks.bundles[number].rpartition("=")[2])


def rename_over(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.swp")
    beside.write_text(text)
    beside.replace(path)


def keep_a_backup(path: Path, text: str) -> None:
    path.rename(f"{path}~")
    path.write_text(text)


def keep_size_and_time(path: Path, text: str) -> None:
    before = path.stat()
    rename_over(path, text)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def keep_file_and_size(path: Path, text: str) -> None:
    before = path.stat()
    path.write_text(text)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1_000))


def point_a_link_elsewhere(path: Path, text: str) -> None:
    other, link = path.with_name("other.yaml"), path.with_name("link")
    other.write_text(text)
    link.symlink_to(other)
    link.replace(path)


@pytest.mark.parametrize(
    "save",
    [
        pytest.param(Path.write_text, id="written over"),
        pytest.param(rename_over, id="another file renamed over it"),
        pytest.param(keep_a_backup, id="moved away and written anew"),
        pytest.param(keep_size_and_time, id="another file of the same size and time"),
        pytest.param(keep_file_and_size, id="the same file and size at another time"),
        pytest.param(point_a_link_elsewhere, id="a link that leads elsewhere"),
    ],
)
def test_however_a_file_is_saved_its_bundle_is_replaced(spec: Path, save: Callable[[Path, str], object]) -> None:
    with served("openapi.yaml") as mocks:
        before = opened(mocks)
        save(spec, toys("two"))
        assert names(mocks) == ["replaced changed openapi.yaml"]
        assert opened(mocks).stamp != before.stamp


def test_a_file_that_is_still_being_written_is_left_alone(spec: Path) -> None:
    with served("openapi.yaml") as mocks:
        for number in range(5):
            spec.write_text(toys()[:-number] if number else "")
            assert [*mocks.poll()] == []
        spec.write_text(toys("two"))
        assert names(mocks) == ["replaced changed openapi.yaml"]


@pytest.mark.parametrize(
    ("save", "events"),
    [
        pytest.param(os.utime, [], id="touched"),
        pytest.param(lambda path: path.write_text(toys()), [], id="written as it was"),
        pytest.param(lambda path: path.write_text(toys() + "# the end\n"), [], id="a comment below everything"),
        pytest.param(
            lambda path: path.write_text("# the beginning\n" + toys()),
            ["replaced openapi.yaml"],
            id="a comment that moves the lines",
        ),
    ],
)
def test_a_contract_that_did_not_change_is_no_news(
    spec: Path, save: Callable[[Path], object], events: list[str]
) -> None:
    with served("openapi.yaml") as mocks:
        save(spec)
        assert names(mocks) == events


def test_a_description_that_cannot_be_read_keeps_the_earlier_bundle(spec: Path) -> None:
    with served("openapi.yaml") as mocks:
        before = opened(mocks).stamp
        spec.write_text(toys("two").replace("paths:", "paths: {"))
        (event,) = looks(mocks)
        assert isinstance(event, NotReloaded)
        assert isinstance(event.failure, UnloadableDescription)
        assert str(event.failure.findings[0].location) == "openapi.yaml:5:8"
        assert opened(mocks).stamp == before
        spec.write_text(toys("two"))
        assert names(mocks) == ["mended replaced changed openapi.yaml"]


def test_a_save_that_is_taken_back_is_mended_and_nothing_else(spec: Path) -> None:
    with served("openapi.yaml") as mocks:
        spec.write_text("")
        assert len(looks(mocks)) == 1
        spec.write_text(toys())
        assert names(mocks) == ["mended openapi.yaml"]


def test_a_file_that_vanishes_is_told_once_and_waited_for(spec: Path) -> None:
    with served("openapi.yaml") as mocks:
        spec.unlink()
        assert names(mocks) == ["kept openapi.yaml: no such file: openapi.yaml"]
        assert names(mocks) == []
        spec.write_text(toys("two"))
        assert names(mocks) == ["mended replaced changed openapi.yaml"]


def test_a_file_that_is_referred_to_is_watched_from_then_on(spec: Path) -> None:
    toys_part, tools_part = Path("parts/toys.yaml"), Path("parts/tools.yaml")
    toys_part.write_text(part("one"))
    with served("openapi.yaml") as mocks:
        toys_part.write_text(part("two"))
        assert names(mocks) == []  # nobody refers to it
        spec.write_text(split("toys"))
        assert names(mocks) == ["replaced changed openapi.yaml"]
        toys_part.write_text(part("three"))
        assert names(mocks) == ["replaced changed openapi.yaml"]
        spec.write_text(split("toys", "tools"))  # not there yet: the rest is served
        assert names(mocks) == ["replaced changed openapi.yaml"]
        tools_part.write_text(part("hammer"))
        assert names(mocks) == ["replaced changed openapi.yaml"]
        spec.write_text(split("tools"))
        assert names(mocks) == ["replaced changed openapi.yaml"]
        toys_part.write_text(part("four"))
        assert names(mocks) == []


def test_an_example_in_a_file_of_its_own_is_watched(spec: Path) -> None:
    example = Path("parts/example.json")
    example.write_text('"one"')
    external = "examples: {own: {externalValue: parts/example.json}}"
    spec.write_text(toys().replace("example: one", external))
    with served("openapi.yaml") as mocks:
        example.write_text('"two"')
        assert names(mocks) == ["replaced changed openapi.yaml"]
        os.utime(example)
        assert names(mocks) == []


@pytest.mark.parametrize(
    ("lose", "place"),
    [
        pytest.param(Path.unlink, "openapi.yaml:4:17", id="it is gone"),
        pytest.param(lambda path: path.write_text("get: {"), "parts/toys.yaml:1:7", id="it is half written"),
        pytest.param(lambda path: path.write_text(""), "parts/toys.yaml", id="it is empty"),
    ],
)
def test_a_part_that_is_lost_keeps_the_earlier_bundle(spec: Path, lose: Callable[[Path], object], place: str) -> None:
    toys_part = Path("parts/toys.yaml")
    toys_part.write_text(part("one"))
    spec.write_text(split("toys"))
    with served("openapi.yaml") as mocks:
        before = opened(mocks).stamp
        lose(toys_part)
        (event,) = looks(mocks)
        assert isinstance(event, NotReloaded)
        assert isinstance(event.failure, UnloadableDescription)
        assert str(event.failure.findings[0].location).startswith(place)
        assert opened(mocks).stamp == before
        toys_part.write_text(part("one"))
        assert names(mocks) == ["mended openapi.yaml"]


def test_findings_are_new_when_the_earlier_bundle_had_them_not(spec: Path) -> None:
    wrong = toys().replace("application/json: {", "application/json: {schema: {type: integer}, ")
    with served("openapi.yaml") as mocks:
        for text, counted in ((wrong, (1, 1)), (wrong.replace("Toys", "Tools"), (1, 0)), (toys(), (0, 0))):
            spec.write_text(text)
            (event,) = looks(mocks)
            assert isinstance(event, Reloaded)
            assert (len(event.findings), len(event.new)) == counted


def test_of_several_descriptions_only_that_which_changed_is_compiled(spec: Path) -> None:
    tools = Path("tools.yaml")
    tools.write_text(toys(title="Tools"))
    with served("openapi.yaml", "tools.yaml") as mocks:
        before = [opened(mocks, number).stamp for number in (0, 1)]
        tools.write_text(toys("two", title="Hammers"))
        assert names(mocks) == ["replaced changed tools.yaml"]
        after = [opened(mocks, number).stamp for number in (0, 1)]
        assert [one == other for one, other in zip(before, after, strict=True)] == [True, False]
        assert [bundle.partition("=")[0] for bundle in mocks.bundles] == ["/toys", "/tools"]


def test_a_part_of_two_descriptions_changes_both(spec: Path) -> None:
    Path("parts/toys.yaml").write_text(part("one"))
    for path in ("openapi.yaml", "tools.yaml"):
        Path(path).write_text(split("toys"))
    with served("openapi.yaml", "tools.yaml") as mocks:
        Path("parts/toys.yaml").write_text(part("two"))
        assert names(mocks) == ["replaced changed openapi.yaml", "replaced changed tools.yaml"]


def test_the_configuration_is_watched(spec: Path) -> None:
    configuration = Path("contractctl.yaml")
    configuration.write_text("specs: [{path: openapi.yaml}]\n")
    with served() as mocks:
        configuration.write_text("specs: [{path: openapi.yaml}]\nmock: {auth: off, strict: true}\n")
        assert names(mocks) == ["replaced changed openapi.yaml"]
        assert opened(mocks).index.settings == {"auth": "off", "strict": True}
        configuration.write_text("mock: {strikt: true}\n")
        assert names(mocks) == ["kept contractctl.yaml: contractctl.yaml:1:16: mock has no key `strikt`"]
        configuration.unlink()
        assert names(mocks) == ["replaced changed openapi.yaml"]
        configuration.write_text("specs: [{path: openapi.yaml, prefix: /other}]\n")
        told = "kept contractctl.yaml: other descriptions are to be served, or below other prefixes"
        assert names(mocks) == [told]
        assert opened(mocks).index.settings == {}


def test_options_go_over_a_configuration_that_changes(spec: Path) -> None:
    configuration = Path("contractctl.yaml")
    configuration.write_text("mock: {auth: off}\n")
    with served("openapi.yaml", options={"auth": "presence"}) as mocks:
        configuration.write_text("mock: {auth: off, validate: warn}\n")
        assert names(mocks) == ["replaced changed openapi.yaml"]
        assert opened(mocks).index.settings == {"auth": "presence", "validate": "warn"}


def test_a_setting_that_cannot_be_read_keeps_the_earlier_bundle(spec: Path) -> None:
    configuration = Path("contractctl.yaml")
    configuration.write_text("mock: {auth: off}\n")
    with served("openapi.yaml") as mocks:
        configuration.write_text("mock: {auth: maybe}\n")
        assert names(mocks) == ["kept openapi.yaml: the setting `auth` cannot be 'maybe'"]
        configuration.write_text("mock: {auth: off}\n")
        assert names(mocks) == ["mended openapi.yaml"]


def test_what_is_fetched_or_read_from_git_is_served_unwatched(spec: Path, tmp_path: Path) -> None:
    for command in ("init -q", "add .", "-c user.name=a -c user.email=a@example.com commit -q -m all"):
        assert os.system(f"git {command}") == 0
    with served("HEAD:openapi.yaml") as mocks:
        spec.write_text(toys("two"))
        assert names(mocks) == []


@pytest.mark.parametrize(
    ("arguments", "configuration", "prefixes"),
    [
        pytest.param(["openapi.yaml"], "", [""], id="one needs none"),
        pytest.param(["/pets=openapi.yaml"], "", ["/pets"], id="one may have one"),
        pytest.param(["openapi.yaml", "a.yaml"], "", ["/toys", "/cafe-co"], id="titles"),
        pytest.param(["a.yaml", "b.yaml", "openapi.yaml"], "", ["/cafe-co", "/cafe-co-2", "/toys"], id="equal titles"),
        pytest.param(["a.yaml", "/cafe-co=b.yaml"], "", ["/cafe-co-2", "/cafe-co"], id="a title that was chosen"),
        pytest.param(["nothing.yaml", "a.yaml"], "", ["/api", "/cafe-co"], id="a title without a letter"),
        pytest.param(["/a=a.yaml", "/a/b=a.yaml"], "", ["/a", "/a/b"], id="the same description twice"),
        pytest.param([], "specs: [{path: a.yaml}]", [""], id="one that is configured"),
        pytest.param([], "specs: [{path: a.yaml, prefix: /shop/v2}]", ["/shop/v2"], id="with its prefix"),
        pytest.param(
            [],
            "specs: [{path: a.yaml, prefix: /x}, {path: b.yaml}, {path: openapi.yaml}]",
            ["/x", "/cafe-co", "/toys"],
            id="several that are configured",
        ),
        pytest.param(["a.yaml"], "specs: [{path: a.yaml, prefix: /x}]", ["/x"], id="a configured one by name"),
        pytest.param(["/y=a.yaml"], "specs: [{path: a.yaml, prefix: /x}]", ["/y"], id="another prefix than configured"),
        pytest.param(["?.yaml"], "", ["/cafe-co", "/cafe-co-2"], id="a pattern"),
        pytest.param(["x=y.yaml"], "", [""], id="a file whose name looks like a prefix"),
    ],
)
def test_each_of_several_descriptions_has_a_prefix(
    spec: Path, arguments: list[str], configuration: str, prefixes: list[str]
) -> None:
    for path in ("a.yaml", "b.yaml", "x=y.yaml"):
        Path(path).write_text(toys(title="Café & Co."))
    Path("nothing.yaml").write_text(toys(title="猫"))
    Path("contractctl.yaml").write_text(f"{configuration}\n")
    with served_mocks(arguments, load=load_config, options={}) as mocks:
        found = [bundle.partition("=")[0] if bundle.count("=") else "" for bundle in mocks.bundles]
        assert found == prefixes


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        pytest.param(
            ["/a=openapi.yaml", "/a=a.yaml"],
            "openapi.yaml and a.yaml have the prefix /a",
            "give each a path of its own: /pets=pets.yaml /orders=orders.yaml",
            id="the same prefix",
        ),
        pytest.param(
            ["pets=openapi.yaml"],
            "the prefix of openapi.yaml cannot be `pets`",
            "write /pets=openapi.yaml",
            id="no slash",
        ),
        pytest.param(["/pets/=openapi.yaml"], "the prefix of openapi.yaml cannot be `/pets/`", "", id="a slash behind"),
        pytest.param(["/=openapi.yaml"], "the prefix of openapi.yaml cannot be `/`", "", id="a slash alone"),
        pytest.param(["/a//b=openapi.yaml"], "the prefix of openapi.yaml cannot be `/a//b`", "", id="two slashes"),
        pytest.param(["/a/../b=openapi.yaml"], "the prefix of openapi.yaml cannot be `/a/../b`", "", id="dots"),
        pytest.param(["/a%20b=openapi.yaml"], "the prefix of openapi.yaml cannot be `/a%20b`", "", id="an escape"),
        pytest.param(["/{id}=openapi.yaml"], "the prefix of openapi.yaml cannot be `/{id}`", "", id="a variable"),
        pytest.param(["=openapi.yaml"], "the prefix of openapi.yaml cannot be ``", "", id="nothing"),
        pytest.param(
            ["/pets=openapi.yml"], "no such file: openapi.yml", "did you mean openapi.yaml?", id="no file behind it"
        ),
    ],
)
def test_a_prefix_that_cannot_be_is_refused(spec: Path, arguments: list[str], message: str, hint: str) -> None:
    Path("a.yaml").write_text(toys())
    with pytest.raises(UsageFailure) as refused, served_mocks(arguments, load=load_config, options={}):
        pass
    assert refused.value.message == message
    assert refused.value.hint.startswith(hint or "a prefix is a path such as /pets or /shop/v2")
