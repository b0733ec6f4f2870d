"""Options of a mock: what is read, what is refused, and what goes into a Bundle."""

from __future__ import annotations

from pathlib import Path

import pytest

from contractctl.core.failures import UsageFailure
from contractctl.mock.settings import SERVER_OPTIONS, MockSettings
from contractctl.mockserver.settings import USAGE, Settings


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
    pytest.param({"auth": "tokens"}, "it must be off, presence or token", id="an unknown mode"),
    pytest.param({"latency": "fast"}, "it must be milliseconds such as 50-1000, or POST:50-1000", id="no latency"),
    pytest.param({"state-url": "http://a"}, "it must be a URL such as redis://127.0.0.1:6379/0, or off", id="no Redis"),
    pytest.param({"profile": "real"}, "it must be plain or realistic", id="an unknown profile"),
    pytest.param({"port": "70000"}, "it must be a port, 0 to 65535", id="a port out of range"),
    pytest.param({"port": "٨٠٨٠"}, "it must be a port, 0 to 65535", id="digits of another script"),
    pytest.param({"seed": "9223372036854775808"}, "it must be a whole number below 2^63", id="a seed beyond a Bundle"),
    pytest.param({"journal": "-1"}, "it must be how many requests are kept; 0 is none", id="fewer than no requests"),
    pytest.param({"stateful": "yes"}, "it must be on or off", id="no switch"),
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
def test_help_and_manual_name_each_option_with_its_variable(name: str) -> None:
    manual = (Path(__file__).parents[2] / "docs/mock.md").read_text(encoding="utf-8").partition("## Settings")[2]
    variable = f"MOCK_{name.replace('-', '_').upper()}"
    assert (f"  --{name} " in USAGE, variable in USAGE, f"| `--{name}" in manual, f"`{variable}`" in manual) == (
        True,
    ) * 4


@pytest.mark.parametrize("name", SERVER_OPTIONS)
def test_what_the_server_knows_is_bundled(name: str) -> None:
    texts = {
        "profile": "realistic",
        "port": "1",
        "host": "a",
        "auth": "off",
        "validate": "off",
        "max-body": "1",
        "log": "none",
        "seed": "1",
        "workers": "1",
        "token-ttl": "1h",
        "latency": "5",
        "faults": "503=1%",
        "rate-limit": "1/s",
        "state-url": "redis://a",
        "journal": "9",
    }
    settings = MockSettings.parse({name: texts.get(name, "on")})
    assert list(settings.bundled(documented_max_body=None)) == [name.replace("-", "_")]


def test_a_server_that_shares_nothing_needs_no_redis() -> None:
    needs = [MockSettings.parse({"state-url": text}).needs() for text in ("off", "redis://a")]
    assert needs == [(), ("redis",)]


def test_a_password_is_not_bundled() -> None:
    settings = MockSettings.parse({"state-url": "redis://:secret@a"})
    assert settings.bundled(documented_max_body=None) == {}
