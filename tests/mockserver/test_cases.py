"""Requests and the answers that the contract asks for, from the files in cases/.

A file is `contract` (text) or `contracts` (texts by path prefix), optional `settings` (flags) and `cases`. A case:
`request` (method and target), optional `headers`, one of `json`, `body`, `crlf` (a body whose lines end with CRLF),
`chunks` and `repeat` (so many bytes), and `expect`: `status`, and, where given, the whole `body` or `json`, `headers`
(null: absent; several values joined with ` | `), `violations` (`where pointer: expected`), their `lines` (`where
pointer: line`), and the problem's `detail` and `nearest`.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.mockserver.serving import Served, bundle_of, serving

CASES = Path(__file__).parent / "cases"
FILES = {path.stem: yaml.safe_load(path.read_text()) for path in sorted(CASES.glob("*.yaml"))}


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Served]]:
    """Start the server of a file when its first case needs it."""
    servers: dict[str, Served] = {}
    with ExitStack() as stack:

        def started(name: str) -> Served:
            if name not in servers:
                bundles = bundles_of(FILES[name], tmp_path_factory.mktemp(name))
                servers[name] = stack.enter_context(serving(*bundles, *FILES[name].get("settings", [])))
            return servers[name]

        yield started


def bundles_of(file: dict[str, Any], folder: Path) -> Iterator[str]:
    """Compile the contracts of a file, and yield the arguments that name them to the server."""
    for number, (prefix, text) in enumerate(file.get("contracts", {"": file.get("contract")}).items()):
        path = folder / f"{number}.bundle"
        path.write_bytes(bundle_of(text))
        yield f"{prefix}={path}" if prefix else str(path)


def ask(server: Served, case: dict[str, Any]) -> tuple[http.client.HTTPResponse, bytes]:
    method, target = case["request"].split(" ", 1)
    headers = dict(case.get("headers", {}))
    body: Any = case.get("body", "x" * case.get("repeat", 0)).encode()
    if "json" in case:
        body = json.dumps(case["json"]).encode()
        headers["content-type"] = "application/json"
    if "crlf" in case:
        body = case["crlf"].replace("\n", "\r\n").encode()
    if "chunks" in case:
        body = [chunk.encode() for chunk in case["chunks"]]
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request(method, target, body=body or None, headers=headers, encode_chunked="chunks" in case)
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def observed(response: http.client.HTTPResponse, body: bytes, expected: dict[str, Any]) -> dict[str, Any]:
    """Return of an answer what a case expects something about."""
    seen: dict[str, Any] = {"status": response.status}
    if "body" in expected:
        seen["body"] = body.decode()
    if "json" in expected:
        seen["json"] = json.loads(body)
    if "headers" in expected:
        values = {name: response.headers.get_all(name) for name in expected["headers"]}
        seen["headers"] = {name: " | ".join(found) if found else None for name, found in values.items()}
    told = json.loads(response.headers.get("Mock-Violations", "[]"))
    if "violations" in expected:
        seen["violations"] = [f"{one['where']} {one['pointer']}: {one['expected']}" for one in told]
    if "lines" in expected:
        seen["lines"] = [f"{one['where']} {one['pointer']}: {one['line']}" for one in told]
    seen |= {member: json.loads(body)[member] for member in ("detail", "nearest") if member in expected}
    return seen


@pytest.mark.parametrize(
    ("name", "case"),
    [pytest.param(name, case, id=f"{name}: {case['name']}") for name, file in FILES.items() for case in file["cases"]],
)
def test_a_request_gets_the_answer_of_its_contract(
    serve: Callable[[str], Served], name: str, case: dict[str, Any]
) -> None:
    response, body = ask(serve(name), case)
    assert observed(response, body, case["expect"]) == case["expect"]
