"""Bodies that are too long to be written down, made to cost much: each is answered, and soon."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.mockserver.serving import Served, bundle_of, serving

CONTRACT = yaml.safe_load((Path(__file__).parent / "cases" / "hostile.yaml").read_text())["contract"]
BIG = 10**25


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    path = tmp_path_factory.mktemp("hostile") / "mock.bundle"
    path.write_bytes(bundle_of(CONTRACT))
    with serving(path) as served:
        yield served


def answer(served: Served, target: str, value: Any) -> bytes:
    body = json.dumps(value).encode()
    head = f"POST {target} HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return served.exchange(head.encode() + body)


@pytest.mark.parametrize(
    ("value", "status"),
    [
        pytest.param([BIG + place for place in range(36_000)], b"400", id="a megabyte of integers beyond 64 bits"),
        pytest.param(
            [{"a": [BIG + place]} for place in range(201)], b"400", id="one more than are compared, in objects"
        ),
        pytest.param([BIG + place for place in range(200)], b"204", id="as many as are compared"),
        pytest.param([2**62 + (place << 40) for place in range(20_000)], b"204", id="any number of those of 64 bits"),
        pytest.param([str(BIG + place) for place in range(20_000)], b"204", id="any number of texts of digits"),
        pytest.param([place / 7 for place in range(20_000)], b"204", id="any number of fractions"),
        pytest.param([*range(20_000), 5], b"400", id="two that are equal among many"),
    ],
)
def test_items_that_must_differ_are_compared_as_long_as_it_is_cheap(hostile: Served, value: Any, status: bytes) -> None:
    assert answer(hostile, "/numbers", value).split(b" ", 2)[1] == status


@pytest.mark.parametrize("target", ["/filters", "/shapes", "/composed"])
@pytest.mark.parametrize("levels", [3, 8, 9, 30, 64, 65, 240])
def test_alternatives_in_alternatives_are_explained_soon_however_deep(
    hostile: Served, target: str, levels: int
) -> None:
    value: Any = 5
    for _ in range(levels):
        value = {"in": value, "of": value} if levels < 9 else {"in": value}
    told = answer(hostile, target, value)
    # Of the composed, any number is one and any object lacks its name.
    assert told.split(b" ", 2)[1] == b"400"
    assert b'"line":"openapi.yaml:' in told
