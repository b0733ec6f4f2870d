"""Profiles: what each stands for, and what goes before it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from contractctl.encodings.quantities import Range
from contractctl.mock.settings import MockSettings
from contractctl.mockserver.settings import SettingError, resolve_settings

Texts = Mapping[str, str]
PLAIN = ("presence", None, 1 << 20)
REALISTIC = ("token", (0.05, 1.0), 50 << 10)

TABLE = [
    pytest.param({}, {}, {}, PLAIN, id="nobody chose one"),
    pytest.param({"profile": "realistic"}, {}, {}, REALISTIC, id="a flag"),
    pytest.param({}, {"MOCK_PROFILE": "realistic"}, {}, REALISTIC, id="the environment"),
    pytest.param({}, {}, {"profile": "realistic"}, REALISTIC, id="the bundle, from contractctl.yaml or build-mock"),
    pytest.param({"profile": "plain"}, {"MOCK_PROFILE": "realistic"}, {}, PLAIN, id="a flag before the environment"),
    pytest.param({}, {"MOCK_PROFILE": "plain"}, {"profile": "realistic"}, PLAIN, id="a variable before the bundle"),
    pytest.param(
        {"profile": "realistic", "auth": "off"}, {}, {}, ("off", *REALISTIC[1:]), id="a flag beside it goes before it"
    ),
    pytest.param(
        {"profile": "realistic"},
        {"MOCK_LATENCY": "10-20"},
        {},
        ("token", (0.01, 0.02), 50 << 10),
        id="a variable beside it goes before it",
    ),
    pytest.param(
        {"profile": "realistic"},
        {},
        {"max_body": 99},
        ("token", (0.05, 1.0), 99),
        id="what the bundle says goes before what a flag's profile stands for",
    ),
    pytest.param(
        {"latency": "off"}, {}, {"profile": "realistic"}, ("token", None, 50 << 10), id="off takes away what it has"
    ),
]


@pytest.mark.parametrize(("flags", "environment", "bundled", "expected"), TABLE)
def test_a_profile_stands_for_settings_that_nobody_chose(
    flags: Texts, environment: Texts, bundled: Mapping[str, object], expected: tuple[str, Range | None, int]
) -> None:
    settings = resolve_settings(flags, environment, bundled)
    latency = settings.latency.of("POST") if settings.latency else None
    assert (settings.auth, latency, settings.max_body) == expected


@pytest.mark.parametrize(
    ("flags", "environment", "source"),
    [
        pytest.param({"profile": "real"}, {}, "--profile", id="a flag"),
        pytest.param({}, {"MOCK_PROFILE": "real"}, "MOCK_PROFILE", id="the environment"),
    ],
)
def test_a_profile_that_there_is_not_is_refused_by_the_name_of_who_says_so(
    flags: Texts, environment: Texts, source: str
) -> None:
    with pytest.raises(SettingError) as failure:
        resolve_settings(flags, environment, {})
    assert str(failure.value) == f"{source} is 'real'; it must be plain or realistic"


BUNDLED = [
    pytest.param({}, {}, id="nobody chose one"),
    pytest.param({"profile": "plain"}, {}, id="plain, which is what every server does"),
    pytest.param({"profile": "realistic"}, {"profile": "realistic"}, id="realistic, by its name"),
    pytest.param(
        {"profile": "realistic", "auth": "off"}, {"profile": "realistic", "auth": "off"}, id="an option beside it"
    ),
]


@pytest.mark.parametrize(("options", "bundled"), BUNDLED)
def test_a_bundle_has_the_name_of_its_profile_and_not_what_it_stands_for(options: Texts, bundled: object) -> None:
    assert MockSettings.parse(options).bundled(documented_max_body=None) == bundled
