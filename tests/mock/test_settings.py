"""Options of a mock: what is read, what is refused, and what goes into a Bundle."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contractctl.core.failures import UsageFailure
from contractctl.mock.settings import NOT_YET, SERVER_OPTIONS, MockSettings, parse_size
from contractctl.mockserver import settings as server
from contractctl.mockserver.settings import Settings

SIZES = [
    ("512", 512),
    ("50kb", 51200),
    ("50 KB".replace(" ", ""), 51200),
    ("1mb", 1 << 20),
    ("1.5m", 3 << 19),
    ("2gib", 2 << 30),
    ("9007199254740993", 2**53 + 1),
    (f"{10**400}", 2**63 - 1),
]
READERS = [
    pytest.param(parse_size, id="when it is compiled"),
    pytest.param(server.parse_size, id="by the server"),
]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(("text", "size"), SIZES)
def test_sizes_count_in_1024(read: Callable[[str], int], text: str, size: int) -> None:
    assert read(text) == size


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("text", ["", "kb", "-1", "1e3", "1,5mb", "1 tb", "٣", "9" * 5000])
def test_what_is_no_size_is_refused(read: Callable[[str], int], text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 # whoever reads it says in words of its own what was expected
        read(text)


def test_options_are_read_as_users_write_them() -> None:
    options = {
        "profile": "realistic",
        "port": "8080",
        "auth": "off",
        "max-body": "2mb",
        "cors": "off",
        "keep-invalid-examples": "true",
        "seed": "7",
    }
    assert MockSettings.parse(options) == MockSettings(
        profile="realistic",
        port=8080,
        auth="off",
        max_body=2 << 20,
        cors=False,
        keep_invalid_examples=True,
        seed=7,
    )


REFUSED = [
    pytest.param(
        {"auth": "token"}, "it must be off or presence (this version does not issue tokens)", id="a mode of later"
    ),
    pytest.param({"profile": "real"}, "it must be plain or realistic", id="an unknown profile"),
    pytest.param({"port": "70000"}, "it must be a port, 0 to 65535", id="a port out of range"),
    pytest.param({"max-body": "big"}, "it must be a size such as 1mb or 50kb", id="no size"),
    pytest.param({"control-prefix": "mock"}, "it must be a path such as /__mock", id="a prefix without a slash"),
    pytest.param({"workers": "0"}, "it must be a number of processes, 1 to 64", id="no workers"),
    pytest.param({"workers": "two"}, "it must be a number of processes, 1 to 64", id="no number of workers"),
    pytest.param({"max-bodi": "1mb"}, "did you mean `max-body`?", id="a misspelt option"),
]


@pytest.mark.parametrize(("options", "hint"), REFUSED)
def test_a_value_that_cannot_be_used_is_refused_with_a_hint(options: dict[str, str], hint: str) -> None:
    with pytest.raises(UsageFailure) as failure:
        MockSettings.parse(options)
    assert failure.value.hint == hint


LIMITS = [
    pytest.param(MockSettings(), None, {}, id="nobody chose"),
    pytest.param(MockSettings(), 100, {"max_body": 100}, id="the description chose"),
    pytest.param(MockSettings(profile="realistic"), None, {"max_body": 51200}, id="the profile chose"),
    pytest.param(
        MockSettings(profile="realistic"), 100, {"max_body": 100}, id="the description goes before the profile"
    ),
    pytest.param(MockSettings(max_body=0), 100, {"max_body": 0}, id="the option goes before the description"),
]


@pytest.mark.parametrize(("settings", "documented", "bundled"), LIMITS)
def test_the_body_limit_that_is_bundled(
    settings: MockSettings, documented: int | None, bundled: dict[str, int]
) -> None:
    assert settings.bundled(documented_max_body=documented) == bundled


def test_the_server_knows_by_the_same_name_what_goes_to_it() -> None:
    assert {name.replace("-", "_") for name in SERVER_OPTIONS} <= set(Settings.__annotations__)


@pytest.mark.parametrize("name", SERVER_OPTIONS)
def test_what_the_server_knows_is_bundled(name: str) -> None:
    texts = {"port": "1", "host": "a", "auth": "off", "validate": "off", "max-body": "1", "log": "none", "seed": "1"}
    settings = MockSettings.parse({name: texts.get(name, "1" if name == "workers" else "on")})
    assert list(settings.bundled(documented_max_body=None)) == [name.replace("-", "_")]


def test_what_the_profile_cannot_do_yet_is_said() -> None:
    assert (MockSettings().notes, MockSettings(profile="realistic").notes) == ((), (NOT_YET,))
