"""Metrics: the numbers, and the text format of Prometheus by the letter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.components.redis import Redis
from tests.mockserver.serving import Served, serving
from tests.mockserver.test_journal import ask

CONTRACT = """\
openapi: 3.1.0
info: {title: "Pets \\"of\\\\all\\" kinds", version: '1'}
paths:
  /pets:
    get:
      parameters: [{name: limit, in: query, schema: {type: integer}}]
      responses: {'200': {description: all, content: {text/plain: {example: pets}}}}
    post:
      x-mock-faults: 503=100%
      requestBody: {content: {text/plain: {schema: {type: string}}}}
      responses: {'201': {description: made}}
  '/a"b\\c':
    get: {responses: {'204': {description: nothing}}}
"""
NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = rf'{NAME}="(?:[^"\\\n]|\\[\\n"])*"'
SAMPLE = re.compile(rf"({NAME})(?:\{{({LABEL}(?:,{LABEL})*)\}})? (-?[0-9.]+(?:e[+-]?\d+)?|\+Inf|NaN)")
Samples = dict[tuple[str, str], float]


def read(text: str) -> Samples:
    """Read the text format, version 0.0.4; fail for a line that it does not allow."""
    kinds: dict[str, str] = {}
    helped: set[str] = set()
    samples: Samples = {}
    assert text.endswith("\n")
    for line in text.splitlines():
        if found := re.fullmatch(rf"# HELP ({NAME}) (?:[^\\\n]|\\[\\n])*", line):
            assert found[1] not in helped, line
            helped.add(found[1])
        elif found := re.fullmatch(rf"# TYPE ({NAME}) (counter|gauge|histogram)", line):
            assert found[1] not in kinds, line
            kinds[found[1]] = found[2]
        else:
            sample = SAMPLE.fullmatch(line)
            assert sample, line
            family = re.sub(r"_(bucket|sum|count)$", "", sample[1])
            assert family in kinds or sample[1] in kinds, f"no TYPE before: {line}"
            assert (sample[1], sample[2] or "") not in samples, f"twice: {line}"
            samples[sample[1], sample[2] or ""] = float(sample[3].replace("+Inf", "inf"))
    assert helped == set(kinds)
    return samples


@pytest.fixture
def served(bundle: Path) -> Iterator[Served]:
    with serving(bundle) as running:
        yield running


def metrics(served: Served, path: str = "/__mock/metrics") -> Samples:
    status, body = ask(served, "GET", path)
    assert status == 200
    return read(body.decode())


def requests(samples: Samples) -> dict[str, float]:
    return {labels: value for (name, labels), value in samples.items() if name == "mock_requests_total"}


def test_requests_are_counted_by_operation_method_and_status(served: Served) -> None:
    for target in ("/pets", "/pets", "/pets?limit=x", "/nowhere", "/elsewhere/7"):
        ask(served, "GET", target)
    ask(served, "POST", "/pets", "abc", {"Content-Type": "text/plain"})
    ask(served, "HEAD", "/pets")
    ask(served, "BREW", "/pets")
    served.exchange(b"nonsense\r\n\r\n")
    assert requests(metrics(served)) == {
        'contract="",operation="",method="",status="400"': 1,
        'contract="",operation="",method="(other)",status="405"': 1,
        'contract="",operation="",method="GET",status="404"': 2,
        'contract="",operation="GET /pets",method="GET",status="200"': 2,
        'contract="",operation="GET /pets",method="GET",status="400"': 1,
        'contract="",operation="GET /pets",method="HEAD",status="200"': 1,
        'contract="",operation="POST /pets",method="POST",status="503"': 1,
    }


def test_bytes_violations_and_faults_are_counted(served: Served) -> None:
    ask(served, "GET", "/pets?limit=x")
    ask(served, "HEAD", "/pets")
    ask(served, "POST", "/pets", "abc", {"Content-Type": "text/plain"})
    samples = metrics(served)
    assert samples["mock_violations_total", 'where="query"'] == 1
    assert samples["mock_faults_total", 'kind="503"'] == 1
    assert samples["mock_request_body_bytes_total", 'contract="",operation="POST /pets"'] == 3
    assert samples["mock_journal_dropped_total", ""] == 0


def test_a_histogram_agrees_with_itself(served: Served) -> None:
    for _ in range(7):
        ask(served, "GET", "/pets")
    samples = metrics(served)
    labels = 'contract="",operation="GET /pets"'
    buckets = [
        value
        for (name, found), value in samples.items()
        if name == "mock_request_duration_seconds_bucket" and found.startswith(labels)
    ]
    assert buckets == sorted(buckets)
    assert buckets[-1] == samples["mock_request_duration_seconds_count", labels] == 7
    assert samples["mock_request_duration_seconds_sum", labels] > 0


def test_the_process_tells_of_itself(served: Served) -> None:
    samples = metrics(served)
    assert samples["mock_connections", ""] == 1
    assert samples["mock_requests_in_flight", ""] == 0
    assert samples["process_resident_memory_bytes", ""] > 1 << 20
    assert samples["process_start_time_seconds", ""] > 1e9
    (build,) = [labels for name, labels in samples if name == "mock_build_info"]
    assert re.search(r'title="Pets \\"of\\\\all\\" kinds",contract_version="1",digest="c1:sha256:[0-9a-f]{64}"', build)


def test_names_of_operations_are_escaped(served: Served) -> None:
    ask(served, "GET", "/a%22b%5Cc")
    assert 'contract="",operation="GET /a\\"b\\\\c",method="GET",status="204"' in requests(metrics(served))


def test_a_second_look_counts_the_first_one(served: Served) -> None:
    metrics(served)
    metrics(served)
    own = 'contract="",operation="/__mock/metrics",method="GET",status="200"'
    assert requests(metrics(served))[own] == 2


def test_clients_cannot_make_labels(served: Served) -> None:
    for number in range(30):
        ask(served, f"M{number}", "/pets")
        ask(served, "GET", f"/__mock/{number}")
        ask(served, "GET", f"/__mock/requests/9{number:03}")
    assert len(requests(metrics(served))) == 3


def test_counters_outlive_a_reset_of_the_journal(served: Served) -> None:
    ask(served, "GET", "/pets")
    ask(served, "POST", "/__mock/reset")
    assert requests(metrics(served))['contract="",operation="GET /pets",method="GET",status="200"'] == 1


def test_what_the_journal_has_no_room_for_is_counted(bundle: Path) -> None:
    with serving(bundle, "--journal", "2") as served:
        for _ in range(5):
            ask(served, "GET", "/pets")
        assert metrics(served)["mock_journal_dropped_total", ""] == 3


def test_several_contracts_are_told_apart_below_either_prefix(bundle: Path) -> None:
    with serving(f"/a={bundle}", f"/b={bundle}") as served:
        ask(served, "GET", "/a/pets")
        ask(served, "GET", "/b/pets")
        counted = requests(metrics(served, "/b/__mock/metrics"))
        for prefix in ("/a", "/b"):
            assert counted[f'contract="{prefix}",operation="GET /pets",method="GET",status="200"'] == 1


def test_replicas_are_summed(bundle: Path, redis: Redis) -> None:
    url = ("--state-url", redis.url)
    with serving(bundle, *url) as first, serving(bundle, *url) as second:
        ask(first, "GET", "/pets")
        metrics(first)
        ask(second, "GET", "/pets")
        assert requests(metrics(second))['contract="",operation="GET /pets",method="GET",status="200"'] == 2
