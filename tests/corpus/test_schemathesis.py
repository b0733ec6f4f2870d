"""Schemathesis asks the mocks of twenty real descriptions for what their contracts allow, and for what they forbid.

All phases, positive and negative, with the checks of one answer: no 5xx, what a response may hold, what has to be
refused and what must not be. Left out are checks of statuses (an invalid request gets a 400 that few contracts
document) and those that need a backend with a memory and with accounts. The mocks are strict: a query parameter that
no contract knows is refused, as Schemathesis expects.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.corpus.descriptions import DIRECTORY, home
from tests.mockserver.serving import serving

DESCRIPTIONS = (
    "ably.io/platform.json",
    "amazonaws.com/amp.json",
    "apideck.com/ats.json",
    "azure.com/servermanagement.json",
    "billingo.hu.json",
    "codat.io/sync-for-commerce.json",
    "doqs.dev.json",
    "fulfillment.com.json",
    "izettle.com/products.json",
    "mercure.local.json",
    "nexmo.com/voice.json",
    "prss.org.json",
    "rev.ai.json",
    "royalmail.com/click-and-drop.json",
    "sakari.io.json",
    "telstra.com.json",
    "twilio.com/twilio_intelligence_v2.json",
    "webscraping.ai.json",
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
WAIVERS = {
    "ably.io/platform.json": {
        "POST /push/channelSubscriptions": ("positive_data_acceptance", "it sends what two branches of oneOf allow"),
        "POST /push/publish": ("positive_data_acceptance", "a form has no way to write the empty object that it means"),
    },
    "codat.io/sync-for-commerce.json": {
        "POST /companies/{companyId}/sync/commerce/latest": (
            "positive_data_acceptance",
            "it reads `nullable`, which says nothing in OpenAPI 3.1",
        ),
    },
    "doqs.dev.json": {
        "POST /templates": ("positive_data_acceptance", "it writes NUL into the headers of parts"),
    },
    "twilio.com/twilio_intelligence_v2.json": {
        "POST /v2/Services": ("negative_data_rejection", "of a text in place of a form it sends nothing, which may be"),
        "POST /v2/Transcripts": (
            "positive_data_acceptance",
            "a form has no way to write the empty object that it means",
        ),
    },
    "zalando.com.json": {
        "GET /recommendations/{articleIds}": ("negative_data_rejection", "a number on the wire is a list of one text"),
    },
}
"""Checks that are not made of an operation, with what Schemathesis does wrong there."""


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_schemathesis_finds_nothing_wrong_with_a_mock(name: str, tmp_path: Path) -> None:
    description = home() / DIRECTORY / "package" / "api" / name
    bundle = tmp_path / "mock.bundle"
    compiling = [sys.executable, "-m", "contractctl", "build-mock", str(description), "--bundle", str(bundle)]
    subprocess.run(compiling, check=True, capture_output=True)
    (tmp_path / "schemathesis.toml").write_text("\n".join(configuration(name)))
    with serving(bundle, "--strict", "on") as served:
        asking = [
            *("schemathesis", "run", str(description), "--url", f"http://127.0.0.1:{served.port}"),
            *("--max-examples", "20", "--generation-deterministic"),
            *("--suppress-health-check", "all", "--warnings", "off", "--continue-on-failure", "--no-color"),
        ]
        done = subprocess.run(asking, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[done.stdout.find("FAILURES") :][:20_000]


def configuration(name: str) -> Iterator[str]:
    """Yield the lines that turn on the checks, without those that are waived for an operation of a description."""
    yield "[checks]"
    yield "enabled = false"
    for check in CHECKS:
        yield f"{check}.enabled = true"
    for operation, (check, _) in WAIVERS.get(name, {}).items():
        yield "[[operations]]"
        yield f'include-name = "{operation}"'
        yield f"checks.{check}.enabled = false"
