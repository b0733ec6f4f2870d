"""Schemathesis asks the mocks of twenty real descriptions for what their contracts allow, and for what they forbid.

All phases, positive and negative, with the checks of one answer: no 5xx, what a response may hold, what has to be
refused and what must not be. Left out are checks of statuses (an invalid request gets a 400 that few contracts
document) and those that need a backend with a memory and with accounts. The mocks are strict: a query parameter that
no contract knows is refused, as Schemathesis expects.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.corpus.descriptions import DIRECTORY, home
from tests.mockserver.serving import serving

DESCRIPTIONS = (
    "ably.io/platform.json",
    "amazonaws.com/amp.json",
    "amazonaws.com/mediastore.json",
    "apideck.com/ats.json",
    "azure.com/servermanagement.json",
    "billingo.hu.json",
    "codat.io/sync-for-commerce.json",
    "doqs.dev.json",
    "fulfillment.com.json",
    "izettle.com/products.json",
    "lgtm.com.json",
    "nexmo.com/voice.json",
    "prss.org.json",
    "rev.ai.json",
    "royalmail.com/click-and-drop.json",
    "sakari.io.json",
    "telstra.com.json",
    "twilio.com/twilio_intelligence_v2.json",
    "youneedabudget.com.json",
    "zalando.com.json",
)
CHECKS = (
    "not_a_server_error",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "positive_data_acceptance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
)


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_schemathesis_finds_nothing_wrong_with_a_mock(name: str, tmp_path: Path) -> None:
    description = home() / DIRECTORY / "package" / "api" / name
    bundle = tmp_path / "mock.bundle"
    compiling = [sys.executable, "-m", "contractctl", "build-mock", str(description), "--bundle", str(bundle)]
    subprocess.run(compiling, check=True, capture_output=True)
    with serving(bundle, "--strict", "on") as served:
        asking = [
            *("schemathesis", "run", str(description), "--url", f"http://127.0.0.1:{served.port}"),
            *("--checks", ",".join(CHECKS), "--max-examples", "20", "--generation-deterministic"),
            *("--suppress-health-check", "all", "--warnings", "off", "--continue-on-failure", "--no-color"),
        ]
        done = subprocess.run(asking, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[done.stdout.find("FAILURES") :][:20_000]
