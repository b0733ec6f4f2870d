"""Compile a description and read the Bundle back with the server's own reader."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from contractctl.contract.build import build_contract
from contractctl.contract.digest import content_digest
from contractctl.mock.compile import CompiledMock, compile_bundle
from contractctl.mock.settings import MockSettings
from contractctl.mockserver.bundle import Bundle
from contractctl.source.parse import parse_document

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
PLAIN = MockSettings()


def compiled(text: str | bytes, *, settings: MockSettings = PLAIN, uri: str = "openapi.yaml") -> CompiledMock:
    """Compile a description; lines are named as the command does."""
    document = parse_document(uri, text.encode() if isinstance(text, str) else text)
    return compile_bundle(
        build_contract(document).contract,
        settings=settings,
        spec_digest=content_digest(document),
        locate=lambda place: f"{uri}:{document.locate(place).line}",
    )


@contextmanager
def opened(mock: CompiledMock, folder: Path) -> Iterator[Bundle]:
    """Open a compiled mock as the server does."""
    path = folder / "mock.bundle"
    path.write_bytes(mock.bundle)
    bundle = Bundle(str(path))
    try:
        yield bundle
    finally:
        bundle.close()


def answers(mock: CompiledMock, folder: Path) -> dict[str, dict[str, Any]]:
    """Return what each operation may answer: `GET /a` → `200 application/json` → bodies by name, or the failure."""
    found: dict[str, dict[str, Any]] = {}
    with opened(mock, folder) as bundle:
        for route in bundle.index.routes:
            for reference in route.operations.values():
                operation = bundle.operation(reference)
                found[operation.title] = {
                    f"{response.status} {content.type}": content.failure
                    or {example.name: bundle.record(example.body).decode() for example in content.examples}
                    for response in operation.responses
                    for content in response.content
                }
    return found


def told(mock: CompiledMock) -> list[tuple[str, str]]:
    """Return rule and pointer of each finding."""
    return [(finding.rule, str(finding.location.place.pointer)) for finding in mock.findings]
