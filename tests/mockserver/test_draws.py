"""What is drawn for a request: once, with numbers of its own for faults and for latency."""

from __future__ import annotations

from pathlib import Path

import pytest

from contractctl.mockserver.answers import Answer
from contractctl.mockserver.contracts import Contracts
from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.requests import Request
from tests.mockserver.serving import bundle_of

CONTRACT = """\
openapi: 3.1.0
info: {title: Draws, version: '1'}
paths: {/: {get: {responses: {'200': {description: fine, content: {text/plain: {example: fine}}}}}}}
"""
FAULTS = {"faults": "503=10%,truncate=10%"}
LATENCY = {"latency": "0-1000"}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("draws") / "draws.bundle"
    path.write_bytes(bundle_of(CONTRACT))
    return path


def drawn(bundle: Path, **flags: str) -> list[tuple[str, float]]:
    """Return the faults of many requests, and for how long their answers are held back."""
    contracts = Contracts.open((("", str(bundle)),), {"log": "none", **flags}, {})
    return [asked(contracts) for _ in range(1000)]


def asked(contracts: Contracts) -> tuple[str, float]:
    opened = contracts.begin(Request("GET", b"/", {}))
    assert isinstance(opened, Exchange)
    answer: Answer = opened.complete()
    return opened.fault, answer.delivery.delay if answer.delivery else 0.0


def test_latency_changes_no_fault(bundle: Path) -> None:
    assert [kind for kind, _ in drawn(bundle, **FAULTS, **LATENCY)] == [kind for kind, _ in drawn(bundle, **FAULTS)]


def test_faults_change_no_latency(bundle: Path) -> None:
    assert [delay for _, delay in drawn(bundle, **FAULTS, **LATENCY)] == [
        delay for _, delay in drawn(bundle, **LATENCY)
    ]


def test_who_is_struck_waits_no_other_time_than_all(bundle: Path) -> None:
    waits = [delay for kind, delay in drawn(bundle, **FAULTS, **LATENCY) if kind]
    assert (len(waits) > 100, min(waits) < 0.1, max(waits) > 0.9) == (True, True, True)
