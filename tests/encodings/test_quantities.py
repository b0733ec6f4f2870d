"""Quantities as people write them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contractctl.encodings.quantities import (
    Rate,
    parse_duration,
    parse_faults,
    parse_latency,
    parse_rate_limit,
    parse_share,
    parse_size,
)

SIZES = [
    ("512", 512),
    ("50kb", 51200),
    ("50KB", 51200),
    ("1mb", 1 << 20),
    ("1.5m", 3 << 19),
    ("2gib", 2 << 30),
    ("9007199254740993", 2**53 + 1),
    (f"{10**400}", 2**63 - 1),
]


@pytest.mark.parametrize(("text", "size"), SIZES)
def test_sizes_count_in_1024(text: str, size: int) -> None:
    assert parse_size(text) == size


DURATIONS = [("2h", 7200), ("90", 90), ("1h30m", 5400), ("500ms", 0.5), ("0.5d", 43200), ("1w", 604800), ("0s", 0)]


@pytest.mark.parametrize(("text", "seconds"), DURATIONS)
def test_durations_are_seconds(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


SHARES = [("10%", 0.1), ("0.25", 0.25), ("100%", 1), ("0", 0)]


@pytest.mark.parametrize(("text", "share"), SHARES)
def test_shares_are_of_one(text: str, share: float) -> None:
    assert parse_share(text) == share


RULES: list[tuple[Callable[[str], object], str, str, object]] = [
    (parse_latency, "50-1000", "GET", (0.05, 1.0)),
    (parse_latency, "POST:50-1000", "POST", (0.05, 1.0)),
    (parse_latency, "POST:50-1000", "GET", None),
    (parse_latency, "put,post:20", "POST", (0.02, 0.02)),
    (parse_latency, "10-20; POST:50-1000", "POST", (0.05, 1.0)),
    (parse_latency, "10-20; POST:50-1000", "GET", (0.01, 0.02)),
    (parse_faults, "503=1%,reset=0.5", "GET", (("503", 0.01), ("reset", 0.5))),
    (parse_rate_limit, "100/1m", "GET", Rate(100, 60)),
    (parse_rate_limit, "GET:10/s", "GET", Rate(10, 1)),
    (parse_latency, "off", "GET", None),
    (parse_latency, "50-1000; GET: off", "GET", None),
    (parse_latency, "50-1000; GET: off", "POST", (0.05, 1.0)),
    (parse_latency, "false", "GET", None),
    (parse_faults, "OFF; POST:503=1", "GET", None),
    (parse_rate_limit, "10/s; DELETE:off", "DELETE", None),
]


@pytest.mark.parametrize(("parse", "text", "method", "rule"), RULES)
def test_the_last_rule_for_a_method_holds(parse: Callable[..., object], text: str, method: str, rule: object) -> None:
    assert parse(text).of(method) == rule  # type: ignore[attr-defined] # each of these parsers gives a table


REFUSED: list[tuple[Callable[[str], object], str]] = [
    *((parse_size, text) for text in ("", "kb", "-1", "1e3", "1,5mb", "1 tb", "٣", "9" * 5000)),
    *((parse_duration, text) for text in ("", "h", "-1h", "1 h 30", "2y", "1h-30m", "٣h")),
    *((parse_share, text) for text in ("", "%", "101%", "1.1", "-1%", "many")),
    *((parse_latency, text) for text in ("", "1000-50", "POST:", "POST,:5", "5ms", "-5")),
    *((parse_faults, text) for text in ("", "503", "200=1%", "503=60%,error=50%", "slow=1%", "503=2")),
    *((parse_rate_limit, text) for text in ("", "100", "100/", "/1m", "1/0s", "-1/s", "a/1m")),
]


@pytest.mark.parametrize(("parse", "text"), REFUSED)
def test_what_cannot_be_meant_is_refused(parse: Callable[[str], object], text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 # whoever reads it says in words of its own what was expected
        parse(text)
