"""Descriptions for tests: short texts, completed, and findings as lines that a reader can check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from contractctl.contract.versions import openapi_version, version_of
from contractctl.core.findings import Finding, Setting
from contractctl.core.json import is_object
from contractctl.core.locations import Place, Pointer
from contractctl.core.profiles import DEFAULT_PROFILES, Profile
from contractctl.lint.engine import lint_document, located
from contractctl.lint.manual import whole
from contractctl.lint.structure.gate import inspect
from contractctl.lint.structure.kinds import Fault
from contractctl.source.document import Document
from contractctl.source.parse import parse_document
from contractctl.source.spec import load_description

HEAD_2_0 = 'swagger: "2.0"\ninfo: {title: Example, version: "1"}\n'
HEAD_3_2 = 'openapi: 3.2.0\ninfo: {title: Example, version: "1"}\n'
HEAD_3_0 = 'openapi: 3.0.3\ninfo: {title: Example, version: "1"}\n'


def document(text: str) -> Document:
    """A description of OpenAPI 3.1 (or of its own head) of which the text is what follows line 2."""
    return parse_document("openapi.yaml", whole(text).encode())


def findings(
    text: str, *, profiles: Iterable[Profile] = DEFAULT_PROFILES, rules: Mapping[str, Setting] | None = None
) -> list[str]:
    """Every finding as `line:column code: message`, in the order of the report."""
    read = document(text)
    return [
        f"{one.location.span.line}:{one.location.span.column} {one.rule}: {one.message}"
        for one in located(lint_document(read, profiles=profiles, rules=rules), read)
        if one.location.span is not None
    ]


def inspected(read: Document) -> tuple[Fault, ...]:
    """What the structure gate alone finds."""
    assert is_object(read.root)
    return inspect(read.root, version_of(openapi_version(read))).faults


def written(texts: Mapping[str, str]) -> Document:
    """Files below the current folder, of which the first is the description and completed as `document` does."""
    entry, *_ = texts
    for name, text in texts.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(whole(text) if name == entry else text)
    return load_description(entry)


def reported(read: Document) -> list[str]:
    """Every finding of a description as `file:line:column code: message`, in the order of the report."""
    return said(located(lint_document(read), read))


def said(found: Iterable[Finding]) -> list[str]:
    """Located findings as `file:line:column code: message`."""
    return [f"{one.location} {one.rule}: {one.message}" for one in found]


def faults(text: str) -> list[str]:
    """What the structure gate alone finds, as `line:column code: message`, in the order of the document."""
    read = document(text)
    spans = [(read.locate(Place(read.uri, Pointer(fault.tokens))), fault) for fault in inspected(read)]
    ordered = sorted((span.line, span.column, f"{fault.code}: {fault.message}") for span, fault in spans)
    return [f"{line}:{column} {said}" for line, column, said in ordered]


def pointed(text: str) -> tuple[str, str]:
    """The text without its `»`, and the `line:column` of the description at which that stood."""
    plain = text.replace("»", "")
    head = len(whole(plain)) - len(plain)
    before = whole(plain)[: head + text.index("»")]
    return plain, f"{before.count(chr(10)) + 1}:{len(before.rpartition(chr(10))[2]) + 1}"


def operation(body: str, *, path: str = "/pets", method: str = "get") -> str:
    """One operation with an id and a response; `body` is YAML in flow style that goes before them (line 4)."""
    answer = 'operationId: listPets, responses: {"200": {description: Pets}}'
    return f"paths:\n  {path}: {{{method}: {{{body}{', ' if body else ''}{answer}}}}}\n"


def schema(body: str) -> str:
    """One component schema in flow style (line 4)."""
    return f"paths: {{}}\ncomponents: {{schemas: {{Pet: {body}}}}}\n"
